"""What Textual wants to be seen, what the terminal shows, and the difference to send."""

from __future__ import annotations

from bisect import bisect_left
from enum import Enum, auto
from itertools import compress
from operator import is_not, ne
from typing import Final

from rich.color import ColorSystem

from tui.terminal.cell_style import PLAIN
from tui.terminal.encoder import Encoder
from tui.terminal.picture import Picture
from tui.terminal.scrolling import scrolled
from tui.terminal.toolkit import CompositorUpdate

NO_END: Final = float("inf")

ERASING: Final = 3
"""Bytes that erase the rest of a line."""


class Priority(Enum):
    """Whose lines a frame holds."""

    ALL = auto()
    """What the last key has done, then all the rest."""
    KEY = auto()
    """What the last key has done, and nothing else."""
    OTHERS = auto()
    """All the rest, then what the last key has done."""


class Canvas:
    """Takes what the compositor paints at any time, and gives the difference to the terminal when it is asked for."""

    def __init__(self, width: int, height: int) -> None:
        self.cursor = (0, 0)
        """Where the hidden cursor should stand: an input method opens its window there."""
        self._wanted = Picture(width, height)
        self._shown: Picture | None = None
        self._encoder = Encoder(width)
        self._touched: dict[int, None] = {}
        """Lines that may differ, those that wait longest first."""
        self._urgent: dict[int, None] = {}
        """Those of them that the last key may have touched."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines."""
        return self._wanted.width, self._wanted.height

    @property
    def is_behind(self) -> bool:
        """Whether the terminal may show something else than it should."""
        return self._shown is None or bool(self._touched) or bool(self._urgent)

    @property
    def is_urgent(self) -> bool:
        """Whether the last key has done something that the terminal may not show yet."""
        return bool(self._urgent)

    def resize(self, width: int, height: int) -> None:
        """Take another size; what the terminal shows is not known any more."""
        if (width, height) != self.size:
            self._wanted = self._wanted.resized(width, height)
            self._encoder = Encoder(width)
            self._touched.clear()
            self._urgent.clear()
        self.forget()

    def forget(self) -> None:
        """Let the next frame send everything: what the terminal shows is not known."""
        self._shown = None

    def prioritise(self) -> None:
        """Let what is painted from now on go before all else: a key has come."""
        self._touched = self._urgent | self._touched
        self._urgent = {}

    def paint(self, update: CompositorUpdate, colours: ColorSystem, *, is_urgent: bool = False) -> None:
        """Take what Textual wants to be seen from now on."""
        touched = self._urgent if is_urgent else self._touched
        touched.update(dict.fromkeys(self._wanted.paint(update, colours)))

    def frame(self, most: float = NO_END, priority: Priority = Priority.ALL) -> str:
        """Give what makes the terminal show what it should, and take it as shown; nothing where it shows that already.

        From about ``most`` bytes on, the other lines are left to the next frame.
        """
        sets = {
            Priority.ALL: (self._urgent, self._touched),
            Priority.KEY: (self._urgent,),
            Priority.OTHERS: (self._touched, self._urgent),
        }[priority]
        if self._shown is None:
            self._encoder.clear()
            self._shown = Picture(*self.size)
            sets[-1].update(dict.fromkeys(range(self._shown.height)))
        elif self._urgent or most != NO_END:
            # What a key moves is looked for; what moves by itself only where bytes are dear.
            found = scrolled(self._shown, self._wanted, sorted({y for lines in sets for y in lines}))
            if found is not None:
                self._encoder.scroll(*found)
                self._shown.scroll(*found)
                sets[-1].update(dict.fromkeys(range(found[0], found[1] + 1)))
        for lines in sets:
            while lines and (most == NO_END or self._encoder.length < most):
                y = next(iter(lines))
                del lines[y]
                self._line(y, self._shown)
        if self.cursor != (0, 0) and self._encoder.length:
            self._encoder.move(*self.cursor)
        return self._encoder.take()

    def _line(self, y: int, shown: Picture) -> None:
        characters, styles = self._wanted.characters[y], self._wanted.styles[y]
        before, styles_before = shown.characters[y], shown.styles[y]
        if characters == before and styles == styles_before:
            return
        columns = range(self._wanted.width)
        changed = list(compress(columns, map(ne, characters, before)))
        if styles != styles_before:
            other = compress(columns, map(is_not, styles, styles_before))
            seen = (x for x in other if characters[x] != " " or styles[x].blank is not styles_before[x].blank)
            changed = sorted({*changed, *seen})
        if changed:
            kept = self._before_the_blank_end(y, changed)
            erased = changed[kept:]
            changed = changed[:kept]
            self._encoder.cells(y, changed, characters, styles)
            if erased:
                self._encoder.erase(erased[0], y)
        shown.characters[y], shown.styles[y] = characters, styles

    def _before_the_blank_end(self, y: int, changed: list[int]) -> int:
        """How many of the changed cells are to be written; the others are blanks that are shorter to erase."""
        characters, styles = self._wanted.characters[y], self._wanted.styles[y]
        if characters[changed[-1]] != " " or len(changed) <= ERASING:
            return len(changed)
        end = self._wanted.width
        while end and characters[end - 1] == " " and styles[end - 1].blank is PLAIN:
            end -= 1
        kept = bisect_left(changed, end)
        return kept if len(changed) - kept > ERASING else len(changed)
