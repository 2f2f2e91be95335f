"""A month of a desk in a virtual clock, beside the simulator's truth: `python -m tests.benchmarks.month`.

Connections come at every hour and around midnight, are explained late and changed later still; the server is away for
hours, answers with errors, and forgets tokens; the program is killed and started again. In the end every day of the
archive is to be equal to the simulator's, row by row. ``--postgres``: on a server, whose clock is as virtual.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import random
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg
import pytest
from msgspec.structs import replace

from tests.benchmarks.figures import verdict
from tests.clock import FakeClock
from tests.postgres.server import PostgresServer
from tui.archive import open_store
from tui.archive.postgres import engine as postgres_engine
from tui.archive.postgres.schema import upgrade
from tui.archive.sqlite import engine as sqlite_engine
from tui.config import ArchiveSettings
from tui.config.reader import settings_from
from tui.demo import Alpemix, Simulation
from tui.desk import Desk
from tui.desk.alpemix import feed as alpemix_feed
from tui.models.days import Day, DayState

DAYS: Final = 30
A_DAY: Final = 400
POLL_SECONDS: Final = 240
"""Seldom enough for a month in minutes, and for pages that do not meet after an outage."""

LOOK_SECONDS: Final = 120.0
ZONE: Final = ZoneInfo("Europe/Istanbul")
FIRST: Final = datetime(2024, 8, 1, 0, 0, tzinfo=ZONE)

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR


class ServersClock(FakeClock):
    """A clock that the server of an archive goes by, too."""

    def __init__(self, url: str) -> None:
        super().__init__(FIRST)
        self._server = psycopg.connect(url, autocommit=True)
        self._server.execute("SET search_path = helpdeck")
        upgrade(self._server)
        self._server.execute(
            "CREATE TABLE told AS SELECT 0::double precision AS seconds;"
            "CREATE OR REPLACE FUNCTION server_clock() RETURNS DOUBLE PRECISION LANGUAGE sql VOLATILE AS"
            " 'SELECT seconds FROM helpdeck.told'"
        )
        self.advance(0.0)

    def advance(self, seconds: float) -> None:
        """Let time pass, for the server first."""
        self._server.execute("UPDATE told SET seconds = %s", (FIRST.timestamp() + self._passed + seconds,))
        super().advance(seconds)

    def close(self) -> None:
        """Leave the server."""
        self._server.close()


@contextmanager
def archives(folder: Path, *, on_postgres: bool) -> Iterator[tuple[ArchiveSettings, FakeClock]]:
    """Where the archive is, and the clock by which all of it goes."""
    if not on_postgres:
        yield ArchiveSettings(path=str(folder / "a.sqlite")), FakeClock(FIRST)
        return
    with PostgresServer() as server, server.database() as url, closing(ServersClock(url)) as clock:
        yield ArchiveSettings(url=url), clock


class Month:
    """What happens when: a heap of (second, order, what)."""

    def __init__(
        self, simulation: Simulation, clock: FakeClock, folder: Path, archive: ArchiveSettings, seed: int
    ) -> None:
        self._archive = archive
        self._simulation = simulation
        self._alpemix: Alpemix = simulation.alpemix
        self._clock = clock
        self._rng = random.Random(seed)
        self._folder = folder
        self._future: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()
        self._engine: asyncio.Task[None] | None = None
        self.is_up = False
        self.starts = 0
        self.edits = 0

    def at(self, second: float, what: Callable[[], object]) -> None:
        heapq.heappush(self._future, (second, next(self._order), what))

    def plan(self, days: int, a_day: int) -> None:
        """Write down the month, and the day after it, on which its last day is closed."""
        rng = self._rng
        for day in range(days):
            midnight = day * DAY
            for _ in range(a_day):
                self._connection(midnight + rng.choice((rng.uniform(0, DAY), rng.triangular(0, DAY, 14 * HOUR))))
            for second in (DAY - 2, DAY - 1, DAY - 0.5):
                self._connection(midnight + second)
        for day in range(days + 1):
            midnight = day * DAY
            # Each night from ten to midnight it runs and is answered; what comes before that is left to chance.
            for _ in range(rng.randrange(1, 6)):
                begins = midnight + rng.uniform(0.1, 16) * HOUR
                lasts = rng.uniform(0.05, 5) * HOUR
                kinds: tuple[tuple[Callable[[], object], Callable[[], object]], ...] = (
                    (self.kill, self.start),
                    (lambda: self._alpemix.fault("down"), self._alpemix.heal),
                    (lambda: self._alpemix.fault("half", None), self._alpemix.heal),
                    (self._alpemix.expire_token, lambda: None),
                    (lambda: self._alpemix.answer_with(rng.choice((103, 108, 201, 205))), lambda: None),
                )
                begin, end = rng.choice(kinds)
                self.at(begins, begin)
                self.at(begins + lasts, end)
            self.at(midnight + 21.5 * HOUR, self._alpemix.heal)
            self.at(midnight + 21.5 * HOUR, self.start)

    def _connection(self, second: float) -> None:
        rng = self._rng

        def begin() -> None:
            uid = str(
                self._alpemix.add_connection(
                    dur=0, tuname=f"Branch {rng.randrange(40)}", tunum=f"T-{rng.randrange(60):04d}"
                )["uid"]
            )
            lasts = rng.uniform(5, 5000)
            self.at(second + lasts, lambda: self._edit(uid, dur=int(lasts)))
            self.at(second + lasts + rng.uniform(1, 1800), lambda: self._edit(uid, exp="done", supnum="SR-1"))
            if rng.random() < 0.1:  # at the latest in the evening of the day after
                latest = (second // DAY + 1) * DAY + 21 * HOUR
                later = rng.uniform(second + lasts + 1800, latest)
                self.at(max(later, second + lasts + 1800), lambda: self._edit(uid, exp=f"changed {rng.random()}"))

        self.at(second, begin)

    def _edit(self, uid: str, **changed: Any) -> None:
        self.edits += 1
        self._alpemix.explain(uid, **changed)

    def start(self) -> None:
        """Start the program, unless it runs."""
        if self.is_up:
            return
        settings = settings_from(tomllib.loads(self._simulation.config()), Path("month"))
        desk = Desk(
            _with(settings, altigen=None, remotepc=None),
            clock=self._clock,
            state_folder=self._folder,
            archive=self._archive,
        )
        self._engine = asyncio.get_running_loop().create_task(desk.run())
        self.is_up = True
        self.starts += 1

    def kill(self) -> None:
        """End the program as abruptly as one can end a part of one's own."""
        if self._engine is not None and self.is_up:
            self._engine.cancel()
            self.is_up = False

    async def live(self, days: int) -> None:
        """Let it all happen."""
        loop = asyncio.get_running_loop()
        now = 0.0
        while now < days * DAY:
            if self.is_up:
                async with asyncio.timeout(20):
                    while not self._clock.sleeping:
                        await asyncio.sleep(0.0002)  # not zero: a thread works meanwhile
            elif self._engine is not None:
                await asyncio.gather(self._engine, return_exceptions=True)
                self._engine = None
            due = self._future[0][0] if self._future else days * DAY
            wakes = now + (self._clock.sleeping[0] if self._clock.sleeping else DAY)
            step = max(0.0, min(due, wakes, days * DAY) - now)
            now += step
            self._clock.advance(step)
            while self._future and self._future[0][0] <= now + 1e-6:
                heapq.heappop(self._future)[2]()
            # Whoever was woken begins to run before the clock is looked at again.
            for _ in range(3):
                await asyncio.sleep(0)
        self.kill()
        if self._engine is not None:
            await asyncio.gather(self._engine, return_exceptions=True)
        assert loop.is_running()


