"""Which rows of a pane have notes, remembered until there may be others: a row is drawn many times a second."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui.desk.notes import Notebook
    from tui.models.notes import Subject

NOTED: Final = "¶"
"""The sign of a row that has notes."""

MARKS_MOST: Final = 5_000
"""Rows that are remembered."""


class Marks:
    """The signs of rows by their identities."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._version = -1
        self._section: object = None
        self._marks: dict[Hashable, str] = {}

    def of(self, identity: Hashable, about: Callable[[], Subject | None], section: object) -> str:
        """The sign of a row, or a blank. ``section``: the settings that the subject is named by."""
        is_known = self._version == self._notebook.version and self._section is section
        if not is_known or len(self._marks) >= MARKS_MOST:
            self._version, self._section = self._notebook.version, section
            self._marks.clear()
        mark = self._marks.get(identity)
        if mark is None:
            subject = about()
            if subject is None:
                return " "
            mark = self._marks[identity] = NOTED if self._notebook.has_notes(subject) else " "
        return mark
