"""How soon the board of the team shows what happens, and what it asks: `python -m tests.benchmarks.team_board`.

A PostgreSQL server with a day of fifty technicians, a real dashboard in a terminal that shows their board, 48 desks
whose boards are looked at too, and a desk with an exchange of its own. There a call rings, and ends; the time runs from
the exchange's event to the bytes that bring it to the terminal of the other. Beside it: a bare NOTIFY of the driver.

Then nothing happens, all fifty boards are looked at, and the server tells what it is asked. The clock of those desks
goes faster, so that half an hour of theirs takes half a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from tests.benchmarks.figures import percentile, verdict
from tests.benchmarks.team import (
    ASKED,
    bare_notices,
    calm,
    dashboard,
    followers,
    reader_of,
    settings_in,
    tell,
    zone_at_noon,
)
from tests.postgres.server import PostgresServer
from tui.archive import open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.config import Settings
from tui.config.zones import zone_of
from tui.demo import Simulation
from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.models.calls import Outcome
from tui.models.clock import Clock, Moment, Uptime
from tui.models.connections import Connection, Report, ReportKind
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell

BOARDS: Final = 50
ROUNDS: Final = 25
SHOWN_MILLISECONDS: Final = 500.0
CALLS, CONNECTIONS = 400, 250

PAUSE: Final = (1.2, 1.9)
"""Seconds between two events. Those of fifty technicians are 20 s apart: hardly one comes within the second for which
a board rests after it was read."""

FASTER: Final = 60.0
IDLE_SECONDS: Final = 1_800.0
"""By the desks' clock: six times that for which a board asks nothing."""

QUERIES: Final = 1.0
"""A second, of all boards."""

LOOKS_SECONDS: Final = 0.02
"""How often each board is looked at: more than once a second of the fastest clock."""


class FastClock(Clock):
    """The machine's clock since it was made, but faster."""

    def __init__(self, times: float) -> None:
        self._times = times
        self._began, self._tick = datetime.now(UTC), time.monotonic()

    def now(self) -> Moment:
        return Moment(self._began + timedelta(seconds=self.tick() - self._tick), self.tick())

    def tick(self) -> float:
        return self._tick + (time.monotonic() - self._tick) * self._times

    def uptime(self) -> Uptime:
        return Uptime("benchmark", self.tick())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._times)


def config_of(url: str) -> str:
    """The configuration of somebody who looks, and knows whose the extensions are."""
    names = "\n".join(f'"{200 + number}" = "technician {number:02}"' for number in range(BOARDS))
    return f'{reader_of(url)}[ui]\ntimezone = "{zone_at_noon()}"\n[team.technicians]\n{names}\n'


async def fill(settings: Settings) -> None:
    """Keep a day of fifty technicians, all of whom report."""
    assert settings.alpemix is not None
    rng, zone, now = random.Random(5), zone_of(settings.alpemix.timezone), time.time()
    day = datetime.now(zone).date().isoformat()
    calls = [
        KeptCall(
            id=f"{number:016x}", listener="filled", extension=str(200 + number % BOARDS), hosts="filled", handle=number,
            day=day, start=(start := now - rng.uniform(60, 9_000)), known_at=start + 90, direction="in",
            number=f"0212555{number:04}", line=f"+90212555{number:04}", name="Harbour Dental", called="Support",
            rang=True, talk_at=start + 9, at_least=False, outcome=Outcome.ANSWERED, recorded_seconds=None, user_data="",
        )
        for number in range(CALLS)
    ]  # fmt: skip
    spells = [
        Spell(id=str(number), extension=str(200 + number), host=f"pc{number}", began=now - 9_900, until=now)
        for number in range(BOARDS)
    ]
    started = datetime.now(zone).replace(microsecond=0)
    rows = tuple(
        Connection(
            uid=f"{number:010}", started=started - timedelta(seconds=number * 30), started_text="", seconds=600,
            technician=f"technician {number % BOARDS:02}", customer="Harbour Dental",
        )
        for number in range(CONNECTIONS)
    )  # fmt: skip
    clock = Clock()
    async with open_store(settings.archive, clock) as store:
        await store.store_calls(calls, spells, now)
        asked = RequestedReport(ReportKind.TODAY, 0, 25, clock.uptime(), day)
        await store.store_report(Limit(settings.alpemix.account, "reports", 3, 60.0), asked, Report(rows=rows), now)


