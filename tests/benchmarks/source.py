"""A WebProxy that sends call events as fast as they are taken, or at a given rate: `python -m tests.benchmarks.source`.

It logs everybody on, and it is no simulator: the frames are made once, so that it is never what limits a measurement.
``GET /sent`` tells how many frames were sent and when the last one was, in seconds of the machine's monotonic clock.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import struct
import sys
import time
from math import inf
from typing import Final

CALLS: Final = 4_000
GOING: Final = 150
"""Calls that go on at a time."""

PIECE: Final = 64
"""Frames handed over at once."""

PING: Final = 0x89
PONG: Final = 0x8A
"""What the frames begin with (RFC 6455, 5.2 and 5.5)."""

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_ORGANISATIONS: Final = ("Harbour Dental", "Nordlicht GmbH", "Çağrı Lojistik", "Copper Kettle Catering", "")


def event(kind: str, number: int) -> dict[str, object]:
    """A CallEvent in the guide's spelling."""
    caller = f"617555{number % 10_000:04}"
    info = {
        "callerID": caller,
        "callerName": _ORGANISATIONS[number % len(_ORGANISATIONS)],
        "callerIPAddress": "192.0.2.7",
        "calleeID": "201",
        "calleeName": "Desk",
        "ivrData": "",
        "userData": "contract=gold@place=Front desk",
        "workgroupName": "Support",
        "outboundworkgroupName": "",
        "dnisName": "Support",
        "dnisNumber": "8005550150",
        "aniName": "",
        "aniNumber": caller,
        "callPriority": 5,
        "callSklr": 0,
        "callType": "",
        "originalData": {"originalworkgroupName": "", "originalCallerId": "", "originalCallername": ""},
    }
    return {"eventType": "CallEvent", "callHandle": number, "callEventType": kind, "direction": "in", "callInfo": info}


def frame(payload: dict[str, object]) -> bytes:
    """A text frame of a server."""
    data = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    head = bytes([0x81, len(data)]) if len(data) < 126 else b"\x81\x7e" + struct.pack("!H", len(data))
    return head + data


def stream() -> list[bytes]:
    """Frames in pieces: calls ring, connect and end, always the same number at a time."""
    frames: list[bytes] = []
    for number in range(CALLS + 2 * GOING):
        for kind, late in (("ring", 0), ("connect", GOING), ("disconnect", 2 * GOING)):
            if 0 <= number - late < CALLS:
                frames.append(frame(event(kind, number - late)))
    return [b"".join(frames[start : start + PIECE]) for start in range(0, len(frames) // PIECE * PIECE, PIECE)]


class Source:
    """The server: one stream or one snapshot for each channel."""

    def __init__(self, snapshot: int = 0, rate: float = inf, ping_seconds: float = inf) -> None:
        self._snapshot = snapshot
        self._rate = rate
        self._ping_seconds = ping_seconds
        self._pongs = 0
        self._pieces = [] if snapshot else stream()
        self._sent = 0
        self._last = 0.0

    async def serve(self) -> None:
        """Listen on a free port of loopback, say which, and serve until the process is ended."""
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
                method, *_ = head[0].split()
                fields = {key.lower(): value.strip() for key, _, value in (line.partition(b":") for line in head[1:])}
                await reader.readexactly(int(fields.get(b"content-length", 0)))
                if b"sec-websocket-key" in fields:
                    await self._channel(reader, writer, fields[b"sec-websocket-key"])
                    return
                answer = {"sessionId": "benchmark"} if method == b"POST" else self._told()
                body = json.dumps(answer).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _told(self) -> dict[str, float]:
        return {"sent": self._sent, "last": self._last, "pongs": self._pongs}

    async def _channel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: bytes) -> None:
        accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        await reader.read(1024)  # the binding
        if self._snapshot:
            writer.write(b"".join(frame(event("connect", number)) for number in range(self._snapshot)))
            await writer.drain()
            self._sent, self._last = self._snapshot, time.monotonic()
            await reader.read()
            return
        if self._ping_seconds < inf:
            await self._ping(reader, writer)
            return
        began, before = time.monotonic(), self._sent
        while not reader.at_eof():
            for piece in self._pieces:
                writer.write(piece)
                await writer.drain()
                self._sent += PIECE
                ahead = began + (self._sent - before) / self._rate - time.monotonic()
                if ahead > 0:
                    await asyncio.sleep(ahead)
            self._last = time.monotonic()

    async def _ping(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send nothing but pings, one after the answer to the other, and answer those of the client."""
        while True:
            writer.write(b"\x89\x00")
            while (await self._frame_of_client(reader, writer)) != PONG:
                pass
            self._pongs += 1
            await asyncio.sleep(self._ping_seconds)

    async def _frame_of_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        """Read a short frame; gives its opcode (RFC 6455, 5.2)."""
        opcode, length = await reader.readexactly(2)
        mask = await reader.readexactly(4)
        data = await reader.readexactly(length & 0x7F)
        if opcode == PING:
            writer.write(bytes([PONG, len(data), *(byte ^ mask[place % 4] for place, byte in enumerate(data))]))
        return opcode


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.source", description=__doc__)
    parser.add_argument("--snapshot", type=int, default=0, metavar="CALLS", help="send so many calls and no more")
    parser.add_argument("--rate", type=float, default=inf, metavar="EVENTS", help="no more than so many a second")
    parser.add_argument("--ping", type=float, default=inf, metavar="SECONDS", help="send pings so often, and no event")
    asked = parser.parse_args()
    try:
        asyncio.run(Source(asked.snapshot, asked.rate, asked.ping).serve())
    except KeyboardInterrupt:
        sys.exit(130)
