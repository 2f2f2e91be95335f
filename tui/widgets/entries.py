"""A table of names and texts: what cards, choices and the help are made of."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import ClassVar, NamedTuple

from tui.models.clock import Clock, Moment
from tui.widgets.table import Table
from tui.widgets.view import Column
from tui.widgets.wrap import wrap

Entries = Sequence[tuple[str, str]]
"""(name, text) pairs in the order in which they are shown."""

NAME_WIDTH = 18


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

    def __init__(self, entries: Callable[[Moment], Entries], *, clock: Clock, ascii_only: bool = False) -> None:
        super().__init__(clock=clock, ascii_only=ascii_only)
        self._entries = entries
        self.shown: Entries = ()
        self._version = 0

    @property
    def index(self) -> int | None:
        """Index of the entry that the cursor is on."""
        return None if self.view.current is None else self.view.current.entry

    def identity(self, row: Line) -> Hashable:
        """A line is the same line while the entry keeps its place."""
        return (row.entry, row.part)

    def version(self) -> int:
        """Grows when an entry says something else."""
        entries = list(self._entries(self.clock.now()))
        if entries != self.shown:
            self.shown = entries
            self._version += 1
        return self._version

    def source(self) -> Iterable[Line]:
        """The entries as lines of this width."""
        width = max(10, self.size.width - NAME_WIDTH - 4)
        for index, (name, text) in enumerate(self.shown):
            for part, chunk in enumerate(wrap(text.replace("\t", "  "), width)):
                yield Line(index, part, "" if part else name, chunk)

    def summary(self, now: Moment) -> str:
        """Nothing: the dialog has a heading."""
        return ""

    state = summary

    def empty(self, now: Moment) -> str:
        """Said in the place of entries."""
        return "nothing to show"

    def row_style(self, row: Line) -> str:
        """All alike."""
        return "plain"
