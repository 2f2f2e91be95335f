"""The three feeds: each talks to one service, writes to one board, and says how its link stands.

A feed that fails waits and tries again or stops, as :func:`tui.services.errors.verdict` says. No feed ends another.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final, Generic, TypeVar
from urllib.parse import quote

from tui.config import AlpemixSettings, AltiGenSettings, RemotePCSettings
from tui.models.call_board import CallBoard
from tui.models.clock import Clock, Moment
from tui.models.connection_board import ConnectionBoard
from tui.models.links import Link
from tui.models.user_board import UserBoard
from tui.services.alpemix import AlpemixService
from tui.services.altigen import AltiGenService
from tui.services.altigen_channel import EventChannel
from tui.services.errors import ServiceError, Stop, Unreachable, verdict
from tui.services.pacing import Backoff
from tui.services.remotepc import RemotePCService

HEALTHY_SECONDS: Final = 30.0
"""A link that stood this long was healthy: the next failure waits the shortest delay again."""

WATCH_SECONDS: Final = 0.25
"""How often the state of the channel is looked at."""

ALTISERV_LOST: Final = "WebProxy has lost AltiServ: calls may be old"

SNAPSHOT: Final = "taking the opening snapshot"

NO_EVENT_YET: Final = "no event yet (if calls do not show: altigen.events_path, altigen.bind)"

Service = TypeVar("Service")


class Feed(ABC, Generic[Service]):
    """Keeps one board current for as long as it runs."""

    def __init__(self, link: Link, clock: Clock) -> None:
        self.link = link
        self.clock = clock
        self.service: Service | None = None
        """The open service, or None before the first and after the last moment of :meth:`run`."""
        self._asked = asyncio.Event()
        self._backoff = Backoff()

    def ask(self) -> None:
        """Do not wait any longer: the person wants it now."""
        self._asked.set()

    async def run(self) -> None:
        """Keep the board current until cancelled; closing the service then logs off."""
        async with self._open() as service:
            self.service = service
            try:
                while True:
                    self._asked.clear()
                    try:
                        await self._serve(service)
                    except ServiceError as error:
                        await self._rest(error)
                    except Exception as error:  # noqa: BLE001 - a fault of ours here must not take the others along
                        await self._wait(self._backoff.next_delay(), f"a fault of Helpdeck itself ({error!r:.80})")
            finally:
                self.service = None

    @abstractmethod
    def _open(self) -> AbstractAsyncContextManager[Service]:
        """The service; opening it does not talk to the system yet."""

    @abstractmethod
    async def _serve(self, service: Service) -> None:
        """Talk to the system until something goes wrong, which is raised."""

    async def _rest(self, error: ServiceError) -> None:
        """Wait as the error demands, or until the person asks."""
        decision = verdict(error)
        if isinstance(decision, Stop):
            self.link.refused(error.sentence, detail=error.detail, setting=error.setting)
            self._asked.clear()  # who asked before it was refused did not know: a password is not tried twice for that
            await self._asked.wait()
        else:
            delay = decision.at_least or self._backoff.next_delay()
            await self._wait(delay, error.sentence, error.detail, error.setting)

    async def _wait(self, seconds: float, reason: str, detail: str = "", setting: str = "") -> None:
        self.link.waiting(self.clock.now(), seconds, reason, detail=detail, setting=setting)
        await self._pause(seconds)

    async def _pause(self, seconds: float) -> None:
        """Let so many seconds pass, or fewer when the person asks."""
        async with asyncio.TaskGroup() as group:
            sleeping = group.create_task(self.clock.sleep(seconds))
            asked = group.create_task(self._asked.wait())
            await asyncio.wait((sleeping, asked), return_when=asyncio.FIRST_COMPLETED)
            sleeping.cancel()
            asked.cancel()


class AltiGenFeed(Feed[AltiGenService]):
    """The life of a session: log on, open the channel, bind it, take the opening snapshot, then live.

    A lost channel begins it again, with the old session id.
    """

    def __init__(
        self, settings: AltiGenSettings, board: CallBoard, link: Link, clock: Clock, state_folder: Path | None
    ) -> None:
        super().__init__(link, clock)
        self._settings = settings
        self._board = board
        self._state_folder = state_folder

    def _open(self) -> AltiGenService:
        name = f"altigen-session-{quote(self._settings.user, safe='')}.json"
        path = None if self._state_folder is None else self._state_folder / name
        return AltiGenService(self._settings, clock=self.clock, session_path=path)

    async def _serve(self, service: AltiGenService) -> None:
        self.link.connecting("logging on")
        await service.log_on()
        self.link.connecting("opening the event channel")
        lost: ServiceError = Unreachable("The event channel was closed.")
        opened: Moment | None = None
        try:
            async with service.channel() as channel, asyncio.TaskGroup() as group:
                self.link.connecting("binding the event channel")
                opened = self.clock.now()
                watching: list[asyncio.Task[None]] = []
                try:
                    await channel.bind()
                    self._asked.clear()  # who asked while it was connecting has got it
                    self._board.channel_opened(opened)
                    self.link.live(opened, SNAPSHOT)
                    watching = [
                        group.create_task(channel.keep_alive()),
                        group.create_task(self._watch(channel)),
                    ]
                    async for event in channel:
                        self._board.apply(event, channel.came)
                except ServiceError as error:
                    lost = error
                finally:
                    for task in watching:
                        task.cancel()
        finally:
            if opened is not None and self.clock.now().seconds_since(opened) >= HEALTHY_SECONDS:
                self._backoff.reset()
        raise lost

    async def _watch(self, channel: EventChannel) -> None:
        """Keep the link's state: the snapshot's end, a server that has gone quiet, an AltiServ that was lost."""
        while True:
            now = self.clock.now()
            self._board.settle(now)
            stale = channel.silent_seconds >= self._settings.stale_seconds
            if stale:
                self.link.degraded(f"no sign of life for {self._settings.stale_seconds} s: calls may be old")
            elif self._board.altiserv_lost:
                self.link.degraded(ALTISERV_LOST)
            elif self.link.reason == ALTISERV_LOST:
                # What ended meanwhile was told to nobody: only a new channel brings the calls that exist again.
                channel.give_up("AltiServ is back: asking for its calls anew.")
            elif self._board.is_settling:
                self.link.live(now, SNAPSHOT)
            else:
                self.link.live(now, "" if self._board.events else NO_EVENT_YET)
            if self._asked.is_set() and not self.link.is_live:
                channel.give_up("Opening the event channel anew, as asked.")
            await self.clock.sleep(WATCH_SECONDS)


class AlpemixFeed(Feed[AlpemixService]):
    """All of today at first, then the newest few at an interval, within the request budget."""

    def __init__(self, settings: AlpemixSettings, board: ConnectionBoard, link: Link, clock: Clock) -> None:
        super().__init__(link, clock)
        self._settings = settings
        self._board = board
        self._wants_all = True

    def _open(self) -> AlpemixService:
        return AlpemixService(self._settings, clock=self.clock)

    async def _serve(self, service: AlpemixService) -> None:
        while True:
            if not self._board.fetched:
                self.link.connecting("asking for today's connections")
            report = await (service.today() if self._wants_all else service.last(self._settings.last))
            now = self.clock.now()
            first = self._board.fetched is None
            known = self._board.merge(report.rows, now)
            self._board.repaired += report.repaired
            self._board.unreadable = report.unreadable
            # A full page of which nothing is known: there may be more between it and what we have.
            self._wants_all = (
                not first and not self._wants_all and known == 0 and len(report.rows) >= self._settings.last
            )
            self._backoff.reset()
            self.link.live(now)
            wait = service.reports.seconds_to_next() if self._wants_all else float(self._settings.refresh_seconds)
            self._board.next_request = self.clock.tick() + wait
            self._asked.clear()
            await self._pause(wait)
            if (seconds := service.reports.seconds_to_next()) > 0:  # asked for earlier than the limit allows
                self._board.next_request = self.clock.tick() + seconds
                await self.clock.sleep(seconds)


class RemotePCFeed(Feed[RemotePCService]):
    """The list of accounts, at an interval, and again after each change."""

    def __init__(self, settings: RemotePCSettings, board: UserBoard, link: Link, clock: Clock) -> None:
        super().__init__(link, clock)
        self._settings = settings
        self._board = board

    def _open(self) -> RemotePCService:
        return RemotePCService(self._settings, clock=self.clock)

    async def _serve(self, service: RemotePCService) -> None:
        while True:
            if not self._board.fetched:
                self.link.connecting("asking for the list of users")
            users = await service.list_users()
            now = self.clock.now()
            self._board.replace(users, now)
            self._backoff.reset()
            self.link.live(now)
            self._asked.clear()
            await self._pause(float(self._settings.refresh_seconds))
