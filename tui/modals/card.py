"""A card that shows everything known about one thing, as it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.desk import Desk
from tui.modals.dialog import Dialog
from tui.models.clock import Moment
from tui.terminal.clipboard import copy
from tui.widgets.entries import Entries, EntryTable
from tui.widgets.footer import Hint

__all__ = ["Card", "Entries"]


class Card(Dialog[None]):
    """Names and texts, scrolled like any table; ``y`` copies the text under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q", "close", "close"),
        Binding("y", "copy", "copy"),
    ]

    def __init__(self, desk: Desk, title: str, entries: Callable[[Moment], Entries]) -> None:
        super().__init__(desk, title)
        self._entries = entries

    def body(self) -> ComposeResult:
        """The table of entries."""
        yield EntryTable(self._entries, clock=self.desk.clock, ascii_only=self.desk.settings.ui.ascii)

    def hints(self) -> list[Hint]:
        """The keys that work in it."""
        return [Hint("esc", "close"), Hint("j", "down"), Hint("k", "up"), Hint("y", "copy the line's text")]

    @work(group="copy", exclusive=True, description="copy from the card")
    async def action_copy(self) -> None:
        """Copy the text under the cursor, whole."""
        table = self.query_one(EntryTable)
        if table.index is not None and table.index < len(table.shown):
            name, text = table.shown[table.index]
            self.notify(f"{name} {await copy(self.app, text)}")
