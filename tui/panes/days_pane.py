"""What the panes that go through days have in common: today as it is known now, and the earlier days of the archive."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable
from datetime import tzinfo
from functools import partial

from textual import work

from tui.desk import Desk
from tui.models.clock import Moment
from tui.panes.case_facts import ShownCase
from tui.panes.day_browser import Calendar, DayBrowser
from tui.panes.system_pane import SystemPane
from tui.services.errors import ServiceError
from tui.terminal.keymap import BY_ID, KeyMap
from tui.widgets.view import Entries, Row


class DaysPane(SystemPane[Row]):
    """A pane that shows one day: today, or an earlier one."""

    def __init__(self, desk: Desk, key_map: KeyMap) -> None:
        super().__init__(desk, key_map)
        self._browser = DayBrowser[Row](self._calendar, self._rows_of)
        self._sought: tuple[Hashable, Callable[[Moment], Entries]] | None = None
        """A row that the cursor goes to once its day is there, and what is shown where it has not got it."""
        self._case = ShownCase()
        """What may belong to the row whose card was opened last."""

    @property
    @abstractmethod
    def _calendar(self) -> Calendar:
        """The days that there are."""

    @abstractmethod
    async def _rows_of(self, day: str) -> list[Row]:
        """The rows of an earlier day. Raises ServiceError."""

    @property
    def shown_day(self) -> str:
        """The day that it shows, as ``2024-08-22``; empty while that is not known."""
        return self._browser.shown

    @property
    def day_zone(self) -> tzinfo | None:
        """That by which its days go."""
        return self.zone

    @abstractmethod
    async def _case_of(self, row: Row) -> Entries:
        """What may belong to a row, in words. Raises ServiceError."""

    def action_details(self) -> None:
        """Show everything known about the row; what may belong to it follows."""
        row = self.current
        if row is not None:
            self._look_for_case(row)
        super().action_details()

    @work(group="case", exclusive=True, description="look for what belongs to a row")
    async def _look_for_case(self, row: Row) -> None:
        await self._case.read(self._identity(row), self._case_of(row))

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
        if action == f"{self.NAME}.picture" and not self.shown_day:
            return "no day is known yet: nothing was read from the archive"
        return super().why_not(action)

    def action_earlier(self) -> None:
        """Show the day before this one that the archive has."""
        self._go_to_day(f"{self.NAME}.earlier", self._browser.earlier)

    def action_later(self) -> None:
        """Show the day after this one that the archive has, or today again."""
        self._go_to_day(f"{self.NAME}.later", self._browser.later)

    def action_picture(self) -> None:
        """Show the day as a picture; the keys that go to other days work in it."""
        from tui.modals.card import CardKey
        from tui.modals.day_picture import DayCard
        from tui.panes.day_picture import DaySource

        if reason := self.why_not(f"{self.NAME}.picture"):
            self.notify(reason, severity="warning")
            return
        keys = [
            CardKey(
                self.key_map.textual_keys(action), partial(self._hint, action), partial(self.run_action, action.call)
            )
            for action in (BY_ID[f"{self.NAME}.{step}"] for step in ("earlier", "later"))
        ]
        self.app.push_screen(DayCard(self.desk, DaySource(self).look, keys))

    def _go_to_day(self, action: str, day: str | None) -> None:
        if day is None or self.why_not(action):
            self.notify(self.why_not(action), severity="warning")
            return
        self._sought = None
        self._open(day)
        self.frame(self.clock.now())

    def _open(self, day: str) -> None:
        self._browser.go_to(day)
        self.view.move(0)
        self._load()

    def seek(self, day: str, identity: Hashable, entries: Callable[[Moment], Entries]) -> None:
        """Open a day and go to a row of it; where the pane cannot have it, show what is known of it.

        ``day``: empty where it is of no day of this pane.
        """
        self._sought = identity, entries
        if day and day != self._browser.shown:
            self._open(day)
        if not self._browser.is_loading:
            self._go_to_sought()

    def _go_to_sought(self) -> None:
        sought, self._sought = self._sought, None
        if sought is not None and not self.reveal(sought[0]):
            self.show_facts(sought[1])

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
                self._go_to_sought()
