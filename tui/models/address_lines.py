"""A line of a list without columns: addresses, separated by anything usual, or one address and its computers."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tui.models.addresses import bare, is_address
from tui.models.computers import is_number_alone, read_computers
from tui.models.sheet import cells_of, delimiter_in

NO_ADDRESS: Final = "is not an e-mail address"
NO_NUMBER: Final = "is not a number of computers"
TOO_MANY: Final = "is one thing too many beside an address and its number"

_SEPARATORS: Final = re.compile(r"[,;|\s]+")
# Begun only where a run of letters begins, and never given back: else a long line would be read once for each letter.
_NAMED: Final = re.compile(r"(?<![^<>@])([^<>@]*+)<([^<>]*+)>")
"""``Jane Doe <jane@example.org>``."""


class Line(NamedTuple):
    """What a line says: addresses, or what of it is not understood, which keeps all of it from going."""

    addresses: tuple[str, ...]
    computers: int | None = None
    """None where it has no number."""
    wrong: str = ""
    problem: str = ""


def read_line(line: str, delimiter: str) -> Line:
    """Read one line. ``delimiter``: what its list says it is separated by; empty where it says nothing."""
    cells = _cells(line, delimiter or delimiter_in(line))
    addresses: list[str] = []
    others: list[str] = []
    for cell in cells:
        if "@" not in cell:
            others.append(cell)
            continue
        # "Doe, Jane <jane@example.org>": what stands before a bracket is a name, but for a number.
        if others and ("<" not in cell or any(map(is_number_alone, others))):
            return _not_understood(line, _word_of(others[0]), NO_ADDRESS)
        others.clear()
        found, wrong = _addresses_of(cell)
        if wrong:
            return _not_understood(line, wrong, NO_ADDRESS)
        addresses += found
    if not others:
        return Line(tuple(addresses))
    number = others[0].strip("\"'")
    if len(addresses) != 1:
        return _not_understood(line, _word_of(number), NO_ADDRESS)
    computers = read_computers(number)
    if computers is None:
        return _not_understood(line, number, NO_NUMBER)
    if len(others) > 1:
        return _not_understood(line, others[1], TOO_MANY)
    return Line(tuple(addresses), computers)


def _cells(line: str, delimiter: str) -> list[str]:
    """The parts of a line that are not empty."""
    if delimiter:
        return [cell for cell in cells_of(line, delimiter) if cell.strip("\"'<>")]
    if "<" not in line:
        return line.split()
    named = [match[0] for match in _NAMED.finditer(line)]
    rest = line[sum(map(len, named)) :] if line.startswith("".join(named)) else line
    return [*named, *rest.split()] if rest != line else [line]


def _addresses_of(cell: str) -> tuple[list[str], str]:
    """The addresses of a cell, and what in it is none."""
    if "<" in cell:
        named = list(_NAMED.finditer(cell))
        words = [bare(match[2]) for match in named]
        rest = _NAMED.sub("", cell).strip(" ,;.")
        if named and not rest and not any(is_number_alone(match[1]) for match in named):
            return words, next((word for word in words if not is_address(word)), "")
    words = [word for part in _SEPARATORS.split(cell) if (word := bare(part))]
    return words, next((word for word in words if not is_address(word)), "")


def _not_understood(line: str, wrong: str, problem: str) -> Line:
    words = (bare(word) for word in _SEPARATORS.split(line))
    return Line(tuple(dict.fromkeys(word for word in words if is_address(word))), None, wrong, problem)


def _word_of(cell: str) -> str:
    return next((word for part in _SEPARATORS.split(cell) if (word := bare(part))), cell)
