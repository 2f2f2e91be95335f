"""The simulated phone system keeps to the guide: licences, the event channel, calls and recordings."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.waiting import until
from tui.demo import Altigen, Simulation


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Client:
    """A client of the Web API, as thin as can be."""

    def __init__(self, altigen: Altigen, http: httpx.AsyncClient) -> None:
        self.altigen = altigen
        self.http = http

    async def log_on(self, old: str | None = None, password: str | None = None) -> httpx.Response:
        return await self.http.post(
            f"{self.altigen.url}/sessions",
            json={"sessionId": old} if old else None,
            auth=httpx.BasicAuth(self.altigen.user, password if password is not None else self.altigen.password),
        )

    async def session(self) -> str:
        return str((await self.log_on()).json()["sessionId"])

    async def post(self, path: str, body: Any) -> httpx.Response:
        return await self.http.post(self.altigen.url + path, json=body)

    async def delete(self, path: str) -> httpx.Response:
        return await self.http.delete(self.altigen.url + path)

    def open(self, path: str = "/events") -> connect:
        return connect(self.altigen.url.replace("http", "ws") + path, proxy=None)

    @asynccontextmanager
    async def channel(self, session: str) -> AsyncIterator[ClientConnection]:
        async with self.open() as channel:
            await channel.send(json.dumps({"sessionId": session}))
            await until(lambda: bool(self.altigen.sessions[session].channels))
            yield channel


async def event(channel: ClientConnection) -> Any:
    return json.loads(await asyncio.wait_for(channel.recv(), 5))


Opener = Callable[..., Awaitable[Client]]


@pytest.fixture
async def watch() -> Watch:
    return Watch()


@pytest.fixture
async def client(watch: Watch, request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    settings = getattr(request, "param", {})
    async with (
        Simulation("desk", scripted=False, altigen=settings, clock=watch) as simulation,
        httpx.AsyncClient(trust_env=False) as http,
    ):
        yield Client(simulation.altigen, http)


def with_settings(**settings: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("client", [settings], indirect=True)


async def test_a_wrong_password_is_refused_and_takes_no_licence(client: Client) -> None:
    answer = await client.log_on(password="wrong")
    assert answer.status_code == 401
    assert answer.json().keys() == {"code", "message"}
    assert not client.altigen.sessions


@with_settings(user="çağrı", password="şifre:1")
async def test_user_and_password_are_read_as_utf_8(client: Client) -> None:
    assert (await client.log_on()).status_code == 200


async def test_the_old_session_id_gives_the_same_session_while_it_exists(client: Client) -> None:
    session = await client.session()
    assert (await client.log_on(old=session)).json() == {"sessionId": session}
    await client.delete(f"/sessions/{session}")
    assert (await client.log_on(old=session)).json()["sessionId"] != session


async def test_a_session_without_a_channel_holds_its_licence(client: Client) -> None:
    session = await client.session()
    assert (await client.log_on()).status_code == 402
    async with client.channel(session):
        pass
    await until(lambda: not client.altigen.sessions)
    assert (await client.log_on()).status_code == 200


@pytest.mark.parametrize("is_polite", [True, False])
async def test_a_session_is_released_when_its_channel_is_gone(client: Client, is_polite: bool) -> None:
    async with client.channel(await client.session()) as channel:
        if is_polite:
            await channel.close()
        else:
            channel.transport.abort()
        await until(lambda: not client.altigen.sessions)


async def test_log_off_closes_the_channel_and_is_a_500_for_an_unknown_session(client: Client) -> None:
    session = await client.session()
    async with client.channel(session) as channel:
        assert (await client.delete(f"/sessions/{session}")).status_code == 200
        with pytest.raises(ConnectionClosed):
            await event(channel)
    assert client.altigen.logoffs == 1
    assert (await client.delete(f"/sessions/{session}")).status_code == 500


async def test_nothing_is_sent_before_the_channel_is_bound(client: Client) -> None:
    session = await client.session()
    handle = await client.altigen.ring()
    async with client.open() as channel:
        await client.altigen.connect(handle)
        await client.altigen.disconnect(handle)
        await channel.send(json.dumps({"sessionId": session}))
        await until(lambda: bool(client.altigen.sessions[session].channels))
        await client.altigen.status(connected=False)
        assert await event(channel) == {"eventType": "ServerStatusEvent", "Connected": False}


@pytest.mark.parametrize("first", ['{"sessionId": "unknown"}', "unknown", "[]", "", "{"])
async def test_an_unknown_session_closes_the_socket(client: Client, first: str) -> None:
    async with client.open() as channel:
        await channel.send(first)
        with pytest.raises(ConnectionClosed):
            await event(channel)


@with_settings(bind="text", events_path="/ws")
async def test_a_channel_can_be_bound_by_the_bare_id(client: Client) -> None:
    session = await client.session()
    async with client.open("/ws") as channel:
        await channel.send(session)
        await until(lambda: bool(client.altigen.sessions[session].channels))


@with_settings(bind="none", events_path="/sessions/{session}/events")
async def test_a_channel_can_be_bound_by_its_address(client: Client) -> None:
    session = await client.session()
    async with client.open(f"/sessions/{session}/events"):
        await until(lambda: bool(client.altigen.sessions[session].channels))


async def test_calls_that_exist_are_told_first_and_then_what_happens(client: Client) -> None:
    ringing = await client.altigen.ring("3125550100", "Harbour Dental", workgroupName="Support")
    talking = await client.altigen.ring("3125550101", "Çağrı Lojistik")
    await client.altigen.connect(talking)
    await client.altigen.record(talking)
    async with client.channel(await client.session()) as channel:
        first, second, third = await event(channel), await event(channel), await event(channel)
        assert (first["callHandle"], first["callEventType"], first["direction"]) == (ringing, "ring", "in")
        assert first["callInfo"]["workgroupName"] == "Support"
        assert first["callInfo"]["originalData"].keys() >= {"originalworkgroupName", "originalCallername"}
        assert (second["callHandle"], second["callEventType"]) == (talking, "connect")
        assert third == {
            "eventType": "RecordEvent",
            "CallHandle": talking,
            "recordingState": "Start",
            "recordType": "System",
        }
        await client.altigen.disconnect(talking)
        assert (await event(channel))["recordingState"] == "Stop"
        assert (await event(channel))["callEventType"] == "disconnect"


async def test_handles_are_small_and_used_again(client: Client) -> None:
    assert await client.altigen.ring() == 1
    assert await client.altigen.ring() == 2
    await client.altigen.disconnect(1)
    assert await client.altigen.ring() == 1


async def test_a_placed_call_rings_there(client: Client) -> None:
    session = await client.session()
    async with client.channel(session) as channel:
        answer = await client.post(f"/sessions/{session}/calls", {"target": "3125550142", "trunkAccessCode": "9"})
        assert (answer.status_code, answer.content) == (200, b"")
        told = await event(channel)
        assert (told["callEventType"], told["direction"]) == ("ringback", "out")
        assert told["callInfo"]["calleeID"] == "3125550142"
    assert list(client.altigen.placed) == [{"target": "3125550142", "trunkAccessCode": "9"}]


async def test_placing_needs_a_session_and_a_target(client: Client) -> None:
    assert (await client.post("/sessions/unknown/calls", {"target": "1"})).status_code == 404
    assert (await client.post(f"/sessions/{await client.session()}/calls", {})).status_code == 500
    assert not client.altigen.calls


async def test_a_call_can_be_dropped_once(client: Client) -> None:
    session = await client.session()
    handle = await client.altigen.ring()
    assert (await client.delete(f"/sessions/{session}/calls/{handle}")).status_code == 200
    assert (await client.delete(f"/sessions/{session}/calls/{handle}")).status_code == 404
    assert (await client.delete(f"/sessions/{session}/calls/x")).status_code == 404
    assert (await client.delete(f"/sessions/unknown/calls/{handle}")).status_code == 404


@with_settings(system="maxacd")
async def test_maxacd_drops_no_call_and_pauses_instead_of_muting(client: Client) -> None:
    session = await client.session()
    handle = await client.altigen.ring()
    answer = await client.delete(f"/sessions/{session}/calls/{handle}")
    assert (answer.status_code, answer.json()["code"]) == (500, 3108)
    await client.altigen.connect(handle)
    path = f"/sessions/{session}/record?callHandle={handle}"
    answers = [(await client.post(path, {"Operation": each, "filename": ""})) for each in ("Start", "Mute", "Pause")]
    assert [each.status_code for each in answers] == [200, 500, 200]
    assert client.altigen.recordings[handle].is_muted


@pytest.mark.parametrize(
    ("client", "path"),
    [
        ({}, "/sessions/{session}/record?callHandle={call}"),
        ({"record_path": "/sessions/{session}/calls/{call}/record"}, "/sessions/{session}/calls/{call}/record"),
        ({"record_path": "/sessions/{session}/record/{call}"}, "/sessions/{session}/record/{call}"),
    ],
    indirect=["client"],
)
async def test_a_call_is_recorded_muted_and_stopped(client: Client, watch: Watch, path: str) -> None:
    session = await client.session()
    handle = await client.altigen.ring()
    await client.altigen.connect(handle)
    url = path.format(session=session, call=handle)

    async def operate(operation: str) -> tuple[int, int | None]:
        answer = await client.post(url, {"Operation": operation, "filename": ""})
        return answer.status_code, answer.json()["code"] if answer.content else None

    assert await operate("Mute") == (500, 3109)
    assert await operate("start") == (500, 3108)
    assert await operate("Start") == (200, None)
    assert await operate("Start") == (500, 3101)
    assert await operate("Mute") == (200, None)
    assert await operate("Unmute") == (500, 3005), "mute and unmute were not 500 ms apart"
    watch.at += 0.5
    assert await operate("Unmute") == (200, None)
    assert await operate("Stop") == (200, None)
    assert not client.altigen.recordings


async def test_recording_needs_a_call_that_exists_and_is_connected(client: Client) -> None:
    session = await client.session()
    handle = await client.altigen.ring()
    body = {"Operation": "Start", "filename": ""}
    assert (await client.post(f"/sessions/{session}/record?callHandle={handle}", body)).status_code == 500
    assert (await client.post(f"/sessions/{session}/record?callHandle=77", body)).status_code == 404
    assert (await client.post(f"/sessions/{session}/record", body)).status_code == 404


async def test_raw_frames_arrive_as_they_are(client: Client) -> None:
    async with client.channel(await client.session()) as channel:
        for frame in ("not JSON", b"\x00\xff", "x" * 500_000):
            await client.altigen.send(frame)
            assert await asyncio.wait_for(channel.recv(), 5) == frame
        await client.altigen.ring("1", "\ud800 alone")
        assert (await event(channel))["callInfo"]["callerName"] == "\ud800 alone"


async def test_dropped_channels_close_with_the_code_or_break(client: Client) -> None:
    async with client.channel(await client.session()) as channel:
        await client.altigen.drop_channels(1001)
        assert not client.altigen.sessions
        with pytest.raises(ConnectionClosed) as closed:
            await event(channel)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
    async with client.channel(await client.session()) as channel:
        await client.altigen.drop_channels(abort=True)
        assert not client.altigen.sessions
        with pytest.raises(ConnectionClosed) as closed:
            await event(channel)
        assert closed.value.rcvd is None


async def test_log_ons_can_be_refused_until_they_are_not(client: Client) -> None:
    client.altigen.fault("status", None, status=403, body={"code": 3038, "message": "Access denied"})
    assert (await client.log_on()).json() == {"code": 3038, "message": "Access denied"}
    assert (await client.log_on()).status_code == 403
    client.altigen.heal()
    assert (await client.log_on()).status_code == 200
    client.altigen.fault("status")
    assert [(await client.log_on()).status_code for _ in range(2)] == [500, 402]


async def test_what_was_asked_is_remembered_without_headers(client: Client) -> None:
    session = await client.session()
    async with client.channel(session):
        asked = [(each.method, each.path) for each in client.altigen.requests]
    assert asked == [("POST", "/sessions"), ("WEBSOCKET", "/events")]
    assert client.altigen.password not in repr(client.altigen.requests)
