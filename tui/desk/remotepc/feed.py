"""The customers' RemotePC accounts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, timedelta
from typing import Final

from tui.archive import Store
from tui.archive.budget import Limit
from tui.archive.errors import StoreError
from tui.archive.records import UserList
from tui.config import RemotePCSettings
from tui.desk.feed import MISSED, Feed
from tui.models.clock import Clock, Moment
from tui.models.links import Link
from tui.models.user_board import UserBoard
from tui.services.errors import ServiceError
from tui.services.remotepc import RemotePCReader
from tui.services.request_budget import unavailable

STORE_AGAIN_SECONDS: Final = 30.0
"""How often a list that could not be stored is tried again: RemotePC is asked no sooner for that."""

SOON_SECONDS: Final = 2.0
"""How often to look for a list that another is asking for just now."""

LOOK_SECONDS: Final = 30.0
"""How often to look whether another who keeps the lists still does."""


class RemotePCFeed(Feed[RemotePCSettings, UserBoard, RemotePCReader]):
    """The list of accounts, at an interval, and again after each change."""

    def __init__(
        self,
        settings: RemotePCSettings,
        board: UserBoard,
        link: Link,
        clock: Clock,
        new_service: Callable[[], RemotePCReader],
        archive: Store | None = None,
    ) -> None:
        """``archive``: where the list of each day is kept; None: it is only looked at."""
        super().__init__(settings, board, link, clock, new_service)
        self._archive = archive
        self.kept = ""
        """Whose list was kept last, in words."""

    async def keep_once(self) -> None:
        """Keep the list of today, unless there is one. Raises ServiceError."""
        assert self._archive is not None
        day = self._today
        try:
            known = await self._archive.users_of(self._settings.account, day)
        except StoreError as error:
            raise unavailable(error) from error
        if known is not None and known.day == day:
            self.kept = _words(known)
            return
        async with self._new_service() as service:
            self._board.replace(await service.list_users(), self.clock.now())
        if (failure := await self._keep(self._archive)) is not None:
            raise failure

    async def _serve(self, service: RemotePCReader) -> None:
        seconds = float(self._settings.refresh_seconds)
        while True:
            if not self._board.fetched:
                self.link.connecting("asking for the list of users")
            # Before the request: who asks while it is under way, as after a change, wants a newer answer.
            self._asked.clear()
            if self._archive is None:
                now = await self._ask(service)
                self.link.live(now, good_for=MISSED * seconds)
                await self._pause(seconds)
            else:
                await self._pause(await self._keep_up(service, self._archive, seconds))

    async def _ask(self, service: RemotePCReader) -> Moment:
        users = await service.list_users()
        now = self.clock.now()
        self._board.replace(users, now)
        self._recovered()
        return now

    async def _keep_up(self, service: RemotePCReader, archive: Store, seconds: float) -> float:
        """Ask and keep what comes, unless another has just done it; gives in how many seconds to look again."""
        limit = Limit(self._settings.account, "lists", 1, seconds)
        try:
            slot, budget = await archive.reserve(limit)
            known = None if slot is not None else await archive.users_of(self._settings.account, self._today)
        except StoreError as error:
            raise unavailable(error) from error
        if slot is None:
            if known is None:
                self.link.connecting("another Helpdeck is asking")
                return SOON_SECONDS
            self._show(known, seconds)
            return min(LOOK_SECONDS, max(1.0, budget.seconds_to_next(self.clock.uptime().seconds)))
        is_answered = False
        try:
            now = await self._ask(service)
            is_answered = True
        finally:
            # One that failed is tried again as soon as waiting for it allows.
            with suppress(StoreError):
                await (archive.complete if is_answered else archive.release)(limit, slot)
        await self._tell(now, seconds)
        return now.tick + seconds - self.clock.tick()

    def _show(self, found: UserList, seconds: float, overdue: str = "") -> None:
        """Show a list that another has kept."""
        now = self.clock.now()
        age = max(0.0, now.at.timestamp() - found.at)
        fetched = Moment(now.at - timedelta(seconds=age), now.tick - age)
        self._board.replace(found.users, fetched)
        self._recovered()
        self.kept = _words(found)
        # It was kept up to an interval after it came, and is read up to one later.
        self.link.live(fetched, good_for=(MISSED + 1) * seconds, overdue=overdue)

    @property
    def _today(self) -> str:
        """The day that a list is kept as."""
        return day_of(self.clock.now())

    async def _tell(self, now: Moment, seconds: float) -> None:
        """Say that good data came, once it is kept where it is to be; give up before it is asked for anew."""
        while self._archive is not None and (failure := await self._keep(self._archive)) is not None:
            self.link.degraded(failure.sentence)
            if self.clock.tick() + STORE_AGAIN_SECONDS >= now.tick + seconds or self._asked.is_set():
                return
            await self._pause(STORE_AGAIN_SECONDS)
        self.link.live(now, good_for=MISSED * seconds)

    async def _keep(self, archive: Store) -> ServiceError | None:
        """Store what is on the board as the list of its day; gives why it is not kept, if so."""
        assert self._board.fetched is not None
        fetched = self._board.fetched
        found = UserList(day_of(fetched), fetched.at.timestamp(), tuple(self._board))
        try:
            await archive.store_users(self._settings.account, found)
        except StoreError as error:
            return unavailable(error)
        self.kept = _words(found)
        return None


def day_of(moment: Moment) -> str:
    """Under which day a list of this moment is kept."""
    return moment.at.astimezone(UTC).date().isoformat()


def _words(found: UserList) -> str:
    return f"the users of {found.day}"
