"""The board of the team at the desk: read when somebody looks and something was stored, and else hardly ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from tests.clock import START, FakeClock
from tests.desk.harness import running, settings_of, until_live
from tests.models.test_kept_calls import KEPT
from tests.waiting import until
from tui.archive import open_store
from tui.archive.errors import Cause, StoreError
from tui.archive.records import SILENT_SECONDS
from tui.archive.sql.store import SqlStore
from tui.archive.sqlite import SqliteEngine
from tui.config import ArchiveSettings, Settings, TeamSettings, UISettings
from tui.crash import FaultReports
from tui.demo import Simulation
from tui.desk.team import AGAIN_SECONDS, LOOKED_SECONDS, READ_SECONDS, RETRY_SECONDS, TeamWatch
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell
from tui.models.team import TeamDay

NOW: Final = START.timestamp()
SHARED: Final = ArchiveSettings(url="postgresql://helpdeck@db.example.com/helpdeck")
IN_UTC: Final = Settings(ui=UISettings(timezone="UTC"), team=TeamSettings(technicians={"201": "Ayşe"}))


class Counting(SqlStore):
    """Counts how often it is read, and can fail."""

    reads = 0
    error: Exception | None = None

    async def team_day(self, day: str, since: float) -> TeamDay:
        self.reads += 1
        if self.error is not None:
            raise self.error
        return await super().team_day(day, since)


@asynccontextmanager
async def watched(clock: FakeClock, *held: KeptCall | Spell) -> AsyncIterator[tuple[TeamWatch, Counting]]:
    """The board alone, over a store that counts and holds this."""
    watch = TeamWatch(lambda: IN_UTC, SHARED, {}, clock)
    store = Counting(SqliteEngine(None, clock), clock)
    async with store, asyncio.TaskGroup() as group:
        calls = [each for each in held if isinstance(each, KeptCall)]
        await store.store_calls(calls, [each for each in held if isinstance(each, Spell)], NOW)
        assert await store.changed()  # that it was opened is told once
        task = group.create_task(watch.run(store, FaultReports(None)))
        try:
            yield watch, store
        finally:
            task.cancel()


async def look_for(watch: TeamWatch, clock: FakeClock, seconds: float) -> None:
    """Look once a second for this long."""
    for _ in range(int(seconds)):
        watch.look()
        clock.advance(1)
        await asyncio.sleep(0)


async def until_it_waits(clock: FakeClock) -> None:
    """Until the rest after a reading is over, and news are waited for."""
    await until(lambda: clock.sleeping)
    clock.advance(READ_SECONDS)
    await until(lambda: clock.sleeping and clock.sleeping[0] > READ_SECONDS)


async def settle() -> None:
    """Let whatever is under way go on."""
    for _ in range(50):
        await asyncio.sleep(0.001)


async def pass_until_done(clock: FakeClock, task: asyncio.Task[object]) -> None:
    """Let time pass in steps until this has ended."""

    def is_done() -> bool:
        clock.advance(0.25)
        return task.done()

    await until(is_done)


def live(start: float = 0.0, id: str = "a" * 16, **fields: object) -> KeptCall:
    begun = NOW + start
    call = replace(KEPT, id=id, day="2024-08-22", start=begun, talk_at=begun, known_at=begun, outcome=Outcome.LIVE)
    return replace(call, **fields)


def spell(until: float, began: float = NOW - 600, host: str = "desk1") -> Spell:
    return Spell(id="1", extension="201", host=host, began=began, until=until)


async def test_nothing_is_read_before_somebody_looks(clock: FakeClock) -> None:
    async with watched(clock, live(), spell(NOW)) as (watch, store):
        await settle()
        assert store.reads == 0
        watch.look()
        await until(lambda: watch.version == 1)
        (ayse,) = watch.team().technicians
        assert (ayse.label, ayse.reports, len(ayse.on)) == ("Ayşe", True, 1)


async def test_what_is_stored_is_read_at_once_and_no_more_than_once_a_second(clock: FakeClock) -> None:
    async with watched(clock) as (watch, store):
        watch.look()
        await until(lambda: watch.version == 1)
        await until_it_waits(clock)
        for number in range(5):
            await store.store_calls([live(id=f"{number:016x}", handle=number)], [], NOW)
        await until(lambda: watch.version == 2)
        assert store.reads == 2
        await store.store_calls([live(id="f" * 16, handle=9)], [], NOW)
        await settle()
        assert store.reads == 2
        clock.advance(1)
        await until(lambda: watch.version == 3)
        assert len(watch.team().technicians[0].on) == 6


async def test_while_nothing_is_told_it_is_read_hardly_ever(clock: FakeClock) -> None:
    async with watched(clock) as (watch, store):
        watch.look()
        await until(lambda: watch.version == 1)
        await until_it_waits(clock)
        await store.store_calls([], [spell(NOW + 200)], NOW, tells=False)
        await look_for(watch, clock, AGAIN_SECONDS - 1)
        await settle()
        assert store.reads == 1
        await look_for(watch, clock, 1)
        await until(lambda: watch.version == 2)
        assert store.reads == 2


async def test_who_looks_no_more_asks_for_nothing_and_who_looks_again_sees_what_came(clock: FakeClock) -> None:
    async with watched(clock) as (watch, store):
        watch.look()
        await until(lambda: watch.version == 1)
        await until_it_waits(clock)
        clock.advance(LOOKED_SECONDS)
        await store.store_calls([live()], [], NOW)
        await settle()
        assert store.reads == 1
        watch.look()
        await until(lambda: watch.version == 2)


async def test_whoever_falls_silent_reports_no_more(clock: FakeClock) -> None:
    async with watched(clock, spell(NOW)) as (watch, _):
        watch.look()
        await until(lambda: watch.version == 1)
        assert watch.team().reporting == 1
        clock.advance(SILENT_SECONDS)
        watch.look()
        watch.ask()
        await until(lambda: watch.version == 2)
        assert (watch.team().reporting, watch.team().of) == (0, 1)


async def test_a_new_day_begins_at_midnight() -> None:
    clock = FakeClock(datetime(2024, 8, 22, 23, 59, 30, tzinfo=UTC))
    talked = replace(live(), talk_at=NOW, known_at=NOW + 60, outcome=Outcome.ANSWERED)
    async with watched(clock, talked) as (watch, _):
        watch.look()
        await until(lambda: watch.version == 1)
        assert (watch.team().day, watch.team().figures.calls) == ("2024-08-22", 1)
        await until_it_waits(clock)
        await look_for(watch, clock, 30)
        await until(lambda: watch.version == 2)
        assert (watch.team().day, watch.team().figures.calls) == ("2024-08-23", 0)


@pytest.mark.parametrize("error", [StoreError(Cause.AWAY, "helpdeck on db"), RuntimeError("x")])
async def test_what_cannot_be_read_anew_is_said_and_what_was_known_stays(clock: FakeClock, error: Exception) -> None:
    async with watched(clock, spell(NOW)) as (watch, store):
        watch.look()
        await until(lambda: watch.version == 1)
        clock.advance(1)
        store.error = error
        watch.look()
        watch.ask()
        await until(lambda: watch.trouble)
        assert watch.team().reporting == 1
        store.error = None
        clock.advance(RETRY_SECONDS)
        watch.look()
        await until(lambda: not watch.trouble)


def test_without_a_team_s_archive_there_is_no_board_nor_where_the_config_leaves_it_out() -> None:
    off = Settings(team=TeamSettings(board=False))
    clock = FakeClock()
    assert TeamWatch(lambda: IN_UTC, None, {}, clock).why_none == "needs a team's archive: archive.url"
    path = ArchiveSettings(path="archive.sqlite")
    assert TeamWatch(lambda: IN_UTC, path, {}, clock).why_none == "needs a team's archive: archive.url"
    assert TeamWatch(lambda: IN_UTC, SHARED, {}, clock).why_none == ""
    assert TeamWatch(lambda: off, SHARED, {}, clock).why_none == "there is no board here: team.board"


async def test_who_begins_to_listen_is_news_and_who_wants_to_be_on_no_board_is_left_out(
    simulation: Simulation, tmp_path: Path, clock: FakeClock
) -> None:
    archive = ArchiveSettings(path=str(tmp_path / "archive.sqlite"))
    settings = settings_of(simulation, alpemix=None, remotepc=None, archive=archive)
    async with open_store(archive, clock) as colleague, asyncio.TaskGroup() as group:
        news = colleague.listener()
        while await news():
            pass
        async with running(settings, clock, archive=archive) as desk:
            await until_live(desk, clock, "altigen")
            await pass_until_done(clock, group.create_task(news(3_600)))
            day = clock.now().at.astimezone().date().isoformat()
            assert (await colleague.team_day(day, 0.0)).last["201"].host
            desk.adopt(replace(settings, team=TeamSettings(board=False)))
            await simulation.altigen.ring()

            async def is_hidden() -> None:
                while (await colleague.team_day(day, 0.0)).last["201"].host:
                    await asyncio.sleep(0.001)

            await pass_until_done(clock, group.create_task(is_hidden()))
