"""The keys of the focused pane."""

from __future__ import annotations

from collections.abc import Callable

from tui.desk import Desk
from tui.modals.card import Card
from tui.terminal.keymap import KeyMap, actions
from tui.widgets.view import Entries


def keys_card(desk: Desk, pane: str, key_map: KeyMap, why_not: Callable[[str], str]) -> Card:
    """A card with every action that works in a pane, its keys, and why it is not possible now."""
    entries: Entries = [
        (
            " ".join(key_map.keys(action)),
            action.tip + (f" — not now: {reason}" if (reason := why_not(action.id)) else ""),
        )
        for action in actions(pane, "pane", "table", "app")
    ]
    missed = [("Audit", f"{desk.audit.path} cannot be written: {desk.audit.problem}")] if desk.audit.problem else []
    bounds = [(counter.title, counter.limitations) for counter in desk.counters.values()]
    return Card(desk, f"Keys in {pane}", lambda _: [*missed, *entries, ("", ""), *bounds])
