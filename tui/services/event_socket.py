"""A WebSocket that hands its messages over in batches, and counts every sign of life of its peer.

``websockets`` gives out one message for each ``recv()``, and keeps the pongs to itself. A busy phone system sends
hundreds of messages in one piece of the stream, and .NET keeps a quiet channel alive by pongs that nobody asked for. So
this takes the frames where the library has parsed them, in ``process_event``, which it calls for each and means to be
overridden; what the frames mean (fragments, closing, pings) stays the library's.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode

WAITING_MOST: Final = 20_000
"""Messages that wait to be taken; with more the stream is not read any further, and the server has to wait."""

READ_SIZE: Final = 16_384
"""Bytes read at a time."""


class EventSocket(ClientConnection):
    """To be handed to ``connect(create_connection=EventSocket)``; read by :meth:`take` and not by ``recv()``."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.signs = 0
        """Frames of any kind that came: each is a sign of life."""
        self._waiting: list[bytes] = []
        self._parts: list[bytes] = []
        self._came = asyncio.Event()
        self._is_paused = False

    async def take(self) -> list[bytes]:
        """Every message that came since the last time, undecoded; waits for the first.

        Raises:
            ConnectionClosed: the connection is lost, and all that came before was taken.
        """
        while not self._waiting:
            if self.is_lost:
                await self.recv()  # nothing is ever queued there, so it raises why the connection ended
            self._came.clear()
            await self._came.wait()
        messages, self._waiting = self._waiting, []
        if self._is_paused:
            self._is_paused = False
            self.transport.resume_reading()
        return messages

    @property
    def is_lost(self) -> bool:
        """Whether nothing more will come."""
        return self.connection_lost_waiter.done()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Read in small pieces: everything else, a key press first of all, waits while one is worked through."""
        # The loop's socket transport reads 256 KiB at a time otherwise, which is five hundred events.
        transport.max_size = READ_SIZE  # type: ignore[attr-defined]
        super().connection_made(transport)

    def process_event(self, event: Any) -> None:
        """Take a frame from the library's parser."""
        if not isinstance(event, Frame):
            super().process_event(event)  # the handshake
            return
        self.signs += 1
        if event.opcode is Opcode.TEXT or event.opcode is Opcode.BINARY or event.opcode is Opcode.CONT:
            self._take_frame(event)
        else:
            super().process_event(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake who waits for messages."""
        super().connection_lost(exc)
        self._came.set()

    def _take_frame(self, frame: Frame) -> None:
        data = bytes(frame.data)
        if not frame.fin or self._parts:
            self._parts.append(data)
            if not frame.fin:
                return
            data = b"".join(self._parts)
            self._parts = []
        self._waiting.append(data)
        self._came.set()
        if len(self._waiting) >= WAITING_MOST and not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()
