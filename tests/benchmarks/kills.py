"""Processes that store reports and are killed at any moment: `python -m tests.benchmarks.kills`.

After each kill the archive must open, pass SQLite's own check, hold every connection that was shown, and let the next
process write; what was reserved of the request budget must still be counted. ``--postgres``: on a PostgreSQL server,
which is crashed ten times in between.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import psycopg

from tests.benchmarks.figures import verdict
from tests.postgres.server import PostgresServer
from tui.archive import open_store
from tui.archive.budget import Limit, new_id
from tui.archive.records import RequestedReport
from tui.archive.sql import ledger
from tui.archive.sqlite.database import open_database, transaction
from tui.config import ArchiveSettings
from tui.models.clock import Clock
from tui.models.connections import Connection, Report, ReportKind

RUNS: Final = 200
CRASHES: Final = 10

LONGEST: Final = 0.15
"""Seconds that a process lives at the most after it began to write."""

MANY: Final = 10_000
LIMIT: Final = Limit("desk", "reports", MANY, 60.0)
ZONE: Final = ZoneInfo("Europe/Istanbul")
NOON: Final = datetime(2024, 8, 22, 12, 0, tzinfo=ZONE)


class File:
    """An archive in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.option = ["--path", str(path)]

    def crash(self) -> None:
        """Do nothing: the processes are all there is."""

    def check(self) -> tuple[set[str], set[int], int]:
        """The connections and the slots that it holds, and whether SQLite complains; the next process may write."""
        with contextlib.closing(open_database(self._path)) as database:
            complaints = int(database.execute("PRAGMA integrity_check").fetchone() != ("ok",))
            held = {uid for (uid,) in database.execute("SELECT uid FROM connections")}
            slots = {id for (id,) in database.execute("SELECT id FROM requests")}
            with transaction(database):
                ledger.reserve(database, LIMIT, Clock().uptime(), new_id())
                database.execute("DELETE FROM requests")  # thousands of them would be what is measured
        return held, slots, complaints

    def size(self) -> int:
        """Bytes."""
        return self._path.stat().st_size


class Server:
    """An archive on a server."""

    def __init__(self, server: PostgresServer, url: str) -> None:
        self._server = server
        self._url = url
        self._runs = 0
        self.crashes = 0
        self.option = ["--url", url]

    def crash(self) -> None:
        """Let the server crash now and then, in the middle of what the processes do."""
        self._runs += 1
        if self._runs % (RUNS // CRASHES) == 0:
            self._server.restart("immediate")
            self.crashes += 1

    def check(self) -> tuple[set[str], set[int], int]:
        """The connections and the slots that it holds."""
        with psycopg.connect(self._url) as connection:
            held = {uid for (uid,) in connection.execute("SELECT uid FROM helpdeck.connections")}
            slots = {id for (id,) in connection.execute("SELECT id FROM helpdeck.requests")}
            connection.execute("DELETE FROM helpdeck.requests")
        return held, slots, 0

    def size(self) -> int:
        """Bytes."""
        with psycopg.connect(self._url) as connection:
            (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
        return int(size)


@contextlib.contextmanager
def kept(*, on_postgres: bool) -> Iterator[File | Server]:
    """Where the archive is."""
    if on_postgres:
        with PostgresServer() as server, server.database() as url:
            yield Server(server, url)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield File(Path(folder) / "archive.sqlite")


async def work(settings: ArchiveSettings, seed: int) -> None:
    """Store one page after the other, and say which connections may be shown."""
    rng = random.Random(seed)
    async with open_store(settings) as archive:
        await archive.budget(LIMIT)  # it is open, and its tables are made
        print("ready", flush=True)
        sys.stdin.readline()  # both begin together: one that writes without a pause lets no other in for long
        number = 0
        while True:
            await asyncio.sleep(0.001)
            slot, _ = await archive.reserve(LIMIT, ReportKind.LAST)
            assert slot is not None
            print(f"slot {slot.id}", flush=True)
            number += rng.randrange(1, 200)
            rows = tuple(_row(f"{seed}-{each}", each, rng) for each in range(max(0, number - 300), number))
            requested = RequestedReport(ReportKind.TODAY, 0, 25, slot.reserved, NOON.date().isoformat())
            await archive.store_report(LIMIT, requested, Report(rows=rows), NOON.timestamp())
            print(*(f"shown {row.uid}" for row in rows), sep="\n", flush=True)


def _row(uid: str, place: int, rng: random.Random) -> Connection:
    """Changed at random, so that earlier values are kept as well."""
    started = NOON + timedelta(seconds=place)
    note = f"note {rng.randrange(3)}" * 10
    return Connection(uid=uid, started=started, started_text="", seconds=rng.randrange(100), explanation=note)


def run(place: File | Server, seed: int, rng: random.Random) -> list[str]:
    """One process, killed at a moment of chance beside another that goes on; what it said before."""
    command = [sys.executable, "-m", "tests.benchmarks.kills", "--worker", *place.option, "--seed"]
    both = [
        subprocess.Popen([*command, str(each)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for each in (seed, seed + RUNS * 10)
    ]
    said: list[str] = []
    try:
        for each in both:
            assert each.stdout is not None
            each.stdout.readline()
        for each in both:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        time.sleep(rng.uniform(0, LONGEST))
        place.crash()
    finally:
        for each in both:
            each.kill()
        for each in both:
            out, _ = each.communicate()
            whole = out[: out.rfind("\n") + 1]  # what it was saying when it died was not shown
            said += whole.splitlines()
    return said


def lost(place: File | Server, said: Sequence[str]) -> tuple[int, int, int]:
    """Connections that were shown and are lost, slots that are counted no more, and complaints of the engine."""
    held, slots, complaints = place.check()
    shown = {line.split()[1] for line in said if line.startswith("shown ")}
    reserved = {int(line.split()[1]) for line in said if line.startswith("slot ")}
    return len(shown - held), len(reserved - slots), complaints


def measure(runs: int, seed: int, *, on_postgres: bool) -> bool:
    """Kill them all, tell what was lost, and whether that was nothing."""
    rng = random.Random(seed)
    gone = forgotten = complaints = shown = 0
    with kept(on_postgres=on_postgres) as place:
        for number in range(runs):
            said = run(place, number, rng)
            shown += sum(line.startswith("shown ") for line in said)
            found = lost(place, said)
            gone, forgotten, complaints = gone + found[0], forgotten + found[1], complaints + found[2]
        size = place.size()
    print(f"{2 * runs} processes killed, {shown:,} connections shown before, {size >> 20} MiB at the end")
    if isinstance(place, Server):
        print(f"  the server crashed {place.crashes} times")
    return all(
        [
            verdict("connections that were shown and are lost", gone, 0),
            verdict("requests that are counted no more", forgotten, 0),
            verdict("complaints of the engine's own check", complaints, 0),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, tell, and give 1 where something was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kills", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--path", default="", help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.worker:
        asyncio.run(work(ArchiveSettings(path=asked.path, url=asked.url), asked.seed))
    return 0 if measure(asked.runs, asked.seed, on_postgres=asked.postgres) else 1


if __name__ == "__main__":
    sys.exit(main())
