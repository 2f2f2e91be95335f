"""A table inside a dialog: over rows that somebody else holds, with a line of its own that counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tui.models.clock import Clock, Moment
from tui.widgets.table import Table
from tui.widgets.view import Row


class RowTable(Table[Row]):
    """Subclasses say what the columns are."""

    def __init__(
        self, rows: Callable[[], Iterable[Row]], said: Callable[[], str], version: Callable[[], int], *, clock: Clock
    ) -> None:
        """``said`` counts the rows in words; ``version`` grows when they change."""
        super().__init__(clock=clock)
        self._rows_now = rows
        self._said = said
        self._version_now = version

    def source(self) -> Iterable[Row]:
        """The rows as they are now."""
        return self._rows_now()

    def version(self) -> int:
        """Grows when the rows change."""
        return self._version_now()

    def summary(self, now: Moment) -> str:
        """Count the rows in words."""
        return self._said()

    def empty(self, now: Moment) -> str:
        """Said in the place of rows."""
        return "nothing was read"
