"""Whether a request has left this machine, by what the HTTP library tells of its steps: only then it costs anything."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any


class Departure:
    """One request on its way. As long as nobody has looked, it is taken to have left."""

    def __init__(self) -> None:
        self.has_left = True
        self.met_peer = True
        """Whether the system itself was spoken with, and not only a proxy before it."""
        self.socks_failed = False
        self._stream: Any = None
        self._limit: asyncio.Timeout | None = None
        self._connect_seconds = 0.0
        self._ends_at: float | None = None

    def watch(self) -> None:
        """It is about to be sent, and every step will be told by :meth:`note`."""
        self.has_left = self.met_peer = False

    def within(self, limit: asyncio.Timeout, connect_seconds: float) -> None:
        """All of it is given up at this limit; a SOCKS proxy, for which the library has none, within some seconds."""
        self._limit, self._connect_seconds = limit, connect_seconds

    async def note(self, step: str, facts: Mapping[str, Any]) -> None:
        """One step, as the library's extension ``trace`` tells it."""
        match step:
            case "http11.send_request_headers.started" if facts["request"].method != b"CONNECT":
                self.has_left = self.met_peer = True
            case "proxy.start_tls.started" | "socks.start_tls.started":
                self.met_peer = True
            case "connection.connect_tcp.complete" | "socks.connect_tcp.complete":
                self._stream = facts["return_value"]
            case "socks.setup_socks5_connection.started" if self._limit is not None:
                self._ends_at = self._limit.when()
                soon = asyncio.get_running_loop().time() + self._connect_seconds
                self._limit.reschedule(soon if self._ends_at is None else min(soon, self._ends_at))
            case "socks.setup_socks5_connection.complete" if self._limit is not None:
                self._limit.reschedule(self._ends_at)
            case "socks.setup_socks5_connection.failed":
                self.socks_failed = True
                await self._close()
            case "connection.start_tls.failed" | "proxy.start_tls.failed" | "socks.start_tls.failed":
                await self._close()

    async def _close(self) -> None:
        """Close what the library forgets: who gives up in the middle would leave it open."""
        if self._stream is not None:
            await self._stream.aclose()
