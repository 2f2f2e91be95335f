"""The RemotePC accounts that are known now, and what changed since somebody last looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import islice
from typing import Final

from tui.models.clock import Moment
from tui.models.users import User, account_of
from tui.models.versioned import Versioned

USERS_KEPT: Final = 100_000


class Mark(Enum):
    """How an account differs from the list that the person has seen."""

    NONE = ""
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


class UserBoard(Versioned):
    """The customers' accounts by address, in the order of the list. ``version`` grows with every change.

    The first list is taken as seen. From then on marks show what differs from what was seen, whatever came in between,
    until :meth:`mark_seen`; until then an account that has left the list stays too, and counts in nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fetched: Moment | None = None
        """When the last good list came."""
        self.allotted = 0
        """Computers allotted in all."""
        self.used = 0
        """Computers used in all."""
        self.idle = 0
        """Active accounts that have computers allotted and use none."""
        self.marks: dict[str, Mark] = {}
        """By address; only of accounts that differ."""
        self._users: dict[str, User] = {}
        self._by_account: dict[str, User] = {}
        self._seen: dict[str, User] = {}
        self._gone: list[User] = []

    def __iter__(self) -> Iterator[User]:
        return iter(self._users.values())

    def __len__(self) -> int:
        return len(self._users)

    def rows(self) -> Iterator[User]:
        """What has left the list since it was seen, then the list."""
        yield from self._gone
        yield from self

    def replace(self, users: Iterable[User], now: Moment) -> None:
        """Take a whole list in; who is not on it any more is gone."""
        is_first = self.fetched is None
        self.fetched = now
        fresh = {user.username: user for user in islice(users, USERS_KEPT)}
        if is_first:
            self._seen = fresh
        if list(fresh.values()) != list(self):
            self._users = fresh
            self._by_account = {}
            self.allotted = sum([user.allotted or 0 for user in fresh.values()])
            self.used = sum([user.used or 0 for user in fresh.values()])
            self.idle = len([0 for user in fresh.values() if user.used == 0 and user.is_idle])
            self._mark()
            self._changed()

    def clear(self) -> None:
        """Begin anew for another reseller, or for none: the next list is the first."""
        self._users, self._by_account, self._seen = {}, {}, {}
        self.allotted = self.used = self.idle = 0
        self.fetched = None
        self._mark()
        self._changed()

    def get(self, username: str) -> User | None:
        """The account of this address, in any letter case, or None."""
        if (user := self._users.get(username)) is not None:
            return user
        if not self._by_account and self._users:
            # Made when it is first asked for, so that the list shows sooner. The preview looks up every pasted address:
            # that must not read the whole list each time.
            self._by_account = {account_of(user.username): user for user in reversed(self._users.values())}
        return self._by_account.get(account_of(username))

    def seen(self, username: str) -> User | None:
        """The account as it was when it was last seen, or None."""
        return self._seen.get(username)

    def mark(self, user: User) -> Mark:
        """How this account differs from what was seen."""
        return self.marks.get(user.username, Mark.NONE)

    def count(self, mark: Mark) -> int:
        """How many accounts have this mark."""
        return sum(each is mark for each in self.marks.values())

    def mark_seen(self) -> None:
        """The person has seen the list as it is now."""
        self._seen = self._users
        self._mark()
        self._changed()

    def _mark(self) -> None:
        seen, users = self._seen, self._users
        if seen is users:
            self._gone, self.marks = [], {}
            return
        self._gone = [user for name, user in seen.items() if name not in users][:USERS_KEPT]
        self.marks = {
            name: Mark.CHANGED if name in seen else Mark.NEW
            for name, user in users.items()
            if seen.get(name) is not user and not _says_the_same(seen.get(name), user)
        }
        self.marks |= {user.username: Mark.GONE for user in self._gone}


def _says_the_same(before: User | None, after: User) -> bool:
    return before is not None and (before == after or before.told == after.told)
