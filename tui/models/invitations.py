"""Reading a list of addresses as invitations, and saying which of its lines cannot be.

What is not understood of a line keeps the whole line from going: an account costs money, and one with fewer computers
than were written is noticed by the customer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from tui.models.address_lines import NO_ADDRESS, NO_NUMBER, read_line
from tui.models.addresses import address_in
from tui.models.computers import read_computers
from tui.models.headings import Columns, Heading, find_heading, heading_of
from tui.models.invite_run import SETTLED
from tui.models.sheet import SAMPLE_LINES, Lines, Record, cells_of, delimiter_of, lines_of, objects_of, records_of
from tui.models.text import clean
from tui.models.users import Invitation, account_of

PROBLEMS_KEPT: Final = 20_000
"""Reading ends after this many problems: that is no list of addresses."""

NO_CELL: Final = "has no e-mail address"
TWICE: Final = "is there twice"
TWICE_OTHERWISE: Final = "is there twice, with other numbers of computers"
NOT_CLOSED: Final = "has a quotation mark that is not closed"
NO_COLUMN: Final = "stands in no column of the heading"
MAY_BE_ONE: Final = "may be one number"
WHICH_ADDRESS: Final = "which column has the addresses?"
WHICH_COMPUTERS: Final = "which column has the computers?"

_EXCERPT: Final = 60
"""Characters of a wrong word that are shown."""

_THOUSANDS: Final = re.compile(r"\d{3}(\D.*)?")
_LIKE_A_NUMBER: Final = re.compile(r"\d{1,6}([.,]\d+)?\s*\D{0,12}")


class Row(NamedTuple):
    """One thing that was read: an address to invite, or what cannot be one."""

    line: int
    address: str
    """As it was written; empty where the line has none."""
    number: int | None = None
    """The computers that the line itself allots; None where it has no number."""
    problem: str = ""
    """Why it cannot be sent, in a few words; empty when it can."""
    wrong: str = ""
    """What the problem speaks of, where that is not the address; shortened."""
    earlier: str = ""
    """The status of an earlier run, where the text is the export of one."""
    computers: int = 0
    """What it gets: its own number, or what all get."""

    @property
    def shown(self) -> str:
        """The address, or what stands in its place."""
        return self.address or self.wrong

    @property
    def complaint(self) -> str:
        """The problem with what it speaks of."""
        return f"{self.wrong!r} {self.problem}" if self.address and self.wrong else self.problem

    @property
    def sentence(self) -> str:
        """The problem with its line."""
        if not self.address:
            return f"line {self.line}: {self.wrong!r} {self.problem}"
        return f"line {self.line}: {self.address}{':' if self.wrong else ''} {self.complaint}"


class Pasted(NamedTuple):
    """What was read of a text."""

    rows: tuple[Row, ...]
    columns: Columns = Columns(None)
    """Which of its columns were used; without one for the addresses, each line was read by itself."""
    names: tuple[str, ...] = ()
    """What its columns are called; none where it has none."""
    question: str = ""
    """What the heading leaves open: nothing is sent before somebody has chosen."""
    ended: int = 0
    """The line at which reading ended before the end; 0: all was read."""

    @property
    def invitations(self) -> tuple[Invitation, ...]:
        """What can be sent."""
        return tuple(Invitation(email=row.address, computers=row.computers) for row in self.rows if not row.problem)

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each thing that cannot be sent, with its line."""
        return tuple(row.sentence for row in self.rows if row.problem)


def read_invitations(text: str, computers: int = 0, columns: Columns | None = None) -> Pasted:
    """Read a list of addresses: by the columns that its heading names, or line by line where it has none.

    A line without columns is an address and its number of computers, or addresses separated by anything usual. Who has
    no number gets ``computers``. ``columns`` are what a person chose in place of what the heading says. What is doubled
    is said and read once. A column ``status`` is that of an export: it says what became of each in that run.
    """
    lines, records, heading = _taken_apart(text)
    names = _unnamed(lines)
    if heading is not None and len(heading.names) > 1:
        names = tuple(clean(name, _EXCERPT) for name in heading.names)
    question = ""
    if columns is None:
        columns, question = _by_heading(heading, records)
    if columns.address is None:
        passed_over = 0 if heading is None else heading.record.line
        rows = _by_lines((numbered for numbered in lines.numbered if numbered[0] != passed_over), lines.delimiter)
    else:
        delimiter = heading.delimiter if heading is not None else delimiter_of(lines)
        every = records_of(lines.numbered, delimiter) if records is None else records
        rows = _by_columns(every, columns, names, delimiter)
    kept, ended = _bounded(rows)
    joined = [
        row._replace(computers=computers if row.number is None else row.number, problem=row.problem or question)
        for row in _joined(kept)
    ]
    return Pasted(tuple(joined), columns, names, question, ended)


def _taken_apart(text: str) -> tuple[Lines, Sequence[Record] | None, Heading | None]:
    """The lines of a text, its heading, and the rows below that, where it has columns."""
    objects = objects_of(text)
    if objects is not None and (heading := heading_of(objects[0], ",")) is not None:
        return Lines([]), objects[1:], heading
    lines = lines_of(text)
    heading = find_heading(lines)
    if heading is None or len(heading.names) == 1:
        return lines, None, heading
    below = [numbered for numbered in lines.numbered if numbered[0] > heading.record.line]
    skipped = heading.record.text.count("\n")  # of a heading in quotes that goes over several lines
    return lines, list(records_of(below[skipped:], heading.delimiter)), heading


