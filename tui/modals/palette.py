"""The command palette, as Textual has it but for its field: that one is bounded like all others."""

from __future__ import annotations

from typing import Any, Final

from textual.app import ComposeResult
from textual.command import CommandInput, CommandList
from textual.containers import Horizontal, Vertical
from textual.theme import ThemeProvider
from textual.widgets import LoadingIndicator

from tui.terminal.toolkit_palette import ToolkitPalette
from tui.widgets.field import LineField

SEARCH_MOST: Final = 100
"""Characters of a search: each is looked for in the name of each action."""


class SearchField(CommandInput, LineField):  # in this order: style sheets follow the first
    """What is searched for."""


class Palette(ToolkitPalette):
    """Finds an action or a theme by letters of its name."""

    def __init__(self, placeholder: str = "Search for commands…", **others: Any) -> None:
        super().__init__(placeholder=placeholder, **others)
        self._sought = placeholder

    def compose(self) -> ComposeResult:
        """The field and the list below it."""
        with Vertical(id="--container"):
            with Horizontal(id="--input"):
                yield SearchField(most=SEARCH_MOST, placeholder=self._sought, select_on_focus=False)
            with Vertical(id="--results"):
                yield CommandList()
                yield LoadingIndicator()


def theme_palette() -> Palette:
    """The palette of the themes."""
    return Palette(providers=[ThemeProvider], placeholder="Search for themes…")
