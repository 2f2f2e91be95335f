"""A list of WebProxies: who is asked, in which order, and which licence stays with whom."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tests.clock import FakeClock
from tests.services.channels import bound_channel, settings_for
from tests.services.servers import serving, silent
from tests.waiting import until
from tui.config import AltiGenSettings, Secret
from tui.demo import Altigen, Simulation
from tui.services.altigen import AltiGenService
from tui.services.errors import LicenceInUse, Refused, ServiceError, Unreachable
from tui.services.http import Timeouts

SHORT = Timeouts(connect=1.0, read=1.0, whole=2.0)
"""For what does not answer; what does has to do it in this time on a busy machine."""


@pytest.fixture
def first(simulation: Simulation) -> Altigen:
    return simulation.altigen


@pytest.fixture
async def second(clock: FakeClock) -> AsyncIterator[Altigen]:
    async with Simulation("desk", scripted=False, altigen={"licences": 1}, clock=clock.tick) as simulation:
        yield simulation.altigen


@pytest.fixture
def settings(first: Altigen, second: Altigen) -> AltiGenSettings:
    return settings_for(first, url=(first.url, second.url))


def log_ons(altigen: Altigen) -> int:
    return sum(asked.path == "/sessions" for asked in altigen.requests)


Trouble = Callable[[Altigen], object]

TROUBLES: dict[str, Trouble] = {
    "is down": lambda altigen: altigen.fault("down"),
    "hangs": lambda altigen: altigen.fault("slow", seconds=30, path="/sessions", times=None),
    "answers 503": lambda altigen: altigen.fault("status", status=503, path="/sessions", times=None),
    "answers with a page": lambda altigen: altigen.fault("html", status=200, path="/sessions", times=None),
    "is no WebProxy": lambda altigen: altigen.fault("status", status=404, path="/sessions", times=None),
    "breaks off": lambda altigen: altigen.fault("reset", path="/sessions", times=None),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_the_second_stands_in_for_a_first_that(
    first: Altigen, second: Altigen, settings: AltiGenSettings, trouble: str
) -> None:
    TROUBLES[trouble](first)
    async with AltiGenService(settings, timeouts=SHORT) as service:
        await service.log_on()
        async with bound_channel(service):
            assert len(second.sessions) == 1
        first.heal()
        await service.log_on()
        assert service._proxy_in_use is service._proxies[0]
        assert (len(first.sessions), len(second.sessions)) == (1, 0)
    assert not first.sessions


@pytest.mark.parametrize("status", [401, 402, 403])
async def test_a_refusal_is_final_for_all(
    first: Altigen, second: Altigen, settings: AltiGenSettings, status: int
) -> None:
    first.fault("status", None, "/sessions", status=status)
    async with AltiGenService(settings) as service:
        for _ in range(3):
            with pytest.raises((Refused, LicenceInUse)):
                await service.log_on()
    assert log_ons(first) == 3
    assert not second.requests


async def test_when_nobody_answers_it_is_said_of_the_first(
    first: Altigen, second: Altigen, settings: AltiGenSettings
) -> None:
    first.fault("status", status=503, path="/sessions")
    second.fault("down")
    async with AltiGenService(settings) as service:
        with pytest.raises(Unreachable, match="HTTP 503"):
            await service.log_on()
        assert service._proxy_in_use is service._proxies[0]


async def test_an_id_goes_only_to_the_server_that_gave_it(
    first: Altigen, second: Altigen, settings: AltiGenSettings
) -> None:
    bodies: list[tuple[int, bytes]] = []
    for altigen in (first, second):
        _listen_to_bodies(altigen, bodies)
    async with AltiGenService(settings) as service:
        await service.log_on()
        (of_first,) = first.sessions
        first.fault("down")
        await service.log_on()
        (of_second,) = second.sessions
        first.heal()
        await asyncio.sleep(0)
        await service.log_on()
        assert set(first.sessions) == {of_first}, "the first got its own old id back, so it holds one session only"
    assert first.sessions_most == second.sessions_most == 1
    assert all(of_first.encode() not in body for port, body in bodies if port == second.server.port)
    assert all(of_second.encode() not in body for port, body in bodies if port == first.server.port)
    assert any(of_first.encode() in body for port, body in bodies if port == first.server.port)


def _listen_to_bodies(altigen: Altigen, bodies: list[tuple[int, bytes]]) -> None:
    """Note every body that arrives, where the server would read it."""
    wire: Any = altigen.server._config.loaded_app
    inner = wire._app if hasattr(wire, "_app") else wire

    async def listening(scope: Any, receive: Any, send: Any) -> None:
        async def heard() -> Any:
            message = await receive()
            bodies.append((altigen.server.port, message.get("body", b"")))
            return message

        await inner(scope, heard, send)

    wire._app = listening


async def test_after_a_restart_the_licence_of_the_one_that_stood_in_is_given_back(
    first: Altigen, second: Altigen, settings: AltiGenSettings, tmp_path: Path
) -> None:
    kept = tmp_path / "session.json"
    first.fault("down")
    crashed = AltiGenService(settings, session_path=kept)
    await crashed.__aenter__()
    await crashed.log_on()
    crashed._kept.close()  # and no more: the process died
    first.heal()
    async with AltiGenService(settings, session_path=kept) as service:
        await service.log_on()
        assert service._proxy_in_use is service._proxies[0]
        assert (len(first.sessions), len(second.sessions)) == (1, 0)
    for proxy in crashed._proxies:
        await proxy.http.aclose()


async def test_a_licence_that_our_own_lost_log_on_may_hold_is_said(first: Altigen) -> None:
    first.fault("reset_after", path="/sessions")
    async with AltiGenService(settings_for(first)) as service:
        with pytest.raises(Unreachable):
            await service.log_on()
        with pytest.raises(LicenceInUse, match="One may be held by a log-on of ours whose answer was lost"):
            await service.log_on()
        first.sessions.clear()
        await service.log_on()
        first.sessions.clear()
        async with AltiGenService(settings_for(first)) as other:
            await other.log_on()
            with pytest.raises(LicenceInUse) as caught:
                await service.log_on()
            assert "lost" not in caught.value.sentence


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """The name server of this machine knows these addresses of pbx.example.com."""

    def getaddrinfo(host: Any, port: Any, *_args: Any, **_kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        found = addresses if name == "pbx.example.com" else (name,)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (each, int(port))) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def named(altigen: Altigen) -> AltiGenSettings:
    return settings_for(altigen, url=(altigen.url.replace("127.0.0.1", "pbx.example.com"),))


async def test_a_name_whose_first_address_refuses_works(first: Altigen, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "127.0.0.2", "127.0.0.1")
    async with AltiGenService(named(first)) as service:
        await service.log_on()
        async with bound_channel(service):
            pass


async def test_a_name_whose_first_address_hangs_works(first: Altigen, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose queue is full answers nothing to whoever pings, as a host does that is not there."""
    with socket.socket() as full:
        full.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        full.bind(("127.0.0.2", first.server.port))
        full.listen(0)
        crowd = [socket.socket() for _ in range(4)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(("127.0.0.2", first.server.port))
        try:
            resolving(monkeypatch, "127.0.0.2", "127.0.0.1")
            async with AltiGenService(named(first), timeouts=Timeouts(connect=1.5)) as service:
                await service.log_on()
                async with bound_channel(service):
                    pass
        finally:
            for each in crowd:
                each.close()


async def test_a_session_stays_with_the_server_that_gave_it_where_a_name_has_several(
    first: Altigen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name servers give the addresses of a name in another order each time."""
    orders = cycle([("127.0.0.1", "127.0.0.2"), ("127.0.0.2", "127.0.0.1")])

    def getaddrinfo(host: Any, port: Any, *_args: Any, **_kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        found = next(orders) if name == "pbx.example.com" else (name,)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (each, int(port))) for each in found]

    sockets = [socket.socket() for _ in range(3)]
    sockets[0].bind(("127.0.0.2", first.server.port))
    for each in sockets[1:]:
        each.bind(("127.0.0.1", 0))
    async with Simulation("desk", scripted=False, sockets=sockets) as other:
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        for altigen in (first, other.altigen):
            async with AltiGenService(named(first)) as service:
                await service.log_on()
                (session,) = altigen.sessions.values()
                async with bound_channel(service):
                    await until(partial(bool, session.channels))
                    await service.place_call("312-555-0123")
                    assert len(altigen.placed) == 1
                    await service.log_off()
    assert (first.sessions_most, other.altigen.sessions_most) == (1, 1)


async def test_a_list_whose_servers_all_hang_is_given_up(clock: FakeClock) -> None:
    async with serving(silent) as one, serving(silent) as other:
        urls = tuple(f"http://127.0.0.1:{port}" for port in (one, other))
        settings = AltiGenSettings(url=urls, user="201", password=Secret("1234"))
        async with AltiGenService(settings, timeouts=SHORT) as service:
            with pytest.raises(ServiceError, match="did not answer"):
                await service.log_on()
