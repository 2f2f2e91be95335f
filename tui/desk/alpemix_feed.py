"""The team's remote-support connections: fetched once for all processes of this machine, within the request limit.

Every process looks at the archive once a second. Whoever finds that something is due takes a slot of the shared budget
and asks; the others read what it has stored.
"""

from __future__ import annotations

import math
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Final

from tui.archive.location import account_of
from tui.archive.sqlite import connections, reports
from tui.archive.sqlite.engine import Archive
from tui.archive.sqlite.errors import StoreError
from tui.archive.sqlite.ledger import Slot
from tui.archive.sqlite.reports import FetchState, RequestedReport
from tui.config import AlpemixSettings
from tui.config.zones import zone_of
from tui.desk.alpemix_plan import Now, newest_of, next_report, remarks, seconds_to_due, today_of
from tui.desk.feed import MISSED, Feed
from tui.models.budget import Budget
from tui.models.clock import Clock, Moment, Uptime
from tui.models.connection_board import ConnectionBoard
from tui.models.connections import Connection, Earlier, Report, ReportKind
from tui.models.links import Link
from tui.services.alpemix import AlpemixService
from tui.services.errors import ServiceError, StoreUnavailable, UsedUp

NEVER: Final = float("-inf")

WATCH_SECONDS: Final = 1.0
"""How often to look for what other processes have stored."""

ALONE_SECONDS: Final = 60.0
"""How often to look for what is due where no other process can store anything."""

ASKING: Final = {
    ReportKind.LAST: "asking for today's connections",
    ReportKind.TODAY: "asking for today's connections",
    ReportKind.YESTERDAY: "asking for yesterday's connections",
}

SET_SECONDS: Final = 30.0
"""A wall clock that moved by so much more or less than the time that passed was set."""

SET_TOLD_SECONDS: Final = 3_600.0


