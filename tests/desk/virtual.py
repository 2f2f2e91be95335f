"""Extensions of a simulated exchange and the Helpdecks that listen to them, in a virtual clock and without a network.

What is simulated ends where the bytes of the event channel begin. From there on it is the program: the channel, the
feed, the board, the recorder and the store. So a day passes in milliseconds.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Self, cast

from websockets.exceptions import ConnectionClosed, ConnectionClosedError

from tests.clock import FakeClock
from tui.archive import Store, open_store
from tui.config import AltiGenSettings, ArchiveSettings, Secret
from tui.demo.spelling import json_text
from tui.demo.switchboard import Event, Switchboard
from tui.desk.altigen import recorder as recording
from tui.desk.altigen.feed import AltiGenFeed
from tui.desk.altigen.recorder import CallRecorder
from tui.models.call_board import CallBoard
from tui.models.kept_calls import Listener
from tui.models.links import Link
from tui.services.altigen.channel import EventChannel
from tui.services.altigen.event_socket import EventSocket
from tui.services.errors import Unreachable
from tui.services.failures import Peer
from tui.services.http import HttpClient
from tui.spool import Spool

REGION: Final = "TR"
BEGUN: Final = datetime(2024, 1, 1, tzinfo=UTC)

_TURNS: Final = 12
"""Of the event loop until what was told has reached whoever it wakes."""

PATIENCE: Final = 60.0
"""Real seconds for what Helpdecks do at one moment."""


class VirtualClock(FakeClock):
    """A clock of one machine that says when somebody begins to wait for it."""

    def __init__(self, start: datetime = BEGUN) -> None:
        super().__init__(start)
        self._waited_for = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self._waited_for.set()
        await super().sleep(seconds)

    async def until_waited_for(self) -> None:
        """Wait until somebody else begins to wait."""
        self._waited_for.clear()
        await self._waited_for.wait()


class Wire:
    """The bytes of one event channel, as the socket of it gives them."""

    def __init__(self) -> None:
        self.signs = 0
        self.transport = self
        self._frames: list[bytes] = []
        self._came = asyncio.Event()
        self.is_cut = False

    async def take(self) -> list[bytes]:
        while not self._frames:
            if self.is_cut:
                raise ConnectionClosedError(None, None)
            self._came.clear()
            await self._came.wait()
        frames, self._frames = self._frames, []
        return frames

    def put(self, events: Sequence[Event]) -> None:
        """Tell of these events together."""
        self._frames += [json_text(event).encode() for event in events]
        self.signs += 1
        self._came.set()

    def cut(self) -> None:
        """Lose the connection; what was told before still comes."""
        self.is_cut = True
        self._came.set()

    abort = cut

    async def send(self, _message: str) -> None:
        if self.is_cut:
            raise ConnectionClosed(None, None)

    async def ping(self, _data: bytes) -> None:
        if not self.is_cut:
            self.signs += 1


class Extension:
    """The calls of one extension, and the channels that they are told on."""

    def __init__(self, number: str) -> None:
        self.number = number
        self.board = Switchboard(lambda: 0.0)
        self.is_down = False
        """Nobody can log on."""
        self.wires: dict[Wire, Helpdesk] = {}
        self.on_bound: Callable[[Wire, Helpdesk], object] = lambda *_: None
        self.on_lost: Callable[[Wire, Helpdesk], object] = lambda *_: None

    def begin(self, direction: Any, info: Mapping[str, Any]) -> tuple[int, list[Event]]:
        """A call begins; gives its handle and the events of it, which are told to nobody yet."""
        return self.board.start(direction, info)

    def tell(self, events: Sequence[Event]) -> None:
        """Tell every channel."""
        for wire in self.wires:
            wire.put(events)

    def bind(self, wire: Wire, desk: Helpdesk) -> None:
        """Tell a channel of the calls that exist, and from now on of what happens."""
        self.wires[wire] = desk
        if snapshot := list(self.board.snapshot()):
            wire.put(snapshot)
        self.on_bound(wire, desk)

    def leave(self, wire: Wire) -> None:
        """A channel is gone."""
        if (desk := self.wires.pop(wire, None)) is not None:
            wire.cut()
            self.on_lost(wire, desk)

    def cut(self) -> None:
        """Lose every channel."""
        for wire in list(self.wires):
            self.leave(wire)


class _Line:
    """What a feed needs of the WebProxy: somebody to log on to, and a channel."""

    def __init__(self, extension: Extension, desk: Helpdesk) -> None:
        self._extension = extension
        self._desk = desk
        self._settings = desk.settings
        self._http = HttpClient(Peer("AltiGen", "altigen", desk.settings.url[0], ""), clock=desk.clock)
        self.trace = self._http.trace

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._http.aclose()

    async def log_on(self) -> None:
        if self._extension.is_down:
            raise Unreachable("The exchange is down.")

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[EventChannel]:
        if self._extension.is_down:
            raise Unreachable("The exchange is down.")
        wire = Wire()
        channel = EventChannel(cast("EventSocket", wire), self._settings, self._http, Secret("session"))
        self._extension.bind(wire, self._desk)
        try:
            yield channel
        finally:
            self._extension.leave(wire)


class Helpdesk:
    """One Helpdeck that keeps the calls of an extension, from its start to its end, and once more."""

    def __init__(
        self,
        extension: Extension,
        host: str,
        archive: ArchiveSettings,
        folder: Path,
        *,
        ping_seconds: int = 15,
        zone: tzinfo | None = None,
    ) -> None:
        """``folder``: what survives it on its machine."""
        self.settings = AltiGenSettings(
            url=("http://127.0.0.1:1/webproxy",),
            user=extension.number,
            password=Secret("-"),
            region=REGION,
            ping_seconds=ping_seconds,
            stale_seconds=ping_seconds * 3,
            dead_seconds=ping_seconds * 8,
        )
        self.extension = extension
        self.host = host
        self.clock = VirtualClock()
        self.zone = zone
        self.folder = folder
        self._archive = archive
        self._running: asyncio.Task[None] | None = None
        self.board = CallBoard()
        self.recorder: CallRecorder | None = None
        self.listener: Listener | None = None
        self.now = 0.0
        """Seconds that have passed on its machine."""

    @property
    def is_up(self) -> bool:
        """Whether it runs."""
        return self._running is not None

    async def start(self) -> None:
        """Start the program, and wait until it rests."""
        self.board = CallBoard()
        link = Link(self.clock)
        self.listener = listener = Listener(
            id=secrets.token_hex(8),
            extension=self.extension.number,
            host=self.host,
            region=REGION,
            trunk_code="",
            zone_now=lambda: self.zone,
        )
        feed = AltiGenFeed(
            self.settings, self.board, link, self.clock, lambda: cast("Any", _Line(self.extension, self))
        )

        async def run() -> None:
            async with open_store(self._archive, self.clock) as store:
                feed.recorder = self.recorder = self._recorder(link, store, listener)
                await feed.run()

        self._running = asyncio.get_running_loop().create_task(run())
        await self.rest()

    def _recorder(self, link: Link, store: Store, listener: Listener) -> CallRecorder:
        spools = Spool(self.folder, "calls"), Spool(self.folder, "calls")
        return CallRecorder(self.board, link, store, self.clock, listener, spools=spools)

    async def stop(self) -> None:
        """Quit the program."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.wait([running])
            if not running.cancelled() and (error := running.exception()) is not None:
                raise error

    async def kill(self, away: Callable[[], object], back: Callable[[], object]) -> None:
        """End it as kill -9 does: nothing of its end reaches the archive or the disk.

        ``away``, ``back``: let the archive take nothing, and again what it took before.
        """
        left = {path: path.read_bytes() for path in self.folder.glob("*.jsonl")}
        away()
        try:
            await self.stop()
        finally:
            back()
        for path in self.folder.glob("*.jsonl"):
            if path not in left:
                path.unlink()
        for path, lines in left.items():
            path.write_bytes(lines)
            path.chmod(0o600)

    async def run_to(self, second: float) -> None:
        """Let time pass, each thing at its time."""
        while self._running is not None:
            soonest = self.clock.sleeping[0] if self.clock.sleeping else second
            if self.now + soonest > second:
                break
            self._pass(soonest)
            await self.rest()
        self._pass(max(0.0, second - self.now))

    def _pass(self, seconds: float) -> None:
        self.now += seconds
        self.clock.advance(seconds)

    async def rest(self) -> None:
        """Wait until there is nothing left that it does at this moment, but wait a little."""
        if self._running is None:
            return
        async with asyncio.timeout(PATIENCE):
            while True:
                for _ in range(_TURNS):
                    await asyncio.sleep(0)
                if self._running.done():
                    self._running.result()
                    return
                if len(self.clock.sleeping) < self._sleepers or self.recorder is None:
                    await self.clock.until_waited_for()
                elif self.board.changed_calls and self.clock.sleeping[0] <= recording.PACE_SECONDS:
                    self._pass(self.clock.sleeping[0])
                else:
                    return

    @property
    def _sleepers(self) -> int:
        """Who waits for the clock when nothing is to be done: the recorder, and the feed or those of its channel."""
        return 3 if self in self.extension.wires.values() else 2
