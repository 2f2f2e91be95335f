"""The relay carries what is said, and can stop doing so without a word."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from tests.relay import Relay, needs_to_vanish
from tests.waiting import PATIENCE_SECONDS

A_MOMENT = 0.1
"""Seconds after which what was swallowed has not come."""


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    """The port of a server that repeats what it hears."""

    async def repeat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1024):
            writer.write(piece)
        writer.close()

    async with await asyncio.start_server(repeat, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


class Caller:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def to(cls, relay: Relay) -> Caller:
        caller = cls(*await asyncio.open_connection("127.0.0.1", relay.port))
        assert await caller.hears(b"hello")
        return caller

    async def hears(self, said: bytes, within: float = PATIENCE_SECONDS) -> bool:
        """Whether it gets back what it says."""
        self.writer.write(said)
        try:
            return await asyncio.wait_for(self.reader.readexactly(len(said)), within) == said
        except TimeoutError:
            return False


async def test_everything_is_carried_and_so_is_the_end(echo: int) -> None:
    async with Relay(echo) as relay:
        caller = await Caller.to(relay)
        caller.writer.write(b"x" * 200_000)
        caller.writer.write_eof()
        assert await caller.reader.read() == b"x" * 200_000
        caller.writer.close()


async def test_an_open_connection_is_cut_without_a_word_and_a_new_one_is_not(echo: int) -> None:
    async with Relay(echo) as relay:
        cut = await Caller.to(relay)
        relay.cut()
        assert not await cut.hears(b"anybody there?", A_MOMENT)
        other = await Caller.to(relay)
        assert await other.hears(b"still here")
        relay.mend()
        assert await cut.hears(b"back again")
        relay.cut_newest()
        assert await cut.hears(b"the older one")
        assert not await other.hears(b"the newer one", A_MOMENT)
        for caller in (cut, other):
            caller.writer.close()


async def test_the_end_of_a_cut_connection_is_swallowed_too(echo: int) -> None:
    async with Relay(echo) as relay:
        caller = await Caller.to(relay)
        relay.cut()
        caller.writer.write_eof()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(caller.reader.read(), A_MOMENT)
        caller.writer.close()


async def test_each_piece_can_be_late(echo: int) -> None:
    async with Relay(echo) as relay:
        caller = await Caller.to(relay)
        relay.delay_seconds = 2 * A_MOMENT
        assert not await caller.hears(b"at once", A_MOMENT)
        assert await caller.reader.readexactly(7) == b"at once"
        caller.writer.close()


@needs_to_vanish
async def test_a_machine_that_is_gone_acknowledges_nothing(echo: int) -> None:
    async with Relay(echo) as relay:
        caller = await Caller.to(relay)
        end = caller.writer.get_extra_info("socket")
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 400)
        relay.vanish()
        caller.writer.write(b"anybody there?")
        with pytest.raises(TimeoutError, match="timed out"):
            await caller.reader.read()
        caller.writer.close()


@needs_to_vanish
async def test_a_machine_that_is_gone_takes_no_connection(echo: int) -> None:
    async with Relay(echo) as relay:
        relay.vanish()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.open_connection("127.0.0.1", relay.port), A_MOMENT)
        relay.mend()
        caller = await Caller.to(relay)
        caller.writer.close()


@needs_to_vanish
async def test_what_a_machine_did_not_hear_reaches_it_once_it_is_back(echo: int) -> None:
    async with Relay(echo) as relay:
        caller = await Caller.to(relay)
        relay.vanish()
        assert not await caller.hears(b"anybody there?", A_MOMENT)
        relay.mend()
        assert await caller.reader.readexactly(14) == b"anybody there?"
        caller.writer.close()


async def test_a_connection_that_comes_at_the_end_is_broken_too(echo: int) -> None:
    async with Relay(echo) as relay:
        early = await Caller.to(relay)
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        await asyncio.sleep(0)
    for each, ends in ((early.reader, early.writer), (reader, writer)):
        with contextlib.suppress(ConnectionError):
            assert await each.read() == b""
        ends.close()


async def test_where_nobody_listens_it_breaks_the_connection() -> None:
    async with Relay(1) as relay:
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        with contextlib.suppress(ConnectionError):  # an end is as good as a reset
            assert await reader.read() == b""
        writer.close()
