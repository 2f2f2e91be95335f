"""What it costs that calls are kept: `python -m tests.benchmarks.kept`.

- The processor of a dashboard at fifty events a second, beside one that keeps no calls, both at the same time.
- A day opened, with a year of 300,000 calls in the archive, on both engines, beside a bare query of the same driver.
- The day before opened by the first key after a start: from the moment at which the archive is open.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.benchmarks.bare import Place, places
from tests.benchmarks.figures import percentile, spread, verdict
from tests.benchmarks.find import Bare, calls
from tests.benchmarks.report import NOON
from tests.processes import processor_seconds
from tests.pty.terminal import HELPDECK, LARGE, Terminal
from tests.reports import ISTANBUL
from tui.archive import Store, open_store
from tui.archive.sql.columns import CALL_COLUMNS
from tui.config import ArchiveSettings
from tui.demo import Simulation
from tui.desk.altigen.recorder import CallRecorder
from tui.models.call_board import CallBoard
from tui.models.calls import Call
from tui.models.clock import Clock, Moment
from tui.models.kept_calls import Listener
from tui.models.links import Link
from tui.panes import call_facts
from tui.panes.call_sums import sums_of
from tui.spool import Spool
from tui.widgets.view import View

SECONDS: Final = 60.0
WARM_UP: Final = 20.0
SLICES: Final = 6
ROWS: Final = 300_000
DAYS: Final = 365
ROUNDS: Final = 100
STARTS: Final = 20
SCREEN_LINES: Final = 40

TIMES: Final = 1.1
DAY_MILLISECONDS: Final = 30.0
FIRST_MILLISECONDS: Final = 100.0

EXTENSION: Final = "201"


class FixedClock(Clock):
    """A clock whose day is the last of the year that is kept."""

    def now(self) -> Moment:
        return Moment(NOON, time.monotonic())


def listener() -> Listener:
    return Listener(
        id="0" * 16, extension=EXTENSION, host="host1", region="TR", trunk_code="", zone_now=lambda: ISTANBUL
    )


@asynccontextmanager
async def dashboard(home: Path, *, keeps: bool) -> AsyncIterator[Terminal]:
    """One of its own with its own simulated systems."""
    home.mkdir()
    config = home / "config.toml"
    async with Simulation("busy") as simulation:
        keeping = f"[archive]\npath = '{home}/archive.sqlite'\ncalls = {'true' if keeps else 'false'}\n"
        config.write_text(f"{simulation.config()}\n{keeping}")
        config.chmod(0o600)
        async with Terminal([*HELPDECK, "--config", str(config)], LARGE, home=home) as terminal:
            await terminal.until("AltiGen live")
            yield terminal


async def processors(warm_up: float, seconds: float, home: Path) -> tuple[list[float], list[float]]:
    """The share of a core of a dashboard that keeps the calls, and of one that does not, a figure for each slice."""
    shares: tuple[list[float], list[float]] = [], []
    async with dashboard(home / "keeps", keeps=True) as one, dashboard(home / "not", keeps=False) as other:
        both = one, other
        await asyncio.gather(*(terminal.watch(warm_up) for terminal in both))
        for _ in range(SLICES):
            before = [processor_seconds(terminal.pid) for terminal in both]
            began = time.monotonic()
            await asyncio.gather(*(terminal.watch(seconds / SLICES) for terminal in both))
            passed = time.monotonic() - began
            for place, terminal in enumerate(both):
                shares[place].append((processor_seconds(terminal.pid) - before[place]) / passed * 100)
    return shares


def measure_processor(warm_up: float, seconds: float, bound: float) -> bool:
    """Tell what it costs at fifty events a second, and whether the bound is kept."""
    with tempfile.TemporaryDirectory() as home:
        keeps, does_not = asyncio.run(processors(warm_up, seconds, Path(home)))
    print(f"fifty events a second for {seconds:.0f} s, two dashboards at the same time")
    print(f"  no calls are kept      {spread(does_not, '% of a core')}")
    print(f"  calls are kept         {spread(keeps, '% of a core')}")
    return verdict("processor with the store, times that without", sum(keeps) / sum(does_not), bound)


def recorder_of(store: Store, board: CallBoard) -> CallRecorder:
    return CallRecorder(
        board, Link(), store, FixedClock(), listener(), spools=(Spool(None, "calls"), Spool(None, "calls"))
    )


def show(found: Sequence[Call]) -> None:
    """What a pane makes of a day, without the screen."""
    now = Clock().now()
    view = View[Call](call_facts.CALL_COLUMNS, lambda row: row.key)
    view.take(found, now)
    for row in view.rows[:SCREEN_LINES]:
        for column in view.columns:
            column.text(row, now)
    assert sums_of(view.rows).line


async def a_day(rounds: int, store: Store, bare: Bare) -> tuple[list[float], list[float]]:
    """Milliseconds of a bare query and of ours, for the calls of a day; taken in turn."""
    theirs: list[float] = []
    own: list[float] = []
    rng = random.Random(7)
    recorder = recorder_of(store, CallBoard())
    for _ in range(rounds + 5):
        day = (NOON - timedelta(days=rng.randrange(2, DAYS - 2))).date().isoformat()
        began = time.perf_counter()
        count = bare.calls_of(EXTENSION, day)
        theirs.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        found = await recorder.earlier.day(day)
        show(found.calls)
        own.append((time.perf_counter() - began) * 1000)
        assert len(found.calls) == count
    return theirs[5:], own[5:]  # the first ones warm everything up


async def the_day_before(starts: int, archive: ArchiveSettings) -> list[float]:
    """Milliseconds from an archive that is open to the calls of the day before, each time in a new desk."""
    taken: list[float] = []
    for _ in range(starts):
        async with open_store(archive) as store, asyncio.TaskGroup() as group:
            await store.changed()  # it is open
            began = time.perf_counter()
            board = CallBoard()
            recorder = recorder_of(store, board)
            running = group.create_task(recorder.run())
            history = board.history
            while not history.day:
                await asyncio.sleep(0.001)  # not without a pause: the thread of the archive needs the interpreter, too
            day = max(day for day in history.days if day < history.day)
            show((await recorder.earlier.day(day)).calls)
            taken.append((time.perf_counter() - began) * 1000)
            running.cancel()
    return taken


async def days(place: Place, rows: int, rounds: int, starts: int) -> tuple[list[float], list[float], list[float]]:
    """Keep a year, and open days of it."""
    archive = place.fresh()
    async with open_store(archive) as store:
        await store.days("desk")
        with contextlib.closing(Bare(archive)) as bare:
            bare.put("calls", CALL_COLUMNS, calls(rows, DAYS))
            bare.run("ANALYZE")
            theirs, own = await a_day(rounds, store, bare)
    return theirs, own, await the_day_before(starts, archive)


def measure_days(place: Place, rows: int, rounds: int, starts: int, a_day: float, first: float) -> bool:
    """Tell the figures of one engine, and whether each bound is kept."""
    theirs, own, after_start = asyncio.run(days(place, rows, rounds, starts))
    print(f"{place.engine}: {rows:,} calls of thirty extensions in {DAYS} days")
    print(f"  a bare query of a day            {spread(theirs)}, p95 {percentile(theirs, 95):.3g} ms")
    print(f"  a day opened                     {spread(own)}, p95 {percentile(own, 95):.3g} ms")
    print(f"  the day before, after a start    {spread(after_start)}")
    return all(
        [
            verdict("a day opened, p95", percentile(own, 95), a_day, " ms"),
            verdict("the day before after the archive is open", max(after_start), first, " ms"),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kept", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="0: without the processor")
    parser.add_argument("--warm-up", type=float, default=WARM_UP, metavar="SECONDS")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--starts", type=int, default=STARTS)
    parser.add_argument("--times", type=float, default=TIMES)
    parser.add_argument("--day", type=float, default=DAY_MILLISECONDS, metavar="MS")
    parser.add_argument("--first", type=float, default=FIRST_MILLISECONDS, metavar="MS")
    asked = parser.parse_args(arguments)
    kept: list[bool] = []
    with tempfile.TemporaryDirectory() as folder, places(Path(folder)) as both:
        kept += [measure_days(place, asked.rows, asked.rounds, asked.starts, asked.day, asked.first) for place in both]
    if asked.seconds:
        kept.append(measure_processor(asked.warm_up, asked.seconds, asked.times))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
