"""Dialogs over names and texts: a card that shows everything known about one thing, a choice, the keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from textual import events, work
from textual.app import ComposeResult

from tui.desk import Desk
from tui.modals.dialog import CLOSE, MOVES, Dialog
from tui.models.clock import Moment
from tui.terminal.bindings import hidden
from tui.terminal.clipboard import copy
from tui.terminal.keymap import KeyMap, actions
from tui.widgets.entries import EntryTable
from tui.widgets.footer import Hint
from tui.widgets.view import Entries


class CardKey(NamedTuple):
    """A key that works on the thing that the card is about."""

    keys: Sequence[str]
    """By the toolkit's names."""
    hint: Callable[[], Hint]
    run: Callable[[], Awaitable[object]]


class Card(Dialog[None]):
    """Names and texts, scrolled like any table; ``y`` copies the text under the cursor."""

    BINDINGS = hidden({"enter,q": "close", "y": "copy"})

    def __init__(
        self, desk: Desk, title: str, entries: Callable[[Moment], Entries], keys: Sequence[CardKey] = ()
    ) -> None:
        super().__init__(desk, title)
        self._entries = entries
        self._keys = keys

    def _body(self) -> ComposeResult:
        yield EntryTable(self._entries, clock=self.desk.clock)

    def _hints(self) -> list[Hint]:
        return [*(key.hint() for key in self._keys), CLOSE, *MOVES, Hint("y", "copy the line's text")]

    async def on_key(self, event: events.Key) -> None:
        """Do what a key of the row does; what the card itself does with a key goes before that."""
        for key in self._keys:
            if event.key in key.keys or event.character in key.keys:
                event.stop()
                await key.run()

    @work(group="copy", exclusive=True, description="copy from the card")
    async def action_copy(self) -> None:
        """Copy the text under the cursor, whole."""
        table = self.query_one(EntryTable)
        if table.index is not None and table.index < len(table.shown):
            name, text = table.shown[table.index]
            self.notify(f"{name} {await copy(self.app, text)}")


class Choice(Dialog[int | None]):
    """A few things to choose from; dismissed with the index of the entry that was chosen."""

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


def keys_card(desk: Desk, pane: str, key_map: KeyMap, why_not: Callable[[str], str]) -> Card:
    """A card with every action that works in a pane, its keys, and why it is not possible now."""
    entries: Entries = [
        (
            " ".join(key_map.keys(action)),
            f"{action.tip}{f' — not now: {why}' if (why := why_not(action.id)) else ''} ({action.id})",
        )
        for action in actions(pane, "pane", "table", "app")
    ]
    missed = [("Audit", f"{desk.audit.path} cannot be written: {desk.audit.problem}")] if desk.audit.problem else []
    bounds = [(counter.title, counter.limitations) for counter in desk.counters.values()]
    return Card(desk, f"Keys in {pane}", lambda _: [*missed, *entries, ("", ""), *bounds])
