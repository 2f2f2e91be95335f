"""What a long report and a long year cost: `python -m tests.benchmarks.report`.

- A report of 5,000 rows, from its bytes to the table, beside a bare `json.loads` and one `executemany` of its rows.
- A year of 150,000 rows: opening a day and filtering it by a text, beside a bare SQLite query for the same.
- How long the event loop stands still at the most while the report is read, stored and shown.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.figures import ratio, spread, verdict
from tests.reports import ISTANBUL, report_in
from tui.archive import open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.archive.sql import reports
from tui.archive.sqlite.database import open_database, transaction
from tui.config import ArchiveSettings
from tui.demo.customers import EXPLANATIONS, ORGANISATIONS, TECHNICIANS
from tui.models.clock import Clock, Uptime
from tui.models.connection_board import ConnectionBoard
from tui.models.connections import ReportKind
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

TABLE: Final = """
CREATE TABLE connections (
    uid TEXT PRIMARY KEY, dt, dur, dir, exp, supnum, uname, ip, lip, unum, aid, tuname, tip, tlip, tunum, taid
)
"""


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


def bare_database(path: Path) -> sqlite3.Connection:
    """A table and nothing else."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute(TABLE)
    return database


def bare(body: bytes, database: sqlite3.Connection) -> None:
    """What cannot be saved: the JSON is read, and its rows are put into a table of SQLite."""
    rows = [tuple(row.values()) for row in json.loads(body)["results"]]
    database.execute("BEGIN")
    database.executemany("INSERT INTO connections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    database.execute("COMMIT")


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


def ours(body: bytes, database: sqlite3.Connection) -> None:
    """The same through the program: read, cleaned, typed, stored with its proof, and shown."""
    report = report_in(body)
    asked = RequestedReport(ReportKind.TODAY, 0, 25, Uptime("first", 1.0), NOON.date().isoformat())
    with transaction(database):
        reports.store(database, LIMIT, Uptime("first", 2.0), asked, report, NOON.timestamp())
    pane = a_pane()
    pane.board.begin(NOON.date().isoformat(), report.rows)
    pane.look()


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def a_report(rounds: int, rows: int, folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of the bare way and of ours, taken in turn, each with a new file."""
    body = json.dumps({"errornumber": 0, "results": raw_rows(rows, NOON, random.Random(5))}).encode()
    theirs: list[float] = []
    own: list[float] = []
    for number in range(rounds + 1):
        with (
            contextlib.closing(open_database(folder / f"ours-{number}.sqlite")) as made,
            contextlib.closing(bare_database(folder / f"bare-{number}.sqlite")) as table,
        ):
            theirs.append(milliseconds(partial(bare, body, table)))
            own.append(milliseconds(partial(ours, body, made)))
    return theirs[1:], own[1:]  # the first round warms everything up


def a_year(path: Path, rows: int) -> None:
    """An archive of a year."""
    database, rng = open_database(path), random.Random(5)
    with transaction(database):
        for number in range(DAYS):
            day = NOON - timedelta(days=DAYS - 1 - number)
            body = json.dumps({"errornumber": 0, "results": raw_rows(rows // DAYS, day, rng)}).encode()
            asked = RequestedReport(ReportKind.TODAY, 0, 25, Uptime("first", 1.0), day.date().isoformat())
            reports.store(database, LIMIT, Uptime("first", 2.0), asked, report_in(body), day.timestamp())
    database.close()


async def a_day_of_it(rounds: int, path: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of a bare query and of ours, for a day of the year and a text in it."""
    theirs: list[float] = []
    own: list[float] = []
    rng = random.Random(7)
    query = "SELECT * FROM connections WHERE account = 1 AND day = ? AND customer LIKE ? ORDER BY started DESC"
    other = sqlite3.connect(path)
    async with open_store(ArchiveSettings(path=str(path))) as archive:
        await archive.changed()
        for _ in range(rounds):
            day = (NOON - timedelta(days=rng.randrange(DAYS))).date().isoformat()
            began = time.perf_counter()
            found = other.execute(query, (day, f"%{WORD[1:]}%")).fetchall()
            theirs.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            pane = a_pane()
            pane.board.begin(day, await archive.connections_of(LIMIT.account, day, ISTANBUL))
            pane.view.filter = f"customer:{WORD}"
            pane.look()
            own.append((time.perf_counter() - began) * 1000)
            assert len(pane.view.rows) == len(found)
    other.close()
    return theirs, own


async def standstill(rounds: int, rows: int, folder: Path) -> list[float]:
    """The longest time that the event loop did not turn while a report was taken in as the feed does it."""
    body = json.dumps({"errornumber": 0, "results": raw_rows(rows, NOON, random.Random(9))}).encode()
    longest: list[float] = []
    for number in range(rounds):
        settings = ArchiveSettings(path=str(folder / f"standstill-{number}.sqlite"))
        async with open_store(settings) as archive:
            await archive.changed()
            pane = a_pane()
            gaps = [0.0]
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(_watch(gaps))
                await asyncio.sleep(0.02)
                report = await asyncio.to_thread(report_in, body)
                asked = RequestedReport(ReportKind.TODAY, 0, 25, Uptime("first", 1.0), NOON.date().isoformat())
                await archive.store_report(LIMIT, asked, report, NOON.timestamp())
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


def measure(rounds: int, rows: int, year_rows: int, times: float, stands_still: float) -> bool:
    """Run the rounds, tell the figures, and whether each bound is kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        theirs, own = a_report(rounds, rows, folder)
        a_year(folder / "year.sqlite", year_rows)
        query, day = asyncio.run(a_day_of_it(rounds, folder / "year.sqlite"))
        calm = asyncio.run(idle(rounds))
        still = asyncio.run(standstill(rounds, rows, folder))
    print(f"a report of {rows:,} rows, a year of {year_rows:,}; {rounds} rounds in turn")
    print(f"  json.loads and executemany     {spread(theirs)}")
    print(f"  read, stored and shown         {spread(own)}")
    print(f"  a bare query of a day          {spread(query)}")
    print(f"  a day opened and filtered      {spread(day)}")
    print(f"  the loop of an idle program    {spread(calm)} without a turn at the most")
    print(f"  the same while it is stored    {spread(still)}")
    return all(
        [
            verdict("a report, times the bare way", ratio(own, theirs), times),
            verdict("a day opened and filtered", max(day), DAY_MILLISECONDS, " ms"),
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
    parser.add_argument("--still", type=float, default=STANDSTILL_MILLISECONDS)
    asked = parser.parse_args(arguments)
    return 0 if measure(asked.rounds, asked.rows, asked.year_rows, asked.times, asked.still) else 1


if __name__ == "__main__":
    sys.exit(main())
