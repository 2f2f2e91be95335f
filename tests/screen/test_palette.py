"""The palette, where it is closed in the middle of what it does."""

from __future__ import annotations

from textual.command import CommandList

from tests.screen.app_driver import app_driver
from tui.modals.palette import Palette, SearchField


async def test_a_palette_whose_list_is_gone_before_its_search_begins_ends_nothing() -> None:
    async with app_driver(is_connecting=False) as on:
        await on.press(":")
        await on.when(lambda: isinstance(on.app.screen, Palette))
        palette = on.app.screen
        removed = palette.query_one(CommandList).remove()
        palette.query_one(SearchField).value = "quit"
        await removed
        await on.press("escape")
        await on.when(lambda: not isinstance(on.app.screen, Palette))
        await on.press("2")
        await on.until("Connections")
