"""What happens to technicians, their exchange and their Helpdecks, for `tests.benchmarks.year`."""

from __future__ import annotations

import heapq
import random
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.benchmarks.truth import ExtensionTruth
from tests.desk.virtual import Extension, Helpdesk
from tests.postgres.server import PostgresServer
from tui.archive.sqlite.database import open_database
from tui.archive.sqlite.schema import VERSION
from tui.config import ArchiveSettings
from tui.demo.switchboard import call_info

CUSTOMERS: Final = 3_000
AGAIN_SECONDS: Final = 7_200.0
"""Nobody calls the same extension again before: what is kept is told apart by its number."""

ZONE: Final = ZoneInfo("Europe/Istanbul")
FAR: Final = ZoneInfo("Pacific/Auckland")

HOUR: Final = 3600
DAY: Final = 24 * HOUR
MORNING, EVENING = 5 * HOUR, 15 * HOUR

BEAT: Final = 600
"""Seconds: seldom enough for a year in minutes."""

LOOK: Final = 3 * HOUR
"""So are the looks at channels on which nothing comes."""

TICK: Final = 300
"""Seconds between two moments at which all machines show the same time."""

SPELLINGS: Final = ("+90{}", "0090{}", "0{}", "{}")

Act = Callable[[], Coroutine[Any, Any, object]]


class File:
    """An archive in a file."""

    def __init__(self, path: Path) -> None:
        self.settings = ArchiveSettings(path=str(path))
        open_database(path).close()

    def _be(self, version: int) -> None:
        with closing(sqlite3.connect(self.settings.path)) as database:
            database.execute(f"PRAGMA user_version = {version}")

    def away(self) -> None:
        """Take nothing: it looks like that of a newer Helpdeck."""
        self._be(99)

    def back(self) -> None:
        """Take it again."""
        self._be(VERSION)


class Server:
    """An archive on a server."""

    def __init__(self, server: PostgresServer, url: str) -> None:
        self._server = server
        self.settings = ArchiveSettings(url=url)

    def away(self) -> None:
        """Stop it."""
        self._server.stop()

    def back(self) -> None:
        """Start it."""
        self._server.start()


@contextmanager
def archive(folder: Path, *, on_postgres: bool) -> Iterator[File | Server]:
    """Where the calls are kept."""
    if on_postgres:
        with PostgresServer() as server, server.database() as url:
            yield Server(server, url)
    else:
        yield File(folder / "archive.sqlite")


class Technician:
    """An extension, what happens on it, and the Helpdecks that listen to it."""

    def __init__(self, number: int, place: File | Server, folder: Path) -> None:
        self.extension = Extension(str(200 + number))
        self.truth = ExtensionTruth(self.extension)
        self.is_at_night = number == 0
        self.is_shared = number in (1, 2)
        self.desks: list[Helpdesk] = []
        for name in ("pc", "home")[: 2 if self.is_shared else 1]:
            own = folder / f"{name}-{number}"
            own.mkdir()
            self.desks.append(Helpdesk(self.extension, own.name, place.settings, own, ping_seconds=LOOK, zone=ZONE))
        if self.is_shared:
            self.desks[1].clock.set_wall_clock(2.0)
        self.is_home = False
        """Whether the Helpdeck of this desk is to run."""
        self.steady_until = 0.0
        """Before that no Helpdeck ends: its clock is not right."""
        self.odd_days: set[int] = set()
        """Days whose coverage nobody can know to the second."""
        self.last: dict[str, float] = {}

    async def run_to(self, second: float) -> None:
        """Let time pass on its machines."""
        for desk in self.desks:
            await desk.run_to(second)
        # Where two things happen in one second, a Helpdeck has lived a moment further for the first of them.
        self.truth.now = max(second, *(desk.now for desk in self.desks))

    async def rest(self) -> None:
        """Wait until what was told has been dealt with."""
        for desk in self.desks:
            await desk.rest()


