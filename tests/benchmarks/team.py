"""How soon all see what one has stored, and what they ask while nothing is: `python -m tests.benchmarks.team`.

A PostgreSQL server, a real dashboard in a terminal, and 49 desks without a screen that follow the same archive. One
process stores a row; the time runs from its call to the bytes that bring the row to the terminal, and to the word that
the archive of another process gives. Beside them: a bare NOTIFY of the driver, and the same with one dashboard alone.

Then nothing is stored and nothing is due for ten minutes (``--idle SECONDS``), and the server tells what it is asked.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from tests.benchmarks.figures import percentile, spread, verdict
from tests.postgres.server import PostgresServer
from tests.pty.terminal import HELPDECK, LARGE, Terminal
from tui.archive import Store, open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.config import Settings
from tui.config.reader import settings_from
from tui.config.zones import zone_of
from tui.demo import Simulation
from tui.desk import Desk
from tui.models.clock import Clock
from tui.models.connections import Connection, Report, ReportKind

ROUNDS: Final = 100
DASHBOARDS: Final = 50
SHOWN_MILLISECONDS: Final = 300.0
"""The screen looks four times a second: 250 of them are its own."""

IDLE_SECONDS: Final = 600.0
CALM_SECONDS: Final = 10.0
"""Nothing was asked for this long: all have caught up."""

PAUSE: Final = (0.3, 0.8)
"""Seconds between two rows, so that they come at any moment between two frames."""

ASKED: Final = re.compile(r"LOG:  (?:statement|execute)")


def zone_at_noon() -> str:
    """The name of a zone in which it is about noon: there neither a midnight nor a yesterday is due meanwhile."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def config_of(url: str, alpemix: dict[str, str]) -> str:
    lines = [f'{key} = "{value}"' for key, value in alpemix.items()]
    return "\n".join(["[alpemix]", *lines, "refresh_seconds = 86400", "[archive]", f'url = "{url}"', ""])


def reader_of(url: str) -> str:
    """The configuration of somebody who asks Alpemix nothing."""
    return config_of(url, {"url": "http://127.0.0.1:9/api", "user": "desk", "timezone": zone_at_noon()})


def settings_in(config: str) -> Settings:
    return settings_from(tomllib.loads(config), Path("config.toml"))


@asynccontextmanager
async def dashboard(config: str, folder: Path) -> AsyncIterator[Terminal]:
    """A dashboard in a terminal, with a home folder of its own."""
    folder.mkdir(parents=True)
    path = folder / "config.toml"
    path.write_text(config, "utf-8")
    path.chmod(0o600)
    async with Terminal([*HELPDECK, "--config", str(path)], LARGE, home=folder) as terminal:
        await terminal.until("2 Connections")
        yield terminal


async def follow(config: str, count: int) -> None:
    """Be this many desks without a screen until the input ends."""
    settings = settings_in(config)
    desks = [Desk(settings, archive=settings.archive) for _ in range(count)]
    async with asyncio.TaskGroup() as group:
        engines = [group.create_task(desk.run()) for desk in desks]
        while not all(desk.counters["alpemix"].link.is_live for desk in desks):
            await asyncio.sleep(0.05)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for engine in engines:
            engine.cancel()


@asynccontextmanager
async def followers(config: str, *arguments: str, module: str = "team") -> AsyncIterator[None]:
    """Desks in a process of their own, as on other machines: those that ``--follow`` of a benchmark makes."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", "--follow", config, *arguments]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if await process.stdout.readline() != b"ready\n":
            raise RuntimeError("the desks did not begin")
        yield
    finally:
        process.stdin.close()
        await process.wait()


class Writer:
    """Who stores rows."""

    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        assert settings.alpemix is not None
        self._clock = Clock()
        self._zone = zone_of(settings.alpemix.timezone)
        self._limit = Limit(settings.alpemix.account, "reports", 3, 60.0)
        self._settings, self._stack = settings, stack

    async def begin(self) -> None:
        """Connect, and store the first row."""
        self._archive = await self._stack.enter_async_context(open_store(self._settings.archive, self._clock))
        await self.store("the first")

    async def store(self, mark: str) -> None:
        """Store a row that begins now, of a customer of this name."""
        now = datetime.now(self._zone).replace(microsecond=0)
        row = Connection(uid=mark, started=now, started_text=f"{now:%H:%M:%S %d/%m/%Y}", seconds=60, customer=mark)
        asked = RequestedReport(ReportKind.LAST, 25, 25, self._clock.uptime(), now.date().isoformat())
        await self._archive.store_report(self._limit, asked, Report(rows=(row,)), now.timestamp())


async def bare_notices(url: str, rounds: int) -> list[float]:
    """Milliseconds from a NOTIFY to its arrival at another connection, by the driver alone."""
    taken: list[float] = []
    async with (
        await psycopg.AsyncConnection.connect(url, autocommit=True) as says,
        await psycopg.AsyncConnection.connect(url, autocommit=True) as hears,
    ):
        await hears.execute("LISTEN bare")
        async with aclosing(hears.notifies()) as told:
            for _ in range(rounds):
                began = time.perf_counter()
                await says.execute("NOTIFY bare")
                await anext(told)
                taken.append((time.perf_counter() - began) * 1000)
    return taken


async def notices(url: str, rounds: int, count: int, folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds until the archive of another process tells of a row, and until another's screen shows it."""
    config, rng = reader_of(url), random.Random(5)
    settings = settings_in(config)
    heard: list[float] = []
    shown: list[float] = []
    async with AsyncExitStack() as stack:
        writer = Writer(settings, stack)
        await writer.begin()
        listener = await stack.enter_async_context(open_store(settings.archive))
        terminal = await stack.enter_async_context(dashboard(config, folder / "screen"))
        await terminal.until("the first")
        await stack.enter_async_context(followers(config, "--dashboards", str(count - 1)))
        while await listener.changed(1.0):
            pass
        for number in range(rounds):
            await asyncio.sleep(rng.uniform(*PAUSE))
            mark = f"mark-{count}-{number:04d}"
            async with asyncio.TaskGroup() as group:
                noticing = group.create_task(_noticed(listener))
                await asyncio.sleep(0)  # it waits
                began = time.perf_counter()
                await writer.store(mark)
            heard.append((noticing.result() - began) * 1000)
            shown.append((await terminal.until(mark) - began) * 1000)
    return heard, shown


