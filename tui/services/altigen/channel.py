"""AltiGen's event channel: a WebSocket that is bound to a session and then only listened to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any, Final, NamedTuple

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import (
    ConcurrencyError,
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    InvalidURI,
    NegotiationError,
)

from tui.config import AltiGenSettings, Secret, masked
from tui.models.calls import AltiGenEvent
from tui.models.calls import Unreadable as UnreadableEvent
from tui.models.clock import Clock, Moment
from tui.models.text import clean
from tui.services.altigen.closing import MESSAGE_LIMIT, lost
from tui.services.altigen.event_socket import EventSocket
from tui.services.altigen.events import read_events
from tui.services.answer import retry_after
from tui.services.decoding import decoded, is_utf8
from tui.services.errors import NotFound, Refused, ServerFault, ServiceError, Unreachable, Unreadable
from tui.services.failures import Peer, no_answer, no_connection, no_connection_in_time
from tui.services.http import HttpClient, filled
from tui.services.tls import tls_context

PROOF_SECONDS: Final = 1.0
"""A channel on which nothing was told is taken as bound when it has stood for this long."""

UNPROVED_SECONDS: Final = 30.0
"""A channel that ends within this time without having told anything was not bound, perhaps."""

CLOSE_TIMEOUT: Final = 2.0
"""Seconds that the closing handshake may take."""

PINGS_UNANSWERED: Final = 64
"""Knocks under way at most: a server that tells of calls for months and answers none must not cost memory."""

NEXT_ADDRESS: Final = 0.25
"""Seconds after which the next address of a name is tried beside the one that does not answer (RFC 8305)."""

# It would log the session id, which is in the address or in the first message.
_silent: Final = logging.Logger("helpdeck.altigen.channel")
_silent.disabled = True


class _ConnectOnce(connect):
    """Follows no redirect: it would carry the session id to another server."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


class Batch(NamedTuple):
    """Events that came together, in their order."""

    events: list[AltiGenEvent]
    came: Moment


