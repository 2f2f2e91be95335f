"""Text as cells, and the last step before the line: nothing that a terminal would obey becomes a cell.

Texts from strangers are made safe where they enter a program. Whatever was forgotten there is refused here: only what
is drawn as itself, in as many cells as the toolkit counted, gets through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Final

from rich.cells import cell_len, split_graphemes

REFUSED: Final = "?"
"""Stands for what is refused: the one sign that every terminal can draw."""

MARKS_MOST: Final = 3
"""Combining marks on one character, as many as Hindi needs; more of them climb over the neighbouring lines."""

_BASES: Final = frozenset({"L", "N", "P", "S"})
"""General categories of what can stand in a cell by itself, and of the blank (Zs)."""

_UNDRAWN: Final = frozenset(map(chr, [*range(0x115F, 0x1200), 0x3164, 0xFFA0, *range(0xD7B0, 0xD800)]))
"""Letters without a cell of their own: the fillers of Korean and parts of its syllables."""

_ALONE: Final = frozenset({"\u200d", *map(chr, range(0xFE00, 0xFE10))})
"""The joiner of pictures and the selectors of their variants. Terminals do not agree on the width of what they make,
so the first picture is drawn alone."""

_Range = tuple[int, int]

_NARROW: Final[tuple[_Range, ...]] = (
    *((0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x2FF), (0x370, 0x482), (0x48A, 0x52F), (0x5D0, 0x5EA), (0x1E00, 0x1FFE)),
    *((0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20BF), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2400, 0x2426)),
    *((0x2500, 0x25FC), (0x2800, 0x28FF), (0xFFFD, 0xFFFD)),
)
_WIDE: Final[tuple[_Range, ...]] = (
    *((0x3001, 0x3029), (0x3041, 0x3096), (0x30A1, 0x30FF), (0x3400, 0x4DB5)),
    *((0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xFF01, 0xFF5E)),
)
"""Characters on whose width all terminals and the toolkit agree."""


def _class(ranges: Iterable[_Range]) -> str:
    return "[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges) + "]"


_narrow = re.compile(_class(_NARROW) + "*").fullmatch


@cache
def _sure() -> re.Pattern[str]:
    """Made when a first text needs it: it takes longer to make than all texts of a first frame to look at."""
    return re.compile(_class((*_NARROW, *_WIDE)) + "*")


def is_sure(text: str) -> bool:
    """Whether all terminals and the toolkit agree on the width of each character in the text or cell."""
    return is_narrow(text) or _sure().fullmatch(text) is not None


def is_narrow(text: str) -> bool:
    """Whether each character in the text is surely one cell wide."""
    return (text.isascii() and text.isprintable()) or _narrow(text) is not None


@lru_cache(maxsize=2048)
def cells_of(text: str) -> Sequence[str]:
    """A text cell by cell, as many as Rich counts; the right half of a wide character is empty."""
    if is_narrow(text):
        return text
    cells: list[str] = []
    if is_sure(text):
        for character in text:
            cells += (character,) if is_narrow(character) else (character, "")
        return cells
    if text.isascii():
        return _ascii_cells(text)  # Rich counts no cell for a control
    spans, _ = split_graphemes(text)
    for start, end, width in spans:
        if width:
            cells += _cell(text[start:end], width)
    # A text that Rich measures otherwise than it splits must not move what stands to its right.
    length = cell_len(text)
    return cells[:length] + [REFUSED] * (length - len(cells))


def _ascii_cells(text: str) -> list[str]:
    cells: list[str] = []
    for character in text:
        if character.isprintable():
            cells.append(character)
        elif cells:
            cells[-1] = REFUSED
    return cells + [REFUSED] * (cell_len(text) - len(cells))


def _cell(cluster: str, width: int) -> list[str]:
    """What Rich counts as one, in its cells."""
    drawn = _drawn(cluster)
    if len(drawn) == 1 and width == 2 and cell_len(drawn) == 1:
        return [drawn, " "]
    return [drawn, *[""] * (width - 1)]


def _drawn(cluster: str) -> str:
    first = cluster[0]
    if (unicodedata.category(first)[0] not in _BASES and first != " ") or first in _UNDRAWN:
        return " " if unicodedata.category(first) == "Zs" else REFUSED
    if len(cluster) == 1:
        return first
    if any(sign in _ALONE for sign in cluster):
        return first
    whole = unicodedata.normalize("NFC", cluster)
    if not all(unicodedata.category(mark)[0] == "M" for mark in whole[1:]):
        return REFUSED
    return whole[: 1 + MARKS_MOST]
