"""Every action of the program: its id, its keys and its words.

The footer, the help, the palette and ``[keys]`` of the config are all made from this one table.
"""

from __future__ import annotations

import difflib
from typing import Final

from tui.desk.systems import SYSTEMS
from tui.models.action import Action
from tui.terminal.keys import is_sent, likely, named, sign

PANES: Final = tuple(system.scope for system in SYSTEMS)

ACTIONS: Final = (
    *(action for system in SYSTEMS for action in system.actions),
    Action("pane.details", "enter", "details", "Show everything known about the row", footer=True),
    Action("pane.filter", "slash", "filter", "Filter the pane: words, field:word, !word", footer=True),
    Action("pane.note", "n", "note", "Write a note on the row; no system is sent it", footer=True, of_row=True),
    Action("pane.clear", "escape", "clear", "Clear the filter; then end the pause, then the wide view"),
    Action("table.sort_left", "less_than_sign", "sort", "Sort by the column to the left"),
    Action("table.sort_right", "greater_than_sign", "sort", "Sort by the column to the right"),
    Action("table.invert", "equals_sign", "invert", "Turn the order upside down"),
    Action("pane.pause", "p", "pause", "Pause the view; data still comes in", footer=True),
    Action("pane.refresh", "r", "refresh", "Ask the system again, within its limits", footer=True),
    Action("pane.copy", "y", "copy", "Copy from the row", footer=True),
    Action("pane.export", "E", "export", "Export what the pane shows to a file"),
    Action("pane.trace", "T", "trace", "Show the last requests and frames of the system, without secrets"),
    Action("table.down", "j,down", "down", "Move down"),
    Action("table.up", "k,up", "up", "Move up"),
    Action("table.page_down", "pagedown,ctrl+d", "page down", "Move a page down"),
    Action("table.page_up", "pageup,ctrl+u", "page up", "Move a page up"),
    Action("table.first", "g,home", "first", "Go to the first row and stay there"),
    Action("table.last", "G,end", "last", "Go to the last row"),
    Action("app.find", "f", "find", "Find in all days: calls, connections, users, notes", footer=True),
    Action("app.paperwork", "w", "to write", "Show work without a paper trail, of today and yesterday"),
    Action("app.zoom", "z", "zoom", "Zoom the focused pane", footer=True),
    *(
        Action(f"app.focus_{pane}", f"{place}", pane, f"Go to the {pane}", pane=pane)
        for place, pane in enumerate(PANES, 1)
    ),
    Action("app.focus_team", "4", "team", "Go to the team: who does what now, and what has come of today", pane="team"),
    Action("app.next_pane", "tab", "next pane", "Go to the next pane"),
    Action("app.previous_pane", "shift+tab", "previous pane", "Go to the previous pane"),
    Action("app.palette", "colon,ctrl+p", "palette", "Find any action by its name"),
    Action("app.quit", "q", "quit", "Close what is open, then quit", footer=True),
    Action("app.interrupt", "ctrl+c", "quit", "Close what is open, then quit", priority=True),
    Action(
        "app.suspend_process", "ctrl+z", "shell", "Go to the shell and free the licence; `fg` comes back", priority=True
    ),
    Action("app.redraw", "ctrl+l", "redraw", "Send the whole screen again", priority=True),
    Action("app.help", "question_mark", "help", "Show the keys of the focused pane", footer=True),
)

BY_ID: Final = {action.id: action for action in ACTIONS}


def actions(*scopes: str) -> list[Action]:
    """The actions of these scopes, in the order of the table."""
    return [action for action in ACTIONS if action.scope in scopes]


class KeyMap:
    """The keys in force: the defaults with ``[keys]`` of the config laid over them."""

    def __init__(self, overrides: dict[str, str] | None = None) -> None:
        self.overrides = {id: ",".join(map(named, keys.split(","))) for id, keys in (overrides or {}).items()}

    def keys(self, action: Action) -> list[str]:
        """The keys of an action, as a person writes them."""
        return [sign(key) for key in self.textual_keys(action)]

    def textual_keys(self, action: Action) -> list[str]:
        """The same by Textual's names."""
        return self.overrides.get(action.id, action.keys).split(",")

    def shown(self, action: Action) -> str:
        """The key that the footer names."""
        return self.keys(action)[0]


def problems(overrides: dict[str, str]) -> list[tuple[str, str]]:
    """What is wrong with ``[keys]``: (action id, sentence). Unknown ids, no key or one that is none, and clashes."""
    found: list[tuple[str, str]] = []
    for id, keys in overrides.items():
        if id not in BY_ID:
            near = difflib.get_close_matches(id, BY_ID, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            found.append((id, f"there is no action of this name{hint}"))
        elif not all(key.strip() for key in keys.split(",")):
            found.append((id, "an action needs a key"))
        else:
            found += [(id, wrong) for wrong in _not_sent(keys.split(","))]
    key_map = KeyMap({id: keys for id, keys in overrides.items() if id in BY_ID})
    for pane in PANES:
        taken: dict[str, str] = {}
        # The defaults first, so that a clash is said of what the person wrote.
        for action in sorted(actions(pane, "pane", "table", "app"), key=lambda action: action.id in overrides):
            for key in filter(None, key_map.keys(action)):
                holder = taken.setdefault(key, action.id)
                clash = (action.id, f"{key} is the key of {holder} already")
                if holder != action.id and clash not in found:
                    found.append(clash)
    return found


def _not_sent(keys: list[str]) -> list[str]:
    """What is wrong with keys that terminals do not send. They are not quoted: a password may have been pasted."""
    found = []
    for place, key in enumerate(map(str.strip, keys), 1):
        if not (is_sent(key) or is_sent(named(key))):
            which = f"key {place} of {len(keys)}" if len(keys) > 1 else "this"
            near = likely(key)
            found.append(f"{which} is no key that terminals send" + (f"; did you mean {sign(near)}?" if near else ""))
    return found
