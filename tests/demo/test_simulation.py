"""The three systems start together, play their script over real sockets, and leave nothing behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.waiting import until
from tui.demo import Simulation, names
from tui.demo.addresses import listening_socket


async def log_on(simulation: Simulation, http: httpx.AsyncClient) -> str:
    altigen = simulation.altigen
    answer = await http.post(f"{altigen.url}/sessions", auth=httpx.BasicAuth(altigen.user, altigen.password))
    return str(answer.json()["sessionId"])


async def test_without_a_script_everything_is_empty() -> None:
    async with Simulation("desk", scripted=False) as simulation:
        assert not simulation.altigen.calls
        assert not simulation.alpemix.connections
        assert not simulation.remotepc.users
        assert simulation.altigen.licences == 1


async def test_an_opening_can_stand_still() -> None:
    async with Simulation("desk", scripted=False, opening=True) as simulation:
        states = Counter(call.state for call in simulation.altigen.calls.values())
        assert set(states) >= {"ring", "connect"}
        assert simulation.altigen.recordings
        assert len(simulation.remotepc.users) == 128
        assert len(simulation.alpemix.connections) == 100


async def test_starting_and_stopping_take_no_time_even_with_clients_connected() -> None:
    took = []
    async with httpx.AsyncClient(trust_env=False) as http:
        for _ in range(3):
            began = time.perf_counter()
            async with Simulation("desk", scripted=False) as simulation:
                started = time.perf_counter()
                session = await log_on(simulation, http)
                channel = await connect(simulation.altigen.url.replace("http", "ws") + "/events", proxy=None)
                await channel.send(json.dumps({"sessionId": session}))
                stopping = time.perf_counter()
            took.append(max(started - began, time.perf_counter() - stopping))
            await channel.wait_closed()
    assert min(took) < 0.15


async def test_the_ready_config_is_toml_with_the_three_addresses() -> None:
    async with Simulation("desk", scripted=False, altigen={"password": 'with "quotes" and \\'}) as simulation:
        config = tomllib.loads(simulation.config())
        assert config["altigen"]["password"] == 'with "quotes" and \\'
        assert config["altigen"]["url"] == simulation.altigen.url
        assert config["alpemix"]["secret_key"] == simulation.alpemix.secret_key
        assert config["remotepc"]["api_key"] == simulation.remotepc.api_key
        assert all(each.url.startswith("http://127.0.0.1:") for each in simulation.systems)


async def test_sockets_can_be_passed_and_are_closed_at_the_end() -> None:
    sockets = [listening_socket() for _ in range(3)]
    ports = [each.getsockname()[1] for each in sockets]
    async with Simulation("desk", scripted=False, sockets=sockets) as simulation:
        assert [httpx.URL(each.url).port for each in simulation.systems] == ports
    assert all(each.fileno() == -1 for each in sockets)


async def test_the_script_of_a_morning_reaches_the_event_channel() -> None:
    async with Simulation("desk") as simulation, httpx.AsyncClient(trust_env=False) as http:
        going = len(simulation.altigen.calls)
        session = await log_on(simulation, http)
        async with connect(simulation.altigen.url.replace("http", "ws") + "/events", proxy=None) as channel:
            await channel.send(json.dumps({"sessionId": session}))
            told = [json.loads(await asyncio.wait_for(channel.recv(), 5)) for _ in range(going + 3)]
            assert {each["eventType"] for each in told} == {"CallEvent", "RecordEvent"}


@pytest.mark.parametrize("scenario", names())
async def test_every_scenario_opens_and_is_told(scenario: str) -> None:
    async with Simulation(scenario) as simulation:
        begun = max(call.serial for call in simulation.altigen.calls.values())
        await until(lambda: any(call.serial > begun for call in simulation.altigen.calls.values()))


async def test_a_hostile_list_still_is_json() -> None:
    async with Simulation("hostile") as simulation, httpx.AsyncClient(trust_env=False) as http:
        headers = {"Authorization": f"Bearer {simulation.remotepc.api_key}"}
        answer = await http.post(f"{simulation.remotepc.url}/list", headers=headers)
        assert len(json.loads(answer.content)["message"]["resellerUsersList"]) > 128
        asked: dict[str, Any] = {"stepnumber": 1, "secretkey": simulation.alpemix.secret_key}
        token = (await http.post(simulation.alpemix.url, json=asked | {"mainusername": "helpdesk"})).json()
        asked = {"stepnumber": 2, "requestnumber": 2, **token}
        assert (await http.post(simulation.alpemix.url, json=asked)).status_code == 200


async def test_a_call_placed_during_a_script_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.demo.player.CALLEE_ANSWERS_SECONDS", 0.01)
    async with Simulation("desk") as simulation, httpx.AsyncClient(trust_env=False) as http:
        session = await log_on(simulation, http)
        await http.post(f"{simulation.altigen.url}/sessions/{session}/calls", json={"target": "3125550142"})
        await until(
            lambda: any(
                call.state == "connect" and call.info["calleeID"] == "3125550142"
                for call in simulation.altigen.calls.values()
            )
        )


class Process:
    """The simulation as a process of its own."""

    def __init__(self, *arguments: str, pass_fds: tuple[int, ...] = ()) -> None:
        self.running = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tui.demo", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=pass_fds,
        )

    def config(self) -> dict[str, Any]:
        out: IO[str] | None = self.running.stdout
        assert out is not None
        lines = []
        for line in out:
            lines.append(line)
            if line.startswith("api_key"):
                break
        return tomllib.loads("".join(lines))

    def end(self) -> tuple[int, str, str]:
        out, err = self.running.communicate(timeout=10)
        return self.running.returncode, out, err


@pytest.fixture
def processes() -> Iterator[list[Process]]:
    started: list[Process] = []
    yield started
    for each in started:
        each.running.kill()
        each.running.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_prints_its_config_and_ends_with_0_on_a_signal(
    processes: list[Process], number: signal.Signals
) -> None:
    process = Process("--scenario", "desk")
    processes.append(process)
    config = process.config()
    assert httpx.post(config["alpemix"]["url"], trust_env=False).json() == {"errornumber": 100}
    process.running.send_signal(number)
    assert process.end() == (0, "", "")


def test_the_process_ends_when_its_parent_is_gone(processes: list[Process]) -> None:
    reading, writing = os.pipe()
    process = Process("--parent-pipe", str(reading), pass_fds=(reading,))
    processes.append(process)
    os.close(reading)
    process.config()
    os.close(writing)
    assert process.end() == (0, "", "")


def test_the_process_serves_on_the_sockets_it_is_given(processes: list[Process]) -> None:
    sockets = [listening_socket() for _ in range(3)]
    numbers = tuple(each.fileno() for each in sockets)
    process = Process("--sockets", ",".join(map(str, numbers)), pass_fds=numbers)
    processes.append(process)
    port = sockets[1].getsockname()[1]
    assert httpx.post(f"http://127.0.0.1:{port}/api", trust_env=False).json() == {"errornumber": 100}
    for each in sockets:
        each.close()
    process.config()
    process.running.terminate()
    assert process.end() == (0, "", "")


def test_an_unknown_scenario_is_wrong_usage(processes: list[Process]) -> None:
    process = Process("--scenario", "dsk")
    processes.append(process)
    code, out, err = process.end()
    assert (code, out) == (2, "")
    assert "there is no scenario 'dsk'" in err
