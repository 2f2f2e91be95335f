"""A WebSocket that hands its messages over in batches, and counts every sign of life of its peer.

``websockets`` gives out one message for each ``recv()``, and keeps the pongs to itself. A busy phone system sends
hundreds of messages in one piece of the stream, and .NET keeps a quiet channel alive by pongs that nobody asked for. So
this takes the frames where the library has parsed them, in ``process_event``, which it calls for each and means to be
overridden.

The library's parser costs twice what decoding the message does. So a message that lies whole in a piece of the stream
is taken out of it before the parser sees it. All the rest is the library's: the handshake, control frames, fragments,
the frame that the end of a piece cuts, and whatever breaks the protocol.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN

WAITING_MOST: Final = 20_000
"""Messages that wait to be taken; with more the stream is not read any further, and the server has to wait."""

READ_SIZE: Final = 32_768
"""Bytes read at a time."""

ROUNDS_BETWEEN: Final = 4
"""How often the loop goes round between two pieces: a key takes some ten rounds to its effect on the screen, and would
wait for a piece in each of them. They cost a twentieth of the time that a piece does."""

ANSWER_MOST: Final = 65_536
"""Bytes of the answer to our handshake; what is wrong with a longer one is for the library to say."""

_MESSAGES: Final = frozenset((0x80 | Opcode.TEXT, 0x80 | Opcode.BINARY))
"""What a frame begins with that is a whole message by itself (RFC 6455, 5.2)."""


class EventSocket(ClientConnection):
    """To be handed to ``connect(create_connection=EventSocket)``; read by :meth:`take` and not by ``recv()``."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.signs = 0
        """Frames of any kind that came: each is a sign of life."""
        self._waiting: list[bytes] = []
        self._parts: list[bytes] = []
        self._came = asyncio.Event()
        self._answer: bytes | None = b""
        """What came of the answer to our handshake; None once the library has it."""
        self._head = b""
        """The beginning of a frame that does not tell its length yet."""
        self._owed = 0
        """Bytes still to come of the frame that the library's parser is in the middle of."""

    async def take(self) -> list[bytes]:
        """Every message that came since the last time, undecoded; waits for the first.

        Raises:
            ConnectionClosed: the connection is lost, and all that came before was taken.
        """
        while not self._waiting:
            if self.connection_lost_waiter.done():
                await self.recv()  # nothing is ever queued there, so it raises why the connection ended
            self._came.clear()
            await self._came.wait()
        was_full = self._is_full
        messages, self._waiting = self._waiting, []
        if was_full:
            self.transport.resume_reading()
        return messages

    @property
    def _is_full(self) -> bool:
        return len(self._waiting) >= WAITING_MOST

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Read in small pieces: everything else, a key press first of all, waits while one is worked through."""
        # The loop's socket transport reads 256 KiB at a time otherwise, which is five hundred events.
        transport.max_size = READ_SIZE  # type: ignore[attr-defined]
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Take a piece of the stream, and let the loop do what else there is before the next."""
        self._divide(data)
        self.transport.pause_reading()
        self._rest(ROUNDS_BETWEEN)

    def _rest(self, rounds: int) -> None:
        """Read on after some rounds of the loop, or when they are taken where too many messages wait."""
        if rounds:
            self.loop.call_soon(self._rest, rounds - 1)
        elif not self._is_full:
            self.transport.resume_reading()

    def _divide(self, data: bytes) -> None:
        """Take the whole messages out of a piece of the stream, and give the rest to the library."""
        if self._answer is not None:
            self._answer += data
            end = self._answer.find(b"\r\n\r\n")
            if end < 0 and len(self._answer) <= ANSWER_MOST:
                return
            end = len(self._answer) if end < 0 else end + 4
            answer, data, self._answer = self._answer[:end], self._answer[end:], None
            super().data_received(answer)
        if self._head:
            data, self._head = self._head + data, b""
        position, size = 0, len(data)
        while position < size:
            end = size
            if self.protocol.state is OPEN:
                if not self._owed:
                    messages, position, end = divide(data, position, takes=not self._parts)
                    self.signs += len(messages)
                    self._have_come(messages)
                    if not end:
                        self._head = data[position:]
                        return
                    self._owed = end - position
                end = min(position + self._owed, size)
                self._owed -= end - position
            super().data_received(data[position:end])
            if self.protocol.parser_exc is not None:
                # The library has said why, and would wait for the other side to hang up, which it may never do.
                self.transport.close()
                return
            position = end

    def eof_received(self) -> None:
        """Show the library what was kept from it: it says what is missing."""
        rest = (self._answer or b"") + self._head
        self._answer, self._head = None, b""
        if rest:
            super().data_received(rest)
        super().eof_received()

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
        self._have_come([data])

    def _have_come(self, messages: list[bytes]) -> None:
        if not messages:
            return
        self._waiting += messages
        self._came.set()


def divide(data: bytes, position: int, *, takes: bool) -> tuple[list[bytes], int, int]:
    """The messages that lie whole at a position of the stream, one after the other (RFC 6455, 5.2).

    Also where the first frame begins that is none, and where that ends; 0 when not enough of it came to tell.
    ``takes``: whether there may be messages at all, which a fragmented one forbids.
    """
    messages: list[bytes] = []
    size = len(data)
    while (start := position + 2) <= size:
        length = data[position + 1]
        if length == 126:  # two more bytes tell it
            start += 2
            if start > size:
                break
            length = data[start - 2] << 8 | data[start - 1]
        elif length == 127:  # eight more
            start += 8
            if start > size:
                break
            length = int.from_bytes(data[start - 8 : start])
        elif length > 127:  # masked, which no server may do: the library says so
            return messages, position, size
        end = start + length
        if end > size or data[position] not in _MESSAGES or not takes:
            return messages, position, end
        messages.append(data[start:end])
        position = end
    return messages, position, 0
