"""What it costs to find something in all days, and to be able to: `python -m tests.benchmarks.find`.

On both engines, with a million calls and a million connections of seven years:

- From a letter to the lines of its answer, letter by letter as words are typed, beside a bare query of the same driver
  for the same letters. The words are rare ones, frequent ones, ones that only old rows have, and ones that none has.
- What a report of 5,000 rows costs while it is stored, and what is done for the search afterwards beside everything
  else: in how many steps, and how long the longest holds up whoever else writes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg

from tests.benchmarks.bare import Place, PostgresPlace, places
from tests.benchmarks.figures import percentile, ratio, spread, verdict
from tests.benchmarks.report import LIMIT, NOON, asked_on, body_of
from tests.reports import ISTANBUL, report_in
from tui.archive import Store, open_store
from tui.archive.sql.columns import CALL_COLUMNS, REPORTED
from tui.archive.sql.search import MARK_ALL
from tui.config import ArchiveSettings
from tui.demo.customers import EXPLANATIONS, ORGANISATIONS, TECHNICIANS
from tui.desk.finding import FOUND_MOST
from tui.modals.find import FoundTable
from tui.models.clock import Clock
from tui.models.search import search_of

ROWS: Final = 1_000_000
"""Of calls, and of connections."""

REPORT_ROWS: Final = 5_000
ROUNDS: Final = 5
MILLISECONDS: Final = {"SQLite": 50.0, "PostgreSQL": 80.0}
SCREEN_LINES: Final = 40

DAYS: Final = 2_500
WORDS: Final = (
    *("istanbul", "printer", "SR-48213", "0532 555 12 34", "5559", "Quarry Lane"),
    *("gamze", "ab c", "zqxj", "nobody"),
)
"""What is typed, from the third letter on."""

OLD: Final = "Gamze"
"""A technician of whom only the oldest tenth of the rows is."""

Row = Sequence[Any]


def connections(rows: int) -> Iterator[Row]:
    """Connections of all days, the oldest first."""
    rng = random.Random(3)
    for number in range(rows):
        at = NOON - timedelta(days=DAYS) * ((rows - number) / rows)
        technician = OLD if number < rows // 10 and number % 2 else rng.choice(TECHNICIANS)
        said: dict[str, object] = {
            **dict.fromkeys(REPORTED, ""),
            "started": f"{at:%Y-%m-%dT%H:%M:%S}",
            "started_text": f"{at:%H:%M:%S %d/%m/%Y}",
            "seconds": rng.randrange(4000),
            "mode": "support",
            "explanation": rng.choice(EXPLANATIONS),
            "support_number": f"SR-{rng.randrange(10_000, 99_999)}",
            "technician": technician,
            "customer": rng.choice(ORGANISATIONS),
            "customer_device": f"T-{rng.randrange(2_000):05d}",
            "customer_alpemix_id": str(rng.randrange(10**8, 10**9)),
        }
        yield (1, f"{at:%Y-%m-%d}", f"{number:09d}", *said.values(), at.timestamp(), at.timestamp())


def calls(rows: int, days: int = DAYS) -> Iterator[Row]:
    """Calls of all days, of thirty extensions, the oldest first."""
    rng = random.Random(4)
    for number in range(rows):
        at = NOON - timedelta(days=days) * ((rows - number) / rows)
        line = f"+90{rng.choice(('212', '532', '312'))}555{rng.randrange(10_000):04d}"
        made: dict[str, object] = {
            **dict.fromkeys(CALL_COLUMNS, ""),
            "id": f"{number * 7919 % 10**9:016x}",
            "extension": str(201 + number % 30),
            "handle": number,
            "day": f"{at:%Y-%m-%d}",
            "start": at.timestamp(),
            "known_at": at.timestamp() + 60,
            "direction": "in",
            "number": f"0{line[3:]}",
            "line": line,
            "name": rng.choice(ORGANISATIONS),
            "called": "Support",
            "rang": 1,
            "talk_at": at.timestamp() + 9,
            "at_least": 0,
            "outcome": "answered",
            "recorded_seconds": None,
        }
        yield tuple(made.values())


class Bare:
    """The driver of an engine, and nothing else."""

    def __init__(self, archive: ArchiveSettings) -> None:
        self._is_server = bool(archive.url)
        self._database: Any = (
            psycopg.connect(archive.url, autocommit=True, options="-c search_path=helpdeck,public")
            if archive.url
            else sqlite3.connect(archive.path, isolation_level=None)
        )

    def put(self, table: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
        """Put many rows into a table."""
        named = f"{table} ({', '.join(columns)})"
        if self._is_server:
            with self._database.cursor() as cursor, cursor.copy(f"COPY {named} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            self._database.execute("BEGIN")
            self._database.executemany(f"INSERT INTO {named} VALUES ({', '.join('?' * len(columns))})", rows)
            self._database.execute("COMMIT")

    def run(self, statement: str) -> None:
        """Run one statement."""
        self._database.execute(statement)

    def calls_of(self, extension: str, day: str) -> int:
        """Ask for the calls of a day; count them."""
        sign = "%s" if self._is_server else "?"
        query = f"SELECT * FROM calls WHERE extension = {sign} AND day = {sign} ORDER BY start DESC"
        return len(self._database.execute(query, (extension, day)).fetchall())

    def find(self, typed: str) -> int:
        """Find the texts with what was typed; count them."""
        word = typed.lower()
        if self._is_server:
            query = "SELECT id FROM searched WHERE text LIKE %s ORDER BY id DESC LIMIT 100"
            return len(self._database.execute(query, (f"%{word}%",)).fetchall())
        parts = " AND ".join(f'"{word[place : place + 3]}"' for place in range(len(word) - 2))
        query = "SELECT rowid FROM trigrams WHERE trigrams MATCH ? ORDER BY rowid DESC LIMIT 100"
        return len(self._database.execute(query, (parts,)).fetchall())

    def close(self) -> None:
        """Close the connection."""
        self._database.close()


def fill(archive: ArchiveSettings, rows: int) -> None:
    """Keep many rows of which the search knows nothing yet, as after an upgrade."""
    with contextlib.closing(Bare(archive)) as bare:
        bare.run("INSERT INTO accounts (id, name) VALUES (1, 'desk')")
        bare.put("connections", ("account", "day", "uid", *REPORTED, "seen_at", "changed_at"), connections(rows))
        bare.put("calls", CALL_COLUMNS, calls(rows))
        for statement in MARK_ALL:
            bare.run(statement)
        bare.run("ANALYZE")


async def bring_on(store: Store) -> list[float]:
    """Let the search know all that is stored; gives the milliseconds of each step."""
    steps: list[float] = []
    left = 1
    while left:
        began = time.perf_counter()
        left = await store.bring_on_searched()
        steps.append((time.perf_counter() - began) * 1000)
    return steps


def typings(words: Sequence[str]) -> list[str]:
    """What stands in the field after each letter, where that is enough to be looked for."""
    return [word[:end] for word in words for end in range(3, len(word) + 1) if search_of(word[:end], "TR")]


async def typed(store: Store, bare: Bare, rounds: int, words: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds from each letter to the lines of its answer, and of a bare query; taken in turn."""
    own: list[float] = []
    theirs: list[float] = []
    busy: list[float] = []
    slowest: dict[str, float] = {}
    now = Clock().now()
    for turn in range(rounds + 1):
        for text in typings(words):
            began = time.perf_counter()
            bare.find(text)
            theirs.append((time.perf_counter() - began) * 1000)
            began, worked = time.perf_counter(), time.process_time()
            wanted = search_of(text, "TR")
            assert wanted is not None
            answer = await store.find(wanted, FOUND_MOST, ISTANBUL)
            for found in answer.found[:SCREEN_LINES]:
                for column in FoundTable.COLUMNS:
                    column.text(found, now)
            own.append((time.perf_counter() - began) * 1000)
            busy.append((time.process_time() - worked) * 1000)
            slowest[text] = own[-1]
        if turn == 0:  # the first round warms everything up
            own.clear()
            theirs.clear()
            busy.clear()
    for text in sorted(slowest, key=lambda text: -slowest[text])[:3]:
        print(f"    slowest: {text!r} {slowest[text]:.3g} ms")
    # What is left of the time where the machine does much else; without that of a server.
    print(f"    this program's processor time  {spread(busy)}, p95 {percentile(busy, 95):.3g} ms")
    return own, theirs


