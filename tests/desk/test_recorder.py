"""Every call is kept, from its first event on: what the screen forgets, and nobody tells again."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import calls_of
from tests.desk.harness import running, settings_of, until_live
from tests.desk.virtual import Extension, Helpdesk
from tests.waiting import until
from tui.archive import open_store
from tui.archive.errors import Cause, StoreError
from tui.archive.sql.store import SqlStore
from tui.archive.sqlite.database import open_database
from tui.archive.sqlite.schema import VERSION
from tui.config import ArchiveSettings, Settings, UISettings
from tui.demo import Altigen, Simulation
from tui.demo.switchboard import call_info
from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.desk.altigen.feed import WATCH_SECONDS
from tui.desk.altigen.recorder import BEAT_SECONDS, MENDED_SECONDS, PACE_SECONDS, REST_MOST, RETRY_SECONDS, rest_of
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall
from tui.state import state_folder

EXTENSION = "201"


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    return simulation.altigen


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveSettings:
    return ArchiveSettings(path=str(tmp_path / "archive.sqlite"))


@pytest.fixture
def settings(simulation: Simulation, archive: ArchiveSettings) -> Settings:
    """Calls only, and they are kept."""
    return settings_of(simulation, alpemix=None, remotepc=None, archive=archive)


def is_settled(desk: Desk, clock: FakeClock) -> bool:
    """Let time pass until what comes is known to be new."""
    if calls_of(desk).is_settling and clock.sleeping and clock.sleeping[0] <= WATCH_SECONDS:
        clock.advance(clock.sleeping[0])
    return not calls_of(desk).is_settling


@asynccontextmanager
async def listening(settings: Settings, clock: FakeClock) -> AsyncIterator[Desk]:
    async with running(settings, clock, archive=settings.archive) as desk:
        await until_live(desk, clock, "altigen")
        await until(lambda: is_settled(desk, clock))
        yield desk


async def kept(archive: ArchiveSettings, clock: FakeClock) -> list[KeptCall]:
    day = clock.now().at.astimezone().date().isoformat()
    async with open_store(archive, clock, to_read=True) as store:
        return await store.calls_of(EXTENSION, day)


async def until_kept(archive: ArchiveSettings, clock: FakeClock, *outcomes: Outcome) -> list[KeptCall]:
    """Wait until the calls of today are kept with these outcomes, the newest first."""
    calls: list[KeptCall] = []
    try:
        async with asyncio.timeout(30):
            while not calls or [call.outcome for call in calls] != list(outcomes):
                await asyncio.sleep(0.01)
                if clock.sleeping and clock.sleeping[0] <= REST_MOST:
                    clock.advance(clock.sleeping[0])
                calls = await kept(archive, clock) if Path(archive.path).is_file() else []
    except TimeoutError:
        pytest.fail(f"kept is {calls}")
    return calls


async def test_a_call_is_kept_from_its_first_event_on(
    settings: Settings, altigen: Altigen, archive: ArchiveSettings, clock: FakeClock
) -> None:
    async with listening(settings, clock) as desk:
        handle = await altigen.ring()
        await until(calls_of(desk).live)
        rang = clock.tick()
        (ringing,) = await until_kept(archive, clock, Outcome.LIVE)
        clock.advance(4)
        await altigen.connect(handle)
        await until(lambda: calls_of(desk).live()[0].connected)
        rang_for = int(clock.tick() - rang)
        clock.advance(30)
        await altigen.disconnect(handle)
        await until(lambda: not calls_of(desk).live())
        (ended,) = await until_kept(archive, clock, Outcome.ANSWERED)
    assert ringing.id == ended.id
    assert (ended.ring_seconds, ended.talk_seconds, ended.at_least) == (rang_for, 30, False)
    assert ended.extension == EXTENSION


async def test_equal_extensions_of_two_exchanges_are_kept_apart_where_each_has_a_name(
    settings: Settings, altigen: Altigen, archive: ArchiveSettings, clock: FakeClock
) -> None:
    assert settings.altigen is not None
    named = replace(settings, altigen=replace(settings.altigen, exchange="İzmir"))
    async with listening(named, clock) as desk:
        await altigen.ring()
        await until(lambda: calls_of(desk).live())
        about = desk.counter(AltiGenCounter).about

        def is_known() -> bool:
            if clock.sleeping and clock.sleeping[0] <= REST_MOST:
                clock.advance(clock.sleeping[0])
            subject = about(calls_of(desk).live()[0])
            return subject is not None and subject.account == f"{EXTENSION} at İzmir"

        await until(is_known)
    async with open_store(archive, clock, to_read=True) as store:
        assert await store.extensions() == [f"{EXTENSION} at İzmir"]


async def test_calls_that_go_on_when_the_program_ends_have_ended_unseen_and_go_on_for_the_next_one(
    settings: Settings, altigen: Altigen, archive: ArchiveSettings, clock: FakeClock
) -> None:
    async with listening(settings, clock):
        handle = await altigen.ring()
        await altigen.connect(handle)
        await until_kept(archive, clock, Outcome.LIVE)
    (before,) = await until_kept(archive, clock, Outcome.ENDED_UNSEEN)
    clock.advance(10)
    async with listening(settings, clock) as desk:
        await until_kept(archive, clock, Outcome.LIVE)
        await until(lambda: calls_of(desk).history.day)
        assert not calls_of(desk).history.earlier, "the call of now is not shown twice"
        await altigen.disconnect(handle)
        (after,) = await until_kept(archive, clock, Outcome.ANSWERED)
    assert after.id == before.id


async def test_what_was_before_the_start_is_known_again(
    settings: Settings, altigen: Altigen, archive: ArchiveSettings, clock: FakeClock
) -> None:
    async with listening(settings, clock):
        for _ in range(2):
            await altigen.disconnect(await altigen.ring())
        await until_kept(archive, clock, Outcome.MISSED, Outcome.MISSED)
    clock.advance(60)
    async with listening(settings, clock) as desk:
        history = calls_of(desk).history
        await until(lambda: len(history.earlier) == 2)
        assert all(call.is_missed for call in history.earlier)
        await altigen.disconnect(await altigen.ring())
        await until_kept(archive, clock, *[Outcome.MISSED] * 3)
        assert len(history.earlier) == 2, "what is on the board is no earlier call"
        # Not sooner: what is remembered may be read before anything is heard now.
        assert history.coverage is not None
        assert (history.coverage.gaps, history.coverage.gap_seconds) == (1, 60)


async def test_that_somebody_listens_is_told_once_a_minute_and_at_the_end(
    settings: Settings, archive: ArchiveSettings, clock: FakeClock
) -> None:
    begun = clock.now().at.timestamp()

    async def listened() -> float:
        async with open_store(archive, clock, to_read=True) as store:
            spells = await store.spells_of(EXTENSION, begun - 1, begun + 9_999)
        return sum(spell.until - spell.began for spell in spells)

    async with listening(settings, clock):
        while await listened() < BEAT_SECONDS:  # in steps: a link of which nothing is heard for long is not listened to
            clock.advance(1.0)
    assert await listened() >= BEAT_SECONDS


async def test_the_day_of_a_call_is_one_of_the_zone_that_is_set_now(
    settings: Settings, altigen: Altigen, archive: ArchiveSettings, clock: FakeClock
) -> None:
    settings = replace(settings, ui=UISettings(timezone="UTC"))
    async with listening(settings, clock) as desk:
        await altigen.disconnect(await altigen.ring())
        await until_kept(archive, clock, Outcome.MISSED)
        await until(lambda: calls_of(desk).history.day == "2024-08-22")
        desk.adopt(replace(settings, ui=UISettings(timezone="Pacific/Pago_Pago")))  # where it is the evening before
        await altigen.disconnect(await altigen.ring())

        def is_there() -> bool:
            if clock.sleeping and clock.sleeping[0] <= REST_MOST:
                clock.advance(clock.sleeping[0])
            return calls_of(desk).history.day == "2024-08-21"

        await until(is_there)
    async with open_store(archive, clock, to_read=True) as store:
        assert await store.call_days(EXTENSION) == ["2024-08-21", "2024-08-22"]


async def test_where_calls_are_not_to_be_kept_none_is(
    settings: Settings, altigen: Altigen, archive: ArchiveSettings, clock: FakeClock
) -> None:
    settings = replace(settings, archive=replace(archive, calls=False))
    async with listening(settings, clock) as desk:
        await altigen.disconnect(await altigen.ring())
        await until(lambda: calls_of(desk).missed)
    assert not Path(archive.path).exists()


async def test_an_archive_that_cannot_be_used_does_not_hold_up_the_calls(
    settings: Settings, altigen: Altigen, archive: ArchiveSettings, clock: FakeClock
) -> None:
    open_database(Path(archive.path)).close()
    versioned(archive, 99)
    async with listening(settings, clock) as desk:
        await altigen.disconnect(await altigen.ring())
        await until(lambda: calls_of(desk).missed and "newer Helpdeck" in calls_of(desk).history.trouble)
        # It is over when somebody mends it, and is asked for no more often than that.
        await until(lambda: any(MENDED_SECONDS / 2 < each <= MENDED_SECONDS for each in clock.sleeping))
        versioned(archive, VERSION)

        def is_well() -> bool:
            clock.advance(0.5)
            return not calls_of(desk).history.trouble

        await until(is_well)
        await until_kept(archive, clock, Outcome.MISSED)
    assert not waiting()


async def test_calls_that_could_not_be_stored_wait_on_the_disk_for_the_next_helpdeck(
    settings: Settings, altigen: Altigen, archive: ArchiveSettings, clock: FakeClock
) -> None:
    open_database(Path(archive.path)).close()
    versioned(archive, 99)
    async with listening(settings, clock) as desk:
        await altigen.disconnect(await altigen.ring("3125550101"))
        await until(lambda: calls_of(desk).missed)
        clock.advance(1.0)
        await altigen.connect(await altigen.ring("3125550102"))
        await until(lambda: calls_of(desk).missed and len(calls_of(desk).live()) == 1)
        await until(lambda: calls_of(desk).history.trouble)
    assert len(waiting()) == 1
    assert stat.S_IMODE(waiting()[0].stat().st_mode) == 0o600
    versioned(archive, VERSION)
    altigen.calls.clear()
    async with listening(settings, clock):
        calls = await until_kept(archive, clock, Outcome.ENDED_UNSEEN, Outcome.MISSED)
        await until(lambda: not waiting())
    assert [call.number for call in calls] == ["3125550102", "3125550101"]
    assert len(await kept(archive, clock)) == 2


async def test_each_call_is_kept_or_counted_as_one_that_was_not(
    settings: Settings, altigen: Altigen, archive: ArchiveSettings, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.desk.altigen.unstored.KEPT_MOST", 3)
    monkeypatch.setattr("tui.models.call_board.CHANGED_KEPT", 2)
    open_database(Path(archive.path)).close()
    versioned(archive, 99)
    async with listening(settings, clock) as desk:
        board = calls_of(desk)
        while not board.dropped:
            before = board.missed
            await altigen.disconnect(await altigen.ring())
            await until(lambda before=before: board.missed > before)  # type: ignore[misc]
            clock.advance(RETRY_SECONDS)
        versioned(archive, VERSION)

        def is_well() -> bool:
            clock.advance(0.1)
            return not (board.history.trouble or board.changed_calls)

        await until(is_well)
    assert len(await kept(archive, clock)) + board.dropped == board.missed


async def test_calls_are_not_kept_where_they_would_be_gone_with_the_next_start(
    settings: Settings, altigen: Altigen, archive: ArchiveSettings, clock: FakeClock
) -> None:
    Path(archive.path).write_bytes(b"this is no database" * 1_000)
    async with listening(settings, clock) as desk:
        await altigen.disconnect(await altigen.ring())
        await until(lambda: calls_of(desk).missed and "damaged" in calls_of(desk).history.trouble)
    assert len(waiting()) == 1


def waiting() -> list[Path]:
    """The files in which calls wait."""
    return list(state_folder().glob("calls-*.jsonl"))


def versioned(archive: ArchiveSettings, version: int) -> None:
    """Let an archive be of this version."""
    with closing(sqlite3.connect(archive.path)) as database:
        database.execute(f"PRAGMA user_version = {version}")


def test_what_few_calls_do_is_stored_soon_however_slow_the_archive_and_a_flood_leaves_the_screen_its_time() -> None:
    assert rest_of(3, 1.0) == PACE_SECONDS
    assert rest_of(200, 0.0) == PACE_SECONDS
    assert PACE_SECONDS < rest_of(200, 0.002) < rest_of(200, 1.0) == REST_MOST


async def begun(archive: ArchiveSettings, folder: Path) -> tuple[Extension, Helpdesk]:
    """An extension in a virtual clock, and a desk that has listened to it for a minute."""
    extension = Extension(EXTENSION)
    desk = Helpdesk(extension, "desk1", archive, folder)
    await desk.start()
    await desk.run_to(60)
    return extension, desk


async def test_what_is_known_of_today_is_read_again_soon_where_it_could_not_be_read(
    tmp_path: Path, archive: ArchiveSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Helpdesk(Extension(EXTENSION), "desk1", archive, tmp_path, zone=timezone(timedelta(hours=23, minutes=58)))
    await desk.start()
    await desk.run_to(60)
    history = desk.board.history
    read, failures = SqlStore.call_days, [StoreError(Cause.LOCKED, Path(archive.path))]

    async def call_days(store: SqlStore, extension: str) -> list[str]:
        if failures:
            raise failures.pop()
        return await read(store, extension)

    monkeypatch.setattr(SqlStore, "call_days", call_days)
    while not history.trouble:
        await desk.run_to(desk.now + 1)
    assert history.day == "2024-01-01", "midnight has just passed"
    await desk.run_to(desk.now + RETRY_SECONDS + 1)
    assert (history.day, history.trouble) == ("2024-01-02", "")
    await desk.stop()


async def test_a_call_that_was_shown_is_kept_although_helpdeck_was_killed_before_it_was_stored(
    tmp_path: Path, archive: ArchiveSettings
) -> None:
    open_database(Path(archive.path)).close()
    extension, desk = await begun(archive, tmp_path)
    for number in ("02125550101", "02125550102"):
        extension.tell(extension.begin("in", call_info(callerID=number))[1])
    await until(lambda: len(desk.board) == 2)
    await desk.kill(lambda: versioned(archive, 99), lambda: versioned(archive, VERSION))
    extension.board.calls.clear()
    await desk.start()
    await desk.run_to(400)  # who is dead is not waited for any longer
    await desk.stop()
    async with open_store(archive, to_read=True) as store:
        calls = await store.calls_of(EXTENSION, "2024-01-01")
    assert {call.line for call in calls} == {"+902125550101", "+902125550102"}
    assert [call.outcome for call in calls] == [Outcome.ENDED_UNSEEN] * 2
    assert not list(tmp_path.glob("*.jsonl"))


async def test_of_a_call_that_ended_while_the_channel_was_lost_nothing_is_kept_that_nobody_knew(
    tmp_path: Path, archive: ArchiveSettings
) -> None:
    extension, desk = await begun(archive, tmp_path)
    handle, events = extension.begin("in", call_info(callerID="02125550101"))
    extension.tell([*events, *extension.board.connect(handle)])
    await desk.run_to(100)
    extension.is_down = True
    extension.cut()
    extension.board.calls.clear()
    await desk.run_to(400)
    extension.is_down = False
    await desk.run_to(500)
    await desk.stop()
    async with open_store(archive, to_read=True) as store:
        (call,) = await store.calls_of(EXTENSION, "2024-01-01")
    assert (call.talk_seconds, call.at_least, call.outcome) == (40, True, Outcome.ENDED_UNSEEN)


async def test_a_caller_who_rang_before_is_shown_beside_the_call_that_goes_on_for_the_next_helpdeck(
    tmp_path: Path, archive: ArchiveSettings
) -> None:
    extension, desk = await begun(archive, tmp_path)
    extension.tell(extension.begin("in", call_info(callerID="02125550101"))[1])
    await desk.run_to(70)
    extension.board.calls.clear()
    extension.cut()
    await desk.run_to(90)
    extension.tell(extension.begin("in", call_info(callerID="02125550101"))[1])
    await desk.run_to(100)
    await desk.stop()
    await desk.run_to(120)
    await desk.start()
    await desk.run_to(140)
    assert (len(desk.board), len(desk.board.history.earlier)) == (1, 1)
    await desk.stop()
