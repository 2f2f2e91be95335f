"""AltiGen's WebProxy: a session that holds a licence, its event channel, and the commands of the Web API guide."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from types import TracebackType
from typing import Final, Self

import httpx

from tui.config import AltiGenSettings, Secret
from tui.models.calls import AltiGenEvent
from tui.models.clock import Clock
from tui.services.altigen_answers import explain, session_of
from tui.services.altigen_channel import events_of, open_channel
from tui.services.errors import NotFound, Rejected, ServiceError, Unreadable
from tui.services.failures import Peer
from tui.services.http import Answer, HttpClient, Timeouts

LOG_OFF_LIMIT: Final = 4.0
"""Seconds that leaving may take: the licence should be free again, but nobody waits for a dead server."""

MUTE_SPACING: Final = 0.5
"""Seconds between a mute and an unmute of the same call (guide, "Record Call")."""


class RecordOperation(Enum):
    """What can be done with a recording."""

    START = "Start"
    MUTE = "Mute"
    UNMUTE = "Unmute"
    STOP = "Stop"

    def word(self, system: str) -> str:
        """What the system calls it: MaxACD pauses instead of muting, and the guide's overview says resume."""
        if system == "maxacd":
            return {"Mute": "Pause", "Unmute": "Resume"}.get(self.value, self.value)
        return self.value


class AltiGenService:
    """One extension's session. Every call may raise Unreachable, Unreadable, ServerFault, Refused and Limited."""

    def __init__(
        self,
        settings: AltiGenSettings,
        *,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock or Clock()
        self._timeouts = timeouts or Timeouts()
        self._peer = Peer("AltiGen", "altigen", settings.url[0], settings.ca_file)
        self._http = HttpClient(
            self._peer,
            timeouts=self._timeouts,
            transport=transport,
            may_use_proxy=False,  # the WebSocket goes straight as well, and the WebProxy is in the same house
            secrets=(settings.password,),
        )
        self._session: Secret | None = None
        self._logging_on: asyncio.Task[Answer] | None = None
        self._recording = asyncio.Lock()
        self._switched: dict[int, float] = {}
        """When each call's recording was last muted or unmuted, in ticks; only those within MUTE_SPACING."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with contextlib.suppress(ServiceError, TimeoutError):
                async with asyncio.timeout(LOG_OFF_LIMIT):
                    await self._finish_log_on()
                    await self.log_off()
        finally:
            if self._logging_on is not None:
                self._logging_on.cancel()
                await asyncio.wait([self._logging_on])
            await self._http.aclose()

    @property
    def has_session(self) -> bool:
        """Whether a session is held, as far as we know: the server may have released it."""
        return self._session is not None

    async def log_on(self) -> None:
        """Get a session, the old one if the server still has it (guide, "Logon").

        Never called again by itself after Refused: eight wrong passwords lock an extension.

        Raises:
            LicenceInUse: every licence is taken.
            NotFound: there is no WebProxy at this address.
        """
        await self._finish_log_on()
        # A task of its own: when the person leaves while the answer is under way, it is kept and waited for, because
        # the answer holds the id that frees the licence.
        asking = asyncio.get_running_loop().create_task(self._ask_for_session())
        try:
            answer = await asyncio.shield(asking)
        except asyncio.CancelledError:
            self._logging_on = asking
            raise
        if not answer.is_success:
            raise explain(answer, "log on")
        self._session = session_of(answer)

    async def log_off(self) -> None:
        """Give the session and its licence back (guide, "Log Off"); any answer counts, a dead session too."""
        if self._session is None:
            return
        with contextlib.suppress(Unreadable):  # a redirect is an answer, too
            await self._http.send("DELETE", "/sessions/{session}", fill={"session": self._session})
        self._session = None

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[AsyncIterator[AltiGenEvent]]:
        """The session's events (guide, "Web API Events"), first those of the calls that exist already.

        Leaving it closes the WebSocket, by which the server releases the session. The iterator never ends by
        itself: it raises Unreachable when the channel is lost.

        Raises:
            NotFound: no session is held, or there is no channel at altigen.events_path.
        """
        session = self._held()
        async with (
            open_channel(self._settings, self._peer, session, self._timeouts) as socket,
            contextlib.aclosing(events_of(socket, self._peer, session)) as events,
        ):
            yield events

    async def place_call(self, target: str) -> None:
        """Call a number, on MaxACD a SIP URI too (guide, "Make Call"); the call itself comes as an event.

        Raises:
            NotFound: the session is gone.
            Rejected: the target is not accepted.
        """
        body = {"target": target}
        if self._settings.system == "maxcs" and self._settings.trunk_access_code:
            body["trunkAccessCode"] = self._settings.trunk_access_code
        await self._command("POST", "/sessions/{session}/calls", "place the call", body=body)

    async def drop_call(self, handle: int) -> None:
        """Hang up (guide, "Drop Call"); it does nothing in a conference.

        Raises:
            NotFound: the session or the call is gone.
            Rejected: MaxACD cannot drop calls, and is not asked.
        """
        if self._settings.system == "maxacd":
            raise Rejected("MaxACD cannot drop calls: hang up at the phone.")
        await self._command("DELETE", "/sessions/{session}/calls/{call}", "hang up", call=handle)

    async def record(self, handle: int, operation: RecordOperation) -> None:
        """Start, mute, unmute or stop recording a call (guide, "Record Call").

        A mute and an unmute are at least MUTE_SPACING seconds apart: one that comes too early waits here.

        Raises:
            NotFound: the session or the call is gone.
        """
        word = operation.word(self._settings.system)
        switches = operation in (RecordOperation.MUTE, RecordOperation.UNMUTE)
        async with self._recording:
            if switches:
                await self._space_switches(handle)
            try:
                body = {"Operation": word, "filename": ""}  # blank: the server makes the name
                doing = f"{word.lower()} the recording"
                await self._command("POST", self._settings.record_path, doing, call=handle, body=body)
            finally:
                if switches:
                    self._switched[handle] = self._clock.tick()

    async def _space_switches(self, handle: int) -> None:
        now = self._clock.tick()
        self._switched = {call: at for call, at in self._switched.items() if now - at < MUTE_SPACING}
        if handle in self._switched:
            await self._clock.sleep(self._switched[handle] + MUTE_SPACING - now)

    async def _ask_for_session(self) -> Answer:
        body = {} if self._session is None else {"sessionId": self._session}
        headers = {"Authorization": self._credentials()}
        return await self._http.send("POST", "/sessions", headers=headers, body=body, brings_secret=True)

    async def _finish_log_on(self) -> None:
        """Learn what became of a log-on whose caller went away."""
        if self._logging_on is None:
            return
        with contextlib.suppress(ServiceError):
            answer = await asyncio.shield(self._logging_on)
            if answer.is_success:
                self._session = session_of(answer)
        self._logging_on = None

    async def _command(self, method: str, path: str, doing: str, *, call: int = 0, body: object = None) -> None:
        fill = {"session": self._held(), "call": Secret(str(call))}
        answer = await self._http.send(method, path, fill=fill, body=body)
        if not answer.is_success:
            raise explain(answer, doing)
        if answer.is_page:
            raise answer.unreadable("with a web page instead of data")

    def _held(self) -> Secret:
        if self._session is None:
            raise NotFound("There is no AltiGen session: log on first.")
        return self._session

    def _credentials(self) -> Secret:
        pair = f"{self._settings.user}:{self._settings.password.reveal()}"
        return Secret("Basic " + base64.b64encode(pair.encode()).decode())
