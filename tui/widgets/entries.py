"""A table of names and texts: what cards, choices and the help are made of."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import ClassVar, Final, NamedTuple

from textual.geometry import Size

from tui.models.clock import Clock, Moment
from tui.widgets.drawn import wrap
from tui.widgets.table import Table
from tui.widgets.view import Column, Entries

NAME_WIDTH = 18

AROUND: Final = 3
"""Lines of a screen that are left to the status line and to the title and the footer of the dialog."""


class Line(NamedTuple):
    """One line of an entry; a long text takes several."""

    entry: int
    """Index of the entry it belongs to."""
    part: int
    name: str
    text: str


class EntryTable(Table[Line]):
    """Names on the left, texts on the right, long texts wrapped; the cursor moves over lines."""

    COLUMNS: Sequence[Column[Line]] = (
        Column("name", "", lambda line, _: line.name, width=NAME_WIDTH, sort=lambda line: (line.entry, line.part)),
        Column("text", "", lambda line, _: line.text, width=20, grow=1),
    )
    HEAD: ClassVar[int] = 0

    def __init__(self, entries: Callable[[Moment], Entries], *, clock: Clock) -> None:
        super().__init__(clock=clock)
        self._entries = entries
        self.shown: Entries = ()
        self._changes = 0
        self._needed = 0

    @property
    def index(self) -> int | None:
        """Index of the entry that the cursor is on."""
        return None if self.view.current is None else self.view.current.entry

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the entries have needed yet, and no more than leave the ends of the screen alone."""
        self._version()
        self._needed = max(self._needed, len(self._lines_of(width)))
        return max(1, min(self._needed, viewport.height - AROUND))

    def frame(self, now: Moment) -> None:
        """Poll the entries; more of them get more lines, and fewer leave them blank: nothing jumps."""
        super().frame(now)
        if self.view.total > self._needed:
            self.refresh(layout=True)

    def _identity(self, row: Line) -> Hashable:
        """A line is the same line while the entry keeps its place."""
        return (row.entry, row.part)

    def _version(self) -> int:
        """Grows when an entry says something else."""
        entries = list(self._entries(self.clock.now()))
        if entries != self.shown:
            self.shown = entries
            self._changes += 1
        return self._changes

    def _source(self) -> Iterable[Line]:
        return self._lines_of(self.size.width)

    def _lines_of(self, width: int) -> list[Line]:
        room = max(10, width - NAME_WIDTH - 4)
        return [
            Line(index, part, "" if part else name, chunk)
            for index, (name, text) in enumerate(self.shown)
            for part, chunk in enumerate(wrap(text.replace("\t", "  "), room))
        ]