async def _noticed(listener: Store) -> float:
    """When the archive says that another process has stored something."""
    assert await listener.changed(60.0)
    return time.perf_counter()


async def idle(server: PostgresServer, url: str, seconds: float, folder: Path) -> tuple[int, int]:
    """What two dashboards ask the server until they have caught up, and in these seconds after it.

    One has Alpemix's secret and nothing to ask it for, the other only looks.
    """
    zone = zone_at_noon()
    async with Simulation("desk", scripted=False, alpemix={"timezone": zone}) as simulation:
        simulation.alpemix.add_connection(tuname="the first")
        section = tomllib.loads(simulation.config())["alpemix"]
        asking = config_of(url, section)
        looking = config_of(url, {key: value for key, value in section.items() if key != "secret_key"})
        async with dashboard(asking, folder / "asking") as one, dashboard(looking, folder / "looking") as other:
            for terminal in (one, other):
                await terminal.until("the first")
            before = await calm(server)
            await asyncio.sleep(seconds)
            return before, len(ASKED.findall(server.log)) - before


async def calm(server: PostgresServer, seconds: float = CALM_SECONDS) -> int:
    """Wait until nothing was asked for as long; gives how often it was before."""
    asked, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        await asyncio.sleep(0.2)
        if (now := len(ASKED.findall(server.log))) != asked:
            asked, since = now, time.monotonic()
    return asked


def measure_notices(rounds: int, count: int, bound: float, folder: Path) -> bool:
    """Store rows, tell how long each took to be seen, and whether that is soon enough."""
    print(f"{rounds} rows stored by one process; from the call to store")
    with PostgresServer() as server, server.database() as url:
        tell("a bare NOTIFY", asyncio.run(bare_notices(url, rounds)))
        for dashboards in (1, count):
            heard, shown = asyncio.run(notices(url, rounds, dashboards, folder / str(dashboards)))
            tell(f"another's archive, {dashboards:2} connected", heard)
            tell(f"another's screen, {dashboards:2} connected", shown)
    return verdict("on another's screen, 95 %", percentile(shown, 95), bound, " ms")


def tell(what: str, taken: Sequence[float]) -> None:
    """Say how long each took."""
    print(f"  {what:32} {spread(taken)}, 95 % within {percentile(taken, 95):.4g} ms")


def measure_idle(seconds: float, folder: Path) -> bool:
    """Let nothing happen, tell what was asked, and whether that is nothing."""
    with PostgresServer() as server:
        server.restart(log_statement="all")
        with server.database() as url:
            before, after = asyncio.run(idle(server, url, seconds, folder))
    print(f"two idle dashboards for {seconds:g} s; {before} queries before, from their start on")
    return verdict("queries of an idle dashboard", after, 0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.team", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--dashboards", type=int, default=DASHBOARDS)
    parser.add_argument("--bound", type=float, default=SHOWN_MILLISECONDS)
    parser.add_argument("--idle", type=float, default=IDLE_SECONDS)
    parser.add_argument("--follow", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.follow:
        asyncio.run(follow(asked.follow, asked.dashboards))
        return 0
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        if asked.rounds:
            kept.append(measure_notices(asked.rounds, asked.dashboards, asked.bound, Path(folder) / "notices"))
        if asked.idle:
            kept.append(measure_idle(asked.idle, Path(folder) / "idle"))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
