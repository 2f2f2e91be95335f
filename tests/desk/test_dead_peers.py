"""A server that went away without a word, and one that is only slow to answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import calls_of
from tests.desk.harness import is_bound, running, settings_of
from tests.relay import Relay
from tests.waiting import until
from tui.config import Settings
from tui.demo import Altigen, Simulation
from tui.desk import Desk
from tui.desk.altigen.feed import NO_EVENT_YET
from tui.models.links import Phase
from tui.models.snapshot import SETTLE_MOST

STEP = 0.25


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    return simulation.altigen


@pytest.fixture
async def relay(altigen: Altigen) -> AsyncIterator[Relay]:
    """What the calls go through, and what can be cut."""
    async with Relay(altigen.server.port) as relay:
        yield relay


def through(relay: Relay, simulation: Simulation, **changes: Any) -> Settings:
    """Calls only, through the relay."""
    settings = settings_of(simulation, alpemix=None, remotepc=None)
    assert settings.altigen is not None
    url = simulation.altigen.url.replace(str(relay.target), str(relay.port))
    return replace(settings, altigen=replace(settings.altigen, url=(url,), **changes))


async def seconds_until(desk: Desk, clock: FakeClock, phase: Phase, most: float = 300) -> float:
    """How much time must pass until the link is in this phase, to a quarter of a second."""
    begun = clock.tick()
    while desk.counters["altigen"].link.phase is not phase:
        assert clock.tick() - begun < most, desk.counters["altigen"].link.text(clock.now())
        await passed(clock, STEP)
    return clock.tick() - begun


async def passed(clock: FakeClock, seconds: float) -> None:
    """Let time pass in steps, with real turns in between for what travels over the sockets."""
    for _ in range(round(seconds / STEP)):
        async with asyncio.timeout(5):
            await clock.until_sleeping()
        clock.advance(STEP)
        for _ in range(4):
            await asyncio.sleep(0)


async def live(desk: Desk, altigen: Altigen, clock: FakeClock) -> None:
    """The channel stands, the snapshot is taken, and every ping so far was answered."""
    await until(lambda: is_bound(altigen))
    await clock.until_sleeping(2)
    await passed(clock, 6)
    assert desk.counters["altigen"].link.is_live


@pytest.mark.parametrize(
    ("changes", "stale", "dead"),
    [
        ({}, 40, 120),
        ({"ping_seconds": 5, "stale_seconds": 10, "dead_seconds": 20}, 10, 20),
        ({"ping_seconds": 60, "stale_seconds": 61, "dead_seconds": 65}, 61, 65),
    ],
    ids=["default", "short", "rare pings"],
)
async def test_a_silently_cut_channel_is_shown_as_stale_then_given_up_and_opened_anew(
    simulation: Simulation, altigen: Altigen, relay: Relay, clock: FakeClock, changes: Any, stale: int, dead: int
) -> None:
    async with running(through(relay, simulation, **changes), clock) as desk:
        await live(desk, altigen, clock)
        await altigen.ring()
        await until(calls_of(desk).live)
        begun = clock.tick()
        relay.cut_newest()  # a kept HTTP connection has ended long before in real time
        assert stale <= await seconds_until(desk, clock, Phase.DEGRADED) <= stale + 2 * STEP
        assert (
            desk.counters["altigen"].link.text(clock.now()) == f"stale: no sign of life for {stale} s: calls may be old"
        )
        assert calls_of(desk).live(), "old calls stay on the board"
        await seconds_until(desk, clock, Phase.WAITING)
        assert dead <= clock.tick() - begun <= dead + 2 * STEP
        assert desk.counters["altigen"].link.reason == f"AltiGen gave no sign of life for {dead} s."
        await seconds_until(desk, clock, Phase.LIVE)
        assert clock.tick() - begun <= dead + 2
        await altigen.connect(calls_of(desk).live()[0].handle)
        await until(lambda: calls_of(desk).live()[0].connected)
    assert altigen.sessions_most == 1


async def test_a_cut_that_was_mended_costs_no_more_than_a_word(
    simulation: Simulation, altigen: Altigen, relay: Relay, clock: FakeClock
) -> None:
    async with running(through(relay, simulation), clock) as desk:
        await live(desk, altigen, clock)
        relay.cut()
        await seconds_until(desk, clock, Phase.DEGRADED)
        relay.mend()
        assert await seconds_until(desk, clock, Phase.LIVE) <= 15 + STEP
        await passed(clock, 200)
        assert desk.counters["altigen"].link.is_live
    assert altigen.logons == 1


async def test_answers_that_come_half_a_minute_late_cost_no_more_than_a_word(
    simulation: Simulation, altigen: Altigen, clock: FakeClock
) -> None:
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await live(desk, altigen, clock)
        seen = set()
        for _ in range(8):
            altigen.stop_reading()
            for _ in range(45):
                await passed(clock, 1)
                seen.add(desk.counters["altigen"].link.phase)
            altigen.read_again()
            await seconds_until(desk, clock, Phase.LIVE, most=15)
        assert seen <= {Phase.LIVE, Phase.DEGRADED}
        (session,) = altigen.sessions.values()
        assert session.channels
    assert altigen.logons == 1


async def test_a_server_that_only_sends_pongs_of_its_own_is_never_stale(
    simulation: Simulation, altigen: Altigen, clock: FakeClock
) -> None:
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await live(desk, altigen, clock)
        altigen.stop_reading()
        for _ in range(10):
            altigen.beat()
            await passed(clock, 30)
            assert desk.counters["altigen"].link.is_live
        altigen.read_again()
    assert altigen.logons == 1


async def test_a_channel_on_which_frames_come_is_never_stale(
    simulation: Simulation, altigen: Altigen, clock: FakeClock
) -> None:
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await live(desk, altigen, clock)
        altigen.stop_reading()
        for number in range(10):
            await altigen.send("unreadable" if number % 2 else {"eventType": "ServerStatusEvent", "Connected": True})
            await until(lambda expected=number: calls_of(desk).events + calls_of(desk).unreadable == expected + 1)  # type: ignore[misc]
            await passed(clock, 35)
            assert desk.counters["altigen"].link.is_live
        altigen.read_again()


async def test_a_server_that_never_says_anything_names_the_two_settings(
    simulation: Simulation, altigen: Altigen, clock: FakeClock
) -> None:
    altigen.is_mute = True
    await altigen.ring()
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await live(desk, altigen, clock)
        await passed(clock, 300)
        assert desk.counters["altigen"].link.text(clock.now()) == f"live: {NO_EVENT_YET}"
        assert not calls_of(desk)
        assert len(altigen.sessions) == 1


async def test_the_opening_snapshot_ends_on_the_busiest_channel(
    simulation: Simulation, altigen: Altigen, clock: FakeClock
) -> None:
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await until(lambda: is_bound(altigen))
        handle = await altigen.ring()
        begun = clock.tick()
        while calls_of(desk).is_settling:
            assert clock.tick() - begun <= SETTLE_MOST + STEP
            for _ in range(12):  # some fifty a second
                await altigen.connect(handle)
            heard = calls_of(desk).events
            await until(lambda before=heard: calls_of(desk).events > before)  # type: ignore[misc]
            await passed(clock, STEP)
        assert clock.tick() - begun >= SETTLE_MOST - STEP
        assert desk.counters["altigen"].link.is_live


async def test_a_lost_altiserv_is_stale_until_it_is_back(
    simulation: Simulation, altigen: Altigen, clock: FakeClock
) -> None:
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await live(desk, altigen, clock)
        await altigen.status(connected=False)
        await until(lambda: calls_of(desk).altiserv_lost)
        await passed(clock, 300)
        assert desk.counters["altigen"].link.text(clock.now()) == "stale: WebProxy has lost AltiServ: calls may be old"
        await altigen.status(connected=True)
        await until(lambda: not calls_of(desk).altiserv_lost)
        # The channel is opened anew: what ended meanwhile was told to nobody.
        await seconds_until(desk, clock, Phase.LIVE, most=3)
    assert altigen.logons == 2