def _with(settings: Any, **changed: Any) -> Any:
    return replace(settings, alpemix=replace(settings.alpemix, refresh_seconds=POLL_SECONDS), **changed)


async def differences(
    settings: ArchiveSettings, alpemix: Alpemix, account: str, days: int
) -> tuple[int, int, list[Day]]:
    """Rows that are not as in the simulator, rows in all, and the days of the archive."""
    wrong = total = 0
    async with open_store(settings, to_read=True) as archive:
        known = {day.day: day for day in await archive.days(account)}
        for number in range(days):
            day: date = (FIRST + timedelta(days=number)).date()
            truth: list[tuple[object, ...]] = [
                (row["uid"], row["dt"], row["dur"], row["exp"], row["supnum"], row["tuname"], row["tunum"])
                for row in alpemix.rows_on(day)
            ]
            held: list[tuple[object, ...]] = [
                (
                    row.uid,
                    row.started,
                    row.seconds,
                    row.explanation,
                    row.support_number,
                    row.customer,
                    row.customer_device,
                )
                for row in await archive.connections_of(account, day.isoformat(), ZONE)
            ]
            truth = [(uid, at.replace(microsecond=0), *rest) for uid, at, *rest in truth if isinstance(at, datetime)]
            total += len(truth)
            wrong += len(set(truth) ^ set(held)) + abs(len(truth) - len(held))
    return wrong, total, [known[day] for day in sorted(known)]


