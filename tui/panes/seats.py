"""What the computers of the accounts that are shown come to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tui.models.users import User


class Seats(NamedTuple):
    """Computers of some accounts: where all is known, those used are those allotted, less the free, and those over."""

    used: int
    allotted: int
    free: int
    over: int
    accounts_over: int
    """Accounts that use more than they were allotted."""
    unread: int
    """Accounts of which not both figures could be read: whether they have some free is not known."""

    @property
    def line(self) -> str:
        """``1111 of 1791 computers used, 702 free, 22 over in 3 accounts, 1 not known``."""
        parts = [f"{self.used} of {self.allotted} computers used", f"{self.free} free"]
        if self.over:
            accounts = "1 account" if self.accounts_over == 1 else f"{self.accounts_over} accounts"
            parts.append(f"{self.over} over in {accounts}")
        if self.unread:
            parts.append(f"{self.unread} not known")
        return ", ".join(parts)


def seats_of(users: Iterable[User]) -> Seats:
    """Add them up. What one account has free is no use to another that is over."""
    used = allotted = free = over = accounts_over = unread = 0
    for user in users:
        used += user.used or 0
        allotted += user.allotted or 0
        if user.used is None or user.allotted is None:
            unread += 1
        elif user.used > user.allotted:
            over += user.used - user.allotted
            accounts_over += 1
        else:
            free += user.allotted - user.used
    return Seats(used, allotted, free, over, accounts_over, unread)
