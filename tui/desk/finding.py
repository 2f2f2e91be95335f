"""Finds something in all that is remembered: every day, calls, connections, users and notes. It asks no system."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tui.config import Settings
from tui.models.clock import Clock
from tui.models.search import Answer, Found, Kind, Search, search_of, searched
from tui.services.errors import Unreachable

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.archive.records import UserList

FOUND_MOST: Final = 100
"""Rows that are given: the newest. Whoever looks for an older one types one letter more."""


USERS_MOST: Final = 20
"""Users that are given: the list is of today, and would leave no room for anything else."""

TEXTS_KEPT: Final = 20_000
"""Users whose text is remembered: those of a long list."""


def wanted_by(typed: str, settings: Settings) -> Search | None:
    """What is looked for, its numbers read as those of the calls; None where too little was typed.

    The first number takes a while: what knows the numbers of the world is loaded for it.
    """
    altigen = settings.altigen
    return search_of(typed) if altigen is None else search_of(typed, altigen.region, altigen.trunk_code)


async def find_all(
    archive: Store, wanted: Search, settings: Settings, listed: UserList | None, today: datetime
) -> Answer:
    """Give the newest rows that are found. ``listed``: the users that are known; None: those of the archive.

    Raises:
        StoreError: the archive cannot be read.
    """
    answer = await archive.find(wanted, FOUND_MOST, settings.zone_of_connections)
    account = settings.account_of_users
    if listed is None and account:
        listed = await archive.users_of(account, today.astimezone(UTC).date().isoformat())
    if listed is None:
        return answer
    users = await asyncio.to_thread(_users, wanted, listed, account)
    # Both are in their order already; a row without a time stands last.
    found = sorted([*users[:USERS_MOST], *answer.found], key=lambda each: each.at or _LONG_AGO, reverse=True)
    return replace(answer, found=tuple(found[:FOUND_MOST]), users_left=max(0, len(users) - USERS_MOST))


_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def _users(wanted: Search, listed: UserList, account: str) -> list[Found]:
    at = datetime.fromtimestamp(listed.at, UTC)
    return [
        Found(kind=Kind.USER, account=account, day=listed.day, at=at, row=user)
        for user in listed.users
        if wanted.is_in(_text_of(user.username, user.extra))
    ]


@lru_cache(maxsize=TEXTS_KEPT)
def _text_of(username: str, extra: tuple[tuple[str, str], ...]) -> str:
    """What a user is looked for in: the address, and whatever else the list says of them."""
    return searched(username, *(text for _, text in extra))


class Finder:
    """Asks the archive of the desk, and looks through the users that it knows."""

    def __init__(self, settings: Callable[[], Settings], listed: Callable[[], UserList | None], clock: Clock) -> None:
        """``settings``: those of now. ``listed``: gives the users that are known now; None where none are yet."""
        self._settings = settings
        self._listed = listed
        self._clock = clock
        self._archive: Store | None = None

    async def run(self, archive: Store) -> None:
        """Keep what is searched up to date; never ends."""
        self._archive = archive
        await archive.keep_searched()

    async def find(self, typed: str) -> Answer | None:
        """Give the newest rows that are found; None where too little was typed.

        Raises:
            Unreachable: the archive cannot be used now.
        """
        from tui.archive.errors import StoreError

        if self._archive is None:
            raise Unreachable("Helpdeck is just starting")
        settings = self._settings()
        wanted = await asyncio.to_thread(wanted_by, typed, settings)
        if wanted is None:
            return None
        try:
            return await find_all(self._archive, wanted, settings, self._listed(), self._clock.now().at)
        except StoreError as error:
            raise Unreachable(error.sentence) from error
