"""However a stream is cut into pieces, the event socket gives out what the library alone would have."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from itertools import accumulate, cycle, islice, pairwise

from hypothesis import example, given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State
from websockets.uri import parse_uri
from websockets.utils import accept_key, generate_key

from tui.services.altigen.event_socket import EventSocket

ADDRESS = parse_uri("ws://pbx.example.com/")
MESSAGE_LIMIT = 3_000
KEY = generate_key()
ANSWER = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Accept: {accept_key(KEY)}\r\n\r\n"
).encode()


class Line(asyncio.Transport):
    """The other end of a transport: keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_ended = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def write_eof(self) -> None:
        self.is_ended = True

    def can_write_eof(self) -> bool:
        return True

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def abort(self) -> None:
        self.is_ended = True


def protocol() -> ClientProtocol:
    """A client that has just asked for the channel."""
    asking = ClientProtocol(ADDRESS, max_size=MESSAGE_LIMIT)
    asking.key = KEY
    asking.send_request(asking.connect())
    asking.data_to_send()
    return asking


def sent(written: bytes) -> list[str]:
    """What the server would see, whatever it was masked with."""
    server = Protocol(Side.SERVER, state=State.OPEN)
    server.receive_data(written)
    return [str(event) for event in server.events_received()]


def by_the_library(stream: bytes) -> tuple[list[bytes], list[str], str]:
    """Messages, what is sent back, and what was wrong, where the library reads all in one piece."""
    alone = protocol()
    alone.receive_data(stream)
    messages: list[bytes] = []
    parts: list[bytes] = []
    for event in alone.events_received():
        if isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            parts.append(bytes(event.data))
            if event.fin:
                messages.append(b"".join(parts))
                parts = []
    return messages, sent(b"".join(alone.data_to_send())), repr(alone.parser_exc)


async def by_the_socket(pieces: Iterable[bytes]) -> tuple[list[bytes], list[str], str]:
    """The same of the socket, where it comes in pieces."""
    inner = protocol()
    socket = EventSocket(inner)
    line = Line()
    socket.connection_made(line)
    for piece in pieces:
        socket.data_received(piece)
    messages: list[bytes] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0):
            messages = await socket.take()
    return messages, sent(line.written), repr(inner.parser_exc)


def frame(opcode: int, data: bytes, *, fin: bool = True, mask: bool = False) -> bytes:
    return Frame(Opcode(opcode), data, fin=fin).serialize(mask=mask)


def stretched(data: bytes, extra: bytes) -> bytes:
    """A text whose length is told in more bytes than it needs."""
    return b"\x81\x7f" + len(data).to_bytes(8) + data if extra else b"\x81\x7e" + len(data).to_bytes(2) + data


SHORT = st.binary(max_size=130)
LONG = st.integers(MESSAGE_LIMIT - 50, MESSAGE_LIMIT + 2).map(lambda size: b"x" * size)
TEXTS = st.builds(frame, st.sampled_from((Opcode.TEXT, Opcode.BINARY)), st.one_of(SHORT, SHORT, SHORT, LONG))
CONTROLS = st.builds(frame, st.sampled_from((Opcode.PING, Opcode.PONG)), st.binary(max_size=125))
FRAGMENTS = st.lists(SHORT, min_size=2, max_size=4).map(
    lambda parts: b"".join(
        frame(Opcode.CONT if number else Opcode.TEXT, part, fin=number == len(parts) - 1) + frame(Opcode.PING, b"!")
        for number, part in enumerate(parts)
    )
)
CLOSES = st.sampled_from((frame(Opcode.CLOSE, b""), frame(Opcode.CLOSE, b"\x03\xe9gone")))
WRONG = st.one_of(
    st.builds(frame, st.just(Opcode.TEXT), SHORT, fin=st.just(False)),  # followed by what is no continuation
    st.builds(frame, st.just(Opcode.CONT), SHORT),
    st.builds(frame, st.just(Opcode.TEXT), SHORT, mask=st.just(True)),
    st.binary(min_size=1, max_size=20),
)
STREAMS = st.lists(
    st.one_of(TEXTS, TEXTS, TEXTS, CONTROLS, FRAGMENTS, st.builds(stretched, SHORT, SHORT), CLOSES, WRONG), max_size=20
).map(b"".join)


@given(stream=STREAMS, cuts=st.lists(st.integers(1, 600), min_size=1, max_size=40), opening=st.integers(0, 300))
@example(stream=frame(Opcode.TEXT, b"begun", fin=False) + frame(Opcode.TEXT, b"another"), cuts=[600], opening=0)
@example(stream=frame(Opcode.TEXT, b"as the guide says") + frame(Opcode.TEXT, b"x", mask=True), cuts=[600], opening=0)
def test_a_stream_in_pieces_is_read_as_the_library_reads_it_whole(stream: bytes, cuts: list[int], opening: int) -> None:
    whole = ANSWER + stream
    places = [opening, *accumulate(islice(cycle(cuts), len(whole)), initial=opening)]
    pieces = [whole[:opening], *(whole[begin:end] for begin, end in pairwise(places))]
    assert b"".join(pieces).startswith(whole)
    assert asyncio.run(by_the_socket(pieces)) == by_the_library(whole)


@given(answer=st.binary(max_size=200), cuts=st.lists(st.integers(1, 40), min_size=1))
def test_an_answer_that_opens_nothing_is_the_librarys_to_refuse(answer: bytes, cuts: list[int]) -> None:
    whole = b"HTTP/1.1 " + answer + b"\r\n\r\n"
    places = accumulate(islice(cycle(cuts), len(whole)), initial=0)
    pieces = [whole[begin:end] for begin, end in pairwise(places)]
    _, _, refused = by_the_library(whole)
    assert asyncio.run(by_the_socket(pieces)) == ([], [], refused)
