"""What a long report and a long year cost: `python -m tests.benchmarks.report`.

On both engines, each beside its bare driver:

- A report of 5,000 rows, from its bytes to the table, beside a bare `json.loads` and one `executemany` of its rows.
- A year of 150,000 rows: opening a day and filtering it by a text, beside a bare query for the same.
- How long the event loop stands still at the most while the report is read, stored and shown.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.bare import Place, PostgresPlace, places
from tests.benchmarks.figures import ratio, spread, verdict
from tests.reports import ISTANBUL, report_in
from tui.archive import Store, open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.demo.customers import EXPLANATIONS, ORGANISATIONS, TECHNICIANS
from tui.models.clock import Clock, Uptime
from tui.models.connection_board import ConnectionBoard
from tui.models.connections import Report, ReportKind
from tui.panes.connections import ConnectionsPane
from tui.widgets.view import View

ROUNDS: Final = 9
ROWS: Final = 5_000
YEAR_ROWS: Final = 150_000
DAYS: Final = 365
WORD: Final = "istanbul"

TIMES: Final = 2.0
DAY_MILLISECONDS: Final = 100.0
STANDSTILL_MILLISECONDS: Final = 50.0

NOON: Final = datetime(2024, 8, 22, 23, 59, tzinfo=ISTANBUL)
LIMIT: Final = Limit("desk", "reports", 3, 60.0)
CLOCK: Final = Clock()


def raw_rows(count: int, day: datetime, rng: random.Random) -> list[dict[str, object]]:
    """Connections of one day in the page's spelling, the newest first."""
    made: list[dict[str, object]] = []
    for number in range(count):
        at = day - timedelta(seconds=number * 86_000 / count)
        place = rng.randrange(len(TECHNICIANS))
        made.append(
            {
                "uid": f"{day:%Y%m%d}{count - number:06d}",
                "dt": f"{at:%H:%M:%S %d/%m/%Y}",
                "dur": rng.randrange(4000),
                "dir": 0,
                "exp": rng.choice(EXPLANATIONS),
                "supnum": f"SR-{rng.randrange(10_000, 99_999)}",
                "uname": TECHNICIANS[place],
                "ip": f"192.0.2.{10 + place}",
                "lip": f"10.0.0.{10 + place}",
                "unum": f"{place:012X}",
                "aid": f"{100_000_000 + place}",
                "tuname": rng.choice(ORGANISATIONS),
                "tip": f"198.51.100.{rng.randrange(255)}",
                "tlip": f"10.1.0.{rng.randrange(255)}",
                "tunum": f"T-{rng.randrange(2_000):05d}",
                "taid": f"{rng.randrange(10**8, 10**9)}",
            }
        )
    return made


@dataclass
class Shown:
    """What a pane makes of a board, without the screen."""

    view: View[Any]
    board: ConnectionBoard

    def look(self) -> None:
        now = CLOCK.now()
        self.view.take(self.board, now)
        for row in self.view.rows[:40]:
            for column in self.view.columns:
                column.text(row, now)


def a_pane() -> Shown:
    return Shown(View(ConnectionsPane.COLUMNS, lambda row: row.uid or row), ConnectionBoard())


async def ours(body: bytes, archive: Store) -> Report:
    """What the bare way does, through the program: read, cleaned, typed, stored with its proof, and shown."""
    report = report_in(body)
    await archive.store_report(LIMIT, asked_on(NOON), report, NOON.timestamp())
    pane = a_pane()
    pane.board.begin(NOON.date().isoformat(), report.rows)
    pane.look()
    return report


def asked_on(day: datetime) -> RequestedReport:
    return RequestedReport(ReportKind.TODAY, 0, 25, Uptime("first", 1.0), day.date().isoformat())


def body_of(rows: int, day: datetime, rng: random.Random) -> bytes:
    return json.dumps({"errornumber": 0, "results": raw_rows(rows, day, rng)}).encode()


