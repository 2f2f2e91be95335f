"""The RemotePC accounts that are known now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from tui.models.clock import Moment
from tui.models.users import User

USERS_KEPT: Final = 100_000


class UserBoard:
    """The customers' accounts by address, in the order of the list. ``version`` grows with every change."""

    def __init__(self) -> None:
        self.version = 0
        self.fetched: Moment | None = None
        """When the last good list came."""
        self._users: dict[str, User] = {}

    def __iter__(self) -> Iterator[User]:
        return iter(self._users.values())

    def __len__(self) -> int:
        return len(self._users)

    def replace(self, users: Iterable[User], now: Moment) -> None:
        """Take a whole list in; who is not on it any more is gone."""
        self.fetched = now
        fresh: dict[str, User] = {}
        for user in users:
            if len(fresh) < USERS_KEPT:
                fresh[user.username] = user
        if fresh != self._users:
            self._users = fresh
            self.version += 1

    def get(self, username: str) -> User | None:
        """The account of this address, in any letter case, or None."""
        return self._users.get(username) or next(
            (user for user in self if user.username.casefold() == username.casefold()), None
        )

    @property
    def allotted(self) -> int:
        """Computers allotted in all."""
        return sum(user.allotted or 0 for user in self)

    @property
    def used(self) -> int:
        """Computers used in all."""
        return sum(user.used or 0 for user in self)
