"""The file itself: private, shared, of today's schema; and what is said when it cannot be used."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tui.archive.budget import Limit, new_id
from tui.archive.errors import Cause, StoreError
from tui.archive.sql import ledger
from tui.archive.sql.database import Told
from tui.archive.sqlite.database import open_database, transaction
from tui.archive.sqlite.engine import SqliteEngine
from tui.archive.sqlite.files import COARSE_STEP, LOG, archive_path, stamp_of
from tui.archive.sqlite.schema import VERSION
from tui.models.budget import Budget
from tui.models.clock import Clock, Uptime

LIMIT = Limit("desk", "reports", 3, 60.0)


def look(database: sqlite3.Connection) -> Budget:
    return ledger.look(database, LIMIT, Uptime("first", 1000.0))


def make_older(path: Path) -> None:
    """As if the last write were a while ago."""
    for each in (path, path.with_name(path.name + LOG)):
        at = each.stat().st_mtime_ns - int((COARSE_STEP + 1) * 1e9)
        os.utime(each, ns=(at, at))


def test_the_file_and_those_beside_it_are_the_persons_alone(tmp_path: Path) -> None:
    path = tmp_path / "below" / "archive.sqlite"
    database = open_database(path)
    with transaction(database):
        look(database)
        ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id())
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}
    assert len(list(path.parent.iterdir())) == 3
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    database.close()


def test_a_file_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    open_database(path).close()
    path.chmod(0o644)
    open_database(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_lies_in_the_data_folder_unless_the_config_names_a_file(home: Path) -> None:
    assert archive_path("") == home / ".local/share/helpdeck/archive.sqlite"
    assert archive_path("/srv/desk.sqlite") == Path("/srv/desk.sqlite")


def test_many_processes_may_make_it_at_the_same_time(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from tui.archive.sqlite.database import open_database; "
    code += "sys.stdin.read(1); open_database(Path(sys.argv[1])).close()"
    command = [sys.executable, "-c", code, str(tmp_path / "archive.sqlite")]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
    said = [process.communicate(b"x")[1] for process in processes]
    assert not any(said)
    assert [process.returncode for process in processes] == [0] * 8


async def test_what_another_process_writes_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    with closing(SqliteEngine(path, Clock())) as ours, closing(SqliteEngine(path, Clock())) as theirs:
        await ours.changed()
        assert not await ours.changed()
        await theirs.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
        assert await ours.changed()
        await ours.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
        assert not await ours.changed()


async def test_no_thread_wakes_for_files_that_stay_as_they_are(tmp_path: Path) -> None:
    path, clock = tmp_path / "archive.sqlite", FakeClock()
    with closing(SqliteEngine(path, clock)) as ours, closing(SqliteEngine(path, clock)) as theirs:
        for slot in range(3):
            await theirs.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
            assert await ours.changed(), slot
            make_older(path)
            assert not await ours.changed()
            with pytest.raises(StopIteration) as ended:  # it is over without having waited for anything
                ours.changed().send(None)
            assert ended.value.value is Told.NOTHING


async def test_what_is_no_news_is_noticed_by_nobody_and_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"

    def store(database: sqlite3.Connection) -> None:
        database.execute("INSERT INTO accounts (name) VALUES (?)", (new_id(),))

    with closing(SqliteEngine(path, Clock())) as ours, closing(SqliteEngine(path, Clock())) as theirs:
        await ours.changed()
        await theirs.write(store, tells=Told.NOTHING)
        assert not await ours.changed()
        await ours.write(store)
        await theirs.write(store, tells=Told.NOTHING)
        assert not await ours.changed()
        await theirs.write(store)
        await theirs.write(store, tells=Told.NOTHING)
        assert await ours.changed()
        assert not await ours.changed()
        await theirs.write(look)  # it changes nothing
        assert not await ours.changed()
        assert await theirs.changed()  # as of its opening
        await theirs.write(store)
        await ours.write(store)
        assert await ours.changed()
        assert await theirs.changed()


async def test_who_is_cut_off_while_asking_is_told_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    with closing(SqliteEngine(path, Clock())) as ours, closing(SqliteEngine(path, Clock())) as theirs:
        await ours.changed()
        await theirs.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(ours.changed())
            await asyncio.sleep(0)
            asking.cancel()
        assert await ours.changed()


@pytest.mark.parametrize(
    ("at", "now", "is_settled"),
    [
        (1_000.5, 1_000.55, False),
        (1_000.5, 1_000.7, True),
        (1_000.0, 1_001.9, False),  # of a system that may count no parts of a second
        (1_000.0, 1_002.1, True),
        (1_000.5, 990.0, False),  # the clock was set back since
    ],
)
def test_a_stamp_shows_the_next_write_once_the_time_of_the_last_one_is_over(
    tmp_path: Path, at: float, now: float, is_settled: bool
) -> None:
    path = tmp_path / "archive.sqlite"
    path.touch()
    os.utime(path, ns=(int(at * 1e9), int(at * 1e9)))
    assert stamp_of(path).is_settled(now) is is_settled


async def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fails(database: sqlite3.Connection) -> None:
        ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id())
        raise ValueError

    with closing(SqliteEngine(tmp_path / "archive.sqlite", Clock())) as archive:
        with pytest.raises(ValueError):
            await archive.write(fails)
        assert (await archive.write(look)).left(1000) == 3


async def test_a_locked_file_is_said_and_used_again_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    other = open_database(path)
    other.execute("BEGIN IMMEDIATE")
    with closing(SqliteEngine(path, Clock(), busy_seconds=0.05)) as archive:
        with pytest.raises(StoreError, match="locked by another program") as caught:
            await archive.write(look)
        assert caught.value.cause is Cause.LOCKED
        assert archive.degraded_by is None
        other.execute("ROLLBACK")
        assert (await archive.write(look)).left(1000) == 3
    other.close()


async def test_a_file_of_a_newer_helpdeck_is_left_alone_and_nothing_stands_in_for_it(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    database = open_database(path)
    database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    with closing(SqliteEngine(path, Clock())) as archive:
        with pytest.raises(StoreError, match="newer Helpdeck") as caught:
            await archive.write(look)
        assert caught.value.cause is Cause.NEWER
        assert archive.degraded_by is None


def damage(path: Path) -> None:
    path.write_bytes(b"this is no database, and it is long enough to be read as the head of one" * 100)


def belong_to_another_program(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE notes (text)")
    other.commit()
    other.close()


def test_all_who_start_together_on_a_new_file_open_it(tmp_path: Path) -> None:
    """None of them takes the half-made tables of another for those of another program."""
    with ThreadPoolExecutor(8) as threads:
        for number in range(40):
            path, together = tmp_path / f"{number}.sqlite", threading.Barrier(8)

            def start(path: Path = path, together: threading.Barrier = together) -> None:
                together.wait()
                open_database(path, 10.0).close()

            for started in [threads.submit(start) for _ in range(8)]:
                started.result()


def be_a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (damage, "damaged"),
        (belong_to_another_program, "database of another program"),
        (be_a_folder, "cannot be opened"),
    ],
)
async def test_for_a_file_that_nobody_can_use_a_fallback_is_shared_and_the_file_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: object, said: str
) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    path = tmp_path / "archive.sqlite"
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    reasons: list[str] = []
    with closing(SqliteEngine(path, Clock())) as one, closing(SqliteEngine(path, Clock())) as another:
        for archive in (one, another):
            archive.on_first_open(lambda _, why: reasons.append(why))
        assert (await one.write(look)).left(1000) == 3
        await one.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
        assert (await another.write(look)).left(1000) == 2
        assert one.degraded_by is not None
        assert len(reasons) == 2
        assert all(said in each for each in reasons)
        assert one.degraded_by is not None
        assert said in one.degraded_by.sentence
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert [each.suffix for each in runtime.iterdir() if each.suffix == ".sqlite"] == [".sqlite"]


async def test_a_fallback_is_not_made_in_a_folder_that_somebody_else_has_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    folder = tmp_path / f"helpdeck-{os.geteuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    path = tmp_path / "archive.sqlite"
    damage(path)
    with closing(SqliteEngine(path, Clock())) as archive, pytest.raises(StoreError):
        await archive.write(look)


async def test_a_full_disk_is_said_and_costs_nothing_that_was_there(tmp_path: Path) -> None:
    """A limit on the pages of the file stands for the disk: SQLite says the same."""
    path = tmp_path / "archive.sqlite"
    database = open_database(path)
    with transaction(database):
        ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id())
    database.close()

    def fill(database: sqlite3.Connection) -> None:
        for number in range(100_000):
            ledger.block(database, LIMIT._replace(account=str(number)), Uptime("first", 1000.0), 60.0, "full")

    with closing(SqliteEngine(path, Clock())) as archive:
        await archive.write(lambda database: database.execute("PRAGMA max_page_count = 40").fetchone())
        with pytest.raises(StoreError, match="the disk is full") as caught:
            await archive.write(fill)
        assert caught.value.cause is Cause.FULL
        assert archive.degraded_by is None
        assert (await archive.write(look)).left(1000) == 2
        assert (await archive.read(lambda database: database.execute("PRAGMA integrity_check").fetchone())) == ("ok",)


async def test_a_file_that_is_moved_away_is_left_by_those_who_use_it_too(tmp_path: Path) -> None:
    """Otherwise they and the next to start would count their requests apart."""
    path = tmp_path / "archive.sqlite"
    reasons: list[str] = []
    with closing(SqliteEngine(path, Clock())) as ours:
        ours.on_first_open(lambda _, why: reasons.append(why))
        await ours.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
        assert not reasons
        for each in list(tmp_path.iterdir()):
            each.rename(each.with_name(each.name.replace("archive", "old")))
        with closing(SqliteEngine(path, Clock())) as theirs:
            await theirs.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
            assert (await ours.write(look)).left(1000) == 2
        assert len(reasons) == 1
        assert "moved away" in reasons[0]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_who_could_not_write_into_the_new_file_at_first_still_begins_with_what_must_come_first(
    tmp_path: Path,
) -> None:
    path = tmp_path / "archive.sqlite"
    reasons: list[str] = []
    with closing(SqliteEngine(path, Clock(), busy_seconds=0.05)) as ours:
        ours.on_first_open(lambda _, why: reasons.append(why))
        await ours.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
        for each in list(tmp_path.iterdir()):
            each.rename(each.with_name(each.name.replace("archive", "old")))
        other = open_database(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError):
            await ours.write(look)
        other.execute("ROLLBACK")
        other.close()
        assert (await ours.write(look)).left(1000) == 3
    assert len(reasons) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
async def test_a_file_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    open_database(path).close()
    path.chmod(0o400)
    with closing(SqliteEngine(path, Clock())) as archive:
        await archive.write(look)
        assert archive.degraded_by is not None
        assert archive.degraded_by.cause is Cause.READ_ONLY


async def test_the_change_to_another_file_is_a_change_however_its_changes_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    with closing(SqliteEngine(path, Clock())) as archive:
        await archive.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
        while await archive.changed():
            pass
        for file in tmp_path.glob("archive.sqlite*"):
            file.rename(file.with_name("old-" + file.name))
        assert await archive.changed()
        assert not await archive.changed()


async def test_a_file_that_can_be_used_again_takes_over_from_its_fallback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    path = tmp_path / "archive.sqlite"
    damage(path)
    reasons: list[str] = []
    with closing(SqliteEngine(path, Clock(), retry_seconds=0.0)) as archive:
        archive.on_first_open(lambda _, why: reasons.append(why))
        await archive.write(look)
        before = archive.degraded_by is not None
        path.rename(tmp_path / "damaged.sqlite")
        await archive.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
        assert (before, archive.degraded_by is not None) == (True, False)
        assert "can be used again" in reasons[-1]
    with closing(SqliteEngine(path, Clock())) as another:
        assert (await another.write(look)).left(1000) == 2


async def test_a_file_that_stays_damaged_is_not_tried_at_each_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    path = tmp_path / "archive.sqlite"
    damage(path)
    with closing(SqliteEngine(path, Clock(), retry_seconds=3600.0)) as archive:
        await archive.write(look)
        path.rename(tmp_path / "damaged.sqlite")
        await archive.write(look)
        assert archive.degraded_by is not None
        assert not path.exists()
