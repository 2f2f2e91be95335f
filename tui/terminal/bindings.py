"""The key table as Textual takes it; apart from the table itself, which the command line reads without Textual."""

from __future__ import annotations

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
