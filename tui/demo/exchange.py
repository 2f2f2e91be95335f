"""The phone system behind the Web API: its calls, and the channels that everything is told to."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from tui.demo.channels import Channel, Frame, Session
from tui.demo.sloppy_wire import sloppy_frames
from tui.demo.spelling import Spelling, json_text, respelled
from tui.demo.switchboard import Call, Direction, Event, Recording, Switchboard, call_info
from tui.demo.system import Calendar, Clock, SimulatedSystem

Product = Literal["maxcs", "maxacd"]

UNSOLICITED_PONG = b"\x8a\x00"
"""The keepalive of .NET Framework: a pong that nobody asked for."""


class Exchange(SimulatedSystem):
    """What a test or a script makes happen on the phone system; every change is told to the bound channels."""

    def __init__(
        self,
        *,
        user: str,
        system: Product,
        spelling: Spelling,
        sloppiness: int | None,
        clock: Clock,
        calendar: Calendar,
    ) -> None:
        super().__init__(sloppiness=sloppiness, clock=clock, calendar=calendar)
        self.user = user
        self.system = system
        self.spelling: Spelling = spelling
        self.sessions: dict[str, Session] = {}
        self.is_mute = False
        """Channels are bound as ever and nothing is told on them."""
        self.keeps_lost_sessions = False
        """A session outlives its channel, as when the server has not noticed that it is gone."""
        self._switchboard = Switchboard(clock, is_maxacd=system == "maxacd")

    @property
    def calls(self) -> dict[int, Call]:
        """The server's truth: the calls by handle."""
        return self._switchboard.calls

    @property
    def recordings(self) -> dict[int, Recording]:
        """The recordings that run, by the handle of their call."""
        return {handle: call.recording for handle, call in self.calls.items() if call.recording is not None}

    async def begin(self, direction: Direction, info: Mapping[str, Any]) -> int:
        """A call with exactly this callInfo rings here, or there when it goes out; gives its handle."""
        handle, events = self._switchboard.start(direction, info)
        self._tell(events)
        return handle

    async def ring(self, caller_id: str = "312-555-0100", caller_name: str = "Harbour Dental", **info: Any) -> int:
        """A call rings; gives its handle. Further fields are spelled as in the guide's callInfo."""
        known = {"callerID": caller_id, "callerName": caller_name, "calleeID": self.user}
        return await self.begin("in", call_info(**known | info))

    async def ringback(self, target: str = "312-555-0199", callee_name: str = "", **info: Any) -> int:
        """The other side of an outgoing call rings; gives its handle."""
        known = {"callerID": self.user, "calleeID": target, "calleeName": callee_name}
        return await self.begin("out", call_info(**known | info))

    async def connect(self, handle: int, **info: Any) -> None:
        """The call is answered."""
        self._tell(self._switchboard.connect(handle, info))

    async def disconnect(self, handle: int) -> None:
        """The call ends."""
        self._tell(self._switchboard.disconnect(handle))

    async def record(
        self, handle: int, operation: str = "Start", record_type: Literal["Agent", "Supervisor", "System"] = "System"
    ) -> None:
        """The server records by itself, or somebody else does."""
        self._tell(self._switchboard.record(handle, operation, record_type=record_type))

    async def status(self, connected: bool) -> None:
        """WebProxy lost or found its server."""
        self._tell([{"eventType": "ServerStatusEvent", "Connected": connected}])

    def restart(self, *, keeps_calls: bool = True) -> None:
        """Break every connection and come back at once, with no session known and the calls or without them."""
        self.server.down()
        self.sessions.clear()
        if not keeps_calls:
            self.calls.clear()
        self.server.up()

    def release_lost_sessions(self) -> None:
        """Notice at last which sessions have no channel any more."""
        for session in [each for each in self.sessions.values() if not each.channels]:
            del self.sessions[session.id]

    def stop_reading(self) -> None:
        """Leave what comes on the channels unread, pings and goodbyes too, as .NET does between two reads."""
        for transport in self._transports():
            transport.pause_reading()

    def read_again(self) -> None:
        """Answer every ping that came meanwhile."""
        for transport in self._transports():
            transport.resume_reading()

    def beat(self) -> None:
        """One keepalive of .NET on every channel."""
        for transport in self._transports():
            transport.write(UNSOLICITED_PONG)

    async def send(self, frame: dict[str, Any] | str | bytes) -> None:
        """A raw frame to every bound channel: an event, any text, or a binary frame."""
        raw = json_text(frame) if isinstance(frame, dict) else frame
        if isinstance(raw, str):
            raw.encode()  # what no text frame can hold is the caller's mistake, and is told to the caller
        for channel in self._channels():
            if not channel.put(raw):
                self.server.reset(channel.client)

    async def drop_channels(self, code: int = 1001, *, abort: bool = False) -> None:
        """Close every channel with this code, or break its connection, and wait until the sessions are released."""
        for channel in self._channels():
            await self._close(channel, code, abort=abort)

    def _channels(self) -> list[Channel]:
        return [channel for session in self.sessions.values() for channel in session.channels]

    def _transports(self) -> list[asyncio.Transport]:
        return [each for channel in self._channels() for each in self.server.transports_of(channel.client)]

    async def _close(self, channel: Channel, code: int, *, abort: bool = False) -> None:
        if abort or not await channel.close(code):
            self.server.reset(channel.client)
            await channel.gone()

    def _tell(self, events: list[Event]) -> None:
        for channel in [] if self.is_mute else self._channels():
            for frame, pause in self.frames_of(events):
                if not channel.put(frame, pause):
                    self.server.reset(channel.client)
                    break

    def frames_of(self, events: Iterable[Event]) -> Iterator[tuple[Frame, float]]:
        """The frames that tell these events, as this server writes them, each with the seconds to wait before it."""
        spelled = (respelled(event, self.spelling) for event in events)
        if self.sloppiness is not None:
            return sloppy_frames(self.sloppiness, spelled)
        return ((json_text(event), 0.0) for event in spelled)
