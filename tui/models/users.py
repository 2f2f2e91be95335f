"""RemotePC accounts of the customers, and the drafts and answers of the forms over them."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Final

from msgspec import Struct

from tui.config import Secret

INVITED: Final = "INVITED"
ALREADY_INVITED: Final = "ALREADY_INVITED"
EXISTS: Final = "EXISTS"
LISTED: Final = "LISTED"
"""No answer came, but the list has the address now."""
NOT_INVITED: Final = "NOT_INVITED"
"""No answer came, and the list, which has others that were invited, has not this one."""
UNKNOWN: Final = "UNKNOWN"
"""Nobody can say: it is sent again only when the person says so."""
NOT_SENT: Final = "NOT_SENT"
SENDING: Final = "SENDING"


def account_of(email: str) -> str:
    """One spelling for all of an address: RemotePC takes them for the same account."""
    return email.strip().casefold()


class User(Struct, frozen=True, kw_only=True, gc=False):
    """One account, as the user list gives it."""

    username: str
    """The e-mail address."""
    allotted: int | None
    """``alloted_computers``: computers it may have; None where nothing readable came."""
    used: int | None
    """``utilized_computers``."""
    active: bool | None
    created: date | None
    """``created_date`` (MM-DD-YYYY); None where it could not be read."""
    created_text: str = ""
    problem: str = ""
    """What of this row could not be read; empty when all was."""
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def told(self) -> tuple[object, ...]:
        """What the list says of it, in whatever form."""
        created = self.created or self.created_text
        return self.username, self.allotted, self.used, self.active, created, self.problem

    @property
    def as_sent(self) -> str:
        """What could not be read of its times, as it came: ``created_date: soon``."""
        return f"created_date: {self.created_text}" if self.created_text and self.created is None else ""

    @property
    def free(self) -> int | None:
        """Computers that it may still have; None where that is not known."""
        return None if self.allotted is None or self.used is None else max(0, self.allotted - self.used)

    @property
    def over(self) -> int | None:
        """Computers beyond those that it was allotted; None where that is not known."""
        return None if self.allotted is None or self.used is None else max(0, self.used - self.allotted)

    @property
    def is_idle(self) -> bool:
        """Whether it has computers allotted and uses none of them."""
        return self.active is not False and bool(self.allotted) and self.used == 0


class UserDraft(Struct, frozen=True, kw_only=True):
    """What the add form holds: sent as it stands, kept when it is refused."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    password: Secret = Secret("")
    computers: int = 0
    """``allotedComputers``."""
    send_email: bool = True
    is_generated: bool = False
    """The password was made here, so nobody knows it yet. Not sent."""


class Fate(Enum):
    """What became of an account that was asked for."""

    CREATED = "created"
    CREATED_AFTER_ALL = "created after all"
    NOT_CREATED = "not created"
    UNKNOWN = "unknown"


class Added(Struct, frozen=True, kw_only=True):
    """What is known of an account that was asked for."""

    email: str
    fate: Fate
    sentence: str

    @property
    def is_there(self) -> bool:
        """Whether the account was created."""
        return self.fate in (Fate.CREATED, Fate.CREATED_AFTER_ALL)


class Invitation(Struct, frozen=True, kw_only=True):
    """One address to invite."""

    email: str
    computers: int = 0


class EarlierInvitation(Struct, frozen=True, kw_only=True):
    """What this account's audit says of the last invitation of an address."""

    status: str
    """As of a result; UNKNOWN also where nothing was written of what came of it."""
    at: datetime | None


class InviteResult(Struct, frozen=True, kw_only=True):
    """What became of one invitation."""

    email: str
    status: str
    """``INVITED``, ``ALREADY_INVITED``, ``EXISTS``, or whatever else came; LISTED, NOT_INVITED and UNKNOWN where no
    answer came."""
    sentence: str

    @property
    def is_invited(self) -> bool:
        """Whether this address was newly invited."""
        return self.status in (INVITED, LISTED)
