"""AltiGen's event channel: a WebSocket that is bound to a session and then only listened to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Final, Self

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from tui.config import AltiGenSettings, Secret, masked
from tui.models.calls import AltiGenEvent
from tui.models.calls import Unreadable as UnreadableEvent
from tui.models.clock import Clock
from tui.models.text import clean
from tui.services.altigen_events import read_event
from tui.services.errors import NotFound, Refused, ServerFault, ServiceError, Unreachable, Unreadable
from tui.services.failures import Peer, no_answer, no_connection, no_connection_in_time, system_error, tls_context
from tui.services.http import Timeouts, filled
from tui.services.trace import Trace

MESSAGE_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a message beyond which the library gives up the channel."""

CLOSE_TIMEOUT: Final = 2.0
"""Seconds that the closing handshake may take."""

# It would log the session id, which is in the address or in the first message.
_silent: Final = logging.Logger("helpdeck.altigen.channel")
_silent.disabled = True


class _ConnectOnce(connect):
    """Follows no redirect: it would carry the session id to another server."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


class EventChannel:
    """The bound channel of a session: an iterator over its events, for ever.

    It never ends by itself: iterating raises Unreachable when the channel is lost. While it is iterated it knocks at
    the server every ``ping_seconds``. An answer that does not come proves nothing yet: .NET answers pings only while
    the server happens to read, and closing a healthy channel would release the session. So the channel only says since
    when it heard nothing (:attr:`silent_seconds`), and gives up after ``dead_seconds`` of that.
    """

    def __init__(
        self,
        socket: ClientConnection,
        settings: AltiGenSettings,
        peer: Peer,
        session: Secret,
        clock: Clock,
        trace: Trace,
    ) -> None:
        self._socket = socket
        self._settings = settings
        self._peer = peer
        self._session = session
        self._clock = clock
        self._trace = trace
        self._heard = clock.tick()
        self._is_dead = False

    @property
    def silent_seconds(self) -> float:
        """Seconds since the server last gave a sign of life: a frame or a pong."""
        return self._clock.tick() - self._heard

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AltiGenEvent:
        try:
            # Undecoded: a text that is no UTF-8 would otherwise cost the channel, and with it the session.
            frame = await self._socket.recv(decode=False)
        except ConnectionClosed as error:
            failure = self._lost(error)
        else:
            self._heard = self._clock.tick()
            self._trace.came(frame, self._session)
            event = read_event(frame)
            return _without_session(event, self._session) if isinstance(event, UnreadableEvent) else event
        raise failure  # out here, without the library's frames

    async def keep_alive(self) -> None:
        """Knock for as long as the channel lives; runs beside the iteration."""
        async with asyncio.TaskGroup() as group:
            while not self._is_dead:
                await self._clock.sleep(self._settings.ping_seconds)
                with contextlib.suppress(ConnectionClosed):
                    group.create_task(self._await_pong(await self._socket.ping()))
                if self.silent_seconds >= self._settings.dead_seconds:
                    self._is_dead = True
                    # Not close(): its handshake would wait for the same silent server.
                    self._socket.transport.abort()

    async def _await_pong(self, pong: Awaitable[float]) -> None:
        with contextlib.suppress(ConnectionClosed):
            await pong
            self._heard = self._clock.tick()

    def _lost(self, error: ConnectionClosed) -> Unreachable:
        if self._is_dead:
            return Unreachable(f"{self._peer.system} gave no sign of life for {self._settings.dead_seconds} s.")
        close = error.rcvd
        if close is None:
            detail = clean(str(system_error(error) or ""))
            return Unreachable(f"The event channel to {self._peer.system} broke.", detail=detail)
        said = f"{close.code} {clean(close.reason)}".strip()
        return Unreachable(f"{self._peer.system} closed the event channel.", detail=said)

    async def bind(self) -> None:
        """Say which session this is; how is not in the guide, so it is a setting."""
        failure: ServiceError | None = None
        message = {
            "json": msgspec.json.encode({"sessionId": self._session.reveal()}).decode(),
            "text": self._session.reveal(),
            "none": "",
        }[self._settings.bind]
        try:
            if message:
                await self._socket.send(message)
                self._trace.sent(message, self._session)
        except ConnectionClosed as error:
            failure = self._lost(error)
        if failure is not None:
            raise failure


@asynccontextmanager
async def open_channel(
    settings: AltiGenSettings, peer: Peer, session: Secret, timeouts: Timeouts, clock: Clock, trace: Trace
) -> AsyncIterator[EventChannel]:
    """The open WebSocket of a session, not bound yet; leaving closes it.

    Raises:
        Unreachable, Unreadable, ServerFault, Refused, NotFound: it could not be opened.
    """
    keywords: dict[str, Any] = {"ssl": tls_context(peer)} if peer.is_secure else {}
    failure: ServiceError | None = None
    trace.sent(f"WebSocket {settings.events_path}")
    try:
        socket = await _ConnectOnce(
            _address(settings, peer, session).reveal(),
            proxy=None,
            compression=None,  # .NET Framework has none, and it would cost a microsecond a message
            user_agent_header="helpdeck",
            open_timeout=timeouts.connect,
            close_timeout=CLOSE_TIMEOUT,
            ping_interval=None,  # the channel knocks by itself: the library would close it over a late answer
            max_size=MESSAGE_LIMIT,
            logger=_silent,
            **keywords,
        )
    except (OSError, InvalidHandshake, InvalidURI, ValueError) as error:
        failure = _not_opened(error, peer, timeouts)
    if failure is not None:
        trace.failed(failure.sentence)
        raise failure  # out here, without the library's frames: they hold the address
    async with socket:
        yield EventChannel(socket, settings, peer, session, clock, trace)


def _address(settings: AltiGenSettings, peer: Peer, session: Secret) -> Secret:
    """http becomes ws, https wss (guide, "Security")."""
    base = "ws" + peer.url.rstrip("/")[len("http") :]
    return Secret(base + filled(settings.events_path, {"session": session}))


def _not_opened(error: Exception, peer: Peer, timeouts: Timeouts) -> ServiceError:
    setting = peer.setting("events_path")
    match error:
        case InvalidStatus():
            status = error.response.status_code
            if status in (401, 403):
                return Refused(f"AltiGen does not let us open the event channel (HTTP {status}).", setting=setting)
            if status >= 500:
                return ServerFault(f"AltiGen failed to open the event channel (HTTP {status}).")
            if status in (404, 405, 400):
                sentence = f"There is no event channel at this address (HTTP {status}): check {setting}."
                return NotFound(sentence, setting=setting)
            sentence = f"AltiGen answered HTTP {status} instead of opening the event channel: check {setting}."
            return Unreadable(sentence, setting=setting)
        case TimeoutError():
            return no_connection_in_time(peer, timeouts.connect)
        case OSError():  # before ValueError, which an untrusted certificate is as well
            return no_connection(peer, error)
        case InvalidURI() | ValueError():
            return Refused(f"{peer.setting('url')} and {setting} make no WebSocket address.", setting=setting)
    if isinstance(error.__cause__, EOFError | ConnectionError):
        return no_answer(peer, error)
    return Unreadable(f"AltiGen answered with something that opens no event channel: check {setting}.", setting=setting)


def _without_session(event: UnreadableEvent, session: Secret) -> UnreadableEvent:
    """The excerpt may repeat what we sent to bind the channel."""
    return UnreadableEvent(reason=event.reason, excerpt=masked(event.excerpt, [session]))
