"""A table inside a dialog: over rows that somebody else holds, with a line of its own that counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tui.models.clock import Clock, Moment
from tui.widgets.table import Table
from tui.widgets.view import Row


class RowTable(Table[Row]):
    """Subclasses say what the columns are."""

    def __init__(
        self,
        rows: Callable[[], Iterable[Row]],
        said: Callable[[], str],
        *,
        clock: Clock,
        version: Callable[[], int] | None = None,
    ) -> None:
        """``said`` counts the rows in words; ``version`` grows when they change, where they do by themselves."""
        super().__init__(clock=clock)
        self._rows_now = rows
        self._said = said
        self._version_now = version
        self._renewed = 0

    def renew(self) -> None:
        """Take other rows."""
        self._renewed += 1
        self.frame(self.clock.now())

    def source(self) -> Iterable[Any]:
        """The rows as they are now."""
        return self._rows_now()

    def version(self) -> int:
        """Grows when the rows change."""
        return self._renewed + (self._version_now() if self._version_now is not None else 0)

    def summary(self, now: Moment) -> str:
        """Count the rows in words."""
        return self._said()

    def state(self, now: Moment) -> str:
        """Nothing more."""
        return ""

    def empty(self, now: Moment) -> str:
        """Said in the place of rows."""
        return "nothing was read"

    def row_style(self, row: Row) -> str:
        """Give no row a style of its own."""
        return "plain"
