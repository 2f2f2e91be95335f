"""The WebSocket that hands its messages over in batches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.waiting import until
from tui.services.altigen.event_socket import READ_SIZE, ROUNDS_BETWEEN, WAITING_MOST, EventSocket

Behaviour = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def connected(behaviour: Behaviour) -> AsyncIterator[EventSocket]:
    """A socket to a server on loopback that behaves so."""
    async with serve(behaviour, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        url = f"ws://127.0.0.1:{port}"
        opening = connect(url, create_connection=EventSocket, proxy=None, ping_interval=None, compression=None)
        async with opening as socket:
            assert isinstance(socket, EventSocket)
            yield socket


async def test_messages_that_came_before_anybody_took_them_do_not_stop_those_that_follow() -> None:
    go_on = asyncio.Event()

    async def talk(server: ServerConnection) -> None:
        await server.send("early")
        await go_on.wait()
        await server.send("late")
        await server.wait_closed()

    async with connected(talk) as socket:
        await until(lambda: socket.signs == 1)
        assert await socket.take() == [b"early"]
        go_on.set()
        async with asyncio.timeout(5):
            assert await socket.take() == [b"late"]


async def test_what_comes_together_is_taken_together_and_in_order() -> None:
    async def talk(server: ServerConnection) -> None:
        for number in range(500):
            await server.send(str(number))
        await server.wait_closed()

    async with connected(talk) as socket:
        taken: list[bytes] = []
        while len(taken) < 500:
            taken += await socket.take()
    assert taken == [str(number).encode() for number in range(500)]


async def test_a_message_in_pieces_is_one_message() -> None:
    async def talk(server: ServerConnection) -> None:
        await server.send(["a ", "message ", "in pieces"])
        await server.send("whole")
        await server.wait_closed()

    async with connected(talk) as socket:
        taken: list[bytes] = []
        while len(taken) < 2:
            taken += await socket.take()
    assert taken == [b"a message in pieces", b"whole"]


async def test_every_frame_is_a_sign_of_life_and_pongs_are_no_messages() -> None:
    async def talk(server: ServerConnection) -> None:
        await server.pong(b"unasked")
        await server.ping(b"are you there")
        await server.send("hello")
        await server.wait_closed()

    async with connected(talk) as socket:
        assert await socket.take() == [b"hello"]
        await until(lambda: socket.signs == 3)


async def test_what_came_before_the_end_is_taken_before_the_end_is_told() -> None:
    async def talk(server: ServerConnection) -> None:
        await server.send("last words")
        await server.close(1001, "going away")

    async with connected(talk) as socket:
        await until(socket.connection_lost_waiter.done)
        assert await socket.take() == [b"last words"]
        with pytest.raises(ConnectionClosed) as closed:
            await socket.take()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001


async def test_between_two_pieces_of_a_fast_stream_the_loop_goes_round_for_everything_else() -> None:
    async def talk(server: ServerConnection) -> None:
        while True:
            await server.send("x" * READ_SIZE)

    rounds = 0

    def go_round() -> None:
        nonlocal rounds
        rounds += 1
        asyncio.get_running_loop().call_soon(go_round)

    async with connected(talk) as socket:
        await socket.take()
        go_round()
        pieces: list[int] = []
        receive = socket.data_received

        def count(data: bytes) -> None:
            pieces.append(rounds)
            receive(data)

        socket.data_received = count  # type: ignore[method-assign]
        await until(lambda: len(pieces) > 20)
    assert all(later - earlier >= ROUNDS_BETWEEN for earlier, later in pairwise(pieces))


async def test_who_takes_nothing_stops_the_stream_and_loses_nothing() -> None:
    most = WAITING_MOST + 5_000
    sent = 0

    async def talk(server: ServerConnection) -> None:
        nonlocal sent
        for number in range(most):
            await server.send(f"{number:1000}")
            sent += 1
        await server.wait_closed()

    async with connected(talk) as socket:
        await until(lambda: socket.signs >= WAITING_MOST)
        taken: list[bytes] = []
        while len(taken) < most:
            batch = await socket.take()
            assert len(batch) < WAITING_MOST + 1_000
            taken += batch
    assert [int(each) for each in taken] == list(range(most))
