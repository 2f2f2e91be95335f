"""Which day a pane shows: today, as it is known now, or an earlier one as the archive has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, Protocol

from tui.widgets.view import Row


class Calendar(Protocol):
    """The days that there are."""

    @property
    def day(self) -> str:
        """Today, as ``2024-08-22``; empty while that is not known."""

    @property
    def days(self) -> Iterable[str]:
        """Those of the archive."""

    @property
    def stored(self) -> int:
        """Grows when something of any day may have changed in the archive."""


class DayBrowser(Generic[Row]):
    """Goes from day to day and holds the rows of the one that is shown. ``version`` grows when it shows others."""

    def __init__(self, calendar: Calendar, fetch: Callable[[str], Awaitable[list[Row]]]) -> None:
        self._calendar = calendar
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
        return self.past or self._calendar.day

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
        return {*self._calendar.days, self._calendar.day}

    def go_to(self, day: str) -> None:
        """Show another day; the rows of an earlier one have to be loaded."""
        self.past = None if day == self._calendar.day else day
        self.rows = []
        self.version += 1
        self.is_loading = self.past is not None
        self._stored = self._calendar.stored

    @property
    def is_outdated(self) -> bool:
        """Whether the rows of the earlier day may have changed since they were loaded."""
        return self.past is not None and self._stored != self._calendar.stored

    async def load(self) -> bool:
        """Fetch the rows of the earlier day; False where it is not shown any more. Raises what ``fetch`` raises."""
        day = self.past
        if day is None:
            return False
        self._stored = self._calendar.stored
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
