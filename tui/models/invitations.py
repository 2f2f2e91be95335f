"""Reading many pasted addresses as invitations, and saying which of them cannot be."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tui.models.users import Invitation, account_of

COMPUTERS_MOST: Final = 100_000

PROBLEMS_KEPT: Final = 1_000
"""Reading ends after so many problems: that is no list of addresses."""

NO_ADDRESS: Final = "is not an e-mail address"
NO_NUMBER: Final = "is not a number of computers"
TWICE: Final = "is there twice"

_EXCERPT: Final = 60
"""Characters of a wrong word that are shown."""

_HEADINGS: Final = frozenset({"email", "e-mail", "address"})
_ADDRESS: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_SEPARATORS: Final = re.compile(r"[,;\s]+")


class Row(NamedTuple):
    """One thing that was read: an address to invite, or what cannot be one."""

    line: int
    address: str
    """As it was written; shortened and made visible where it is none."""
    computers: int
    problem: str = ""
    """Why it cannot be sent, in a few words; empty when it can."""
    earlier: str = ""
    """The status of an earlier run, where the text is the export of one."""

    @property
    def sentence(self) -> str:
        """The problem with its line."""
        address = f"{self.address!r} " if self.problem != TWICE else f"{self.address} "
        return f"line {self.line}: {address}{self.problem}"


class Pasted(NamedTuple):
    """What was read of a pasted text."""

    rows: tuple[Row, ...]

    @property
    def invitations(self) -> tuple[Invitation, ...]:
        """What can be sent."""
        return tuple(Invitation(email=row.address, computers=row.computers) for row in self.rows if not row.problem)

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each thing that cannot be sent, with its line."""
        return tuple(row.sentence for row in self.rows if row.problem)


def is_address(text: str) -> bool:
    """Whether a text has the shape of an e-mail address; whether it exists only the system knows."""
    return len(text) <= 254 and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def read_computers(text: str) -> int | None:
    """A number of computers; None where it is none, or none that can be allotted."""
    if not text.isdecimal() or len(text) > 9:  # int() raises at thousands of digits
        return None
    return number if (number := int(text)) <= COMPUTERS_MOST else None


def read_invitations(text: str, computers: int = 0) -> Pasted:
    """Read addresses, separated by lines, blanks, commas or semicolons.

    A line ``address,number`` (a CSV row) allots so many computers; all others get ``computers``. Empty lines and
    a heading row are passed over; what is doubled is said and read once. A heading with a column ``status`` is that of
    an export: its rows carry what became of them in that run.
    """
    rows: list[Row] = []
    known: set[str] = set()
    problems = 0
    for row in _rows_of(text, computers):
        if not row.problem and account_of(row.address) in known:
            row = row._replace(problem=TWICE)  # noqa: PLW2901 - the same row, with what is wrong with it
        known.add(account_of(row.address))
        rows.append(row)
        problems += bool(row.problem)
        if problems >= PROBLEMS_KEPT:
            break
    return Pasted(tuple(rows))


def _rows_of(text: str, computers: int) -> Iterator[Row]:
    columns: list[str] = []
    delimiter = ","
    is_first = True
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        words = _cells(line, delimiter) if columns else _words(line)
        if not words:
            continue
        if is_first and words[0].casefold() in _HEADINGS:
            delimiter = ";" if line.count(";") > line.count(",") else ","  # as spreadsheets of some countries write it
            columns = _export_columns(_cells(line, delimiter))
        else:
            yield from _row_of_export(number, words, columns) if columns else _rows(number, words, computers)
        is_first = False


def _rows(number: int, words: list[str], computers: int) -> Iterator[Row]:
    if len(words) == 2 and "@" not in words[1]:
        allotted = read_computers(words[1])
        if allotted is None:
            yield Row(number, _excerpt(words[1]), 0, NO_NUMBER)
            return
        computers = allotted
        words = words[:1]
    for word in words:
        yield Row(number, word, computers) if is_address(word) else Row(number, _excerpt(word), 0, NO_ADDRESS)


def _row_of_export(number: int, cells: list[str], columns: list[str]) -> Iterator[Row]:
    held = dict(zip(columns, cells, strict=False))
    address, computers = held.get("email", "").strip("<>\"' "), read_computers(held.get("computers", "").strip() or "0")
    if not is_address(address):
        yield Row(number, _excerpt(address), 0, NO_ADDRESS)
    elif computers is None:
        yield Row(number, _excerpt(held["computers"]), 0, NO_NUMBER)
    else:
        yield Row(number, address, computers, earlier=held.get("status", "").strip().upper())


def _export_columns(heading: list[str]) -> list[str]:
    """The columns of our own export, empty for any other heading."""
    columns = [cell.strip().casefold() for cell in heading]
    return columns if columns[:1] == ["email"] and "status" in columns else []


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def _words(line: str) -> list[str]:
    return [word for part in _SEPARATORS.split(line) if (word := part.strip("<>\"'"))]


def _excerpt(word: str) -> str:
    return word if len(word) <= _EXCERPT else f"{word[:_EXCERPT]}…"