async def measure(days: int, a_day: int, seed: int, least_gaps: int, *, on_postgres: bool = False) -> bool:
    """Live through it, and compare."""
    with pytest.MonkeyPatch.context() as patch:  # nobody else is there to look for
        patch.setattr(alpemix_feed, "WATCH_SECONDS", LOOK_SECONDS)
        patch.setattr(alpemix_feed, "LOOK_SECONDS", LOOK_SECONDS)
        patch.setattr(sqlite_engine, "POLL_SECONDS", LOOK_SECONDS)
        patch.setattr(postgres_engine, "PAUSE_SECONDS", LOOK_SECONDS)
        return await _measure(days, a_day, seed, least_gaps, on_postgres=on_postgres)


async def _measure(days: int, a_day: int, seed: int, least_gaps: int, *, on_postgres: bool) -> bool:
    with tempfile.TemporaryDirectory() as name, archives(Path(name), on_postgres=on_postgres) as (archive, clock):
        async with Simulation(
            "desk",
            scripted=False,
            clock=clock.tick,
            calendar=lambda: clock.now().at,
            alpemix={"dates": "raw"},
        ) as simulation:
            alpemix = simulation.alpemix
            month = Month(simulation, clock, Path(name), archive, seed)
            month.plan(days, a_day)
            month.start()
            await month.live(days + 1)
            settings = settings_from(tomllib.loads(simulation.config()), Path("month")).alpemix
            assert settings is not None
            wrong, total, known = await differences(archive, alpemix, settings.account, days)
    known = [day for day in known if day.day >= FIRST.date().isoformat()]  # at the start, the day before was read too
    closed = sum(day.state is DayState.CLOSED for day in known[:days])
    gaps = sum(day.repaired for day in known)
    print(
        f"{days} days, {total:,} connections, {month.edits:,} late edits, {month.starts} starts, {gaps} gaps repaired"
    )
    for day in known[:days]:
        print(f"  {day.name}: {day.proof(ZONE)}")
    return all(
        [
            verdict("rows that differ from the simulator's", wrong, 0),
            verdict("days that are not closed", days - closed, 0),
            verdict("refused for a limit", alpemix.violations, 0),
            verdict("gaps too few for the test to mean much", least_gaps - gaps, 0),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Live, compare, and give 1 where something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.month", description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--a-day", type=int, default=A_DAY)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--gaps", type=int, default=1, help="that must have been repaired at the least")
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args(arguments)
    run = measure(asked.days, asked.a_day, asked.seed, asked.gaps, on_postgres=asked.postgres)
    return 0 if asyncio.run(run) else 1


if __name__ == "__main__":
    sys.exit(main())