@asynccontextmanager
async def boards(settings: Settings, count: int, clock: Clock) -> AsyncIterator[list[Desk]]:
    """This many desks, each with a board that somebody looks at."""
    desks = [Desk(settings, archive=settings.archive, clock=clock) for _ in range(count)]

    async def look() -> None:
        while True:
            for desk in desks:
                desk.team.look()
            await asyncio.sleep(LOOKS_SECONDS)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(desk.run()) for desk in desks] + [group.create_task(look())]
        while not all(desk.team.version and desk.counters["alpemix"].link.is_live for desk in desks):
            await asyncio.sleep(0.05)
        yield desks
        for task in tasks:
            task.cancel()


async def follow(config: str, count: int) -> None:
    """Be this many desks with boards until the input ends."""
    async with boards(settings_in(config), count, Clock()):
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)


@asynccontextmanager
async def exchange(settings: Settings) -> AsyncIterator[Simulation]:
    """A desk that listens to an exchange of its own, as extension 201."""
    async with Simulation("desk", scripted=False) as simulation, asyncio.TaskGroup() as group:
        own = settings_in(f"{simulation.config()}\n[team.technicians]\n").altigen
        desk = Desk(replace(settings, altigen=own, alpemix=None), archive=settings.archive)
        task = group.create_task(desk.run())
        board = desk.counter(AltiGenCounter).board
        while not desk.counters["altigen"].link.is_live or board.is_settling:
            await asyncio.sleep(0.05)
        yield simulation
        task.cancel()


async def events(url: str, rounds: int, count: int, folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds from the ring of a call at one to the board of another, and from its end."""
    config, rng = config_of(url), random.Random(7)
    settings = settings_in(config)
    await fill(settings)
    rung: list[float] = []
    ended: list[float] = []
    async with AsyncExitStack() as stack:
        altigen = (await stack.enter_async_context(exchange(settings))).altigen
        if count > 2:
            await stack.enter_async_context(followers(config, "--boards", str(count - 2), module="team_board"))
        terminal = await stack.enter_async_context(dashboard(config, folder))
        await terminal.press("4", "4 Team", f"of {BOARDS} reporting")
        for number in range(rounds):
            mark = f"mark {number:03}"
            await asyncio.sleep(rng.uniform(*PAUSE))
            began = time.perf_counter()
            handle = await altigen.ring(f"202555{number:04}", mark)
            rung.append((await terminal.until(mark) - began) * 1000)
            await asyncio.sleep(rng.uniform(*PAUSE))
            began = time.perf_counter()
            await altigen.disconnect(handle)
            ended.append((await terminal.until(partial(_is_gone, mark)) - began) * 1000)
    return rung, ended


def _is_gone(mark: str, text: str) -> bool:
    return mark not in text


async def idle(server: PostgresServer, url: str, seconds: float, count: int) -> int:
    """How many statements the boards ask the server for in these seconds of theirs, in which nothing happens."""
    settings = settings_in(config_of(url))
    await fill(settings)
    async with boards(settings, count, FastClock(FASTER)):
        before = await calm(server, 1.0)
        await asyncio.sleep(seconds / FASTER)
        return len(ASKED.findall(server.log)) - before


def measure_events(rounds: int, count: int, bound: float) -> bool:
    """Let calls ring and end, tell how soon another's board showed it, and whether that is soon enough."""
    print(f"{count} boards on one server; {rounds} calls ring at one, and end")
    with PostgresServer() as server, server.database() as url, tempfile.TemporaryDirectory() as folder:
        tell("a bare NOTIFY", asyncio.run(bare_notices(url, 2 * rounds)))
        rung, ended = asyncio.run(events(url, rounds, count, Path(folder) / "screen"))
    tell("a ring on another's board", rung)
    tell("an end on another's board", ended)
    return verdict("on another's board, 95 %", percentile(rung + ended, 95), bound, " ms")


def measure_idle(seconds: float, count: int) -> bool:
    """Let nothing happen, tell what was asked, and whether that is little enough."""
    with PostgresServer() as server:
        server.restart(log_statement="all")
        with server.database() as url:
            asked = asyncio.run(idle(server, url, seconds, count))
    print(f"{count} idle boards: {asked} statements in {seconds:g} s")
    return verdict("statements a second of all idle boards", asked / seconds, QUERIES)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.team_board", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--boards", type=int, default=BOARDS)
    parser.add_argument("--bound", type=float, default=SHOWN_MILLISECONDS)
    parser.add_argument("--idle", type=float, default=IDLE_SECONDS)
    parser.add_argument("--follow", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.follow:
        asyncio.run(follow(asked.follow, asked.boards))
        return 0
    is_kept = []
    if asked.rounds:
        is_kept.append(measure_events(asked.rounds, asked.boards, asked.bound))
    if asked.idle:
        is_kept.append(measure_idle(asked.idle, asked.boards))
    return 0 if all(is_kept) else 1


if __name__ == "__main__":
    sys.exit(main())
