"""A day as a picture: its calls and connections as bars over the hours, with the figures and what those rest on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widgets import Static

from tui.desk import Desk
from tui.modals.card import CardKey
from tui.modals.dialog import CLOSE, Dialog
from tui.models.clock import Clock, Moment
from tui.models.day_picture import DayPicture, Heard, bars, hour_names, spread
from tui.terminal.bindings import hidden
from tui.widgets.drawn import Drawn, wrap
from tui.widgets.entries import AROUND
from tui.widgets.footer import Hint

NAMES: Final = 12
"""Cells in which the names of the bars stand."""

BARS_MOST: Final = 5
"""Lines of a bar at the most: what stands above the picture is to be seen, too."""

CELLS_MOST: Final = 4
"""Cells of an hour at the most."""

LINES_MOST: Final = 3 * BARS_MOST + 7
"""Lines of the picture at the most: the bars, the hours, when somebody listened, and the figures."""

LEGEND: Final = f"listened: {Heard.WHOLLY.value} all of the hour, {Heard.PARTLY.value} part, {Heard.NOT.value} nobody"

Lines = Sequence[tuple[str, str]]
"""Pieces of one line as (text, style name)."""


class DayShown(NamedTuple):
    """What is to be drawn."""

    title: str
    picture: DayPicture
    heard: Sequence[Heard]
    calls: Sequence[str]
    """Their figures, the most wanted first, or why there are none."""
    coverage: str
    """What those rest on; empty where there are none."""
    connections: Callable[[int], Sequence[str]]
    """Their figures in a width, and the proofs of their days."""


def drawn(shown: DayShown, width: int, height: int) -> list[Lines]:
    """The picture in lines; where there is little room, bars of one line, and of the figures those of the calls."""
    picture, room = shown.picture, max(1, width - 1)
    hours = len(picture.hours)
    above = [_fitting(shown.calls, room), *wrap(shown.coverage, room)]
    below = [part for line in shown.connections(room) for part in wrap(line, room)]
    left = height - len(above) - 2
    if left >= len(below) + 1 + 3:
        below.append(LEGEND)
    if left < len(below) + 3:
        below = []
    tall = max(1, min(BARS_MOST, (left - len(below)) // 3))
    cells = max(1, min(CELLS_MOST, (width - NAMES) // hours)) if hours else 1
    most = max([1, *picture.answered, *picture.missed])

    def chart(name: str, values: Sequence[int], most: int, style: str) -> list[Lines]:
        scale = [f"{most:,}"] if tall > 1 and any(values) else []
        labels = [*scale, *[""] * (tall - 1 - len(scale)), name]
        return [
            ((f"{label:>{NAMES - 1}} ", "plain"), (spread(line, cells), style))
            for label, line in zip_longest(labels, bars(values, most, tall), fillvalue="")
        ]

    def row(name: str, line: str) -> Lines:
        return (f"{name:>{NAMES - 1}} ", "plain"), (line, "dim")

    lines: list[Lines] = [((f" {line}", "plain"),) for line in above]
    lines += chart("answered", picture.answered, most, "good")
    lines += chart("missed", picture.missed, most, "bad")
    lines.append(row("listened", "".join(each.value * cells for each in shown.heard)))
    lines += chart("connections", picture.connections, max([1, *picture.connections]), "busy")
    lines.append(row("hour", hour_names(picture.hours, cells)))
    lines += [((f" {line}", "dim" if line is LEGEND else "plain"),) for line in below]
    return lines[:height]


def _fitting(parts: Sequence[str], width: int) -> str:
    """As many of the parts, with commas between, as fit."""
    line = parts[0]
    for part in parts[1:]:
        if cell_len(f"{line}, {part}") > width:
            break
        line = f"{line}, {part}"
    return line


class Picture(Drawn):
    """The lines of it; of those that come out different, only they are painted anew."""

    def __init__(self, look: Callable[[Moment], DayShown], *, clock: Clock) -> None:
        super().__init__()
        self._look = look
        self._clock = clock
        self._of: tuple[DayShown, Size] | None = None
        self._lines: list[Lines] = []

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as bars of their full height need, where there are that many."""
        return max(1, min(LINES_MOST, viewport.height - AROUND))

    def frame(self, now: Moment) -> DayShown:
        """Poll the day, and repaint the lines that came out different; gives what is shown."""
        shown = self._look(now)
        if self._of is None or self._of[0] is not shown or self._of[1] != self.size:
            self._of = shown, self.size
            before, self._lines = self._lines, drawn(shown, *self.size) if self.size.height else []
            pairs = enumerate(zip_longest(before, self._lines))
            self.refresh(*(Region(0, y, self.size.width, 1) for y, (old, new) in pairs if old != new))
        return shown

    def render_line(self, y: int) -> Strip:
        """A line as it was last drawn."""
        width, segments, used = self.size.width, list[Segment](), 0
        for text, style in self._lines[y] if y < len(self._lines) else ():
            shown = set_cell_size(text, min(cell_len(text), width - used))
            segments.append(Segment(shown, self.style(style)))
            used += cell_len(shown)
        return Strip(segments, used).adjust_cell_length(width, self.style("plain"))

    def on_resize(self, _event: events.Resize) -> None:
        """Draw it at its new size."""
        self.frame(self._clock.now())


class DayCard(Dialog[None]):
    """The picture of the day that a pane shows, until it is closed; it follows what comes in."""

    DEFAULT_CSS = """
    DayCard { #body { max-width: 100%; padding: 0; } Picture { height: auto; width: 100%; } }
    """
    BINDINGS = hidden({"enter,q": "close"})

    def __init__(self, desk: Desk, look: Callable[[Moment], DayShown], keys: Sequence[CardKey]) -> None:
        super().__init__(desk, look(desk.clock.now()).title)
        self._picture = Picture(look, clock=desk.clock)
        self._keys = keys

    def _body(self) -> ComposeResult:
        yield self._picture

    def _hints(self) -> list[Hint]:
        return [*(key.hint() for key in self._keys), CLOSE]

    def frame(self, now: Moment) -> None:
        """Poll the day, which may be another one now."""
        super().frame(now)
        title = self._picture.frame(now).title
        if title != self.heading:
            self.heading = title
            self.query_one("#heading", Static).update(Content(title))

    async def on_key(self, event: events.Key) -> None:
        """Do what a key of the pane does with its day."""
        for key in self._keys:
            if event.key in key.keys or event.character in key.keys:
                event.stop()
                await key.run()
                self.frame(self.desk.clock.now())
