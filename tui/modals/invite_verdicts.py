"""What will become of each address of a list: sent, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from tui.models.invitations import Pasted, Row
from tui.models.invite_run import SETTLED
from tui.models.user_board import UserBoard
from tui.models.users import ALREADY_INVITED, EXISTS, INVITED, LISTED, UNKNOWN, EarlierInvitation, account_of

SEND: Final = "will be sent"


class Planned(NamedTuple):
    """A row with what will become of it."""

    row: Row
    verdict: str

    @property
    def is_sent(self) -> bool:
        """Whether it goes."""
        return self.verdict == SEND


class Known(NamedTuple):
    """What is known of addresses beyond the list itself, and what the person wants all the same."""

    invited: Mapping[str, EarlierInvitation]
    """By the audit of this account; the addresses are folded."""
    trouble: str = ""
    """Why the audit could not be read; empty when it was."""
    again: frozenset[str] = frozenset()
    """What to send again: ``unknown`` (got no answer before), ``invited`` (was invited from here before)."""


def plan(users: UserBoard, pasted: Pasted, known: Known) -> list[Planned]:
    """What will become of each row; what will not be sent first, so that nobody has to look for it."""
    planned = [Planned(row, row.complaint or _verdict(users, row, known)) for row in pasted.rows]
    return sorted(planned, key=lambda each: each.is_sent)


def _verdict(users: UserBoard, row: Row, known: Known) -> str:
    if users.get(row.address) is not None:
        return "is on the list already"
    before = known.invited.get(account_of(row.address))
    with_invited, with_unknown = "invited" in known.again, "unknown" in known.again
    if row.earlier in SETTLED and not with_invited:
        return f"done before: {row.earlier.lower().replace('_', ' ')}"
    if before is not None and before.status in SETTLED and not with_invited:
        return f"{_FATES[before.status]}{_when(before)}: a sends again"
    if before is not None and before.status == UNKNOWN and not with_unknown:
        return f"no answer came{_when(before)}: u sends again"
    if row.earlier == UNKNOWN and not with_unknown:
        return "no answer came before: u sends it again"
    return SEND


_FATES: Final = {
    INVITED: "invited",
    LISTED: "invited",
    ALREADY_INVITED: "was invited",
    EXISTS: "had an account",
}


def _when(before: EarlierInvitation) -> str:
    return "" if before.at is None else f" {before.at.astimezone():%d %b %Y %H:%M}"
