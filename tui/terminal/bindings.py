"""The key table as Textual takes it; apart from the table itself, which the command line reads without Textual."""

from __future__ import annotations

from collections.abc import Mapping

from textual.binding import Binding, BindingType

from tui.terminal.keymap import actions


def bindings(*scopes: str) -> list[BindingType]:
    """The actions of these scopes as Textual bindings with their default keys."""
    return [
        Binding(
            action.keys,
            action.call,
            action.label,
            tooltip=action.tip,
            id=action.id,
            priority=action.priority,
            show=action.footer,
        )
        for action in actions(*scopes)
    ]


def hidden(actions_of: Mapping[str, str]) -> list[BindingType]:
    """Keys, comma separated, with their actions, as bindings of a dialog or a field: its own footer names them."""
    return [Binding(keys, action, show=False) for keys, action in actions_of.items()]
