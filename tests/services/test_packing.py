"""A packed answer is unpacked within the limit, or refused: a small one never becomes a huge one."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import httpx
import pytest

from tests.services.servers import saying, serving
from tui.config import AltiGenSettings, Secret
from tui.services import http
from tui.services.altigen import AltiGenService
from tui.services.answer import Answer
from tui.services.errors import Refused, Unreadable
from tui.services.failures import Peer
from tui.services.http import HttpClient


async def ask(body: bytes, encoding: str, status: str = "200 OK") -> Answer:
    head = f"HTTP/1.1 {status}\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"
    async with serving(saying(head.encode() + body)) as port:
        client = HttpClient(Peer("RemotePC", "remotepc", f"http://127.0.0.1:{port}"))
        try:
            return await client.send("POST")
        finally:
            await client.aclose()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("X-GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("identity, gzip", gzip.compress),
        ("identity", bytes),
        ("", bytes),
        ("gzip", lambda body: gzip.compress(body[:3]) + gzip.compress(body[3:])),
        ("gzip", lambda _: gzip.compress(b'{"a": 1}' + b" " * 100_000)),
    ],
)
async def test_what_a_gateway_packs_all_the_same_is_read(encoding: str, pack: object) -> None:
    assert callable(pack)
    assert (await ask(pack(b'{"a": 1}'), encoding)).json() == {"a": 1}


@pytest.mark.parametrize(
    "encoding", ["gzip, gzip", "gzip,gzip,gzip", "br", "zstd", "compress", "deflate, gzip", "\x7f"]
)
async def test_what_is_packed_twice_or_otherwise_is_not_unpacked(encoding: str) -> None:
    body = gzip.compress(gzip.compress(b" " * 10_000_000))
    with pytest.raises(Unreadable, match="not asked for") as caught:
        await ask(body, encoding)
    assert caught.value.sentence.isprintable()


@pytest.mark.parametrize("members", [1, 40])
async def test_a_small_answer_never_becomes_a_huge_one(members: int, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 1024 * 1024
    monkeypatch.setattr(http, "BODY_LIMIT", limit)
    bomb = gzip.compress(b" " * (200 * limit // members)) * members
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match="more than 1 MiB"):
            await ask(bomb, "gzip")
        assert tracemalloc.get_traced_memory()[1] < 16 * limit
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "body",
    [b"no gzip", gzip.compress(b"{}")[:-6], gzip.compress(b"{}") + b"rest"],
    ids=["another format", "cut off", "with a rest"],  # each has the time in it
)
async def test_a_damaged_packing_is_told(body: bytes) -> None:
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        await ask(body, "gzip")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"x", {"Content-Encoding": "gzip, gzip"}),
        (b"x", {"Content-Encoding": "gzip"}),
        (b"x" * 2_000, {}),
    ],
)
async def test_a_refusal_stays_one_whatever_its_page_is(
    body: bytes, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BODY_LIMIT", 1024)

    def refuse(_request: httpx.Request) -> httpx.Response:
        async def pieces() -> object:
            yield body

        return httpx.Response(401, content=pieces(), headers=headers)  # type: ignore[arg-type]

    settings = AltiGenSettings(url=("http://pbx.example.com",), user="201", password=Secret("wr0ng"))
    async with AltiGenService(settings, transport=httpx.MockTransport(refuse)) as service:
        with pytest.raises(Refused):  # a wrong password that is tried again locks the extension
            await service.log_on()


async def test_a_refusal_that_breaks_off_stays_one() -> None:
    head = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 1000\r\n\r\n<html>"
    async with serving(saying(head)) as port:
        settings = AltiGenSettings(url=(f"http://127.0.0.1:{port}",), user="201", password=Secret("wr0ng"))
        async with AltiGenService(settings) as service:
            with pytest.raises(Refused):
                await service.log_on()
