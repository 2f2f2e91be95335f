"""A palette that can be closed while it searches: Textual's ends the program where its list is gone by then."""

from __future__ import annotations

import inspect
from contextlib import suppress

from textual import work
from textual.command import CommandPalette
from textual.css.query import NoMatches


class ToolkitPalette(CommandPalette):
    """The palette of Textual but for that."""

    @work(exclusive=True, group=CommandPalette._GATHER_COMMANDS_GROUP)
    async def _gather_commands(self, search_value: str) -> None:
        with suppress(NoMatches):
            await inspect.unwrap(CommandPalette._gather_commands)(self, search_value)
