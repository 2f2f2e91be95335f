"""An SQLite archive comes into PostgreSQL whole or not at all, and what is there already loses nothing."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from tests.archive.keeping import keep, remembered, some_days, wait_until_closed
from tests.models.test_callbacks import LINE, MISSED, done, taken
from tests.models.test_kept_calls import KEPT, OTHERS
from tests.store.harness import LIMIT, NOON, row
from tests.store.test_notes import CALL, connection, note
from tests.store.test_notes import USER as USER_NOTED
from tui.archive import Store, move, open_store
from tui.archive.errors import Cause, StoreError
from tui.archive.records import UserList
from tui.archive.sqlite.database import open_database
from tui.archive.upkeep import Brought
from tui.config import ArchiveSettings
from tui.models.clock import Clock
from tui.models.connections import ReportKind
from tui.models.listening import Spell
from tui.models.text import BAD_SIGN
from tui.models.users import User

TABLES = {
    "connections": "day, uid, started, started_text, seconds, mode, explanation, customer, extra, seen_at, changed_at",
    "changes": "day, uid, until, started, started_text, seconds, mode, explanation, customer, extra",
    "days": "account, day, rows, whole_at, until, gap_since, repaired, closed_at, read_at, late",
}


@pytest.fixture
def old(tmp_path: Path) -> ArchiveSettings:
    """A file with two days."""
    archive = ArchiveSettings(path=str(tmp_path / "archive.sqlite"))
    some_days(archive)
    return archive


@pytest.fixture
def team(postgres_url: str) -> ArchiveSettings:
    """An empty database."""
    return ArchiveSettings(url=postgres_url)


CALLS = {"calls", "sights", "spells", "callback_steps"}
CONTACTS = {"contacts", "tie_steps"}
MOVED = {"accounts", *TABLES, "requests", "cooldowns", "failures", "fetches", "user_lists", *CALLS, "notes", *CONTACTS}
LEFT = {"keepers", "news", "searched", "unsearched"}
"""Whoever keeps the days of the file does not keep those of the database, and nobody waits there for what is new. What
is searched is made of the rows anew."""


def moved(old: ArchiveSettings, team: ArchiveSettings) -> Brought:
    return move(old, team, lambda _done, _total: None)


def tables(archive: ArchiveSettings) -> dict[str, list[Any]]:
    """All that there is, in one order."""
    statements = {table: f"SELECT {columns} FROM {table}" for table, columns in TABLES.items()}
    if archive.url:
        with psycopg.connect(archive.url) as connection:
            connection.execute("SET search_path = helpdeck")
            return {table: sorted(connection.execute(said.encode()), key=repr) for table, said in statements.items()}
    with closing(open_database(Path(archive.path))) as database:
        return {table: sorted(database.execute(said), key=repr) for table, said in statements.items()}


def test_all_of_it_comes_over_row_by_row(old: ArchiveSettings, team: ArchiveSettings) -> None:
    before = Path(old.path).read_bytes()
    assert moved(old, team) == Brought(2, 4, 1, 2, 4, 1, written=2, lists=0, lists_written=0)
    assert Path(old.path).read_bytes() == before
    assert tables(team) == tables(old)
    assert remembered(team) == remembered(old)


def test_what_becomes_of_each_table_is_decided(old: ArchiveSettings) -> None:
    """Whoever adds a table brings it over, in `tui/archive/sql/transfer.py`, or says here why not."""
    with closing(open_database(Path(old.path))) as database:
        names = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {name for name in names if not name.startswith("sqlite_")} == MOVED | LEFT


def test_a_second_time_nothing_is_changed_also_when_the_team_has_gone_on(
    old: ArchiveSettings, team: ArchiveSettings
) -> None:
    moved(old, team)
    once = tables(team)
    assert moved(old, team).written == 0
    assert tables(team) == once
    keep(team, row("2", explanation="scanner"), row("3"), row("4"), at=NOON + timedelta(hours=2))
    gone_on = tables(team)
    assert moved(old, team).written == 0
    assert tables(team) == gone_on


def test_a_text_that_no_server_takes_comes_over_with_signs_for_what_cannot_be(
    old: ArchiveSettings, team: ArchiveSettings
) -> None:
    with closing(open_database(Path(old.path))) as database:
        database.execute("UPDATE connections SET explanation = CAST(x'6100ff62' AS TEXT) WHERE uid = '3'")
    moved(old, team)
    signs = 2 * BAD_SIGN
    assert [each.explanation for _, rows, _ in remembered(team) for each in rows if each.uid == "3"] == [f"a{signs}b"]
    assert moved(old, team).written == 0


def test_what_two_have_kept_of_one_account_is_joined(old: ArchiveSettings, team: ArchiveSettings) -> None:
    keep(team, row("2", explanation="scanner"), row("8"), at=NOON + timedelta(seconds=30))
    found = moved(old, team)
    assert (found.rows, found.rows_there) == (4, 5)
    ((rows, earlier),) = [(rows, earlier) for day, rows, earlier in remembered(team) if day.day == "2024-08-22"]
    said = {
        each.uid: [each.explanation, *(known.row.explanation for known in before)]
        for each, before in zip(rows, earlier, strict=True)
    }
    assert said["2"] == ["printer", "scanner", ""]
    assert set(said) == {"2", "3", "8", "9"}
    assert moved(old, team).written == 0


def test_other_accounts_of_the_team_stay(old: ArchiveSettings, team: ArchiveSettings) -> None:
    with psycopg.connect(team.url) as connection:
        moved(old, team)
        connection.execute("UPDATE helpdeck.accounts SET name = 'others at example.com'")
        connection.execute("UPDATE helpdeck.days SET account = 'others at example.com'")
    moved(old, team)
    assert remembered(team) == remembered(old)
    assert remembered(team, "others at example.com") == remembered(old)


def test_what_was_not_written_as_it_was_is_noticed_and_nothing_of_it_stays(
    old: ArchiveSettings, team: ArchiveSettings
) -> None:
    empty = ArchiveSettings(path=str(Path(old.path).with_name("empty.sqlite")))
    asyncio.run(touch(empty))
    moved(empty, team)
    with psycopg.connect(team.url) as connection:
        connection.execute(
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN IF new.uid = '3' THEN new.customer = 'x'; END IF; RETURN new; END $$"
        )
        connection.execute(
            "CREATE TRIGGER spoil BEFORE INSERT ON helpdeck.connections FOR EACH ROW EXECUTE FUNCTION spoil()"
        )
    with pytest.raises(StoreError, match="does not hold what was brought") as caught:
        moved(old, team)
    assert caught.value.cause is Cause.UNEQUAL
    assert tables(team) == {table: [] for table in TABLES}


async def touch(archive: ArchiveSettings) -> None:
    async with open_store(archive) as store:
        await store.budget(LIMIT)


MOVING = """
import sys
from tui.archive import move
from tui.config import ArchiveSettings

