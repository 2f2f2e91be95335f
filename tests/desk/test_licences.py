"""One person takes one licence: through every loss, restart and crash, and none once the program has ended."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.desk.harness import is_bound, pass_while_binding, running, settings_of
from tests.relay import Relay
from tests.waiting import until
from tui.config import Settings
from tui.demo import Altigen, Simulation
from tui.demo.channels import Channel
from tui.desk import Desk
from tui.models.links import Phase


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    """With licences to spare, so that a second session would be counted and not refused."""
    simulation.altigen.licences = 9
    return simulation.altigen


@pytest.fixture
async def relay(altigen: Altigen) -> AsyncIterator[Relay]:
    async with Relay(altigen.server.port) as relay:
        yield relay


@pytest.fixture
def settings(simulation: Simulation, relay: Relay) -> Settings:
    """Calls only, through the relay, with a short patience."""
    settings = settings_of(simulation, alpemix=None, remotepc=None)
    assert settings.altigen is not None
    url = simulation.altigen.url.replace(str(relay.target), str(relay.port))
    impatient: dict[str, Any] = {"ping_seconds": 1, "stale_seconds": 5, "dead_seconds": 10}
    return replace(settings, altigen=replace(settings.altigen, url=(url,), **impatient))


class Losses:
    """Every way to lose the channel."""

    def __init__(self, altigen: Altigen, relay: Relay, clock: FakeClock) -> None:
        self.altigen = altigen
        self.relay = relay
        self.clock = clock
        self.all: tuple[Callable[[], Awaitable[None]], ...] = (
            self.closed,
            self.broken,
            self.server_restarted,
            self.server_down,
            self.cut_silently,
            self.lost_unnoticed,
            self.then_closed_at_once,
            self.then_no_channel,
            self.then_refused_for_a_while,
            self.calls_lost_too,
        )

    async def closed(self) -> None:
        await self.altigen.drop_channels(1001)

    async def broken(self) -> None:
        await self.altigen.drop_channels(abort=True)

    async def server_restarted(self) -> None:
        self.altigen.restart()

    async def calls_lost_too(self) -> None:
        self.altigen.restart(keeps_calls=False)

    async def server_down(self) -> None:
        self.altigen.fault("down")
        self.altigen.fault("up")

    async def cut_silently(self) -> None:
        self.relay.cut_newest()

    async def lost_unnoticed(self) -> None:
        self.altigen.keeps_lost_sessions = True
        await self.altigen.drop_channels(abort=True)

    async def then_closed_at_once(self) -> None:
        self.altigen.fault("close", 2, "/events", status=1011)
        await self.altigen.drop_channels(1011)

    async def then_no_channel(self) -> None:
        self.altigen.fault("status", 2, "/events", status=404)
        await self.altigen.drop_channels(1011)

    async def then_refused_for_a_while(self) -> None:
        self.altigen.fault("status", 2, "/sessions", status=503)
        await self.altigen.drop_channels(1001)


def channels_of(altigen: Altigen) -> set[Channel]:
    return {channel for session in altigen.sessions.values() for channel in session.channels}


async def reconnected(desk: Desk, altigen: Altigen, clock: FakeClock, log_ons: int, lost: set[Channel]) -> None:
    """Ask where it waits, and let time pass where it has not noticed yet, until a later log-on has its channel."""
    async with asyncio.timeout(10):
        while not (altigen.logons > log_ons and desk.counters["altigen"].link.is_live and channels_of(altigen) - lost):
            if desk.counters["altigen"].link.phase in (Phase.WAITING, Phase.REFUSED):
                desk.counters["altigen"].refresh()
            elif altigen.logons == log_ons and desk.counters["altigen"].link.phase is not Phase.CONNECTING:
                clock.advance(1)
            pass_while_binding(desk, clock)
            await asyncio.sleep(0.001)


async def test_fifty_losses_and_five_restarts_never_take_a_second_licence(
    altigen: Altigen, relay: Relay, settings: Settings, clock: FakeClock
) -> None:
    losses = Losses(altigen, relay, clock)
    lost = 0
    for _ in range(5):
        async with running(settings, clock) as desk:
            await reconnected(desk, altigen, clock, altigen.logons, set())
            for lose in losses.all:
                before, known = altigen.logons, channels_of(altigen)
                await lose()
                lost += 1
                await reconnected(desk, altigen, clock, before, known)
                assert len(altigen.sessions) == 1
                altigen.keeps_lost_sessions = False
        await until(lambda: not altigen.sessions)
    assert lost == 50
    assert altigen.logons >= 50
    assert altigen.sessions_most == 1


def kept_in(home: Path) -> Path:
    """Where the session id is kept."""
    (kept,) = home.rglob("altigen-session-*.json")
    return kept


PROGRAM = """
import asyncio, sys, tomllib
from pathlib import Path
from tui.config.reader import settings_from
from tui.desk import Desk
from tui.state import state_folder

settings = settings_from(tomllib.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[1]))
desk = Desk(settings, state_folder=state_folder())
asyncio.run(desk.run())
"""


async def test_after_a_kill_the_next_start_takes_the_old_session_up_again(
    simulation: Simulation, altigen: Altigen, clock: FakeClock, home: Path, tmp_path: Path
) -> None:
    """The server does not notice that the program died, and has one licence only."""
    altigen.licences = 1
    altigen.keeps_lost_sessions = True
    config = tmp_path / "config.toml"
    config.write_text(simulation.config().partition("[alpemix]")[0])
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, str(config))
    await until(lambda: is_bound(altigen))
    (held,) = altigen.sessions

    kept = kept_in(home)
    assert kept.stat().st_mode & 0o777 == 0o600
    before = kept.read_bytes()
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as second:
        await until(lambda: second.counters["altigen"].link.phase is Phase.WAITING)
        assert "licence" in second.counters["altigen"].link.reason
    assert kept.read_bytes() == before, "a second program of the same person neither uses nor clears it"
    assert set(altigen.sessions) == {held}

    program.send_signal(signal.SIGKILL)
    await program.wait()
    await until(lambda: not is_bound(altigen))
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock):
        await until(lambda: is_bound(altigen))
        assert set(altigen.sessions) == {held}
    assert altigen.sessions_most == 1
    assert not altigen.sessions
    assert kept.read_bytes() == b""


@pytest.mark.parametrize("garbage", [b"\xff", b"[" * 4000, b'{"url": 1}'])
async def test_garbage_where_the_id_is_kept_stops_nothing(
    simulation: Simulation, altigen: Altigen, clock: FakeClock, home: Path, garbage: bytes
) -> None:
    settings = settings_of(simulation, alpemix=None, remotepc=None)
    async with running(settings, clock):
        await until(lambda: is_bound(altigen))
    kept = kept_in(home)
    kept.write_bytes(garbage)
    async with running(settings, clock):
        await until(lambda: is_bound(altigen))
    assert altigen.sessions_most == 1


async def test_leaving_right_after_the_channel_was_lost_leaves_nothing_behind(
    altigen: Altigen, settings: Settings, clock: FakeClock, home: Path
) -> None:
    """The server has released the session by itself: its 500 to the log-off is as good as any answer."""
    async with running(settings, clock) as desk:
        await until(lambda: is_bound(altigen))
        await altigen.drop_channels(abort=True)
        await until(lambda: desk.counters["altigen"].link.phase is Phase.WAITING)
    assert [asked.method for asked in altigen.requests][-1] == "DELETE"
    assert not altigen.sessions
    kept = kept_in(home)
    assert kept.read_bytes() == b""
