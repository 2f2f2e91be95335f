"""A screen as cells: what Textual wants to be seen, or what the terminal shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from rich.color import ColorSystem
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from tui.terminal.cells import cells_of
from tui.terminal.look import PLAIN, Look, look

LOOKS_MOST: Final = 4096
"""Styles whose look is remembered; Textual makes new ones for ever, as for each place that can be clicked."""


class Picture:
    """Characters and looks by line and column; the right half of a wide character is an empty text."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.characters = [[" "] * width for _ in range(height)]
        self.looks: list[list[Look]] = [[PLAIN] * width for _ in range(height)]

    def resized(self, width: int, height: int) -> Picture:
        """One of another size with the same upper left corner."""
        other = Picture(width, height)
        cells = min(width, self.width)
        for y in range(min(height, self.height)):
            other.characters[y][:cells] = self.characters[y][:cells]
            other.looks[y][:cells] = self.looks[y][:cells]
            if cells < self.width and self.characters[y][cells] == "":
                other.characters[y][cells - 1] = " "
        return other

    def copy_line(self, y: int, other: Picture) -> None:
        """Take a line over from one of the same size."""
        self.characters[y][:] = other.characters[y]
        self.looks[y][:] = other.looks[y]

    def scroll(self, top: int, bottom: int, lines: int) -> None:
        """Move the lines from ``top`` to ``bottom`` up by so many, or down where that is negative; others are blank."""
        at = bottom + 1 if lines > 0 else top
        kept = top if lines > 0 else bottom + 1 + lines
        del self.characters[kept : kept + abs(lines)], self.looks[kept : kept + abs(lines)]
        at -= lines if lines > 0 else 0
        self.characters[at:at] = [[" "] * self.width for _ in range(abs(lines))]
        self.looks[at:at] = [[PLAIN] * self.width for _ in range(abs(lines))]

    def paint(self, update: CompositorUpdate, colours: ColorSystem) -> list[int]:
        """Paint what the compositor wants to be changed; gives the lines that are not what they were."""
        changed: list[int] = []
        for y, pieces in _pieces(update):
            if y < self.height:
                characters, looks = self.characters[y].copy(), self.looks[y].copy()
                for x, strips in pieces:
                    self._paint(x, y, strips, colours)
                if characters != self.characters[y] or looks != self.looks[y]:
                    changed.append(y)
        return changed

    def _paint(self, x: int, y: int, strips: Iterable[Strip], colours: ColorSystem) -> None:
        if not 0 <= x < self.width:
            return
        characters, looks = self.characters[y], self.looks[y]
        if characters[x] == "":
            characters[x - 1] = " "  # its right half is painted over
        for strip in strips:
            for text, style, control in strip:
                if control:
                    continue
                cells = text if text.isascii() and text.isprintable() else cells_of(text)
                end = x + len(cells)
                if end >= self.width:
                    end = self.width
                    if len(cells) > end - x and cells[end - x] == "":
                        cells = (*cells[: end - x - 1], " ")
                    characters[x:] = cells[: end - x]
                else:
                    characters[x:end] = cells
                looks[x:end] = [_look(style, colours)] * (end - x)
                x = end
        if x < self.width and characters[x] == "":
            characters[x] = " "  # its left half was painted over


def _pieces(update: CompositorUpdate) -> Iterator[tuple[int, list[tuple[int, Iterable[Strip]]]]]:
    """The lines of an update with what is to be painted where."""
    if isinstance(update, LayoutUpdate):
        x, top = update.region.offset
        for y, strips in enumerate(update.strips, top):
            yield y, [(x, strips)]
    elif isinstance(update, ChopsUpdate):
        for y, first, last in update.spans:
            # A piece that the change reaches into was rendered as a whole: cut, it could lose half a character.
            yield (
                y,
                [
                    (x, (strip,))
                    for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=True)
                    if strip is not None and x < last and end > first
                ],
            )


@lru_cache(maxsize=LOOKS_MOST)
def _look(style: Style | None, colours: ColorSystem) -> Look:
    # A hyperlink is left out: its address would be a text from a stranger within an escape sequence.
    return PLAIN if style is None else look(Strip.render_ansi(style, colours))
