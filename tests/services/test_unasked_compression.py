"""A WebSocket that compresses although nobody asked: nothing of it is unpacked, and it is told as what it is."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import zlib

import pytest

from tests.services.servers import Conversation, serving
from tui.config import AltiGenSettings, Secret
from tui.services.altigen import AltiGenService
from tui.services.errors import Unreachable, Unreadable

BOMB = zlib.compress(b" " * 20_000_000, 9)[2:-4]


def channel(frame: bytes, extension: bytes = b"") -> Conversation:
    """A WebProxy with one session, whose event channel sends this frame once it is bound."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"Upgrade" not in head:
            body = b'{"sessionId":"s1"}' if head.startswith(b"POST") else b""
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            writer.close()
            return
        key = next(
            line.split(b": ")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")
        )
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        writer.write(b"Sec-WebSocket-Accept: " + accept + b"\r\n" + extension + b"\r\n")
        await reader.read(100)
        writer.write(frame)
        await reader.read()

    return converse


def framed(payload: bytes, first: int) -> bytes:
    return bytes([first, 127]) + len(payload).to_bytes(8) + payload


async def listen(conversation: Conversation) -> None:
    async with serving(conversation) as port:
        settings = AltiGenSettings(url=(f"http://127.0.0.1:{port}",), user="201", password=Secret("passw0rd"))
        async with AltiGenService(settings) as service:
            await service.log_on()
            async with service.channel() as opened:
                await opened.bind()
                async for _ in opened:
                    pass


@pytest.mark.parametrize("first", [0xC1, 0xC2])
async def test_a_compressed_message_is_not_unpacked_and_is_told_as_such(first: int) -> None:
    with pytest.raises(Unreachable, match="compressed event, which was not asked for") as caught:
        await listen(channel(framed(BOMB, first)))
    assert "reserved bits" in caught.value.detail


async def test_another_break_of_the_protocol_is_told_as_one() -> None:
    with pytest.raises(Unreachable, match="breaks the WebSocket protocol") as caught:
        await listen(channel(framed(b"x", 0x83)))
    assert "1002" in caught.value.detail


async def test_a_handshake_that_agrees_on_compression_by_itself_is_refused() -> None:
    with pytest.raises(Unreadable, match="wants to compress its events"):
        await listen(channel(b"", b"Sec-WebSocket-Extensions: permessage-deflate\r\n"))
