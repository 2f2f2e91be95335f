"""RemotePC accounts of the customers, and the drafts and answers of the forms over them."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from tui.config import Secret


class User(Struct, frozen=True, kw_only=True):
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


class UserDraft(Struct, frozen=True, kw_only=True):
    """What the add form holds: sent as it stands, kept when it is refused."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    password: Secret = Secret("")
    computers: int = 0
    """``allotedComputers``."""
    send_email: bool = True


class Invitation(Struct, frozen=True, kw_only=True):
    """One address to invite."""

    email: str
    computers: int = 0


class InviteResult(Struct, frozen=True, kw_only=True):
    """What became of one invitation."""

    email: str
    status: str
    """``INVITED``, ``ALREADY_INVITED``, ``EXISTS``, or whatever else came."""
    sentence: str

    @property
    def is_invited(self) -> bool:
        """Whether this address was newly invited."""
        return self.status == "INVITED"
