"""Fields to type into: each takes as much as can be of use, and refuses whole, with a word, what is more.

Textual measures and draws the whole text of a field at every key: what no screen can hold would take seconds of each.
And of several lines it takes the first without a word.
"""

from __future__ import annotations

from typing import Any, Final

from textual.content import Content
from textual.events import Paste
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.terminal.bindings import hidden

LINE_MOST: Final = 1_000
"""Characters of a field of one line: no number, name, address or path of a person is longer."""


class LineField(Input):
    """A field of one line."""

    def __init__(self, value: str = "", *, most: int = LINE_MOST, **others: Any) -> None:
        self._most = max(most, len(value))
        super().__init__(value, max_length=self._most, compact=True, **others)
        self.cursor_blink = False

    def on_paste(self, event: Paste) -> None:
        """Take one line; several are refused, of which Textual would take the first."""
        event.prevent_default()
        event.stop()
        text = event.text.strip("\r\n")
        if len(text) <= self._most and len(text.splitlines()) > 1:
            refuse(self, "one line, and these are several")
        elif text:
            self.replace(text, *self.selection)

    def restricted(self) -> None:
        """Say that a letter or a paste was not taken."""
        refuse(self, f"{self._most:,} characters")


class SwitchField(Static, can_focus=True):
    """A choice between yes and no: space changes it, ``y`` and ``n`` say which."""

    BINDINGS = hidden({"space": "choose('')", "y": "choose('yes')", "n": "choose('no')"})

    def __init__(self, value: str, *, id: str) -> None:
        super().__init__(_SWITCHED[value], id=id)
        self.value = value
        """``yes`` or ``no``."""

    def action_choose(self, value: str) -> None:
        """Take one of the answers, or the other one."""
        self.value = value or ("no" if self.value == "yes" else "yes")
        self.update(_SWITCHED[self.value], layout=False)

    def on_paste(self, event: Paste) -> None:
        """Refuse a text, with a word."""
        event.stop()
        refuse(self, "yes or no")


_SWITCHED: Final = {"yes": Content("[x] yes"), "no": Content("[ ] no ")}


def refuse(field: Widget, bound: str) -> None:
    """Say what a field takes: what was more, or something else, was not taken."""
    field.app.notify(f"the field takes {bound}: nothing was taken", severity="error")
