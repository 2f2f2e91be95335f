"""AltiGen's event channel: a WebSocket that is bound to a session and then only listened to."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import quote

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from tui.config import AltiGenSettings, Secret
from tui.models.calls import AltiGenEvent
from tui.models.calls import Unreadable as UnreadableEvent
from tui.models.text import clean
from tui.services.altigen_events import read_event
from tui.services.errors import NotFound, Refused, ServerFault, ServiceError, Unreachable, Unreadable
from tui.services.failures import Peer, no_answer, no_connection, no_connection_in_time, system_error, tls_context
from tui.services.http import Timeouts, filled

PING_INTERVAL: Final = 20.0
"""Seconds between pings, which keep the way through firewalls open. A missing pong is no proof of anything: .NET
answers pings only while the server happens to read, and closing a healthy channel would release the session."""

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


@asynccontextmanager
async def open_channel(
    settings: AltiGenSettings, peer: Peer, session: Secret, timeouts: Timeouts
) -> AsyncIterator[ClientConnection]:
    """The open and bound WebSocket of a session; leaving closes it.

    Raises:
        Unreachable, Unreadable, ServerFault, Refused, NotFound: it could not be opened.
    """
    keywords: dict[str, Any] = {"ssl": tls_context(peer)} if peer.is_secure else {}
    failure: ServiceError | None = None
    try:
        socket = await _ConnectOnce(
            _address(settings, peer, session).reveal(),
            proxy=None,
            compression=None,  # .NET Framework has none, and it would cost a microsecond a message
            user_agent_header="helpdeck",
            open_timeout=timeouts.connect,
            close_timeout=CLOSE_TIMEOUT,
            ping_interval=PING_INTERVAL,
            ping_timeout=None,
            max_size=MESSAGE_LIMIT,
            logger=_silent,
            **keywords,
        )
    except (OSError, InvalidHandshake, InvalidURI, ValueError) as error:
        failure = _not_opened(error, peer, timeouts)
    if failure is not None:
        raise failure  # out here, without the library's frames: they hold the address
    async with socket:
        try:
            await _bind(socket, settings, session)
        except ConnectionClosed as error:
            failure = _lost(error, peer)
        if failure is not None:
            raise failure
        yield socket


async def events_of(socket: ClientConnection, peer: Peer, session: Secret) -> AsyncGenerator[AltiGenEvent, None]:
    """The events that come, for ever.

    Raises:
        Unreachable: the channel is lost.
    """
    receive = socket.recv
    while True:
        try:
            # Undecoded: a text that is no UTF-8 would otherwise cost the channel, and with it the session.
            frame = await receive(decode=False)
        except ConnectionClosed as error:
            failure = _lost(error, peer)
            break
        event = read_event(frame)
        if isinstance(event, UnreadableEvent):
            event = _without_session(event, session)
        yield event
    raise failure


def _address(settings: AltiGenSettings, peer: Peer, session: Secret) -> Secret:
    """http becomes ws, https wss (guide, "Security")."""
    base = "ws" + peer.url.rstrip("/")[len("http") :]
    return Secret(base + filled(settings.events_path, {"session": session}))


async def _bind(socket: ClientConnection, settings: AltiGenSettings, session: Secret) -> None:
    """Say which session this is; how is not in the guide, so it is a setting."""
    if settings.bind == "json":
        await socket.send(msgspec.json.encode({"sessionId": session.reveal()}).decode())
    elif settings.bind == "text":
        await socket.send(session.reveal())


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


def _lost(error: ConnectionClosed, peer: Peer) -> Unreachable:
    close = error.rcvd
    if close is None:
        return Unreachable(f"The event channel to {peer.system} broke.", detail=clean(str(system_error(error) or "")))
    said = f"{close.code} {clean(close.reason)}".strip()
    return Unreachable(f"{peer.system} closed the event channel.", detail=said)


def _without_session(event: UnreadableEvent, session: Secret) -> UnreadableEvent:
    """The excerpt may repeat what we sent to bind the channel."""
    excerpt = event.excerpt
    for spelling in (session.reveal(), quote(session.reveal(), safe="")):
        excerpt = excerpt.replace(spelling, "***")
    return UnreadableEvent(reason=event.reason, excerpt=excerpt)