async def a_report(place: Place, rounds: int, rows: int) -> None:
    """Tell what a report costs with the search beside it, and the bare way."""
    body = body_of(rows, NOON, random.Random(5))
    bare: list[float] = []
    stored: list[float] = []
    brought: list[float] = []
    longest: list[float] = []
    steps: list[float] = []
    for _ in range(rounds + 1):
        async with open_store(place.fresh()) as store:
            await store.changed()
            began = time.perf_counter()
            place.put(body)
            bare.append((time.perf_counter() - began) * 1000)
            report = report_in(body)
            began = time.perf_counter()
            await store.store_report(LIMIT, asked_on(NOON), report, NOON.timestamp())
            stored.append((time.perf_counter() - began) * 1000)
            steps = await bring_on(store)
            brought.append(sum(steps))
            longest.append(max(steps))
    print(f"  a report of {rows:,} rows: json.loads and executemany  {spread(bare[1:])}")
    print(f"  the same read by us, and stored                  {spread(stored[1:])}")
    print(f"  and brought into the search, in {len(steps)} steps         {spread(brought[1:])}")
    print(f"  of which the longest                             {spread(longest[1:])}")


async def searched(place: Place, rows: int, rounds: int, bound: float) -> bool:
    """Fill an archive, type into it, and tell."""
    archive = place.fresh()
    async with open_store(archive) as store:
        await store.days("desk")
        fill(archive, rows)
        steps = await bring_on(store)
        each = sum(steps) * 1000 / (2 * rows)
        print(f"{place.engine}: {rows:,} calls and {rows:,} connections")
        print(f"  brought into the search: {each:.3g} µs a row, {len(steps):,} steps of {spread(steps)}")
        if isinstance(place, PostgresPlace):
            place.connection.execute("VACUUM ANALYZE helpdeck.searched")
        with contextlib.closing(Bare(archive)) as bare:
            own, theirs = await typed(store, bare, rounds, WORDS)
    print(f"  a bare query            {spread(theirs)}, p95 {percentile(theirs, 95):.3g} ms")
    print(f"  from a letter to lines  {spread(own)}, p95 {percentile(own, 95):.3g} ms; {ratio(own, theirs):.3g} times")
    return verdict("from a letter to its answer, p95", percentile(own, 95), bound, " ms")


def measure(place: Place, rows: int, rounds: int, report_rows: int, bound: float) -> bool:
    """Tell the figures of one engine, and whether the bound is kept."""
    is_kept = asyncio.run(searched(place, rows, rounds, bound))
    asyncio.run(a_report(place, rounds, report_rows))
    return is_kept


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.find", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--report-rows", type=int, default=REPORT_ROWS)
    parser.add_argument("--engine", choices=tuple(MILLISECONDS), help="only this one")
    parser.add_argument("--bound", type=float, help="milliseconds of the 95th percentile, of both engines")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, places(Path(folder)) as both:
        kept = [
            measure(place, asked.rows, asked.rounds, asked.report_rows, asked.bound or MILLISECONDS[place.engine])
            for place in both
            if asked.engine in (None, place.engine)
        ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
