"""Which day a pane shows: today, as it is known now, or an earlier one as the archive has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic

from tui.models.connection_board import ConnectionBoard
from tui.widgets.view import Row


class DayBrowser(Generic[Row]):
    """Goes from day to day and holds the rows of the one that is shown. ``version`` grows when it shows others."""

    def __init__(self, board: ConnectionBoard, fetch: Callable[[str], Awaitable[list[Row]]]) -> None:
        self._board = board
        self._fetch = fetch
        self.past: str | None = None
        """The earlier day that is shown; None: today, whichever day that is."""
        self.rows: list[Row] = []
        """Those of the earlier day."""
        self.version = 0
        self.is_loading = False
        self._stored = 0

    @property
    def shown(self) -> str:
        """The day that is shown."""
        return self.past or self._board.day

    @property
    def earlier(self) -> str | None:
        """The nearest day before the one shown; today counts as one."""
        return max((day for day in self._known if day < self.shown), default=None)

    @property
    def later(self) -> str | None:
        """The nearest day after the one shown."""
        return min((day for day in self._known if day > self.shown), default=None)

    @property
    def _known(self) -> set[str]:
        return {*self._board.days, self._board.day}

    def go_to(self, day: str) -> None:
        """Show another day; the rows of an earlier one have to be loaded."""
        self.past = None if day == self._board.day else day
        self.rows = []
        self.version += 1
        self.is_loading = self.past is not None
        self._stored = self._board.stored

    @property
    def is_outdated(self) -> bool:
        """Whether the rows of the earlier day may have changed since they were loaded."""
        return self.past is not None and self._stored != self._board.stored

    async def load(self) -> bool:
        """Fetch the rows of the earlier day; False where it is not shown any more. Raises what ``fetch`` raises."""
        day = self.past
        if day is None:
            return False
        self._stored = self._board.stored
        try:
            rows = await self._fetch(day)
        finally:
            if day == self.past:
                self.is_loading = False
        if day != self.past:
            return False
        self.rows = rows
        self.version += 1
        return True
