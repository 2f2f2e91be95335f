"""What a table shows of its rows: filtered, sorted, with a cursor that stays on its row.

Three things are kept apart: the rows (a board's), the view (which of them, in what order) and the cursor,
which follows a row by its identity and not by its place. It knows no Textual.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tui.models.cell import Cell
from tui.models.clock import Moment
from tui.models.filters import Filter, Kind, Term, read_filter
from tui.models.folding import fold

Row = TypeVar("Row")

Entries = Sequence[tuple[str, str]]
"""(name, text) pairs in the order in which they are shown."""


class Column(Struct, Generic[Row], frozen=True):
    """One column: what it says of a row, how wide it is and how it sorts."""

    id: str
    """Its name in filters and in exports."""
    title: str
    text: Callable[[Row, Moment], str]
    width: int
    """Cells that it needs at the least."""
    grow: int = 0
    """Its share of the width that is left over."""
    rank: int = 0
    """The highest ranks are left out first where the width does not suffice; rank 0 always shows."""
    right: bool = False
    sort: Callable[[Row], Any] | None = None
    """Sort key; None: the text of the filter's kind. Must order all rows among themselves."""
    style: Callable[[Row], str] | None = None
    """Name of the style of a cell, or "" for the row's."""
    has: Callable[[Row], bool] | None = None
    """Whether a row has something for it: where none has, it gives its room; None: it always shows."""
    moves: bool = False
    """Whether what it says of a row changes with time alone."""
    written: Callable[[Row, Moment], Cell] | None = None
    """What an export has in its place, of its own type and with no sign that stands for nothing; None: the text."""
    kind: Kind = Kind.TEXT
    """How a filter looks at it. What is compared is what an export has."""


def saying(
    columns: Sequence[Column[Row]], texts: Mapping[str, Callable[[Row, Moment], str]]
) -> tuple[Column[Row], ...]:
    """The same columns, with other texts of some by their ids: those that depend on more than a row, as on a zone."""
    return tuple(replace(column, text=texts.get(column.id, column.text)) for column in columns)


class Sort(Struct, frozen=True):
    """By which column, and whether upside down. No column: the order of the rows as they come."""

    column: str = ""
    inverted: bool = False


