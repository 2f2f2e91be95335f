"""Writes cells where they belong, with the fewest bytes that every terminal of today understands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from tui.terminal.cell_style import PLAIN, CellStyle, change
from tui.terminal.cells import is_narrow, is_sure

_FAR: Final = 4
"""Lines over which a line feed for each is shorter than a sequence."""


NEAR: Final = 4
"""Cells over which writing what stands between is no longer than going there."""


class Encoder:
    """Knows where the cursor stands and which style is set, as far as that can be known.

    It stays with sequences that xterm, tmux, screen, PuTTY, iTerm, Windows Terminal and the console of Linux share:
    no REP (PuTTY before 0.71 and the console lack it), no SU and SD (the console lacks them), no ECH.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self._x: int | None = None
        self._y: int | None = None
        self._style: CellStyle | None = None
        self._written: list[str] = []

    @property
    def length(self) -> int:
        """About how many bytes there are to take."""
        return sum(map(len, self._written))

    def take(self) -> str:
        """What was written since the last time. The next begins with a place: somebody may write in between."""
        written = "".join(self._written)
        self._written.clear()
        self._x = self._y = None
        return written

    def clear(self) -> None:
        """Make every cell a plain blank."""
        self._written.append("\x1b[m\x1b[H\x1b[J")
        self._style = PLAIN
        self._x = self._y = 0

    def move(self, x: int, y: int) -> None:
        """Put the cursor on a cell."""
        if self._x != x or self._y != y:
            self._written.append(_way(self._x, self._y, x, y))
            self._x, self._y = x, y

    def cells(self, y: int, places: Sequence[int], characters: Sequence[str], styles: Sequence[CellStyle]) -> None:
        """Write the cells of a line that are at these places, ascending."""
        for run in _runs(places):
            first, end = run[0], run[-1] + 1
            text = "".join(characters[first:end])
            # Most runs are of one style and of simple letters: they go out in one piece, small gaps included.
            if styles[first:end].count(styles[first]) == end - first and is_narrow(text):
                if self._x != first or self._y != y:
                    self._reach(first, y, characters, styles)
                if styles[first] is not self._style:
                    self._set_style("" if text.strip() else " ", styles[first])
                self._written.append(text)
                self._x = end
            else:
                self._one_by_one(y, run, characters, styles)
            if self._x == self.width:
                self._x = None  # terminals differ in where the cursor is behind the last column

    def _one_by_one(
        self, y: int, places: Sequence[int], characters: Sequence[str], styles: Sequence[CellStyle]
    ) -> None:
        write = self._written.append
        left = [*reversed(places)]
        while left:
            x = left.pop()
            character = characters[x]
            if not character:
                continue  # the right half of the character that was just written
            if self._x != x or self._y != y:
                self._reach(x, y, characters, styles)
            if styles[x] is not self._style:
                self._set_style(character, styles[x])
            if character.isascii():
                write(character)
                self._x = x + 1
                continue
            is_wide = x + 1 < self.width and not characters[x + 1]
            if is_sure(character):
                write(character)
                self._x = x + 1 + is_wide
                continue
            if is_wide:
                # Where it is drawn in one cell, the other must not show what was there.
                write("  ")
                self._x = None
                self.move(x, y)
            write(character)
            self._x = None
            if not is_wide and x + 1 < self.width and left[-1:] != [x + 1]:
                left.append(x + 1)  # it may have been drawn over

    def erase(self, x: int, y: int) -> None:
        """Make plain blanks of the rest of a line.

        Erased cells get the background that is set, or the terminal's own where it knows no such thing (bce): only
        with the terminal's own background both are the same. Other backgrounds are written as blanks.
        """
        self.move(x, y)
        self._set_style(" ", PLAIN)
        self._written.append("\x1b[K")

    def scroll(self, top: int, bottom: int, lines: int) -> None:
        """Move the lines from ``top`` to ``bottom`` up by ``lines``, or down where that is negative."""
        self._set_style(" ", PLAIN)
        self._written.append(f"\x1b[{top + 1};{bottom + 1}r")
        if lines > 0:
            self._written.append(f"\x1b[{bottom + 1}H" + "\n" * lines)
        else:
            self._written.append(f"\x1b[{top + 1}H" + "\x1bM" * -lines)
        self._written.append("\x1b[r")
        self._x = self._y = None

    def _reach(self, x: int, y: int, characters: Sequence[str], styles: Sequence[CellStyle]) -> None:
        """Go to a cell, over the cells between where writing them again is shorter."""
        way = _way(self._x, self._y, x, y)
        start = self._x
        if start is not None and self._y == y and 0 < x - start <= len(way):
            between = zip(characters[start:x], styles[start:x], strict=True)
            again = "".join(characters[start:x])
            if len(again.encode()) <= len(way) and is_sure(again) and all(self._fits(*each) for each in between):
                way = again
        self._written.append(way)
        self._x, self._y = x, y

    def _fits(self, character: str, style: CellStyle) -> bool:
        """Whether a cell can be written without another style."""
        if style is self._style:
            return True
        if character != " " or self._style is None or not style.is_blank:
            return False
        return self._style.is_blank and self._style.background == style.background

    def _set_style(self, character: str, style: CellStyle) -> None:
        if not self._fits(character, style):
            new = style.blank if character == " " else style
            self._written.append(change(self._style, new))
            self._style = new


def _runs(places: Sequence[int]) -> Iterator[Sequence[int]]:
    """The places in pieces between which it is worth to go."""
    start = 0
    for at in range(1, len(places)):
        if places[at] - places[at - 1] > NEAR:
            yield places[start:at]
            start = at
    if places:
        yield places[start:]


@lru_cache(maxsize=4096)
def _way(from_x: int | None, from_y: int | None, x: int, y: int) -> str:
    """The shortest sequence from one cell to another; None is a column or line that is not known."""
    straight = f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"
    if from_y is None:
        return straight
    return min(straight, _up_or_down(from_y, y) + _sideways(from_x, x), key=len)


def _up_or_down(start: int, end: int) -> str:
    if start == end:
        return ""
    far = abs(end - start)
    relative = f"\x1b[{far if far > 1 else ''}{'B' if end > start else 'A'}"
    if start < end and far <= _FAR:
        relative = "\n" * far  # the terminal's driver is told not to make carriage returns of them
    return min(relative, f"\x1b[{end + 1}d", key=len)


def _sideways(start: int | None, end: int) -> str:
    if start == end:
        return ""
    ways = [f"\x1b[{end + 1}G", "\r" + (_forward(end) if end else "")]
    if start is not None and start < end:
        ways.append(_forward(end - start))
    elif start is not None:
        ways.append("\b" * (start - end))
        ways.append(f"\x1b[{start - end}D")
    return min(ways, key=len)


def _forward(cells: int) -> str:
    return f"\x1b[{cells if cells > 1 else ''}C"