def stop(done: int, total: int) -> None:
    print(done, total, flush=True)
    sys.stdin.read()

move(ArchiveSettings(path=sys.argv[1]), ArchiveSettings(url=sys.argv[2]), stop)
"""


USER = User(username="a@example.com", allotted=1, used=1, active=True, created=None)


async def keep_users(archive: ArchiveSettings, day: str, at: float, *users: User) -> None:
    async with open_store(archive) as store:
        await store.store_users("reseller", UserList(day, at, users))


async def test_the_calls_come_over_too_and_a_second_time_nothing_is_written(
    old: ArchiveSettings, team: ArchiveSettings
) -> None:
    spell = Spell(id="a", extension="201", host="desk1", began=NOON.timestamp(), until=NOON.timestamp() + 60)
    many = [replace(KEPT, id=f"{number:016x}", handle=number) for number in range(1_000, 2_500)]
    async with open_store(old) as store:
        await store.store_calls([KEPT, OTHERS, *many], [spell], KEPT.known_at)
    wait_until_closed()
    for written in (1_501, 0):
        brought = await asyncio.to_thread(moved, old, team)
        assert (brought.calls, brought.calls_written) == (1_501, written)
    async with open_store(old, to_read=True) as source, open_store(team) as store:
        assert await store.calls_of("201", KEPT.day) == await source.calls_of("201", KEPT.day)
        assert await store.spells_of("201", spell.began, spell.until) == [spell]
        await store.store_calls([OTHERS], [], KEPT.known_at)
        assert len(await store.calls_of("201", KEPT.day)) == 1_501


async def test_what_was_done_about_missed_calls_comes_over_too(old: ArchiveSettings, team: ArchiveSettings) -> None:
    others = replace(MISSED, id="f" * 16, handle=9, line="205")
    async with open_store(old) as store:
        await store.store_calls([MISSED, others], [], MISSED.known_at)
        claim = await store.take_callback(taken(), 0.0)
        await store.finish_callback(replace(done(0, 200), line="205"))
    wait_until_closed()
    for _ in range(2):
        await asyncio.to_thread(moved, old, team)
        async with open_store(team) as store:
            assert [(each.line, each.taken) for each in (await store.callbacks(0.0)).open] == [(LINE, claim)]


async def test_a_call_that_the_team_has_seen_too_is_joined_with_it(old: ArchiveSettings, team: ArchiveSettings) -> None:
    async with open_store(old) as store:
        await store.store_calls([OTHERS], [], KEPT.known_at)
    wait_until_closed()
    async with open_store(team) as store:
        await store.store_calls([KEPT], [], KEPT.known_at)
        for written in (1, 0):
            assert (await asyncio.to_thread(moved, old, team)).calls_written == written
        assert [call.hosts for call in await store.calls_of("201", KEPT.day)] == ["desk1, desk2"]


async def test_notes_come_over_each_once_and_what_they_are_about_is_the_same(
    old: ArchiveSettings, team: ArchiveSettings
) -> None:
    about = [CALL, USER_NOTED, connection(row("1"))]
    notes = [note(about[number % 3], number) for number in range(1_500)]
    async with open_store(old) as store:
        await store.add_notes(notes)
    wait_until_closed()
    async with open_store(team) as store:
        await store.add_notes([note(CALL, 9_999, author="bora")])
        for written in (1_500, 0):
            brought = await asyncio.to_thread(moved, old, team)
            assert (brought.notes, brought.notes_written) == (1_500, written)
        assert await store.notes_on(USER_NOTED.page) == notes[1::3]
        assert (await store.notes_of(CALL))[-1].author == "bora"
        assert [each.text for each in await store.notes_of(about[2])] == [each.text for each in notes[2::3][-200:]]


async def test_the_lists_of_users_come_over_too_the_later_of_each_day(
    old: ArchiveSettings, team: ArchiveSettings
) -> None:
    await keep_users(old, "2024-08-21", 10.0, USER)
    await keep_users(old, "2024-08-22", 20.0, USER)
    await keep_users(team, "2024-08-22", 30.0)
    await keep_users(team, "2024-08-21", 5.0)
    for written in (1, 0):
        brought = await asyncio.to_thread(moved, old, team)
        assert (brought.lists, brought.lists_written) == (2, written)
    async with open_store(team) as store:
        assert await store.users_of("reseller", "2024-08-21") == UserList("2024-08-21", 10.0, (USER,))
        assert await store.users_of("reseller", "2024-08-22") == UserList("2024-08-22", 30.0, ())


def test_killed_in_the_middle_nothing_is_there_and_a_second_run_completes_it(
    old: ArchiveSettings, team: ArchiveSettings
) -> None:
    for number in range(40):
        at = NOON - timedelta(days=2 + number)
        keep(old, *(row(f"{number}-{each}", at - timedelta(seconds=each)) for each in range(200)), at=at)
    before = Path(old.path).read_bytes()
    command = [sys.executable, "-c", MOVING, old.path, team.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        done, total = map(int, process.stdout.readline().split())
        assert 0 < done < total
        process.send_signal(signal.SIGKILL)
    with psycopg.connect(team.url) as connection:
        assert connection.execute("SELECT to_regnamespace('helpdeck')").fetchone() == (None,)
    assert Path(old.path).read_bytes() == before
    assert moved(old, team).rows_there == 8004
    assert tables(team) == tables(old)


async def left(store: Store) -> int:
    return (await store.budget(LIMIT)).left(Clock().uptime().seconds)


async def test_what_was_asked_in_the_last_minute_counts_in_the_database_too(
    old: ArchiveSettings, team: ArchiveSettings
) -> None:
    async with open_store(old) as store:
        slot, _ = await store.reserve(LIMIT)
        assert slot is not None
        await store.complete(LIMIT, slot)
        claim = await store.claim(LIMIT, lambda _: ReportKind.TODAY)
        assert claim.slot is not None
        assert await left(store) == 1
    for _ in range(2):  # once more counts nothing twice
        await asyncio.to_thread(moved, old, team)
        async with open_store(team) as store:
            assert await left(store) == 1
            assert (await store.fetch_state(LIMIT)).under_way == {"today"}


async def test_a_cool_down_holds_in_the_database_too(old: ArchiveSettings, team: ArchiveSettings) -> None:
    async with open_store(old) as store:
        before = await store.block(LIMIT, 600.0, "too many")
    await asyncio.to_thread(moved, old, team)
    async with open_store(team) as store:
        after = await store.budget(LIMIT)
    assert after.reason == "too many"
    assert -0.001 < after.blocked_until - before.blocked_until < 30.0  # later by as long as the server was waited for


async def test_when_it_was_last_fetched_is_known_in_the_database_too(
    old: ArchiveSettings, team: ArchiveSettings
) -> None:
    async with open_store(old) as store:
        began = (await store.claim(LIMIT, lambda _: ReportKind.TODAY)).slot
        assert began is not None
        before = (await store.fetch_state(LIMIT)).fetched
    await asyncio.to_thread(moved, old, team)
    async with open_store(team) as store:
        after = (await store.fetch_state(LIMIT)).fetched
    assert after == before  # of an earlier boot


async def test_the_dashboards_of_the_team_are_told(old: ArchiveSettings, team: ArchiveSettings) -> None:
    async with open_store(team) as store:
        await store.days(LIMIT.account)
        await store.changed()
        await asyncio.to_thread(moved, old, team)
        assert await store.changed(within=30.0)
        assert len(await store.days(LIMIT.account)) == 2


def test_of_a_file_of_an_older_helpdeck_nothing_is_moved(old: ArchiveSettings, team: ArchiveSettings) -> None:
    with closing(open_database(Path(old.path))) as database:
        database.execute("PRAGMA user_version = 1")
    with pytest.raises(StoreError) as caught:
        moved(old, team)
    assert caught.value.cause is Cause.OLDER
    with psycopg.connect(team.url) as connection:
        assert connection.execute("SELECT to_regnamespace('helpdeck')").fetchone() == (None,)
