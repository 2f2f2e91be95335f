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
        self.allotted = 0
        """Computers allotted in all."""
        self.used = 0
        """Computers used in all."""
        self._users: dict[str, User] = {}
        self._folded: dict[str, User] = {}

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
        if list(fresh.values()) != list(self):
            self._users = fresh
            # The invite form looks up every pasted address at every key: that must not read the whole list.
            self._folded = {user.username.casefold(): user for user in reversed(fresh.values())}
            self.allotted = sum(user.allotted or 0 for user in self)
            self.used = sum(user.used or 0 for user in self)
            self.version += 1

    def get(self, username: str) -> User | None:
        """The account of this address, in any letter case, or None."""
        return self._users.get(username) or self._folded.get(username.casefold())
