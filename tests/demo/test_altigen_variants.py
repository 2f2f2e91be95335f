"""What the guide leaves open or real servers do badly, each as a setting or a turn of the simulated WebProxy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.waiting import until
from tui.demo import Altigen, Simulation


@asynccontextmanager
async def altigen_with(**settings: Any) -> AsyncIterator[Altigen]:
    async with Simulation("desk", scripted=False, altigen=settings) as simulation:
        yield simulation.altigen


@pytest.fixture
async def altigen() -> AsyncIterator[Altigen]:
    async with altigen_with() as altigen:
        yield altigen


async def log_on(altigen: Altigen, old: str | None = None) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        auth = httpx.BasicAuth(altigen.user, altigen.password)
        return await http.post(f"{altigen.url}/sessions", json={"sessionId": old} if old else None, auth=auth)


def opened(altigen: Altigen, path: str = "/events") -> connect:
    return connect(altigen.url.replace("http", "ws") + path, proxy=None, ping_interval=None)


@asynccontextmanager
async def channel_of(altigen: Altigen, session: str) -> AsyncIterator[ClientConnection]:
    async with opened(altigen) as channel:
        await channel.send(json.dumps({"sessionId": session}))
        await until(lambda: bool(altigen.sessions[session].channels))
        yield channel


@asynccontextmanager
async def bound(altigen: Altigen) -> AsyncIterator[ClientConnection]:
    async with channel_of(altigen, str((await log_on(altigen)).json()["sessionId"])) as channel:
        yield channel


@pytest.mark.parametrize(
    ("spelling", "session", "keys", "word"),
    [
        ("guide", "sessionId", {"eventType", "callHandle", "callEventType", "direction", "callInfo"}, "ring"),
        ("pascal", "SessionId", {"EventType", "CallHandle", "CallEventType", "Direction", "CallInfo"}, "Ring"),
        ("lower", "sessionid", {"eventtype", "callhandle", "calleventtype", "direction", "callinfo"}, "ring"),
        ("mixed", "SessionId", {"EventType", "callhandle", "calleventtype", "Direction", "CALLINFO"}, "ring"),
    ],
)
async def test_every_letter_case_can_be_played(spelling: str, session: str, keys: set[str], word: str) -> None:
    async with altigen_with(spelling=spelling) as altigen:
        answer = (await log_on(altigen)).json()
        assert list(answer) == [session]
        async with channel_of(altigen, answer[session]) as channel:
            await altigen.ring(caller_name="Harbour Dental")
            event = json.loads(await channel.recv())
    assert event.keys() == keys
    assert word in event.values()
    assert "Harbour Dental" in json.dumps(event), "what people wrote stays as it is"


@pytest.mark.parametrize(
    "events_path", ["/events?session={session}", "/ws/{session}", "/sessions/{session}/events", "/events"]
)
async def test_a_channel_can_be_bound_by_its_address_wherever_that_has_the_session(events_path: str) -> None:
    async with altigen_with(bind="none", events_path=events_path) as altigen:
        session = str((await log_on(altigen)).json()["sessionId"])
        path = events_path.format(session=session)
        async with opened(altigen, path if session in path else f"{path}?sessionId={session}"):
            await until(lambda: bool(altigen.sessions[session].channels))


@pytest.mark.parametrize(("status", "code"), [(1011, 1011), (1005, None)])
async def test_a_channel_is_accepted_and_closed_at_once(altigen: Altigen, status: int, code: int | None) -> None:
    altigen.fault("close", path="/events", status=status)
    async with opened(altigen) as channel:
        with pytest.raises(ConnectionClosed) as closed:
            await channel.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == (code or 1005)


async def test_a_ping_is_answered_only_while_the_server_reads(altigen: Altigen) -> None:
    async with bound(altigen) as channel:
        altigen.stop_reading()
        first = await channel.ping()
        second = await channel.ping()
        await altigen.ring()
        assert json.loads(await channel.recv())["callEventType"] == "ring", "it sends all the same"
        assert isinstance(first, asyncio.Future)
        assert not first.done()
        altigen.read_again()
        await first
        await second


async def test_a_keepalive_of_dotnet_is_a_pong_that_nobody_asked_for(altigen: Altigen) -> None:
    async with bound(altigen) as channel:
        altigen.beat()
        await altigen.ring()
        assert json.loads(await channel.recv())["callEventType"] == "ring"


async def test_a_session_can_outlive_its_channel_until_that_is_noticed(altigen: Altigen) -> None:
    altigen.keeps_lost_sessions = True
    async with bound(altigen):
        (session,) = altigen.sessions.values()
    await until(lambda: not session.channels)
    assert (await log_on(altigen)).status_code == 402
    assert (await log_on(altigen, old=session.id)).json() == {"sessionId": session.id}
    altigen.release_lost_sessions()
    assert (await log_on(altigen)).status_code == 200
    assert altigen.sessions_most == 1


@pytest.mark.parametrize("keeps_calls", [True, False])
async def test_a_restart_forgets_the_sessions_and_perhaps_the_calls(altigen: Altigen, keeps_calls: bool) -> None:
    handle = await altigen.ring()
    async with bound(altigen) as channel:
        assert json.loads(await channel.recv())["callHandle"] == handle
        altigen.restart(keeps_calls=keeps_calls)
        with pytest.raises(ConnectionClosed):
            await channel.recv()
    assert not altigen.sessions
    assert bool(altigen.calls) is keeps_calls
    async with bound(altigen):
        assert len(altigen.sessions) == 1


async def test_a_mute_server_binds_and_says_nothing(altigen: Altigen) -> None:
    altigen.is_mute = True
    await altigen.ring()
    async with bound(altigen) as channel:
        await altigen.connect(1)
        altigen.is_mute = False
        await altigen.disconnect(1)
        assert json.loads(await channel.recv())["callEventType"] == "disconnect"


@pytest.mark.parametrize("calls", [300, 1_000])
async def test_a_snapshot_has_every_call(altigen: Altigen, calls: int) -> None:
    handles = [await altigen.ring(f"555-01{number % 100:02}") for number in range(calls)]
    async with bound(altigen) as channel:
        assert [json.loads(await channel.recv())["callHandle"] for _ in handles] == handles
