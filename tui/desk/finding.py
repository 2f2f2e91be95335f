"""Finds something in all that is remembered: every day, calls and connections alike. It asks no system."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from tui.config import Settings
from tui.models.search import Answer, Search, search_of
from tui.services.errors import Unreachable

if TYPE_CHECKING:
    from tui.archive import Store

FOUND_MOST: Final = 100
"""Rows that are given: the newest. Whoever looks for an older one types one letter more."""


def wanted_by(typed: str, settings: Settings) -> Search | None:
    """What is looked for, its numbers read as those of the calls; None where too little was typed.

    The first number takes a while: what knows the numbers of the world is loaded for it.
    """
    altigen = settings.altigen
    return search_of(typed) if altigen is None else search_of(typed, altigen.region, altigen.trunk_code)


class Finder:
    """Asks the archive of the desk."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        """``settings``: those of now."""
        self._settings = settings
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
            return await self._archive.find(wanted, FOUND_MOST, settings.zone_of_connections)
        except StoreError as error:
            raise Unreachable(error.sentence) from error
