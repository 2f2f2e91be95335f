"""The three systems, simulated and empty, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.clock import FakeClock
from tui.demo import Simulation


@pytest.fixture
def clock() -> FakeClock:
    """The time of the services and of the simulated systems alike."""
    return FakeClock()


@pytest.fixture
async def simulation(clock: FakeClock) -> AsyncIterator[Simulation]:
    """AltiGen with one licence, Alpemix and RemotePC, where nothing happens that the test does not ask for."""
    settings = {"licences": 1}
    async with Simulation(
        "desk", scripted=False, altigen=settings, clock=clock.tick, calendar=lambda: clock.now().at
    ) as simulation:
        yield simulation
