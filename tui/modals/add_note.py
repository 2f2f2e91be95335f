"""The form to write a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tui.desk.notes import what_is_wrong
from tui.modals.form import Field, Form
from tui.models.notes import NOTE_MOST, note_text
from tui.widgets.footer import Hint


class NoteDraft(NamedTuple):
    """What the form holds."""

    on: str
    """What it is about, in words."""
    text: str = ""


class AddNote(Form[NoteDraft]):
    """Dismissed with the draft."""

    HEADING = "Write a note"
    SEND = "Keep"

    def _new_fields(self) -> Sequence[Field]:
        return [
            Field("on", "On", self._draft.on, fixed=True),
            Field(
                "note",
                "Note",
                self._draft.text,
                lambda text: what_is_wrong(note_text(text)),
                lines=6,
                hint="one line or several; it stays here, and cannot be changed afterwards",
            ),
        ]

    def _draft_of(self, values: Mapping[str, str]) -> NoteDraft:
        return self._draft._replace(text=values["note"])

    def _preview(self, values: Mapping[str, str]) -> str:
        return f"{NOTE_MOST - len(note_text(values['note'])):,} characters are left; no system is sent any of it"

    def _hints(self) -> list[Hint]:
        return [Hint("enter", "a new line"), Hint("tab", "to the buttons"), Hint("esc", "close without keeping it")]
