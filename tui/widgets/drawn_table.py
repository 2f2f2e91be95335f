"""How the one table of the program is drawn: a title line, a header line and the rows that fit, line by line.

Textual repaints whole widgets and knows no difference, so this one draws each line itself, remembers what it drew
and asks only for the lines that came out different. It has no scroll bars of Textual's: a changed scroll size is a
layout of the whole screen.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, ClassVar, Final, Generic

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip

from tui.models.clock import Clock, Moment
from tui.widgets.drawn import Drawn, wrap
from tui.widgets.view import Column, Row, View, fit

FOOT_FROM: Final = 8
"""Lines that there must be for rows before any is given to the foot."""

Spans = list[tuple[str, str]]
"""A line as (text, style name) pieces."""


class DrawnTable(Drawn, Generic[Row]):
    """Rows on the screen. Subclasses give the rows and the texts around them."""

    COLUMNS: Sequence[Column[Any]] = ()
    TITLE: ClassVar[str] = ""
    HEAD: ClassVar[int] = 2
    """Lines above the rows: the title and the header, or none."""

    def __init__(self, *, clock: Clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self.clock = clock
        self.view: View[Row] = View(self.COLUMNS, self._identity)
        self._polled = clock.now()
        self._paused: tuple[int, Moment] | None = None
        self._seen: int | None = None
        self._taken: list[Row] = []
        self._lines: list[Strip] = []
        self._top = 0
        self._empty_in: tuple[list[Row], frozenset[str]] | None = None
        """The rows that were looked through last, and the columns for which none of them has anything."""

    # What a pane says about its rows.

    def _identity(self, row: Row) -> Hashable:
        """What makes a row the same row after it changed."""
        raise NotImplementedError

    def _source(self) -> Iterable[Row]:
        """All rows, in the order in which they show without a sort."""
        raise NotImplementedError

    def _version(self) -> int:
        """Grows whenever the rows change."""
        raise NotImplementedError

    def _summary(self, now: Moment) -> str:
        """What the title says of the whole, as ``3 live, 2 missed``."""
        return ""

    def _state(self, now: Moment) -> str:
        """What stands at the right end of the title: age, limits."""
        return ""

    def _empty(self, now: Moment) -> str:
        """What stands in the place of rows while there are none at all."""
        return "nothing to show"

    def _trouble(self, now: Moment) -> str:
        """What stands below the rows while they may be old; nothing while all is well."""
        return ""

    def _foot(self, now: Moment) -> Sequence[str]:
        """Lines that stand below the rows, where there is room: sums, and what the rows rest on."""
        return ()

    def _row_style(self, row: Row) -> str:
        """Name of the style of a row: ``plain``, ``dim``, ``good``, ``busy``, ``warn``, ``bad``."""
        return "plain"

    def _mark(self, row: Row) -> str:
        """A sign of one cell behind the first column of a row, where there is nothing else."""
        return " "

    # Painting.

    def frame(self, now: Moment) -> None:
        """Poll the data and repaint the lines that came out different."""
        self._polled = now
        if self._paused is None:
            version = self._version()
            if version != self._seen:
                self._seen = version
                self._taken = list(self._source())
                self.view.take(self._taken, now)
        self.repaint(now)

    def _poll(self) -> None:
        self.frame(self.clock.now())

    def repaint(self, now: Moment | None = None) -> None:
        """Draw every line anew and send those that changed.

        Without a time it is that of the last poll: what has counted on since is not to go out with what a key does.
        """
        if not self.is_attached or self.size.height == 0:
            return
        before = self._lines
        self._lines = self._draw(now or self._polled)
        if len(before) != len(self._lines):
            self.refresh()
            return
        width = self.size.width
        lines = enumerate(zip(before, self._lines, strict=True))
        changed = [Region(0, y, width, 1) for y, (old, new) in lines if old != new]
        if changed:
            self.refresh(*changed)

    def strips(self, lines: range) -> list[Strip]:
        """The lines as they were last drawn."""
        width, height = self.size
        if len(self._lines) != height:
            self._lines = self._draw(self._polled)
        return self._lines[lines.start : lines.stop] + [Strip.blank(width)] * (lines.stop - height)

    def on_resize(self, _event: Resize) -> None:
        """Draw all lines anew at once."""
        self._lines = []
        self._seen = None
        self._poll()

    def on_focus(self) -> None:
        """Show which pane has the keys."""
        self.repaint()

    on_blur = on_focus

    def notify_style_update(self) -> None:
        """Forget what was drawn: the theme changed."""
        super().notify_style_update()
        self._lines = []

    def _row_time(self, now: Moment) -> Moment:
        """Up to when the rows are known: what counts in them stands still from there on."""
        return now

    def shown_at(self, now: Moment) -> Moment:
        """The moment that the rows show: a paused view stays as it is, and no row counts beyond what is known."""
        if self._paused is not None:
            now = self._paused[1]
        known = self._row_time(now)
        return known if known.tick < now.tick else now

    def _draw(self, now: Moment) -> list[Strip]:
        width, height = self.size
        lines = [self._title(now, width)] if self.HEAD else []
        if self._paused is not None:
            now = self._paused[1]  # a paused view stays as it is, times included; only its title goes on
        if self.HEAD and height > 1:
            lines.append(self._header(width))
        room = height - self.HEAD
        trouble = self._wrapped(self._trouble(now), width)[: room // 3] if self.view.total else []
        foot = [self._cell(f" {line}", width, False) for line in self._foot(now)] if room >= FOOT_FROM else []
        if room > 0:
            lines += self._rows(self.shown_at(now), width, room - len(trouble) - len(foot))
        lines += [Strip([Segment(line, self.style("warn"))], width) for line in trouble]
        return (lines + [Strip([Segment(line, self.style("dim"))], width) for line in foot])[:height]

    def _title(self, now: Moment, width: int) -> Strip:
        is_focused = self.has_focus and self.screen is self.app.screen  # and not some dialog over it
        style = self.style("title-focused" if is_focused else "title")
        # A narrow pane cuts the summary: what hides rows comes before it, and how old they are is not given up for it.
        left = f" {self.TITLE}"
        if self._paused is not None:
            left += f"  PAUSED +{self._version() - self._paused[0]}"
        if self.view.filter:
            left += f"  /{self.view.filter}: {len(self.view.rows)} of {self.view.total}"
            if self.view.problem:
                left += f" ({self.view.problem})"
        right = f" {state} " if (state := self._state(now)) else " "
        if cell_len(left) + cell_len(right) > width:
            right = ""
        left = self._cell(f"{left}  {self._summary(now)}", max(0, width - cell_len(right)), False)
        return Strip([Segment(left + right, style)], width)

    def _fitting(self, width: int) -> list[tuple[Column[Row], int]]:
        """The columns that fit into a line and have something to show, each with its width."""
        rows = self.view.rows
        if self._empty_in is None or self._empty_in[0] is not rows:
            unused = {column.id for column in self.COLUMNS if column.has and not any(map(column.has, rows))}
            self._empty_in = rows, frozenset(unused)
        return fit([column for column in self.COLUMNS if column.id not in self._empty_in[1]], width - 2)

    def _header(self, width: int) -> Strip:
        style = self.style("header")
        parts: list[str] = []
        for column, cells in self._fitting(width):
            title = column.title
            if column.id == self.view.sort.column:
                arrow = "▼" if self.view.sort.inverted else "▲"
                title = title[: cells - 1] + arrow  # a narrow column loses a letter, not it
            parts.append(self._cell(title, cells, column.right))
        return Strip([Segment(set_cell_size(" " + " ".join(parts), width), style)], width)

    def _rows(self, now: Moment, width: int, room: int) -> list[Strip]:
        rows = self.view.rows
        self._top = max(0, min(self._top, len(rows) - room))
        if self.view.cursor < self._top:
            self._top = self.view.cursor
        elif self.view.cursor >= self._top + room:
            self._top = self.view.cursor - room + 1
        columns = self._fitting(width)
        bar = self._scroll_bar(len(rows), room)
        lines = [
            self._row(row, now, columns, width, bar[y], self._top + y == self.view.cursor)
            for y, row in enumerate(rows[self._top : self._top + room])
        ]
        why_none = f"nothing matches /{self.view.filter} (esc clears)" if self.view.total else self._empty(now)
        sentence = [] if rows else [" " * width, *self._wrapped(why_none, width)]
        blank = [" " * width] * (room - len(lines) - len(sentence))
        return lines + [Strip([Segment(line, self.style("dim"))], width) for line in (sentence + blank)[:room]]

    def _wrapped(self, text: str, width: int) -> list[str]:
        """A sentence in whole lines, as many as it needs."""
        lines = wrap(_plain(text), max(10, width - 4)) if text else []
        return [set_cell_size(f"  {line}", width) for line in lines]

    def _row(
        self, row: Row, now: Moment, columns: list[tuple[Column[Row], int]], width: int, bar: str, is_cursor: bool
    ) -> Strip:
        # What is done for a cell is done some hundred times in a frame, and a key waits for it.
        base = self._row_style(row)
        runs: Spans = []
        texts: list[str] = []
        run, before, after = base, "▸" if is_cursor else " ", self._mark(row)
        for column, cells in columns:
            name = (column.style(row) if column.style else "") or base
            if name != run:
                runs.append(("".join(texts), run))
                run, texts = name, []
            texts += (before, self._cell(column.text(row, now), cells, column.right))
            before, after = after, " "
        used = len(columns) + sum([cells for _, cells in columns])
        runs.append(("".join(texts) + " " * (width - 1 - used), run))
        marks = self.style("cursor") if is_cursor and self.has_focus else Style.null()
        segments = [Segment(text, self.style(name) + marks) for text, name in runs]
        segments.append(Segment(bar, self.style("dim")))
        return Strip(segments, max(used + 1, width)).adjust_cell_length(width, self.style("plain"))

    def _scroll_bar(self, total: int, room: int) -> str:
        """One sign for each line: where in the whole the shown rows are. Empty where all are shown."""
        if total <= room:
            return " " * room
        length = max(1, room * room // total)
        start = round((room - length) * self._top / (total - room))
        return "".join("▐" if start <= y < start + length else " " for y in range(room))

    def _cell(self, text: str, cells: int, right: bool) -> str:
        """The text in exactly this many cells."""
        text = _plain(text)
        length = len(text) if text.isascii() else cell_len(text)
        if length > cells:
            return set_cell_size(text, cells - 1) + "…" if cells > 1 else set_cell_size(text, cells)
        return " " * (cells - length) + text if right else text + " " * (cells - length)


def _plain(text: str) -> str:
    """The text without what a terminal obeys: a card may hold what copying needs, as the tabs between cells."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)
