"""How a note is written, and how the notes on a row read in its card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, tzinfo
from functools import partial

from tui.desk import Desk
from tui.desk.notes import Notebook
from tui.modals.add_note import AddNote, NoteDraft
from tui.modals.form import submit
from tui.models.notes import Note, Subject
from tui.panes.conversation import Conversation
from tui.widgets.view import Entries


async def add_note(person: Conversation, desk: Desk, about: Subject, on: str) -> None:
    """Until the note is accepted or the person closes the form. ``on``: what it is about, in words."""

    async def add(draft: NoteDraft) -> str:
        person.notify("keeping the note …")
        return await desk.notes.add(about, draft.text, draft.on)

    said = await submit(person.ask, NoteDraft(on), partial(AddNote, desk), add)
    if said is not None:
        person.notify(said)


class ShownNotes:
    """The notes on the row of a card; read when the card opens, and again when there may be more."""

    def __init__(self, notebook: Notebook, zone: Callable[[], tzinfo | None]) -> None:
        """``zone``: of the times that people read."""
        self._notebook = notebook
        self._zone = zone
        self._about: Subject | None = None
        self._version = -1
        self.entries: Entries = ()

    def is_outdated(self, about: Subject) -> bool:
        """Whether they have to be read; then whoever asked reads them."""
        if about == self._about and self._version == self._notebook.version:
            return False
        if about != self._about:
            self.entries = ()
        self._about, self._version = about, self._notebook.version
        return True

    def forget(self) -> None:
        """Read them again when the next card opens."""
        self._about, self.entries = None, ()

    async def read(self, line_of: Callable[[], Awaitable[str]]) -> None:
        """Read the notes. ``line_of``: gives the number of a call; empty for anything else."""
        about = self._about
        if about is None:
            return
        found = await self._notebook.notes_of(about, await line_of())
        if about == self._about:
            trouble = [("Notes", f"only those that wait here: {found.trouble}")] if found.trouble else []
            earlier = [("Same number", f"{self._head(note)}: {_in_a_line(note)}") for note in found.earlier]
            self.entries = [*trouble, *(entry for note in found.notes for entry in self._entries(note)), *earlier]

    def _entries(self, note: Note) -> Iterable[tuple[str, str]]:
        """Who wrote it and when, and each of its lines. The host is named where it is another."""
        waits = ", waits for the archive" if self._notebook.is_waiting(note) else ""
        yield "Note", f"{self._head(note)}{waits}"
        yield from (("", line) for line in note.text.split("\n"))

    def _head(self, note: Note) -> str:
        at = datetime.fromtimestamp(note.at, UTC).astimezone(self._zone())
        who = note.author if note.host == self._notebook.host else f"{note.author} on {note.host}"
        return f"{at:%Y-%m-%d %H:%M} {who}"


def _in_a_line(note: Note) -> str:
    return " · ".join(filter(None, map(str.strip, note.text.split("\n"))))
