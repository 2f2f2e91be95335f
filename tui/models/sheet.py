"""A list as people send it, taken apart into rows of cells, whatever separates them."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

DELIMITERS: Final = ("\t", ";", "|", ",")
"""The first of them that a line has separates its cells: a comma may also stand in a number or a name."""

QUOTED_LINES: Final = 20
"""Most lines of a cell in quotes; a mark that is closed later is a stray one."""

SAMPLE_LINES: Final = 50
"""How many lines decide what separates the cells of a list, and the most that may stand above its heading."""

_SEP: Final = re.compile(r'"?sep=(.)"?[;,\t|]*', re.IGNORECASE)


class Record(NamedTuple):
    """A row of a list."""

    line: int
    """The line that it begins in."""
    text: str
    """As it was written."""
    cells: tuple[str, ...]
    is_whole: bool = True
    """Every quotation mark in it is closed."""


class Lines(NamedTuple):
    """The lines of a list that hold anything, with their numbers, and what its first line says of its delimiter."""

    numbered: Sequence[tuple[int, str]]
    delimiter: str = ""


def lines_of(text: str) -> Lines:
    """The lines of a text without the empty ones and without the ``sep=;`` of a spreadsheet."""
    numbered = [(n, line) for n, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1) if line.strip()]
    said = _SEP.fullmatch(numbered[0][1].strip(" \r")) if numbered else None
    return Lines(numbered) if said is None else Lines(numbered[1:], said[1])


def delimiter_of(lines: Lines) -> str:
    """What separates the cells of most lines; empty where nothing does."""
    if lines.delimiter:
        return lines.delimiter
    first = [delimiter_in(line) for _, line in lines.numbered[:SAMPLE_LINES]]
    return Counter(each for each in first if each).most_common(1)[0][0] if any(first) else ""


def delimiter_in(line: str) -> str:
    """What separates the cells of a line; empty where nothing does."""
    return next((each for each in DELIMITERS if each in line), "")


def cells_of(line: str, delimiter: str) -> tuple[str, ...]:
    """The cells of one line; all of it is one where nothing separates any."""
    if not delimiter:
        return (line.strip(),)
    if '"' not in line:
        return tuple(cell.strip() for cell in line.split(delimiter))
    try:
        return tuple(cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), []))
    except csv.Error:  # a cell of more than 128 KiB, a zero byte
        return (line,)


def records_of(lines: Sequence[tuple[int, str]], delimiter: str) -> Iterator[Record]:
    """The rows of a list; a cell in quotes may go over several lines, but a stray mark costs no line but its own."""
    place = 0
    while place < len(lines):
        number, line = lines[place]
        more = _lines_to_close(lines, place, delimiter) if _is_open(line, delimiter) else 0
        place += 1
        if more is None:
            yield Record(number, line, (line,), is_whole=False)
        else:
            together = "\n".join([line, *(following for _, following in lines[place : place + more])])
            yield Record(number, together, cells_of(together, delimiter))
            place += more


def _lines_to_close(lines: Sequence[tuple[int, str]], place: int, delimiter: str) -> int | None:
    """How many lines more a cell in quotes takes; None where its mark is a stray one."""
    together = lines[place][1]
    for more, (_, following) in enumerate(lines[place + 1 : place + 1 + QUOTED_LINES], 1):
        together = f"{together}\n{following}"
        if "@" in following:  # a row of its own, which such a mark must not swallow
            return None
        if '"' in following and not _is_open(together, delimiter):
            return more
    return None


def _is_open(text: str, delimiter: str) -> bool:
    """Whether a cell in quotes is not over at the end of the text."""
    if '"' not in text or not delimiter:
        return False
    try:
        list(csv.reader([text], delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def objects_of(text: str) -> list[Record] | None:
    """The rows of a list in JSON, as an export may be: first their names, as a heading; None where it is none."""
    if not text.lstrip("\ufeff \t\r\n").startswith("["):
        return None
    try:
        held = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    if not (isinstance(held, list) and held and all(isinstance(each, dict) for each in held)):
        return None
    names = list(dict.fromkeys(name for each in held for name in each))
    rows = (tuple("" if each.get(name) is None else str(each[name]) for name in names) for each in held)
    return [Record(0, "", tuple(names)), *(Record(n, " ".join(row), row) for n, row in enumerate(rows, 1))]