class AlpemixFeed(Feed[AlpemixService]):
    """Today at an interval, yesterday when it is over, and whatever of them may have been missed."""

    def __init__(
        self,
        settings: AlpemixSettings,
        board: ConnectionBoard,
        link: Link,
        clock: Clock,
        archive: Archive,
        token_folder: Path | None,
    ) -> None:
        super().__init__(link, clock)
        self._settings = settings
        self._board = board
        self._archive = archive
        self._token_folder = token_folder
        self._state: FetchState | None = None
        self._account = account_of(settings)
        self._wanted = NEVER
        self._failed_at = NEVER
        self._looked_at = -1
        self._seen: tuple[Moment, Uptime] | None = None
        self._was_set = "", NEVER

    def ask(self) -> None:
        """Do not wait any longer: what was asked for before this moment is not fresh enough."""
        self._wanted = self.clock.uptime().seconds
        super().ask()

    def _open(self) -> AlpemixService:
        return AlpemixService(self._settings, clock=self.clock, archive=self._archive, token_folder=self._token_folder)

    async def rows_of(self, day: str) -> list[Connection]:
        """The connections of a day of the archive, newest first. Raises StoreError."""
        return await self._archive.read(connections.rows_of, self._account, day, zone_of(self._settings.timezone))

    async def earlier_of(self, day: str, row: Connection) -> list[Earlier]:
        """What was said of a connection before it was changed, the latest first. Raises StoreError."""
        zone = zone_of(self._settings.timezone)
        return await self._archive.read(connections.past_of, self._account, day, row, zone)

    async def same_device(self, row: Connection) -> list[Connection]:
        """Other connections with the customer's device, the newest first. Raises StoreError."""
        return await self._archive.read(connections.same_device, self._account, row, zone_of(self._settings.timezone))

    async def _serve(self, service: AlpemixService) -> None:
        zone = zone_of(self._settings.timezone)
        try:
            await self._keep_up(service, zone)
        except (StoreUnavailable, UsedUp):  # nothing was sent, and nothing new is known of Alpemix
            raise
        except ServiceError:
            self._failed_at = self.clock.uptime().seconds
            raise
        finally:
            self._state = None  # what became of a request that failed is not in it
            self._board.budget = service.reports.known

    async def _keep_up(self, service: AlpemixService, zone: tzinfo) -> None:
        while True:
            self._asked.clear()
            await self._catch_up(service, zone)
            kind = self._due(zone)
            slot = None
            if kind is not None:
                claim = await service.reports.claim(lambda state: next_report(state, self._now(zone)))
                self._state, kind, slot = claim.state, claim.kind, claim.slot
            if kind is None or slot is None:
                await self._wait_for_turn(service, zone, is_due=kind is not None)
                continue
            if not self.link.is_live:
                self.link.connecting(ASKING[kind])
            await self._fetch(service, zone, kind, slot)
            self._recovered()
            if kind is not ReportKind.YESTERDAY and not self._asked.is_set():
                self._wanted = NEVER  # the person has got what they asked for, and has not asked again since

    async def _fetch(self, service: AlpemixService, zone: tzinfo, kind: ReportKind, slot: Slot) -> None:
        """Ask, keep what came, and show it."""
        count = self._settings.last if kind is ReportKind.LAST else 0
        try:
            report = await service.report(kind, count, slot)
        except Exception:
            await service.reports.fail(kind, slot)
            raise
        now = self.clock.now()
        asked = RequestedReport(
            kind, count, self._settings.last, slot.reserved, now.at.astimezone(zone).date().isoformat()
        )
        limit, uptime = service.reports.limit, self.clock.uptime()
        try:
            self._state = await self._archive.do(reports.store, limit, uptime, asked, report, now.at.timestamp())
            await self._show_day(zone)
        except StoreError as trouble:
            # It is shown all the same, and asked for no more often than when it could be stored.
            self._show(report, kind)
            self._board.trouble = trouble.sentence
            self._board.fetched = now
            self.link.live(now, good_for=self._fresh_seconds)
            await self._pause(self._settings.refresh_seconds)
            return
        self._show(report, kind)
        self._board.trouble = self._told()
        self._board.stored += 1
        self._tell(zone)

    def _show(self, report: Report, kind: ReportKind) -> None:
        """Put those of a report on the board that are of its day."""
        day = self._board.day
        undated = day if kind is not ReportKind.YESTERDAY else ""
        self._board.merge(row for row in report.rows if (row.day or undated) == day)

    async def _catch_up(self, service: AlpemixService, zone: tzinfo) -> None:
        """Show what other processes have stored since we last looked."""
        try:
            is_other = await self._archive.has_changed() or self._state is None
            # What is under way elsewhere is read anew at each look: it may end without a word, as a process does that
            # is killed.
            if is_other or (self._state is not None and self._state.under_way):
                self._state = await self._archive.read(
                    reports.fetch_state_of, service.reports.limit, self.clock.uptime()
                )
            if is_other:
                if not self._board.days:
                    days = await self._archive.read(reports.days_of, service.account)
                    self._board.days = {day.day: day for day in days}
                self._board.day = ""  # its rows may be others
                self._board.stored += 1
            await self._show_day(zone)
        except StoreError as trouble:
            self._board.trouble = trouble.sentence
            raise StoreUnavailable(trouble.sentence) from trouble
        if isinstance(self._failure, StoreUnavailable):
            self._failure = None
        if self._board.stored != self._looked_at:
            self._looked_at = self._board.stored
            self._board.trouble = self._told()
            self._board.budget = await service.reports.look()
        self._tell(zone)

    async def _show_day(self, zone: tzinfo) -> None:
        """Let the board be about the day that it is for the server."""
        assert self._state is not None
        self._board.days |= self._state.days
        today = today_of(self._state, self.clock.now().at.astimezone(zone))
        if today != self._board.day:
            self._board.begin(today, await self.rows_of(today))

    def _due(self, zone: tzinfo) -> ReportKind | None:
        assert self._state is not None
        return next_report(self._state, self._now(zone))

    def _tell(self, zone: tzinfo) -> None:
        """Say how fresh everything is, and what the clocks do not agree on."""
        assert self._state is not None
        now, uptime = self.clock.now(), self.clock.uptime()
        newest = newest_of(self._state)
        local = now.at.astimezone(zone)
        self._board.remarks = (
            *remarks(self._state, self._board.newest_start, local),
            *self._clock_was_set(now, uptime),
        )
        if newest is None:
            return
        self._board.repaired = newest.repaired
        self._board.unreadable = newest.unreadable
        age = uptime.seconds - newest.began
        if math.isinf(age):
            return  # it was fetched before the machine started anew
        self._board.fetched = Moment(now.at - timedelta(seconds=age), now.tick - age)
        if age < self._fresh_seconds and newest.began >= self._failed_at and not self._is_blocked(uptime):
            self.link.live(self._board.fetched, good_for=self._fresh_seconds)
            if self._failure is not None:  # another process was answered
                self._recovered()

    async def _wait_for_turn(self, service: AlpemixService, zone: tzinfo, *, is_due: bool) -> None:
        """Wait for a slot, for the data to be too old, or for another process to store something."""
        assert self._state is not None
        now, at = self.clock.now(), self._now(zone)
        budget = self._board.budget = service.reports.known
        seconds = 0.0 if is_due else seconds_to_due(self._state, at, self._settings.refresh_seconds)
        seconds = max(seconds, budget.seconds_to_next(at.uptime))
        self._board.next_at = now.at + timedelta(seconds=seconds)
        if self._is_blocked(self.clock.uptime()):
            self.link.waiting(now, budget.seconds_to_next(at.uptime), budget.reason)
        elif not self.link.is_live:
            self._say_why(seconds, budget, is_due=is_due)
        look_again = WATCH_SECONDS if self._archive.path is not None else ALONE_SECONDS
        # Nothing may be due in no time: then what is wanted is on its way in another process.
        await self._pause(min(seconds or WATCH_SECONDS, look_again))

    def _say_why(self, seconds: float, budget: Budget, *, is_due: bool) -> None:
        """Say what is waited for while the data is not fresh."""
        if self._failure is not None:
            self._say_waiting(seconds, self._failure)
        elif is_due:
            used = (
                f"the {budget.limit} requests of this minute are used" if budget.limit > 1 else "one request a minute"
            )
            self.link.waiting(self.clock.now(), seconds, used)
        elif self._state is not None and self._state.under_way:
            self.link.connecting("another Helpdeck is asking")

    @property
    def _fresh_seconds(self) -> float:
        return float(MISSED * self._settings.refresh_seconds)

    def _is_blocked(self, uptime: Uptime) -> bool:
        """Whether the server has said that nothing may go."""
        budget = self._board.budget
        return budget is not None and uptime.seconds < budget.blocked_until

    def _now(self, zone: tzinfo) -> Now:
        uptime = self.clock.uptime().seconds
        interval = float(self._settings.refresh_seconds)
        since = max(uptime - interval, self._wanted)
        return Now(self.clock.now().at.astimezone(zone), uptime, since, interval)

    def _told(self) -> str:
        trouble = self._archive.trouble
        return "" if trouble is None else f"{trouble.sentence} Until then requests are made with care: one a minute."

    def _clock_was_set(self, now: Moment, uptime: Uptime) -> list[str]:
        """Whether this machine's calendar jumped while the program ran."""
        if self._seen is not None and self._seen[1].boot == uptime.boot:
            before, then = self._seen
            jumped = (now.at - before.at).total_seconds() - (uptime.seconds - then.seconds)
            if abs(jumped) > SET_SECONDS:
                way = "forward" if jumped > 0 else "back"
                self._was_set = f"this machine's clock was set {way} by {_span(abs(jumped))}", uptime.seconds
        self._seen = now, uptime
        told, at = self._was_set
        return [told] if uptime.seconds - at < SET_TOLD_SECONDS else []


def _span(seconds: float) -> str:
    if seconds < 3600:
        return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"
    return f"{seconds / 3600:.0f} h" if seconds < 86_400 else f"{seconds / 86_400:.0f} days"
