"""A terminal as pyte emulates it, with what pyte leaves out and the layer relies on."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import pyte
from pyte.charsets import LAT1_MAP
from pyte.modes import IRM
from pyte.screens import Char
from wcwidth import wcwidth

_NOT_FOR_PYTE: Final = re.compile(r"\x1b\[(?:[<>=][0-9;]*[a-z]|\?[0-9;]*\$p)")

_LINES: Final = frozenset({"underscore", "strikethrough", "reverse"})

_SGR: Final = re.compile(r"\x1b\[([0-9;:]*)m")

_COLOURS: Final = frozenset({*range(30, 39), *range(40, 49), 58, *range(90, 98), *range(100, 108)})
"""Parameters of SGR that set the colour of letters, of the ground or of lines."""


def coloured(written: str) -> list[str]:
    """The sequences that set a colour."""
    return [
        found[0]
        for found in _SGR.finditer(written)
        if _COLOURS & {int(code) for code in re.split("[;:]", found[1]) if code}
    ]


_has_one_column: Final = lru_cache(maxsize=10_000)(lambda character: wcwidth(character) == 1)


@lru_cache(maxsize=20_000)
def _cell(like: Char, character: str) -> Char:
    """A cell that looks like another and holds a character: a few hundred make up every screen."""
    return like._replace(data=character)


class Screen(pyte.Screen):
    """A screen of pyte's that is written and read in a fraction of the time.

    Pyte makes each cell anew, and asks for the width of every character.
    """

    def draw(self, data: str) -> None:
        """Write from the cursor on; what is special about it is left to pyte."""
        is_plain = not self.charset and self.g0_charset is LAT1_MAP and IRM not in self.mode
        if not is_plain or self.cursor.x + len(data) > self.columns or not all(map(_has_one_column, data)):
            super().draw(data)
            return
        line, like = self.buffer[self.cursor.y], self.cursor.attrs
        for x, character in enumerate(data, self.cursor.x):
            line[x] = _cell(like, character)
        self.cursor.x += len(data)
        self.dirty.add(self.cursor.y)

    @property
    def display(self) -> list[str]:
        """The lines as text. The second cell of a wide character holds none."""
        columns, blank = range(self.columns), self.default_char
        lines = [self.buffer[y] for y in range(self.lines)]
        return ["".join([line.get(x, blank).data for x in columns]) for line in lines]


class Emulator(Screen):
    """What a person sees. Dim letters, which pyte does not know, are kept as blinking ones."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        self.answers: list[str] = []
        self._stream = pyte.Stream(self)

    def feed(self, text: str) -> None:
        """Show what the program writes."""
        self._stream.feed(_NOT_FOR_PYTE.sub("", text))

    def write_process_input(self, data: str) -> None:
        """Answer a question."""
        self.answers.append(data)

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        """Colours and attributes."""
        known: list[int] = []
        rest = list(attributes)
        while rest:
            code = rest.pop(0)
            known.append({2: 5}.get(code, code))
            if code in (38, 48):
                known += rest[: (length := 2 if rest[:1] == [5] else 4)]
                rest = rest[length:]
            elif code == 22:
                known.append(25)
        super().select_graphic_rendition(*known or [0])

    def picture(self) -> list[list[tuple[Any, ...]]]:
        """Every cell as it is seen: of a blank the colours that show, of a letter all."""
        return [self._line([self.buffer[y][x] for x in range(self.columns)]) for y in range(self.lines)]

    @staticmethod
    def _line(cells: list[Any]) -> list[tuple[Any, ...]]:
        """A line without halves of wide characters, which pyte leaves and terminals do not."""
        followers = [*cells[1:], cells[0]._replace(data=" ")]
        leaders = [cells[0]._replace(data=" "), *cells[:-1]]
        return [
            seen(cell._replace(data=" "))
            if (wcwidth(cell.data[:1]) == 2 and after.data) or (not cell.data and wcwidth(before.data[:1]) != 2)
            else seen(cell)
            for before, cell, after in zip(leaders, cells, followers, strict=True)
        ]


def seen(cell: Any) -> tuple[Any, ...]:
    """What a person sees of a cell."""
    if cell.data != " ":
        return tuple(cell)
    lines = [name for name in sorted(_LINES) if getattr(cell, name)]
    return (" ", cell.bg, *lines, *((cell.fg, cell.blink, cell.bold) if lines else ()))
