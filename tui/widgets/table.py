"""The one table that all panes share: rows on the screen, and what the keys of every table do with them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from msgspec.structs import replace

from tui.models.clock import Clock, Moment
from tui.terminal.bindings import bindings
from tui.widgets.drawn_table import DrawnTable
from tui.widgets.view import Row, Sort, next_column


class Table(DrawnTable[Row], can_focus=True):
    """Moves the cursor, sorts, filters and pauses."""

    BINDINGS = bindings("table")

    filters: Sequence[str] = ()
    """Filters that were kept before, the newest last."""

    def action_down(self) -> None:
        """Move down."""
        self._go(self.view.cursor + 1)

    def action_up(self) -> None:
        """Move up."""
        self._go(self.view.cursor - 1)

    def action_page_down(self) -> None:
        """Move a page down."""
        self._go(self.view.cursor + max(1, self.size.height - self.HEAD - 1))

    def action_page_up(self) -> None:
        """Move a page up."""
        self._go(self.view.cursor - max(1, self.size.height - self.HEAD - 1))

    def action_first(self) -> None:
        """Go to the first row and stay on the first from now on."""
        self._go(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self._go(len(self.view.rows) - 1)

    def action_sort_left(self) -> None:
        """Sort by the column to the left."""
        self._sort(-1)

    def action_sort_right(self) -> None:
        """Sort by the column to the right."""
        self._sort(1)

    def action_invert(self) -> None:
        """Turn the order upside down."""
        self.view.sort = replace(self.view.sort, inverted=not self.view.sort.inverted)
        self._reorder()

    def action_pause(self) -> None:
        """Freeze the view as it is seen, or let it go on."""
        if self._paused is None:
            self._paused = (self._version() if self._seen is None else self._seen, self._polled)
            self.repaint()
        else:
            # What the key does is painted first, and all that has changed meanwhile after it.
            self._polled = self._paused[1]
            self._paused = None
            self.repaint()
            self.call_after_refresh(self._poll)

    @property
    def is_paused(self) -> bool:
        """Whether the view is frozen."""
        return self._paused is not None

    def set_filter(self, text: str) -> None:
        """Show only what matches; an empty text shows all."""
        self.view.filter = text
        self._reorder()

    def go_to(self, identity: Hashable) -> None:
        """Put the cursor on a row."""
        if self.view.go_to(identity):
            self.repaint()

    def _sort(self, step: int) -> None:
        shown = [column.id for column, _ in self._fitting(self.size.width)]
        self.view.sort = Sort(next_column(shown, self.view.sort.column, step))
        self._reorder()

    def _reorder(self) -> None:
        """Filter and sort anew what the view holds; a paused one takes nothing new for that."""
        now = self.clock.now()
        self.view.take(self._taken, now)
        self.repaint(now)

    def _go(self, to: int) -> None:
        self.view.move(to)
        self.repaint()


class RowTable(Table[Row]):
    """A table over rows that somebody else holds, as in a dialog, with a line of its own that counts them."""

    def __init__(
        self, rows: Callable[[], Iterable[Row]], said: Callable[[], str], version: Callable[[], int], *, clock: Clock
    ) -> None:
        """``said`` counts the rows in words; ``version`` grows when they change."""
        super().__init__(clock=clock)
        self._rows_now = rows
        self._said = said
        self._version_now = version

    def _source(self) -> Iterable[Row]:
        return self._rows_now()

    def _version(self) -> int:
        return self._version_now()

    def _summary(self, now: Moment) -> str:
        return self._said()

    def _empty(self, now: Moment) -> str:
        return "nothing was read"