async def a_report(rounds: int, rows: int, place: Place) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of the bare way and of ours, taken in turn, each with nothing stored before; and of ours again."""
    body = body_of(rows, NOON, random.Random(5))
    theirs: list[float] = []
    own: list[float] = []
    again: list[float] = []
    for _ in range(rounds + 1):
        async with open_store(place.fresh()) as archive:
            await archive.changed()
            began = time.perf_counter()
            place.put(body)
            theirs.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            report = await ours(body, archive)
            own.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            await ours(body, archive)
            again.append((time.perf_counter() - began) * 1000)
            assert await archive.connections_of(LIMIT.account, NOON.date().isoformat(), ISTANBUL) == list(report.rows)
    return theirs[1:], own[1:], again[1:]  # the first round warms everything up


async def a_year(archive: Store, rows: int) -> None:
    """Keep a year."""
    rng = random.Random(5)
    for number in range(DAYS):
        day = NOON - timedelta(days=DAYS - 1 - number)
        report = report_in(body_of(rows // DAYS, day, rng))
        await archive.store_report(LIMIT, asked_on(day), report, day.timestamp())


async def a_day_of_it(rounds: int, rows: int, place: Place) -> tuple[list[float], list[float]]:
    """Milliseconds of a bare query and of ours, for a day of a year and a text in it."""
    theirs: list[float] = []
    own: list[float] = []
    rng = random.Random(7)
    async with open_store(place.fresh()) as archive:
        await a_year(archive, rows)
        for _ in range(rounds):
            day = (NOON - timedelta(days=rng.randrange(DAYS))).date().isoformat()
            began = time.perf_counter()
            found = place.find(day, WORD[1:])
            theirs.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            pane = a_pane()
            pane.board.begin(day, await archive.connections_of(LIMIT.account, day, ISTANBUL))
            pane.view.filter = f"customer:{WORD}"
            pane.look()
            own.append((time.perf_counter() - began) * 1000)
            assert len(pane.view.rows) == found
    return theirs, own


async def standstill(rounds: int, rows: int, place: Place) -> list[float]:
    """The longest time that the event loop did not turn while a report was taken in as the feed does it."""
    body = body_of(rows, NOON, random.Random(9))
    longest: list[float] = []
    for _ in range(rounds):
        async with open_store(place.fresh()) as archive:
            await archive.changed()
            pane = a_pane()
            gaps = [0.0]
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(_watch(gaps))
                await asyncio.sleep(0.02)
                report = await asyncio.to_thread(report_in, body)
                await archive.store_report(LIMIT, asked_on(NOON), report, NOON.timestamp())
                pane.board.merge(report.rows)
                await asyncio.sleep(0)
                pane.look()
                await asyncio.sleep(0.02)
                watching.cancel()
            longest.append(max(gaps) * 1000)
    return longest


async def _watch(gaps: list[float]) -> None:
    before = time.perf_counter()
    while True:
        await asyncio.sleep(0)
        now = time.perf_counter()
        gaps.append(now - before)
        before = now


async def idle(rounds: int) -> list[float]:
    """The same while nothing is done: what the machine itself takes away."""
    longest: list[float] = []
    for _ in range(rounds):
        gaps = [0.0]
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(_watch(gaps))
            await asyncio.sleep(0.25)
            watching.cancel()
        longest.append(max(gaps) * 1000)
    return longest


def copies(rounds: int, rows: int, place: PostgresPlace) -> list[float]:
    """Milliseconds of the bare way with COPY."""
    body = body_of(rows, NOON, random.Random(5))
    taken: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        place.copy(body)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def measure(
    place: Place, rounds: int, rows: int, year_rows: int, *, times: float, a_day: float, stands_still: float
) -> bool:
    """Run the rounds on one engine, tell the figures, and whether each bound is kept."""
    theirs, own, again = asyncio.run(a_report(rounds, rows, place))
    query, day = asyncio.run(a_day_of_it(rounds, year_rows, place))
    calm = asyncio.run(idle(rounds))
    still = asyncio.run(standstill(rounds, rows, place))
    print(f"{place.engine}: a report of {rows:,} rows, a year of {year_rows:,}; {rounds} rounds in turn")
    print(f"  json.loads and executemany     {spread(theirs)}")
    if isinstance(place, PostgresPlace):
        print(f"  json.loads and COPY            {spread(copies(rounds, rows, place))}")
    print(f"  read, stored and shown         {spread(own)}")
    print(f"  the same report once more      {spread(again)}")
    print(f"  a bare query of a day          {spread(query)}")
    print(f"  a day opened and filtered      {spread(day)}")
    print(f"  the loop of an idle program    {spread(calm)} without a turn at the most")
    print(f"  the same while it is stored    {spread(still)}")
    return all(
        [
            verdict("a report, times the bare way", ratio(own, theirs), times),
            verdict("a day opened and filtered", max(day), a_day, " ms"),
            verdict("the screen stands still", max(still), stands_still, " ms"),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.report", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--year-rows", type=int, default=YEAR_ROWS)
    parser.add_argument("--times", type=float, default=TIMES)
    parser.add_argument("--day", type=float, default=DAY_MILLISECONDS)
    parser.add_argument("--still", type=float, default=STANDSTILL_MILLISECONDS)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, places(Path(folder)) as both:
        bounds = {"times": asked.times, "a_day": asked.day, "stands_still": asked.still}
        kept = [measure(place, asked.rounds, asked.rows, asked.year_rows, **bounds) for place in both]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