class EventChannel:
    """The bound channel of a session: an iterator over what comes, for ever.

    It never ends by itself: iterating raises Unreachable when the channel is lost. While it is iterated it pings
    the server every ``ping_seconds``. An answer that does not come proves nothing yet: .NET answers pings only while
    the server happens to read, and closing a healthy channel would release the session. So the channel only says since
    when it heard nothing (:attr:`silent_seconds`), and gives up after ``dead_seconds`` of that.
    """

    def __init__(self, socket: EventSocket, settings: AltiGenSettings, http: HttpClient, session: Secret) -> None:
        self._socket = socket
        self._settings = settings
        self._peer = http.peer
        self._session = session
        self._secrets = (session, *http.secrets)
        self._clock = http.clock
        self._trace = http.trace
        self._heard = self._bound_at = self._clock.tick()
        self._signs = socket.signs
        self._has_remarked = False
        self.has_told = False
        """Whether an event came on it."""
        self._given_up = ""
        """Why we ended the channel ourselves; empty while we have not."""

    @property
    def silent_seconds(self) -> float:
        """Seconds since the server last gave a sign of life, as far as somebody has looked: a frame of any kind."""
        now = self._clock.tick()
        if self._socket.signs != self._signs:
            self._signs = self._socket.signs
            self._heard = now
        return now - self._heard

    async def __aiter__(self) -> AsyncGenerator[Batch, None]:
        while True:
            try:
                frames = await self._socket.take()
            except ConnectionClosed as error:
                failure = self._lost(error)
                break
            came = self._clock.now()
            self._heard, self._signs = came.tick, self._socket.signs
            self._trace.came_together(frames, came, *self._secrets)
            self._remark(frames)
            events = list(read_events(frames, self._hide))
            if not self.has_told:
                self.has_told = any(not isinstance(event, UnreadableEvent) for event in events)
            yield Batch(events, came)
        raise failure  # out here, without the library's frames

    def _hide(self, text: str) -> str:
        return masked(text, self._secrets)  # a frame may repeat what we sent

    def _remark(self, frames: list[bytes]) -> None:
        """Say it in the trace where the server does not send UTF-8, as WebSocket demands; the first time is enough."""
        other = next((frame for frame in frames if not self._has_remarked and not is_utf8(frame)), None)
        if other is not None:
            self._has_remarked = True
            encoding = decoded(other).encoding
            self._trace.failed(f"The server does not send UTF-8, as WebSocket demands: it was read as {encoding}.")

    async def first_sign(self) -> Batch:
        """What is told first; nothing where the channel stands for PROOF_SECONDS without a word.

        Raises:
            NotBound: it was closed.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PROOF_SECONDS), contextlib.aclosing(aiter(self)) as batches:
                return await anext(batches)
        return Batch([], self._clock.now())

    async def keep_alive(self) -> None:
        """Knock for as long as the channel lives; runs beside the iteration."""
        pings = cycle(range(PINGS_UNANSWERED))
        while not self._given_up:
            left = self._settings.dead_seconds - self.silent_seconds
            await self._clock.sleep(min(self._settings.ping_seconds, left))
            with contextlib.suppress(ConnectionClosed, ConcurrencyError):
                await self._socket.ping(bytes([next(pings)]))  # its pong is a sign of life like any other frame
            if self.silent_seconds >= self._settings.dead_seconds:
                self.give_up(f"{self._peer.system} gave no sign of life for {self._settings.dead_seconds} s.")

    def give_up(self, why: str) -> None:
        """End the channel: whoever iterates is told why, and opens another."""
        self._given_up = self._given_up or why
        # Not close(): its handshake would wait for a server that may be silent.
        self._socket.transport.abort()

    def _lost(self, error: ConnectionClosed) -> Unreachable:
        if self._given_up:
            return Unreachable(self._given_up)
        reason = "" if error.rcvd is None else clean(self._hide(error.rcvd.reason))
        is_unproved = not self.has_told and self.bound_seconds < UNPROVED_SECONDS
        return lost(error, self._peer, reason, is_unproved=is_unproved)

    @property
    def bound_seconds(self) -> float:
        """Seconds since it was bound."""
        return self._clock.tick() - self._bound_at

    async def bind(self) -> None:
        """Say which session this is; how is not in the guide, so it is a setting."""
        failure: ServiceError | None = None
        self._bound_at = self._clock.tick()
        message = {
            "json": msgspec.json.encode({"sessionId": self._session.reveal()}).decode(),
            "text": self._session.reveal(),
            "none": "",
        }[self._settings.bind]
        try:
            if message:
                await self._socket.send(message)
                self._trace.sent(message, *self._secrets)
        except ConnectionClosed as error:
            failure = self._lost(error)
        if failure is not None:
            raise failure


@asynccontextmanager
async def open_channel(settings: AltiGenSettings, http: HttpClient, session: Secret) -> AsyncIterator[EventChannel]:
    """The open WebSocket of a session at the server that gave it, not bound yet; leaving closes it.

    Raises:
        Unreachable, Unreadable, ServerFault, Refused, NotFound: it could not be opened.
    """
    peer = http.peer
    keywords: dict[str, Any] = {"ssl": tls_context(peer)} if peer.is_secure else {}
    if http.address:
        keywords["host"] = http.address
    failure: ServiceError | None = None
    http.trace.sent(f"WebSocket {settings.events_path}")
    try:
        socket = await _ConnectOnce(
            _address(settings, peer, session).reveal(),
            proxy=None,
            compression=None,  # .NET Framework has none, and it would cost a microsecond a message
            user_agent_header="helpdeck",
            open_timeout=http.timeouts.connect,
            close_timeout=CLOSE_TIMEOUT,
            ping_interval=None,  # the channel pings by itself: the library would close it over a late answer
            max_size=MESSAGE_LIMIT,
            create_connection=EventSocket,
            # Not for an address: it has no other, and a race that is cancelled leaks its socket (CPython 3.11).
            happy_eyeballs_delay=None if http.address or peer.is_address else NEXT_ADDRESS,
            logger=_silent,
            **keywords,
        )
    except (OSError, InvalidHandshake, InvalidURI, ValueError) as error:
        failure = _not_opened(error, http)
        failure.at_least = _asked_to_wait(error, http.clock)
    if failure is not None:
        http.trace.failed(failure.sentence)
        raise failure  # out here, without the library's frames: they hold the address
    async with socket:
        assert isinstance(socket, EventSocket)
        yield EventChannel(socket, settings, http, session)


def _address(settings: AltiGenSettings, peer: Peer, session: Secret) -> Secret:
    """http becomes ws, https wss (guide, "Security")."""
    base = "ws" + peer.url.rstrip("/")[len("http") :]
    return Secret(base + filled(settings.events_path, {"session": session}))


def _not_opened(error: Exception, http: HttpClient) -> ServiceError:
    peer = http.peer
    setting = peer.setting("events_path")
    match error:
        case NegotiationError() if "extension" in str(error):
            sentence = "AltiGen wants to compress its events, which was not asked for: switch that off where it runs."
            return Unreadable(sentence, detail=clean(str(error)), setting=setting)
        case InvalidStatus():
            status = error.response.status_code
            if status in (401, 403):
                sentence = f"AltiGen does not let us open the event channel (HTTP {status}): check {setting}."
                return Refused(sentence, setting=setting)
            if status >= 500:
                return ServerFault(f"AltiGen failed to open the event channel (HTTP {status}).")
            if status in (404, 405, 400):
                sentence = f"There is no event channel at this address (HTTP {status}): check {setting}."
                return NotFound(sentence, setting=setting)
            sentence = f"AltiGen answered HTTP {status} instead of opening the event channel: check {setting}."
            return Unreadable(sentence, setting=setting)
        case TimeoutError():
            return no_connection_in_time(peer, http.timeouts.connect)
        case OSError():  # before ValueError, which an untrusted certificate is as well
            return no_connection(peer, error)
        case InvalidURI() | ValueError():
            return Refused(f"{peer.setting('url')} and {setting} make no WebSocket address.", setting=setting)
    if isinstance(error.__cause__, EOFError | ConnectionError):
        return no_answer(peer, error)
    return Unreadable(f"AltiGen answered with something that opens no event channel: check {setting}.", setting=setting)


def _asked_to_wait(error: Exception, clock: Clock) -> float:
    """The seconds that a refused handshake asks to wait. The headers stay in here: one may repeat the address."""
    if not isinstance(error, InvalidStatus):
        return 0.0
    headers = error.response.headers
    return retry_after(headers.get_all("Retry-After"), headers.get("Date", ""), clock.now().at) or 0.0
