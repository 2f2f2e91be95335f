"""The filter line: takes the footer's place while the person types what to show."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.widgets import Input

from tui.state import TEXT_LIMIT
from tui.terminal.bindings import hidden
from tui.widgets.field import LineField
from tui.widgets.table import Table


async def open_filter(table: Table[Any]) -> None:
    """Open the filter line for a table. It is made when it is first asked for: most of the day nobody filters."""
    bar = next(iter(table.screen.query(FilterBar)), None)
    if bar is None:
        bar = FilterBar(table)
        await table.screen.mount(bar)
    bar.open_for(table)


class FilterBar(LineField):
    """Filters a table at every key; enter keeps the filter, escape takes it away."""

    BINDINGS = hidden({"escape": "abandon"})

    def __init__(self, table: Table[Any]) -> None:
        # What the next run would not take up again, this one does not take.
        super().__init__(most=TEXT_LIMIT, placeholder="words that must occur, field:word, !word", select_on_focus=False)
        self._table = table

    def open_for(self, table: Table[Any]) -> None:
        """Take the keys, starting from the filter in force."""
        self._table = table
        self.value = table.view.filter
        self.cursor_position = len(self.value)
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
        self._close()

    def action_abandon(self) -> None:
        """Show everything again."""
        self._table.set_filter("")
        self._close()

    def _close(self) -> None:
        self.display = False
        self.screen.set_focus(self._table)  # at once: the next key belongs to it already