def _unnamed(lines: Lines) -> tuple[str, ...]:
    """The columns of a list without a heading, as many as its widest row has."""
    delimiter = delimiter_of(lines)
    if not delimiter:
        return ()
    width = max(len(cells_of(line, delimiter)) for _, line in lines.numbered[:SAMPLE_LINES])
    return tuple(f"column {place}" for place in range(1, width + 1))


def _by_heading(heading: Heading | None, records: Sequence[Record] | None) -> tuple[Columns, str]:
    """The columns that the heading names, and what it leaves open."""
    if heading is None or records is None:
        return Columns(None), ""
    columns = heading.columns
    if len(heading.addresses) > 1:
        return columns, WHICH_ADDRESS
    if len(heading.computers) > 1 or (not heading.computers and _numeric(heading, records)):
        return columns, WHICH_COMPUTERS
    return columns, ""


def _numeric(heading: Heading, records: Sequence[Record]) -> bool:
    """Whether a column that the heading calls otherwise may hold numbers of computers."""
    used = (heading.columns.address, heading.columns.status)
    for place in range(len(heading.names)):
        cells = [record.cells[place] for record in records[:SAMPLE_LINES] if place < len(record.cells)]
        filled = [cell for cell in cells if cell]
        numbers = sum(read_computers(cell) is not None or bool(_LIKE_A_NUMBER.fullmatch(cell)) for cell in filled)
        if place not in used and numbers and 2 * numbers >= len(filled):
            return True
    return False


def _by_lines(lines: Iterable[tuple[int, str]], delimiter: str) -> Iterator[Row]:
    for number, written in lines:
        line = read_line(written, delimiter)
        if not line.addresses and line.problem:
            yield Row(number, "", None, line.problem, _excerpt(line.wrong))
        for address in line.addresses:
            yield Row(number, address, line.computers, line.problem, _excerpt(line.wrong))


def _by_columns(records: Iterable[Record], columns: Columns, names: Sequence[str], delimiter: str) -> Iterator[Row]:
    width = len(names)
    while width and not names[width - 1]:
        width -= 1
    for record in records:
        if any(record.cells):
            yield _row_of(record, columns, width, delimiter)


def _row_of(record: Record, columns: Columns, width: int, delimiter: str) -> Row:
    line, cells = record.line, record.cells
    written = _cell(cells, columns.address)
    address = address_in(written)
    if not record.is_whole:
        return Row(line, "", None, NOT_CLOSED, _excerpt(record.text))
    if not written:
        return Row(line, "", None, NO_CELL, _excerpt(" ".join(filter(None, cells))))
    if not address:
        return Row(line, "", None, NO_ADDRESS, _excerpt(written))
    if any(cells[width:]):
        return Row(line, address, None, NO_COLUMN, _excerpt(" ".join(filter(None, cells[width:]))))
    number = _cell(cells, columns.computers)
    computers = read_computers(number) if number else None
    if number and computers is None:
        return Row(line, address, None, NO_NUMBER, _excerpt(number))
    following = "" if columns.computers is None else _cell(cells, columns.computers + 1)
    if number and delimiter == "," and '"' not in record.text and _THOUSANDS.fullmatch(following):
        return Row(line, address, None, MAY_BE_ONE, _excerpt(f"{number},{following}"))
    earlier = _cell(cells, columns.status).upper().replace(" ", "_")
    return Row(line, address, computers, earlier=earlier)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return "" if place is None or place >= len(cells) else cells[place]


def _bounded(rows: Iterable[Row]) -> tuple[list[Row], int]:
    """The rows up to PROBLEMS_KEPT problems, and the line of the last one."""
    kept: list[Row] = []
    problems = 0
    for row in rows:
        kept.append(row)
        problems += bool(row.problem)
        if problems >= PROBLEMS_KEPT:
            return kept, row.line
    return kept, 0


def _joined(rows: Sequence[Row]) -> list[Row]:
    """Each address once: the first of several that agree goes, with the number that one of them has."""
    spoiled = {account_of(row.address): row.line for row in reversed(rows) if row.problem and row.address}
    joined: list[Row] = []
    first: dict[str, int] = {}
    for row in rows:
        account = account_of(row.address)
        if row.problem:
            joined.append(row)
        elif account in spoiled:
            joined.append(row._replace(problem=f"is also in line {spoiled[account]}, which is not understood"))
        elif account not in first:
            first[account] = len(joined)
            joined.append(row)
        else:
            before = joined[first[account]]
            both = _together(before, row)
            joined[first[account]] = both
            joined.append(row._replace(problem=both.problem or TWICE))
    return joined


def _together(first: Row, again: Row) -> Row:
    earlier = again.earlier if again.earlier in SETTLED else first.earlier or again.earlier
    if first.number is None or again.number in (None, first.number):
        number = again.number if first.number is None else first.number
        return first._replace(number=number, earlier=earlier)
    return first._replace(problem=TWICE_OTHERWISE, earlier=earlier)


def _excerpt(word: str) -> str:
    return word if len(word) <= _EXCERPT else f"{word[:_EXCERPT]}…"
