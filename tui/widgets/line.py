"""A line of the screen that says something: the status line at the top, the footer at the bottom."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from tui.models.clock import Moment
from tui.widgets.drawn import Drawn

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
