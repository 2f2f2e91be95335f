"""What is drawn line by line, in a few styles that the whole program shares: one line, many, or a wrapped text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.models.clock import Moment

_PREFIX: Final = "text--"

_NAMES: Final = (
    *("plain", "dim", "key", "good", "busy", "warn", "bad"),
    *("title", "title-focused", "header", "cursor"),
)

TEXT_STYLES: Final = frozenset(_PREFIX + name for name in _NAMES)
"""The component classes of the app. Not of each widget: a style sheet takes as long over one of them as over a widget,
and there would be four times as many."""


class LineWidget(Widget):
    """A widget whose lines are what its :meth:`strips` gives, by default from ``render_line``.

    Without border, padding, tint and links. Textual would look for all of these in each line of each paint.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the widget, through the filters of the app."""
        strips = self.strips(crop.line_range)
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, self.background_colors[1]) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def strips(self, lines: range) -> list[Strip]:
        """These lines over the whole width."""
        return [self.render_line(y) for y in lines]


class Background(LineWidget):
    """What other widgets stand on: nothing but its background. To be named as the last base, after a container."""

    def strips(self, lines: range) -> list[Strip]:
        """Blank lines in the background style."""
        return [Strip.blank(self.size.width, self.visual_style.rich_style)] * len(lines)


class Drawn(LineWidget):
    """A widget that draws its own lines in the styles of an app whose component classes hold :data:`TEXT_STYLES`.

    It remembers what it looked up, as working one out takes longer than drawing a line. The styles change with the
    style sheet and the theme alone, of which every widget is notified.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._known_styles: dict[str, Style] = {}

    def style(self, name: str) -> Style:
        """The style of a text: ``plain``, ``dim``, ``key``, ``good``, ``busy``, ``warn``, ``bad`` …"""
        known = self._known_styles.get(name)
        if known is None:
            known = self._known_styles[name] = self.app.get_component_styles(_PREFIX + name).rich_style
        return known

    def notify_style_update(self) -> None:
        """Forget the styles: the style sheet or the theme changed."""
        super().notify_style_update()
        self._known_styles.clear()


Spans = Sequence[tuple[str, str]]
"""Pieces of a line as (text, style name)."""


class Line(Drawn):
    """One line, drawn anew only when what it says has changed."""

    def __init__(self) -> None:
        super().__init__()
        self._spans: Spans = ()
        self._now: Moment | None = None
        self._fitted = 0

    def spans(self, now: Moment) -> Spans:
        """What the line says now."""
        raise NotImplementedError

    def frame(self, now: Moment) -> None:
        """Poll, and repaint when the line came out different."""
        before = self._spans
        self._now = now
        self._poll(now)
        if self._spans != before:
            self.refresh()

    def _poll(self, now: Moment) -> None:
        self._fitted = self.size.width
        self._spans = list(self.spans(now))

    def render_line(self, y: int) -> Strip:
        """The line as of the last poll, cut where the width ends."""
        width = self.size.width
        if width != self._fitted and self._now is not None:
            self._poll(self._now)  # another width has room for other words, and the first is known only here
        segments: list[Segment] = []
        used = 0
        for text, style in self._spans:
            cells = cell_len(text)
            if used + cells > width:
                text, cells = set_cell_size(text, width - used), width - used  # noqa: PLW2901
            segments.append(Segment(text, self.style(style)))
            used += cells
            if used >= width:
                break
        return Strip(segments).adjust_cell_length(width, self.style("plain"))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most this many cells; at least one line."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        # A character that is wider than the line makes Rich begin with an empty one.
        *full, line = [part for part in chop_cells(word, width) if part] or [""]
        lines += full
    return [*lines, line]
