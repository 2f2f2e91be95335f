"""The team's remote-support connections: fetched once for all who use the archive, within the request limit.

Whoever finds that something is due takes a slot of the shared budget and asks; the archive tells the others, who read
what was stored.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

from tui.archive import Store
from tui.archive.budget import Slot
from tui.archive.errors import StoreError
from tui.archive.proof import expected_day
from tui.archive.records import FetchState, RequestedReport
from tui.config import AlpemixSettings
from tui.config.zones import zone_of
from tui.desk.alpemix.plan import (
    AGAIN_SECONDS,
    Now,
    lacks_yesterday,
    newest_of,
    next_report,
    remarks,
    seconds_to_due,
    today_of,
    yesterday_of,
)
from tui.desk.feed import MISSED, Feed
from tui.models.budget import Budget
from tui.models.clock import Clock, Moment, Uptime
from tui.models.connection_board import ConnectionBoard, Keeper
from tui.models.connections import Report, ReportKind
from tui.models.days import Day
from tui.models.links import Link
from tui.models.report_day import day_of
from tui.services.alpemix import AlpemixService
from tui.services.errors import Limited, StoreUnavailable, UsedUp
from tui.services.request_budget import unavailable

NEVER: Final = float("-inf")

WATCH_SECONDS: Final = 1.0
"""How often to look what became of a request that another process has under way: it may end without a word."""

LOOK_SECONDS: Final = 60.0
"""How often to look for what is due, unless another process has stored something before."""

NOTE_SECONDS: Final = 30.0
"""How often who keeps the days says so."""

SET_SECONDS: Final = 30.0
"""A wall clock that moved by this much more or less than the time that passed was set."""

SET_TOLD_SECONDS: Final = 3_600.0


class AlpemixFeed(Feed[AlpemixSettings, ConnectionBoard, AlpemixService]):
    """Today at an interval, yesterday when it is over, and whatever of them may have been missed."""

    def __init__(
        self,
        settings: AlpemixSettings,
        board: ConnectionBoard,
        link: Link,
        clock: Clock,
        new_service: Callable[[], AlpemixService],
        archive: Store,
        keeper: str = "",
    ) -> None:
        """``keeper``: the host that keeps the days by this feed, for all who use the archive; empty: it only looks."""
        super().__init__(settings, board, link, clock, new_service)
        self.archive = archive
        self.account = settings.account
        self.zone = zone_of(settings.timezone)
        """That of the server's clock."""
        self._keeper = keeper
        self._noted = NEVER
        self._once_from: float | None = None
        """Since which uptime today's connections are fresh enough, where they are asked for once and no more."""
        self._state: FetchState | None = None
        self._has_news: bool | None = None
        """Whether another process has stored something; None while that is to be asked."""
        self._stored: object = None
        """What was stored when the board was last made of it."""
        self._wanted = NEVER
        self._failed_at = NEVER
        self._looked_at = -1
        self._seen: tuple[Moment, Uptime] | None = None
        self._was_set = "", NEVER

    def ask(self) -> None:
        """Do not wait any longer: what was asked for before this moment is not fresh enough."""
        self._wanted = self.clock.uptime().seconds
        super().ask()

    async def keep_once(self) -> None:
        """Ask for what is due and keep it, unless another process has just done it.

        Raises:
            ServiceError: something that is due could not be kept.
        """
        self._once_from = self.clock.uptime().seconds - self._settings.refresh_seconds
        async with self._new_service() as service:
            await service.reports.require_shared()  # what is stored in a fallback is not kept
            state = await self._keep_up(service)
        at = self.clock.now().at.astimezone(self.zone)
        if lacks_yesterday(state, at):
            day = Day(day=yesterday_of(state, at)).long_name
            raise Limited(f"{day} is not closed: it was asked for in vain just now.", seconds=AGAIN_SECONDS)

    async def _serve(self, service: AlpemixService) -> None:
        try:
            await self._keep_up(service)
        except (StoreUnavailable, UsedUp):  # nothing was sent, and nothing new is known of Alpemix
            raise
        except Exception:
            self._failed_at = self.clock.uptime().seconds
            raise
        finally:
            self._state = None  # what became of a request that failed is not in it
            self._board.budget = service.reports.known

    async def _keep_up(self, service: AlpemixService) -> FetchState:
        """Keep everything current for ever; or where it is asked for once, until nothing is due any more."""
        while True:
            self._asked.clear()
            state = await self._catch_up(service)
            await self._note_keeper(service)
            policy = partial(next_report, now=self._now())
            kind, slot = policy(state), None
            if kind is None and self._once_from is not None and not state.under_way:
                return state
            if kind is not None:
                claim = await service.reports.claim(policy)
                state, kind, slot = claim.state, claim.kind, claim.slot
                self._state = state
            if kind is None or slot is None:
                budget = service.reports.known
                if self._once_from is not None and budget.reason:  # whoever blocks us does so for long
                    raise Limited(budget.reason, seconds=budget.seconds_to_next(self.clock.uptime().seconds))
                await self._wait_for_turn(service, state, is_due=kind is not None)
                continue
            if not self.link.is_live:
                day = "yesterday" if kind is ReportKind.YESTERDAY else "today"
                self.link.connecting(f"asking for {day}'s connections")
            await self._fetch(service, kind, slot)
            self._recovered()
            if kind is not ReportKind.YESTERDAY and not self._asked.is_set():
                self._wanted = NEVER  # the person has got what they asked for, and has not asked again since

    async def _fetch(self, service: AlpemixService, kind: ReportKind, slot: Slot) -> None:
        """Ask, keep what came, and show it."""
        count = self._settings.last if kind is ReportKind.LAST else 0
        try:
            report, used = await service.report(kind, count, slot)
        except Exception:
            await service.reports.fail(kind, slot)
            raise
        now = self.clock.now()
        today = now.at.astimezone(self.zone).date().isoformat()
        requested = RequestedReport(kind, count, self._settings.last, used.reserved, today, used.id)
        limit, at = service.reports.limit, now.at.timestamp()
        try:
            state = self._state = await self.archive.store_report(limit, requested, report, at)
            await self._show_day(state)
        except StoreError as error:
            if self._once_from is not None:
                raise unavailable(error) from error
            # It is shown all the same, and asked for no more often than when it could be stored.
            self._show(report, kind)
            self._board.trouble = error.sentence
            if kind is ReportKind.YESTERDAY:  # it tells nothing of how today goes on
                self._say_waiting(self._settings.refresh_seconds, unavailable(error))
            else:
                self._board.fetched = now
                self.link.live(now, good_for=self._fresh_seconds)
            await self._pause(self._settings.refresh_seconds)
            return
        self._show(report, kind)
        self._board.trouble = self._told()
        self._board.stored += 1
        self._tell(state)

    def _show(self, report: Report, kind: ReportKind) -> None:
        """Put those of a report on the board that are of its day."""
        about = expected_day(kind, self._board.day)
        self._board.merge(row for row in report.rows if day_of(row, about) == self._board.day)

    async def _catch_up(self, service: AlpemixService) -> FetchState:
        """Show what other processes have stored since we last looked; gives what is known now."""
        state = self._state
        try:
            has_news = await self.archive.changed() if self._has_news is None else self._has_news
            self._has_news = None
            is_other = has_news or state is None
            # What is under way elsewhere is read anew at each look: it may end without a word, as a process does that
            # is killed.
            if state is None or has_news or state.under_way:
                state = self._state = await self.archive.fetch_state(service.reports.limit)
            if (stored := _stored(state)) != self._stored:
                if not self._board.days:
                    days = await self.archive.days(self.account)
                    self._board.days = {day.day: day for day in days}
                self._board.day = ""  # its rows may be others
                self._board.stored += 1
                self._stored = stored
            await self._show_day(state)
        except StoreError as error:
            self._board.trouble = error.sentence
            raise unavailable(error) from error
        if isinstance(self._failure, StoreUnavailable):
            self._failure = None
        if is_other or self._board.stored != self._looked_at:
            self._looked_at = self._board.stored
            self._board.trouble = self._told()
            self._board.budget = await service.reports.look()
        self._tell(state)
        return state

    async def _note_keeper(self, service: AlpemixService) -> None:
        """Let all who look know who keeps the days, where it is us."""
        uptime = self.clock.uptime().seconds
        if not self._keeper or uptime - self._noted < NOTE_SECONDS:
            return
        with suppress(StoreError):  # whoever needs the archive next says what is the matter
            await self.archive.note_keeper(service.reports.limit, self._keeper)
            self._noted = uptime

    async def _show_day(self, state: FetchState) -> None:
        """Let the board be about the day that it is for the server."""
        self._board.days |= state.days
        today = today_of(state, self.clock.now().at.astimezone(self.zone))
        if today != self._board.day:
            self._board.begin(today, await self.archive.connections_of(self.account, today, self.zone))

    def _tell(self, state: FetchState) -> None:
        """Say how fresh everything is, and what the clocks do not agree on."""
        now, uptime = self.clock.now(), self.clock.uptime()
        newest = newest_of(state)
        local = now.at.astimezone(self.zone)
        self._board.keeper = None if state.keeper is None else Keeper(state.keeper.host, self._moment(state.keeper.at))
        self._board.remarks = (*remarks(state, self._board.newest_start, local), *self._clock_was_set(now, uptime))
        if newest is None:
            return
        self._board.repaired = newest.repaired
        self._board.unreadable = newest.unreadable
        age = uptime.seconds - newest.began
        if math.isinf(age):
            return  # it was fetched before the machine started anew
        self._board.fetched = self._moment(newest.began)
        if age < self._fresh_seconds and newest.began >= self._failed_at and not self._is_blocked(uptime):
            self.link.live(self._board.fetched, good_for=self._fresh_seconds)
            if self._failure is not None:  # another process was answered
                self._recovered()

    async def _wait_for_turn(self, service: AlpemixService, state: FetchState, *, is_due: bool) -> None:
        """Wait for a slot, for the data to be too old, or for another process to store something."""
        now, at = self.clock.now(), self._now()
        budget = self._board.budget = service.reports.known
        seconds = 0.0 if is_due else seconds_to_due(state, at, self._settings.refresh_seconds)
        seconds = max(seconds, budget.seconds_to_next(at.uptime))
        self._board.next_at = now.at + timedelta(seconds=seconds)
        if self._is_blocked(self.clock.uptime()):
            self.link.waiting(now, budget.seconds_to_next(at.uptime), budget.reason)
        elif not self.link.is_live:
            self._say_why(state, seconds, budget, is_due=is_due)
        look_again = WATCH_SECONDS if state.under_way else LOOK_SECONDS
        # Nothing may be due in no time: then what is wanted is on its way in another process.
        await self._unless_asked(self._watch(min(seconds or WATCH_SECONDS, look_again)))

    async def _watch(self, seconds: float) -> None:
        """Let this many seconds pass, or fewer when another process has stored something."""
        try:
            self._has_news = await self.archive.changed(seconds)
        except StoreError:
            self._has_news = True  # whoever looks now is told why nobody can tell

    def _say_why(self, state: FetchState, seconds: float, budget: Budget, *, is_due: bool) -> None:
        """Say what is waited for while the data is not fresh."""
        if self._failure is not None:
            self._say_waiting(seconds, self._failure)
        elif is_due:
            used = (
                f"the {budget.limit} requests of this minute are used" if budget.limit > 1 else "one request a minute"
            )
            self.link.waiting(self.clock.now(), seconds, used)
        elif state.under_way:
            self.link.connecting("another Helpdeck is asking")

    @property
    def _fresh_seconds(self) -> float:
        return float(MISSED * self._settings.refresh_seconds)

    def _is_blocked(self, uptime: Uptime) -> bool:
        """Whether the server has said that nothing may go."""
        budget = self._board.budget
        return budget is not None and uptime.seconds < budget.blocked_until

    def _moment(self, uptime: float) -> Moment:
        """When it was this uptime."""
        now, age = self.clock.now(), self.clock.uptime().seconds - uptime
        return Moment(now.at - timedelta(seconds=age), now.tick - age)

    def _now(self) -> Now:
        uptime = self.clock.uptime().seconds
        interval = float(self._settings.refresh_seconds)
        since = max(uptime - interval, self._wanted) if self._once_from is None else self._once_from
        return Now(self.clock.now().at.astimezone(self.zone), uptime, since, interval)

    def _told(self) -> str:
        reason = self.archive.degraded_by
        return "" if reason is None else f"{reason.sentence} Until then requests are made with care: one a minute."

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


def _stored(state: FetchState) -> object:
    """What differs wherever a report was stored, by whomever."""
    return {kind: last.at for kind, last in state.fetched.items()}, state.days