class Year:
    """What happens when: a heap of (second, order, whose, what)."""

    def __init__(self, place: File | Server, folder: Path, technicians: int, seed: int) -> None:
        self.place = place
        self.technicians = [Technician(number, place, folder) for number in range(technicians)]
        self._rng = random.Random(seed)
        self._customers = [f"212{self._rng.randrange(2_000_000, 9_999_999)}" for _ in range(CUSTOMERS)]
        self._future: list[tuple[float, int, Technician | None, Act]] = []
        self._order = count()
        self.is_away = False
        self.happened: dict[str, int] = {}

    def at(self, second: float, whose: Technician | None, what: Act) -> None:
        """Let something happen."""
        heapq.heappush(self._future, (second, next(self._order), whose, what))

    def plan(self, days: int, a_day: int) -> None:
        """Write down the days, one each evening for the next."""
        for day in range(days):
            self.at(day * DAY, None, self._planned(day, a_day))
            for second in range(0, DAY, TICK):
                self.at(day * DAY + second, None, self._nothing)

    def _planned(self, day: int, a_day: int) -> Act:
        async def plan() -> None:
            for technician in self.technicians:
                self._day_of(technician, day, a_day)
            if self._rng.random() < 0.3:
                begins = day * DAY + self._rng.randrange(MORNING, EVENING)
                self.at(begins, None, self._away)
                self.at(begins + self._rng.randrange(5, 1500), None, self._back)

        return plan

    async def _nothing(self) -> None:
        """Only the clocks go on."""

    def _day_of(self, technician: Technician, day: int, a_day: int) -> None:
        rng, midnight = self._rng, day * DAY
        first, last = (0, DAY - 1) if technician.is_at_night else (MORNING - 600, EVENING + 600)
        for _ in range(a_day):
            self._call(technician, midnight + rng.randrange(first, last))
        if not technician.is_at_night or day == 0:
            self.at(midnight + MORNING + rng.randrange(900), technician, self._start(technician))
        if not technician.is_at_night:
            self.at(midnight + EVENING - rng.randrange(900), technician, self._quit(technician, at_evening=True))

        def chance(of: float) -> float:
            return midnight + rng.randrange(MORNING, EVENING) if rng.random() < of else 0.0

        if at := chance(0.3):
            self.at(at, technician, self._cut(technician, at, rng.choice((0, 0, 20, 300))))
        if at := chance(0.15):
            self.at(at, technician, self._quit(technician, kills=rng.random() < 0.5))
            self.at(at + rng.randrange(1, 200), technician, self._start(technician, is_again=True))
        if technician.is_shared and (at := chance(0.7)):
            self.at(at, technician, self._second(technician))
            ends = at + rng.randrange(60, 3 * HOUR)
            self.at(ends, technician, self._quit(technician, which=1, kills=rng.random() < 0.5))
        elif not technician.is_shared and (at := chance(0.03)):
            by = rng.choice((-3600, -90, 45, 3600))
            self.at(at, technician, self._set_clock(technician, at, by))
            self.at(at + 2 * HOUR, technician, self._set_clock(technician, at, -by))
        if at := chance(0.02):
            self.at(at, technician, self._set_zone(technician, at, FAR))
            self.at(at + rng.randrange(HOUR, 4 * HOUR), technician, self._set_zone(technician, at, ZONE))

    def _call(self, technician: Technician, second: float) -> None:
        rng = self._rng

        async def begin() -> None:
            number = rng.choice(self._customers)
            if second - technician.last.get(number, -AGAIN_SECONDS) < AGAIN_SECONDS:
                return
            technician.last[number] = second
            shown = rng.choice(SPELLINGS).format(number)
            direction = "out" if rng.random() < 0.2 else "in"
            party = {"calleeID" if direction == "out" else "callerID": shown, "workgroupName": "Support"}
            handle = technician.truth.begin(shown, direction, call_info(**party))
            rings, talks = rng.randrange(2, 40), int(rng.expovariate(1 / 180)) + 1

            async def connect() -> None:
                technician.truth.connect(handle)

            async def end() -> None:
                technician.truth.end(handle)

            if rng.random() < 0.8:
                self.at(second + rings, technician, connect)
                rings += min(talks, 2400)
            self.at(second + rings, technician, end)

        self.at(second, technician, begin)

    def _count(self, what: str) -> None:
        self.happened[what] = self.happened.get(what, 0) + 1

    def _start(self, technician: Technician, *, is_again: bool = False) -> Act:
        async def start() -> None:
            technician.is_home |= not is_again
            if technician.is_home and not technician.desks[0].is_up:
                self._count("starts")
                await technician.desks[0].start()

        return start

    def _second(self, technician: Technician) -> Act:
        async def start() -> None:
            if technician.desks[0].is_up and not technician.desks[1].is_up:
                self._count("second Helpdecks")
                await technician.desks[1].start()

        return start

    def _quit(self, technician: Technician, *, which: int = 0, kills: bool = False, at_evening: bool = False) -> Act:
        async def leave() -> None:
            desk = technician.desks[which]
            if at_evening:
                technician.is_home = False
            elif technician.truth.now < technician.steady_until:
                return
            if not desk.is_up:
                return
            if kills:
                self._count("kills")
                technician.odd_days.add(int(technician.truth.now // DAY))

                def nothing() -> object:
                    return None

                away, back = (nothing, nothing) if self.is_away else (self.place.away, self.place.back)
                await desk.kill(away, back)
            else:
                self._count("quits")
                if self.is_away:
                    technician.odd_days.add(int(technician.truth.now // DAY))
                await desk.stop()

        return leave

    def _cut(self, technician: Technician, at: float, seconds: int) -> Act:
        async def up() -> None:
            technician.extension.is_down = False

        async def cut() -> None:
            self._count("channels lost")
            technician.extension.is_down = seconds > 0
            technician.extension.cut()
            if seconds:
                self.at(at + seconds, technician, up)

        return cut

    def _set_clock(self, technician: Technician, at: float, by: float) -> Act:
        async def set_clock() -> None:
            self._count("clocks set")
            technician.odd_days |= {int(at // DAY) - 1, int(at // DAY), int(at // DAY) + 1}
            technician.steady_until = at + 2 * HOUR + 2400
            technician.desks[0].clock.set_wall_clock(by)

        return set_clock

    def _set_zone(self, technician: Technician, at: float, zone: ZoneInfo) -> Act:
        async def set_zone() -> None:
            self._count("zones changed")
            for desk in technician.desks:
                desk.zone = zone

        return set_zone

    async def _away(self) -> None:
        self._count("archive away")
        self.is_away = True
        self.place.away()

    async def _back(self) -> None:
        self.is_away = False
        self.place.back()

    async def live(self) -> None:
        """Let it all happen, and end every Helpdeck."""
        while self._future:
            second, _, whose, what = heapq.heappop(self._future)
            concerned = self.technicians if whose is None else [whose]
            for technician in concerned:
                await technician.run_to(second)
            await what()
            if whose is not None:
                await whose.rest()
        for technician in self.technicians:
            for desk in technician.desks:
                await desk.stop()
