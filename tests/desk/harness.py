"""Desks against simulated systems, and when they and their event channels are as a test needs them."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.clock import FakeClock
from tests.waiting import until
from tui.config import ArchiveSettings, Settings
from tui.config.reader import settings_from
from tui.demo import Altigen, Simulation
from tui.desk import Desk
from tui.desk.altigen.feed import BINDING, WATCH_SECONDS
from tui.state import state_folder


def settings_of(simulation: Simulation, **changes: Any) -> Settings:
    """The settings that fit the simulation, with some sections replaced.

    No calls are kept where nothing else is said: on a clock that is moved by hand only the feeds sleep then.
    """
    changes.setdefault("archive", ArchiveSettings(calls=False))
    return replace(settings_from(tomllib.loads(simulation.config()), Path("simulation")), **changes)


@asynccontextmanager
async def running(settings: Settings, clock: FakeClock, **options: Any) -> AsyncIterator[Desk]:
    """A desk whose engine runs; it is stopped, and has logged off, when the block ends."""
    desk = Desk(settings, clock=clock, state_folder=state_folder(), **options)
    async with asyncio.TaskGroup() as group:
        engine = group.create_task(desk.run())
        try:
            yield desk
        finally:
            engine.cancel()


async def until_live(desk: Desk, clock: FakeClock, *systems: str) -> None:
    """Wait until these systems are live, or all.

    Time stands still, but for AltiGen: a channel on which nothing is told must stand a while to be live.
    """
    awaited = systems or tuple(desk.counters)

    def are_live() -> bool:
        if "altigen" in awaited:
            pass_while_binding(desk, clock)
        return all(desk.counters[system].link.is_live for system in awaited)

    await until(are_live)


def pass_while_binding(desk: Desk, clock: FakeClock) -> None:
    """Let time pass until the watch over the channel looks again, if it is bound and not proved yet."""
    is_watched = clock.sleeping and clock.sleeping[0] <= WATCH_SECONDS
    if desk.counters["altigen"].link.reason == BINDING and is_watched:
        clock.advance(clock.sleeping[0])


def is_bound(simulated: Simulation | Altigen) -> bool:
    """Whether the server knows an event channel: the desk is live a moment before its binding has arrived."""
    altigen = simulated.altigen if isinstance(simulated, Simulation) else simulated
    return any(session.channels for session in altigen.sessions.values())
