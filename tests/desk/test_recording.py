"""Recording a call: how far a mute and an unmute are apart, where the command goes, and which words each system has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest

from tests.clock import FakeClock
from tests.counters import calls_of, phone_of
from tests.desk.harness import is_bound, running, settings_of
from tests.waiting import until
from tui.demo import Altigen, Simulation
from tui.desk import Desk
from tui.models.calls import Recording

RECORD_PATHS = (
    "/sessions/{session}/record?callHandle={call}",
    "/sessions/{session}/calls/{call}/record",
    "/sessions/{session}/record/{call}",
    "/sessions/{session}/record?format=wav&handle={call}",
)


@asynccontextmanager
async def talking(clock: FakeClock, **altigen: Any) -> AsyncIterator[tuple[Desk, Altigen, int]]:
    """A desk on which one call is talked on, and its key."""
    async with (
        Simulation("desk", scripted=False, altigen=altigen, clock=clock.tick) as simulation,
        running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk,
    ):
        await until(lambda: is_bound(simulation))
        handle = await simulation.altigen.ring()
        await simulation.altigen.connect(handle)
        await until(lambda: calls_of(desk).live() and calls_of(desk).live()[0].connected)
        yield desk, simulation.altigen, calls_of(desk).live()[0].key


def recording(desk: Desk, key: int) -> Recording | None:
    call = calls_of(desk).get(key)
    return None if call is None else call.recording


@pytest.mark.parametrize("path", RECORD_PATHS)
@pytest.mark.parametrize("system", ["maxcs", "maxacd"])
async def test_a_recording_is_controlled_wherever_its_command_is(clock: FakeClock, path: str, system: str) -> None:
    """MaxACD knows Pause and Resume, MaxCS Mute and Unmute; each refuses the words of the other."""
    async with talking(clock, record_path=path, system=system) as (desk, altigen, key):
        (handle,) = altigen.calls
        assert await phone_of(desk).toggle_recording(key) == "recording starts"
        await until(lambda: recording(desk, key))
        await phone_of(desk).toggle_mute(key)
        await until(lambda: (now := recording(desk, key)) and now.muted)
        assert altigen.recordings[handle].is_muted
        clock.advance(0.5)
        await phone_of(desk).toggle_mute(key)
        await until(lambda: (now := recording(desk, key)) and not now.muted)
        assert not altigen.recordings[handle].is_muted
        assert await phone_of(desk).toggle_recording(key) == "recording stops"
        await until(lambda: recording(desk, key) is None)
        assert not altigen.recordings


async def test_whoever_hammers_the_key_mutes_and_unmutes_half_a_second_apart(clock: FakeClock) -> None:
    """Forty presses in four seconds switch eight times at most, and nothing goes on switching afterwards."""
    async with talking(clock) as (desk, altigen, key), asyncio.TaskGroup() as presses:
        await phone_of(desk).toggle_recording(key)
        await until(lambda: recording(desk, key))
        before = len(altigen.requests)
        for _ in range(40):
            presses.create_task(phone_of(desk).toggle_mute(key))
            await asyncio.sleep(0.01)
            clock.advance(0.1)
        for _ in range(20):
            await asyncio.sleep(0.01)
            clock.advance(0.1)
        switches = [asked.at for asked in altigen.requests][before:]
        assert 4 <= len(switches) <= 9
        assert all(later - earlier >= 0.499 for earlier, later in pairwise(switches))


async def test_a_hammered_record_key_starts_one_recording(clock: FakeClock) -> None:
    async with talking(clock) as (desk, altigen, key):
        before = len(altigen.requests)
        async with asyncio.TaskGroup() as presses:
            for _ in range(10):
                presses.create_task(phone_of(desk).toggle_recording(key))
        assert len(altigen.requests) == before + 1
        await until(lambda: recording(desk, key))
