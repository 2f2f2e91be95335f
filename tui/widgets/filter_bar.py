"""The filter line: takes the footer's place while the person types what to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from textual import on
from textual.events import Key
from textual.widgets import Input

from tui.state import FILTERS_KEPT, TEXT_LIMIT
from tui.terminal.bindings import hidden
from tui.widgets.field import LineField
from tui.widgets.table import Table

PLACEHOLDER: Final = "words that must occur, field:word, field>5m, !word; ? lists the fields"


async def open_filter(table: Table[Any], show_fields: Callable[[], object]) -> None:
    """Open the filter line for a table. It is made when it is first asked for: most of the day nobody filters.

    ``show_fields``: show what can be asked for by name.
    """
    bar = next(iter(table.screen.query(FilterBar)), None)
    if bar is None:
        bar = FilterBar(table)
        await table.screen.mount(bar)
    bar.open_for(table, show_fields)


class FilterBar(LineField):
    """Filters a table at every key; enter keeps the filter, escape takes it away, the arrows bring earlier ones."""

    BINDINGS = hidden({"escape": "abandon", "up": "recall(-1)", "down": "recall(1)"})

    def __init__(self, table: Table[Any]) -> None:
        # What the next run would not take up again, this one does not take.
        super().__init__(most=TEXT_LIMIT, placeholder=PLACEHOLDER, select_on_focus=False)
        self._table = table
        self._show_fields: Callable[[], object] = lambda: None
        self._filters: list[str] = []
        """Those that can be taken again, and at the end what is typed now."""
        self._place = 0

    def open_for(self, table: Table[Any], show_fields: Callable[[], object]) -> None:
        """Take the keys, starting from the filter in force."""
        self._table = table
        self._show_fields = show_fields
        self._filters = [*table.filters, table.view.filter]
        self._place = len(table.filters)
        self._put(table.view.filter)
        self.display = True
        self.screen.set_focus(self)

    @on(Input.Changed)
    def _on_typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display:
            self._table.set_filter(event.value)

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.value.strip():
            others = (text for text in self._table.filters if text != self.value)
            self._table.filters = (*others, self.value)[-FILTERS_KEPT:]
        self._close()

    def on_key(self, event: Key) -> None:
        """Show the fields where a question mark would begin a word."""
        before = self.value[: self.cursor_position]
        if event.character == "?" and (not before or before[-1] in " !"):
            event.prevent_default()
            event.stop()
            self._show_fields()

    def action_recall(self, step: int) -> None:
        """Take an earlier filter, or go back towards what was typed."""
        self._filters[self._place] = self.value
        self._place = max(0, min(self._place + step, len(self._filters) - 1))
        self._put(self._filters[self._place])

    def action_abandon(self) -> None:
        """Show everything again."""
        self._table.set_filter("")
        self._close()

    def _put(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)

    def _close(self) -> None:
        self.display = False
        self.screen.set_focus(self._table)  # at once: the next key belongs to it already
