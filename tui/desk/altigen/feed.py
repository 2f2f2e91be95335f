"""The calls of one extension: a session's life, from the log-on to the lost channel and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import tzinfo
from typing import Final

from tui.config import AltiGenSettings
from tui.desk.altigen.recorder import CallRecorder
from tui.desk.altigen.standstill import Standstill
from tui.desk.feed import Feed
from tui.models.call_board import CallBoard
from tui.models.clock import Moment
from tui.models.links import Phase
from tui.services.altigen import PROOF_SECONDS, AltiGenReader, EventChannel
from tui.services.errors import NotBound, ServiceError, Unreachable

HEALTHY_SECONDS: Final = 30.0
"""A link that stood this long was healthy: the next failure waits the shortest delay again."""

WATCH_SECONDS: Final = 0.25
"""How often the state of the channel is looked at until it is known what goes on."""

REST_SECONDS: Final = 1.0
"""How often from then on; what AltiGen tells of itself is looked at when it comes."""

ALTISERV_LOST: Final = "WebProxy has lost AltiServ: calls may be old"

BINDING: Final = "binding the event channel"

SNAPSHOT: Final = "taking the opening snapshot"

PROOF_MOST: Final = 60.0
"""Seconds for which a channel that was lost before it told anything is watched at most before it is called live."""

NO_EVENT_YET: Final = "no event yet (if calls do not show: altigen.events_path, altigen.bind)"


class AltiGenFeed(Feed[AltiGenSettings, CallBoard, AltiGenReader]):
    """The life of a session: log on, open the channel, bind it, take the opening snapshot, then live.

    A lost channel begins it again, with the old session id.
    """

    _proof_seconds = PROOF_SECONDS
    """How long a channel must stand before it is called live, where nothing is told on it."""
    _is_proved = False
    _channel: EventChannel | None = None
    zone: Callable[[], tzinfo | None] = staticmethod(lambda: None)
    """Gives the zone of the times that people read."""
    recorder: CallRecorder | None = None
    """Keeps the calls; None where none are kept."""
    look: Callable[[], None] = staticmethod(lambda: None)
    """Called when there may be new calls on the board."""

    async def run(self) -> None:
        """Keep the board current until cancelled, and the archive with it."""
        if self.recorder is None:
            await super().run()
            return
        self.recorder.faults = self.faults
        async with asyncio.TaskGroup() as group:
            group.create_task(self.recorder.run())
            await super().run()

    def ask(self) -> None:
        """Do not wait any longer: a channel that stands is opened anew."""
        super().ask()
        if self._channel is not None and self._is_proved:
            self._look_at(self._channel)

    async def _serve(self, service: AltiGenReader) -> None:
        self.link.connecting("logging on")
        await service.log_on()
        self.link.connecting("opening the event channel")
        lost: ServiceError = Unreachable("The event channel was closed.")
        opened: Moment | None = None
        try:
            async with service.channel() as channel, asyncio.TaskGroup() as group:
                self.link.connecting(BINDING)
                opened = self.clock.now()
                watching: list[asyncio.Task[None]] = []
                self._is_proved = False
                try:
                    await channel.bind()
                    self._asked.clear()  # who asked while it was connecting has got it
                    self._channel = channel
                    self._board.channel_opened(opened, self.link.fresh)
                    still = Standstill(self.clock)
                    watching = [
                        group.create_task(still.watch()),
                        group.create_task(channel.keep_alive()),
                        group.create_task(self._watch(channel)),
                    ]
                    async for events, came in channel:
                        was_lost = self._board.altiserv_lost
                        self._board.told_late = still.since()
                        for event in events:
                            self._board.apply(event, came)
                        self._tell()
                        if channel.has_told and not self._is_proved:
                            self._prove(channel)
                        elif self._is_proved and self._board.altiserv_lost != was_lost:
                            self._look_at(channel)
                except ServiceError as error:
                    lost = error
                    if isinstance(error, NotBound):  # it stood that long, and was none: the next is live no sooner
                        self._proof_seconds = min(channel.bound_seconds + PROOF_SECONDS, PROOF_MOST)
                finally:
                    self._channel = None
                    # Up to here it was good. Who gives the licence back has said so, and it stays said.
                    if self._is_proved and self.link.phase in (Phase.LIVE, Phase.DEGRADED):
                        self._look_at(channel)
                    if self.recorder is not None:
                        self.recorder.lost()
                    for task in watching:
                        task.cancel()
        finally:
            if opened is not None and self.clock.now().seconds_since(opened) >= HEALTHY_SECONDS:
                self._backoff.reset()
        raise lost

    def _tell(self) -> None:
        """Tell who waits for it that something may have changed on the board."""
        self.look()
        if self.recorder is not None:
            self.recorder.look()

    def _prove(self, channel: EventChannel) -> None:
        """The channel is bound: something was told on it, or it was not closed for long enough."""
        self._is_proved = True
        self._proof_seconds = PROOF_SECONDS
        self._asked.clear()
        self._say_live(self.clock.now(), channel, SNAPSHOT)

    async def _watch(self, channel: EventChannel) -> None:
        """Keep the link's state: the snapshot's end, a server that has gone quiet, an AltiServ that was lost."""
        while True:
            self._board.settle(self.clock.now())
            self._tell()
            if self._is_proved:
                self._look_at(channel)
            elif channel.bound_seconds >= self._proof_seconds:
                self._prove(channel)
            is_known = self._is_proved and not self._board.is_settling
            await self.clock.sleep(REST_SECONDS if is_known else WATCH_SECONDS)

    def _look_at(self, channel: EventChannel) -> None:
        now = self.clock.now()
        if channel.silent_seconds >= self._settings.stale_seconds:
            self.link.degraded(self._silence)
        elif self._board.altiserv_lost:
            self.link.degraded(ALTISERV_LOST)
        elif self.link.reason == ALTISERV_LOST:
            # What ended meanwhile was told to nobody: only a new channel brings the calls that exist again.
            channel.give_up("AltiServ is back: asking for its calls anew.")
        else:
            self._say_live(now, channel, self._remark(now))
        if self._asked.is_set():
            channel.give_up("Opening the event channel anew, as asked.")

    def _remark(self, now: Moment) -> str:
        if self._board.is_settling:
            return SNAPSHOT
        if (untold := self._board.doubts.untold(now)) is not None:
            at = untold.since.at.astimezone(self.zone())
            return f"{untold.why} at {at:%H:%M:%S}, and nothing was told of it: r reads all anew"
        return "" if self._board.events else NO_EVENT_YET

    def _say_live(self, now: Moment, channel: EventChannel, remark: str) -> None:
        left = self._settings.stale_seconds - channel.silent_seconds
        self.link.live(now, remark, good_for=left, overdue=self._silence)

    @property
    def _silence(self) -> str:
        return f"no sign of life for {self._settings.stale_seconds} s: calls may be old"