class View(Generic[Row]):
    """The rows that a table shows, and the cursor on one of them."""

    def __init__(self, columns: Sequence[Column[Row]], identity: Callable[[Row], Hashable]) -> None:
        self.columns = tuple(columns)
        self.rows: list[Row] = []
        """What is shown, in order."""
        self.total = 0
        """How many rows there are without the filter."""
        self.cursor = 0
        """Index of the row the cursor is on; 0 when there is none."""
        self.follows = True
        """The cursor stays on the first row, whatever comes in above it."""
        self.filter = ""
        self.problem = ""
        """What of the filter is not understood; empty where all is."""
        self.sort = Sort()
        self._identity = identity
        self._focus: Hashable = None
        self._filtered: Iterable[Row] = ()
        self._folded: dict[tuple[str, ...], list[str]] = {}
        """What a filter compares: of each row of ``_filtered`` its folded text, by the columns that are looked at. A
        filter is typed letter by letter over the same rows, and ten thousand take longer to fold than to search."""

    @property
    def current(self) -> Row | None:
        """The row that the cursor is on."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def take(self, rows: Iterable[Row], now: Moment) -> None:
        """Show these rows from now on; rows that changed come in another list."""
        every = list(rows)
        self.total = len(every)
        if rows is not self._filtered:
            self._filtered = rows
            self._folded.clear()
        wanted = self._wanted()
        self.problem = wanted.problem
        shown = self._matching(every, wanted.terms, now) if wanted.terms else every
        column = next((column for column in self.columns if column.id == self.sort.column), None)
        if column is not None:
            key = column.sort or (lambda row: fold(column.text(row, now)))
            shown.sort(key=key, reverse=self.sort.inverted)
        elif self.sort.inverted:
            shown.reverse()
        before, self.rows = self.rows, shown
        self._find_cursor(before)

    def move(self, to: int) -> None:
        """Put the cursor on the row of this index, or the nearest there is."""
        self.cursor = max(0, min(to, len(self.rows) - 1))
        self.follows = self.cursor == 0
        self._focus = self._identity(self.rows[self.cursor]) if self.rows else None

    def go_to(self, identity: Hashable) -> bool:
        """Put the cursor on the row of this identity and keep it there; False when it is not shown."""
        place = next((place for place, row in enumerate(self.rows) if self._identity(row) == identity), None)
        if place is None:
            return False
        self.move(place)
        self.follows = False
        return True

    def _find_cursor(self, before: Sequence[Row]) -> None:
        if not self.rows:
            self.cursor = 0  # and its row is remembered: it may be back at the next key of a filter
            return
        if self.follows:
            self.cursor = 0
        else:
            places = {self._identity(row): place for place, row in enumerate(self.rows)}
            # A row that has left hands the cursor to its neighbour: the next below that is still there, or above.
            wanted = chain(before[self.cursor + 1 :], reversed(before[: self.cursor]))
            identities = chain((self._focus,), map(self._identity, wanted))
            nearest = min(self.cursor, len(self.rows) - 1)
            self.cursor = next((places[identity] for identity in identities if identity in places), nearest)
        self._focus = self._identity(self.rows[self.cursor])

    def _wanted(self) -> Filter:
        return read_filter(self.filter, {column.id: column.kind for column in self.columns})

    def _matching(self, rows: list[Row], terms: Sequence[Term], now: Moment) -> list[Row]:
        """The rows that fit all terms of the filter."""
        places: Sequence[int] = range(len(rows))
        for term in terms:
            if term.is_above is not None:
                fits = self._comparison(term, rows, now)
            else:
                texts = self._texts(term, rows, now)
                fits = [term.needle in text for text in texts]
            places = [place for place in places if fits[place] is not term.is_inverted]
        return [rows[place] for place in places]

    def _comparison(self, term: Term, rows: list[Row], now: Moment) -> list[bool]:
        """Whether the value of each row is above the bound, or below; of one that is not known it is not."""
        assert term.is_above is not None
        written = next(column.written for column in self.columns if column.id == term.field)
        assert written is not None
        values = [written(row, now) for row in rows]
        return [isinstance(value, int) and term.is_above(value, term.bound) for value in values]

    def _texts(self, term: Term, rows: list[Row], now: Moment) -> list[str]:
        if term.field:
            columns = [column for column in self.columns if column.id == term.field]
        else:
            columns = [column for column in self.columns if term.looks_in(column.kind)]
        looked_at = tuple(column.id for column in columns)
        texts = self._folded.get(looked_at)
        if texts is None:
            texts_of = [column.text for column in columns]
            # No word of a filter holds a line break, so none is found across two cells.
            texts = [fold("\n".join([text(row, now) for text in texts_of])) for row in rows]
            if not any(column.moves for column in columns):
                self._folded[looked_at] = texts
        return texts


def next_column(shown: Sequence[str], current: str, step: int) -> str:
    """The column to sort by after this one; past either end: "", the order in which the rows come."""
    names = ["", *shown]
    place = names.index(current) if current in names else 0
    return names[(place + step) % len(names)]


def fit(columns: Sequence[Column[Row]], width: int, gap: int = 1) -> list[tuple[Column[Row], int]]:
    """The columns that fit into this many cells, each with its width."""
    shown = list(columns)

    def needed() -> int:
        return sum(column.width for column in shown) + gap * (len(shown) - 1)

    while needed() > width and any(column.rank for column in shown):
        shown.remove(max(shown, key=lambda column: column.rank))
    spare, shares = max(0, width - needed()), sum(column.grow for column in shown)
    widths = [column.width + (spare * column.grow // shares if shares else 0) for column in shown]
    if spare and shares:
        last = max(index for index, column in enumerate(shown) if column.grow)
        widths[last] += width - sum(widths) - gap * (len(shown) - 1)
    return list(zip(shown, widths, strict=True))
