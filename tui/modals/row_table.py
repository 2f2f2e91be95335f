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

    def _source(self) -> Iterable[Row]:
        return self._rows_now()

    def _version(self) -> int:
        return self._version_now()

    def _summary(self, now: Moment) -> str:
        return self._said()

    def _empty(self, now: Moment) -> str:
        return "nothing was read"
