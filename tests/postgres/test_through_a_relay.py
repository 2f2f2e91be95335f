"""A PostgreSQL behind a line that loses what is said: how a server goes away without a word."""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncIterator

import psycopg
import pytest

from tests.postgres.server import PostgresServer
from tests.relay import Relay, needs_to_vanish


@pytest.fixture
async def relay(postgres: PostgresServer) -> AsyncIterator[Relay]:
    async with Relay(postgres.port) as relay:
        yield relay


@pytest.fixture
def url(postgres: PostgresServer, postgres_url: str, relay: Relay) -> str:
    """The fresh database, through the relay."""
    return postgres.url("helpdeck", port=relay.port)


async def test_it_is_used_as_without_one(url: str) -> None:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        rows = await (await connection.execute("SELECT generate_series(1, 100000)")).fetchall()
    assert len(rows) == 100_000


async def test_what_is_asked_on_a_connection_that_was_cut_gets_no_answer(url: str, relay: Relay) -> None:
    connection = await psycopg.AsyncConnection.connect(url)
    relay.cut()
    # Not by its coroutine: psycopg asks the server to cancel what is given up, and waits five seconds for that.
    connection.pgconn.send_query(b"SELECT 1")
    assert await asyncio.to_thread(select.select, [connection.pgconn.socket], [], [], 0.1) == ([], [], [])
    async with await psycopg.AsyncConnection.connect(url) as other:
        await other.execute("SELECT 2")
    await connection.close()


@needs_to_vanish
async def test_a_server_that_is_gone_is_noticed_by_what_the_system_hears_no_more(url: str, relay: Relay) -> None:
    async with await psycopg.AsyncConnection.connect(url, tcp_user_timeout=400) as connection:
        relay.vanish()
        with pytest.raises(psycopg.OperationalError, match="timed out"):
            await connection.execute("SELECT 1")
    with pytest.raises(psycopg.errors.ConnectionTimeout):
        await psycopg.AsyncConnection.connect(url, connect_timeout=1)
    relay.mend()
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("SELECT 2")
