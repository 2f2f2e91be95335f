"""A screen as cells: what Textual wants to be seen, or what the terminal shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from tui.terminal.cell_style import PLAIN, CellStyle, cell_style
from tui.terminal.cells import cells_of, is_narrow
from tui.terminal.toolkit import ChopsUpdate, CompositorUpdate, LayoutUpdate

STYLES_MOST: Final = 4096
"""Styles whose cell style is remembered; Textual makes new ones for ever, as for each place that can be clicked."""

LINES_MOST: Final = 512
"""Lines whose styles are remembered: most lines that are painted look like another."""

Characters = str | tuple[str, ...]
"""The cells of a line: a text where each is one character, as nearly always, which is quickly cut and compared. The
right half of a wide character is an empty text."""

CellStyles = tuple[CellStyle, ...]


class Picture:
    """Characters and styles by line and column. A line is replaced and not changed: pictures share what is alike."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.characters: list[Characters] = [" " * width] * height
        self.styles: list[CellStyles] = [(PLAIN,) * width] * height

    def resized(self, width: int, height: int) -> Picture:
        """One of another size with the same upper left corner."""
        other = Picture(width, height)
        cells = min(width, self.width)
        for y in range(min(height, self.height)):
            kept = _whole(self.characters[y], 0, cells)
            other.characters[y] = _joined((kept, " " * (width - cells)))
            other.styles[y] = self.styles[y][:cells] + (PLAIN,) * (width - cells)
        return other

    def scroll(self, top: int, bottom: int, lines: int) -> None:
        """Move the lines from ``top`` to ``bottom`` up by ``lines``, or down if it is negative; others are blank."""
        at = bottom + 1 if lines > 0 else top
        kept = top if lines > 0 else bottom + 1 + lines
        del self.characters[kept : kept + abs(lines)], self.styles[kept : kept + abs(lines)]
        at -= lines if lines > 0 else 0
        self.characters[at:at] = [" " * self.width] * abs(lines)
        self.styles[at:at] = [(PLAIN,) * self.width] * abs(lines)

    def paint(self, update: CompositorUpdate, colours: ColorSystem) -> list[int]:
        """Paint what the compositor wants to be changed; gives the lines that are not what they were."""
        changed: list[int] = []
        for y, pieces in _pieces(update):
            if y < self.height:
                characters, styles = self.characters[y], self.styles[y]
                for x, strips in pieces:
                    self._paint(x, y, strips, colours)
                if characters != self.characters[y] or styles != self.styles[y]:
                    changed.append(y)
        return changed

    def _paint(self, x: int, y: int, strips: Iterable[Strip], colours: ColorSystem) -> None:
        if not 0 <= x < self.width:
            return
        room = self.width - x
        painted: list[Sequence[str]] = []
        runs: list[tuple[CellStyle, int]] = []
        for strip in strips:
            for text, style, control in strip:
                if control:
                    continue
                cells: Sequence[str] = text if is_narrow(text) else cells_of(text)
                if len(cells) > room:
                    cells = _whole(cells, 0, room)
                painted.append(cells)
                runs.append((_cell_style(style, colours), len(cells)))
                room -= len(cells)
        end = self.width - room
        characters, styles, new = self.characters[y], self.styles[y], _cell_styles(tuple(runs))
        if end - x < self.width:
            painted = [_whole(characters, 0, x), *painted, _whole(characters, end, self.width)]
            new = styles[:x] + new + styles[end:]
        self.characters[y] = _joined(painted)
        self.styles[y] = new


def _whole(cells: Sequence[str], start: int, end: int) -> Sequence[str]:
    """Some of the cells, with a blank for a half of a character whose other half is not among them."""
    part = cells[start:end]
    if isinstance(part, str) or not part:
        return part
    if end < len(cells) and cells[end] == "":
        part = (*part[:-1], " ")
    return part if part[0] else (" ", *part[1:])


def _joined(parts: Sequence[Sequence[str]]) -> Characters:
    for part in parts:
        if not isinstance(part, str):
            return tuple(chain.from_iterable(parts))
    return "".join(parts)  # type: ignore[arg-type] # as was just seen


def _pieces(update: CompositorUpdate) -> Iterator[tuple[int, list[tuple[int, Iterable[Strip]]]]]:
    """The lines of an update with what is to be painted where."""
    if isinstance(update, LayoutUpdate):
        x, top = update.region.offset
        for y, strips in enumerate(update.strips, top):
            yield y, [(x, strips)]
    elif isinstance(update, ChopsUpdate):
        for y, first, last in update.spans:
            pieces = zip(update.chop_ends[y], update.chops[y].items(), strict=True)
            # A piece that the change reaches into was rendered as a whole: cut, it could lose half a character.
            yield y, [(x, (strip,)) for end, (x, strip) in pieces if strip is not None and x < last and end > first]


@lru_cache(maxsize=LINES_MOST)
def _cell_styles(runs: tuple[tuple[CellStyle, int], ...]) -> CellStyles:
    return tuple([style for style, cells in runs for _ in range(cells)])


@lru_cache(maxsize=STYLES_MOST)
def _cell_style(style: Style | None, colours: ColorSystem) -> CellStyle:
    # A hyperlink is left out: its address would be a text from a stranger within an escape sequence.
    return PLAIN if style is None else cell_style(Strip.render_ansi(style, colours))
