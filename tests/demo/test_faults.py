"""Every system can be made to go wrong in the same ways, and says afterwards whether it acted."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tui.demo import RemotePc, Simulation
from tui.demo.faults import Kind

DRAFT = {
    "firstName": "Front",
    "lastName": "Desk",
    "invitedUserEmailId": "front@example.com",
    "password": "long enough",
}


@pytest.fixture
async def simulation() -> AsyncIterator[Simulation]:
    async with Simulation("desk", scripted=False) as simulation:
        yield simulation


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
        yield http


async def add(http: httpx.AsyncClient, remotepc: RemotePc) -> httpx.Response:
    headers = {"Authorization": f"Bearer {remotepc.api_key}"}
    return await http.post(f"{remotepc.url}/add", json=DRAFT, headers=headers)


async def test_an_iis_page_comes_instead_of_an_answer(simulation: Simulation, http: httpx.AsyncClient) -> None:
    simulation.remotepc.fault("html")
    answer = await add(http, simulation.remotepc)
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html")
    assert "<h1>Server Error</h1>" in answer.text
    simulation.remotepc.fault("html", status=200)
    assert (await add(http, simulation.remotepc)).status_code == 200
    assert not simulation.remotepc.users


async def test_a_fault_can_let_some_requests_pass_before_it_happens(
    simulation: Simulation, http: httpx.AsyncClient
) -> None:
    simulation.remotepc.fault("status", times=2, after=1, status=503)
    statuses = [(await add(http, simulation.remotepc)).status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 400]  # the last one is answered: the account exists


async def test_a_redirect_leads_elsewhere(simulation: Simulation, http: httpx.AsyncClient) -> None:
    simulation.remotepc.fault("redirect")
    answer = await add(http, simulation.remotepc)
    assert (answer.status_code, "location" in answer.headers) == (302, True)


async def test_half_an_answer_comes_after_the_deed(simulation: Simulation, http: httpx.AsyncClient) -> None:
    simulation.remotepc.fault("half")
    answer = await add(http, simulation.remotepc)
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert simulation.remotepc.created["front@example.com"] == 1


async def test_an_empty_answer_comes_after_the_deed(simulation: Simulation, http: httpx.AsyncClient) -> None:
    simulation.remotepc.fault("empty")
    assert (await add(http, simulation.remotepc)).content == b""
    assert simulation.remotepc.users


@pytest.mark.parametrize(("kind", "is_done"), [("reset", False), ("reset_after", True), ("cut", True)])
async def test_a_connection_breaks_before_or_after_the_deed(
    simulation: Simulation, http: httpx.AsyncClient, kind: Kind, is_done: bool
) -> None:
    simulation.remotepc.fault(kind)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await add(http, simulation.remotepc)
    assert bool(simulation.remotepc.users) is is_done


@pytest.mark.parametrize(("kind", "is_done"), [("slow", False), ("late", True)])
async def test_an_answer_takes_too_long_before_or_after_the_deed(
    simulation: Simulation, http: httpx.AsyncClient, kind: Kind, is_done: bool
) -> None:
    simulation.remotepc.fault(kind, seconds=30)
    http.timeout = httpx.Timeout(0.05)
    with pytest.raises(httpx.ReadTimeout):
        await add(http, simulation.remotepc)
    assert bool(simulation.remotepc.users) is is_done


async def test_a_system_that_is_down_refuses_and_is_back_at_the_same_address(
    simulation: Simulation, http: httpx.AsyncClient
) -> None:
    url = simulation.remotepc.url
    await add(http, simulation.remotepc)
    simulation.remotepc.fault("down")
    with pytest.raises(httpx.TransportError):  # the kept connection was broken, perhaps not noticed yet
        await add(http, simulation.remotepc)
    with pytest.raises(httpx.ConnectError):
        await add(http, simulation.remotepc)
    simulation.remotepc.fault("up")
    assert (await add(http, simulation.remotepc)).status_code == 400
    assert simulation.remotepc.url == url


async def test_a_system_can_flap_faster_than_it_starts(simulation: Simulation, http: httpx.AsyncClient) -> None:
    for _ in range(2):
        simulation.alpemix.fault("down")
        simulation.alpemix.fault("up")
    assert (await http.post(simulation.alpemix.url)).status_code == 200
    simulation.alpemix.fault("down")
    simulation.alpemix.heal()  # and the simulation ends before it listens


async def test_faults_wait_for_their_path_and_are_used_up(simulation: Simulation, http: httpx.AsyncClient) -> None:
    simulation.remotepc.fault("status", 2, "/l*", status=503)
    assert (await add(http, simulation.remotepc)).status_code == 200
    answers = [(await http.post(f"{simulation.remotepc.url}/list")).status_code for _ in range(3)]
    assert answers == [503, 503, 401]


async def test_a_fault_without_an_end_lasts_until_it_is_healed(simulation: Simulation, http: httpx.AsyncClient) -> None:
    simulation.alpemix.fault("status", None, status=503)
    assert [(await http.post(simulation.alpemix.url)).status_code for _ in range(3)] == [503] * 3
    simulation.alpemix.heal()
    assert (await http.post(simulation.alpemix.url)).json() == {"errornumber": 100}


@pytest.mark.parametrize("kind", ["html", "status", "half", "empty", "cut"])
async def test_a_handshake_is_answered_by_something_else(simulation: Simulation, kind: Kind) -> None:
    simulation.altigen.fault(kind, path="/events")
    with pytest.raises(InvalidStatus):
        await connect(simulation.altigen.url.replace("http", "ws") + "/events", proxy=None)


async def test_a_channel_breaks_right_after_it_was_opened(simulation: Simulation) -> None:
    simulation.altigen.fault("reset_after", path="/events")
    async with connect(simulation.altigen.url.replace("http", "ws") + "/events", proxy=None) as channel:
        with pytest.raises(ConnectionClosed):
            await channel.recv()
