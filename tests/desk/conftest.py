"""A desk that runs against the three simulated systems, on a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.clock import FakeClock
from tests.desk.harness import running, settings_of, until_live
from tests.waiting import PATIENCE_SECONDS
from tui.demo import Simulation
from tui.desk import Desk


@pytest.fixture
def clock() -> FakeClock:
    """The time of the desk and of the simulated systems alike."""
    return FakeClock()


@pytest.fixture
async def simulation(clock: FakeClock) -> AsyncIterator[Simulation]:
    """The three systems, empty, where nothing happens that the test does not ask for."""
    async with Simulation("desk", scripted=False, clock=clock.tick, calendar=lambda: clock.now().at) as simulation:
        yield simulation


@pytest.fixture
async def desk(simulation: Simulation, clock: FakeClock) -> AsyncIterator[Desk]:
    """A desk over the simulation, with all three links live."""
    async with running(settings_of(simulation), clock) as desk:
        await until_live(desk, clock)
        yield desk


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored last may take its time: a test ends no sooner, however busy the machine."""
    monkeypatch.setattr("tui.desk.altigen.recorder.CLOSE_SECONDS", PATIENCE_SECONDS)
