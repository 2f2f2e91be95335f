"""A choice among a few things."""

from __future__ import annotations

from textual.app import ComposeResult

from tui.desk import Desk
from tui.modals.dialog import CLOSE, MOVES, Dialog
from tui.terminal.bindings import hidden
from tui.widgets.entries import EntryTable
from tui.widgets.footer import Hint
from tui.widgets.view import Entries


class Choice(Dialog[int | None]):
    """Dismissed with the index of the entry that was chosen."""

    BINDINGS = hidden({"enter": "choose", "q": "close"})

    def __init__(self, desk: Desk, title: str, entries: Entries) -> None:
        super().__init__(desk, title)
        self._entries = entries

    def _body(self) -> ComposeResult:
        yield EntryTable(lambda _: self._entries, clock=self.desk.clock)

    def _hints(self) -> list[Hint]:
        return [Hint("enter", "choose"), *MOVES, CLOSE]

    def action_choose(self) -> None:
        """Take the entry under the cursor."""
        self.dismiss(self.query_one(EntryTable).index)
