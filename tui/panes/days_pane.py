"""What the panes that go through days have in common: today as it is known now, and the earlier days of the archive."""

from __future__ import annotations

from abc import abstractmethod

from textual import work

from tui.desk import Desk
from tui.panes.day_browser import Calendar, DayBrowser
from tui.panes.pane import Pane
from tui.services.errors import ServiceError
from tui.terminal.keymap import KeyMap
from tui.widgets.view import Row


class DaysPane(Pane[Row]):
    """A pane that shows one day: today, or an earlier one."""

    def __init__(self, desk: Desk, key_map: KeyMap) -> None:
        super().__init__(desk, key_map)
        self._browser = DayBrowser[Row](self._calendar, self._rows_of)

    @property
    @abstractmethod
    def _calendar(self) -> Calendar:
        """The days that there are."""

    @abstractmethod
    async def _rows_of(self, day: str) -> list[Row]:
        """The rows of an earlier day. Raises ServiceError."""

    def _version(self) -> int:
        if self._browser.is_outdated:
            self._load()  # something of that day may have come since
        return super()._version() + self._browser.version

    def why_not(self, action: str) -> str:
        """There is nothing beyond the first and the last day."""
        if action == f"{self.NAME}.earlier" and self._browser.earlier is None:
            return "the archive has no earlier day"
        if action == f"{self.NAME}.later" and self._browser.past is None:
            return "this is today"
        return super().why_not(action)

    def action_earlier(self) -> None:
        """Show the day before this one that the archive has."""
        self._go_to_day(f"{self.NAME}.earlier", self._browser.earlier)

    def action_later(self) -> None:
        """Show the day after this one that the archive has, or today again."""
        self._go_to_day(f"{self.NAME}.later", self._browser.later)

    def _go_to_day(self, action: str, day: str | None) -> None:
        if day is None or self.why_not(action):
            self.notify(self.why_not(action), severity="warning")
            return
        self._browser.go_to(day)
        self.view.move(0)
        self._load()
        self.frame(self.clock.now())

    @work(group="day", exclusive=True, description="open a day of the archive")
    async def _load(self) -> None:
        day = self._browser.past
        try:
            is_new = await self._browser.load()
        except ServiceError as error:
            self.notify(f"{day}: {error.sentence}", severity="error")
        else:
            if is_new:
                self.frame(self.clock.now())
