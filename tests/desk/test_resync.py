"""After the channel was lost, whatever happened meanwhile, the board is the server's truth again and without ghosts."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from tests.clock import FakeClock
from tests.counters import calls_of
from tests.desk.harness import is_bound, pass_while_binding, running, settings_of
from tests.waiting import until
from tui.demo import Altigen, Simulation
from tui.desk import Desk
from tui.models.calls import CallState
from tui.models.links import Phase

STATES = {"ring": CallState.RINGING, "ringback": CallState.CALLING, "connect": CallState.CONNECTED}


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    return simulation.altigen


def truth(altigen: Altigen) -> dict[int, tuple[CallState, str]]:
    return {handle: (STATES[call.state], call.info["callerID"]) for handle, call in altigen.calls.items()}


def shown(desk: Desk) -> dict[int, tuple[CallState, str]]:
    return {call.handle: (call.state, call.info.caller_id) for call in calls_of(desk).live()}


async def settled(desk: Desk, altigen: Altigen, clock: FakeClock, heard: int = 0) -> None:
    """The channel stands again and its snapshot, all that comes after this many events, is taken."""
    await bound_again(desk, altigen, clock)
    await until(lambda: calls_of(desk).events >= heard + len(altigen.calls))
    while calls_of(desk).is_settling:
        await clock.until_sleeping(2)
        clock.advance(1)
        await asyncio.sleep(0.002)


async def bound_again(desk: Desk, altigen: Altigen, clock: FakeClock) -> None:
    """There is a channel, and where the desk waits before it opens one, it need not."""
    async with asyncio.timeout(10):
        while not (is_bound(altigen) and desk.counters["altigen"].link.is_live):
            if desk.counters["altigen"].link.phase is Phase.WAITING:
                desk.counters["altigen"].refresh()
            pass_while_binding(desk, clock)
            await asyncio.sleep(0.002)


async def lost(desk: Desk, altigen: Altigen) -> int:
    """The channel is lost; says how many events came until then."""
    await altigen.drop_channels(abort=True)
    await until(lambda: desk.counters["altigen"].link.phase is Phase.WAITING)
    return calls_of(desk).events


@pytest.mark.parametrize("spelling", ["guide", "pascal", "lower", "mixed"])
@pytest.mark.parametrize("calls", [300, 1_000])
async def test_a_large_snapshot_is_taken_whole(
    simulation: Simulation, altigen: Altigen, clock: FakeClock, calls: int, spelling: str
) -> None:
    altigen.spelling = spelling  # type: ignore[assignment]
    for number in range(calls):
        await altigen.ring(f"617555{number:04}")
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await until(lambda: len(calls_of(desk)) == calls)
        assert shown(desk) == truth(altigen)
        assert all(call.in_snapshot for call in calls_of(desk))
        await settled(desk, altigen, clock)
        assert desk.counters["altigen"].link.text(clock.now()) == "live"


async def test_three_hundred_calls_survive_ten_losses_with_everything_happening_meanwhile(
    simulation: Simulation, altigen: Altigen, clock: FakeClock
) -> None:
    """Calls end, connect, begin, and their handles are used again; unreadable frames come in between."""
    rng = Random(7)
    for number in range(300):
        await altigen.ring(f"617555{number:04}")
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await settled(desk, altigen, clock)
        for turn in range(10):
            known = {call.key for call in calls_of(desk).live()}
            heard = await lost(desk, altigen)
            for handle in rng.sample(sorted(altigen.calls), 60):
                await altigen.disconnect(handle)
            for number in range(40):
                await altigen.ring(f"61799{turn}{number:04}")
            for handle in rng.sample(sorted(altigen.calls), 30):
                await altigen.connect(handle)
            if turn % 3 == 0:
                altigen.fault("close", 1, "/events", status=1011)
            await bound_again(desk, altigen, clock)
            await altigen.send("no JSON at all")
            await altigen.send({"eventType": "TeaEvent"})
            await until(lambda expected=2 * turn + 2: calls_of(desk).unreadable == expected)  # type: ignore[misc]
            await settled(desk, altigen, clock, heard)
            assert shown(desk) == truth(altigen)
            ended = [call for call in calls_of(desk) if call.key in known and not call.is_live]
            assert ended
            assert {call.note for call in ended} <= {"ended while away", "ended unseen: its handle was used again"}


async def test_a_new_call_on_an_old_handle_is_another_call(
    simulation: Simulation, altigen: Altigen, clock: FakeClock
) -> None:
    handle = await altigen.ring("6175550101")
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await settled(desk, altigen, clock)
        await altigen.connect(handle)
        await until(lambda: calls_of(desk).live()[0].connected)
        heard = await lost(desk, altigen)
        await altigen.disconnect(handle)
        assert await altigen.ring("6175550102") == handle
        await settled(desk, altigen, clock, heard)
        old, new = calls_of(desk)
        assert (old.is_live, old.connected is None, old.other_number) == (False, False, "6175550101")
        assert (new.state, new.other_number, new.handle) == (CallState.RINGING, "6175550102", handle)


@pytest.mark.parametrize("keeps_calls", [True, False])
async def test_a_server_that_restarts_in_the_middle_leaves_no_ghosts(
    simulation: Simulation, altigen: Altigen, clock: FakeClock, keeps_calls: bool
) -> None:
    for number in range(5):
        await altigen.ring(f"617555010{number}")
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await settled(desk, altigen, clock)
        altigen.restart(keeps_calls=keeps_calls)
        await until(lambda: desk.counters["altigen"].link.phase is Phase.WAITING)
        await settled(desk, altigen, clock, calls_of(desk).events)
        assert len(calls_of(desk).live()) == (5 if keeps_calls else 0)
        assert shown(desk) == truth(altigen)
        assert {call.note for call in calls_of(desk)} == ({""} if keeps_calls else {"ended while away"})


async def test_a_restart_in_the_middle_of_a_snapshot_leaves_no_ghosts(
    simulation: Simulation, altigen: Altigen, clock: FakeClock
) -> None:
    for number in range(1_000):
        await altigen.ring(f"617555{number:04}")
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await until(lambda: len(calls_of(desk)) > 0)
        altigen.restart(keeps_calls=False)
        for number in range(3):
            await altigen.ring(f"617999000{number}")
        await until(lambda: desk.counters["altigen"].link.phase is Phase.WAITING)
        await settled(desk, altigen, clock, calls_of(desk).events)
        assert shown(desk) == truth(altigen)
