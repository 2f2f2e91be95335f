"""A file of an older Helpdeck opens as before, with the whole past of every account."""

from __future__ import annotations

import re
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.models.test_callbacks import done
from tests.models.test_kept_calls import KEPT, NOON
from tests.store.harness import Kept, Place, SetClock, row
from tests.store.test_notes import CALL, note
from tui.archive import open_store
from tui.archive.errors import Cause, StoreError
from tui.archive.records import UserList
from tui.archive.sql import columns as names
from tui.archive.sqlite import schema
from tui.archive.sqlite.database import open_database
from tui.config import ArchiveSettings

ONE = "https://www.alpemix.com:5900/api"
OTHER = "https://www.alpemix.com:5900/api/"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A file of the first version, in which one account was spelled in two ways."""
    path = tmp_path / "archive.sqlite"
    database = sqlite3.connect(path)
    for statement in schema.MIGRATIONS[0]:
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    database.execute("PRAGMA user_version = 1")
    for number, url in enumerate((ONE, OTHER), start=1):
        name = f"desk at {url}"
        database.execute("INSERT INTO accounts (id, name) VALUES (?, ?)", (number, name))
        for uid, changed_at in ((str(number), 10.0), ("shared", 10.0 * number)):
            columns = ["account", "day", "uid", *names.ROW_COLUMNS, "seen_at", "changed_at"]
            said = {"explanation": f"as {number} says", "seconds": 60}
            values = [
                number,
                "2024-08-22",
                uid,
                *(said.get(column, "") for column in names.ROW_COLUMNS),
                1.0,
                changed_at,
            ]
            database.execute(
                f"INSERT INTO connections ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values
            )
        database.execute(
            "INSERT INTO days (account, day, rows, until, closed_at) VALUES (?, '2024-08-22', 2, ?, ?)",
            (name, 100.0 * number, 500.0 if number == 2 else None),
        )
        database.execute(
            "INSERT INTO requests (account, kind, what, boot, reserved) VALUES (?, 'reports', 'last', 'b', 1.0)",
            (name,),
        )
        database.execute("INSERT INTO cooldowns VALUES (?, 'reports', 'b', 60, ?, ?)", (name, 100.0 * number, name))
        database.execute(
            "INSERT INTO fetches VALUES (?, 'last', 'b', 1.0, ?, '2024-08-22', 0, 0)", (name, 5.0 * number)
        )
    database.commit()
    database.close()
    return path


def test_an_older_file_gives_back_the_whole_past_of_an_account(older: Path) -> None:
    database = open_database(older)
    name = f"desk at {ONE}"
    assert database.execute("SELECT name FROM accounts").fetchall() == [(name,)]
    kept = database.execute("SELECT uid, explanation FROM connections ORDER BY uid").fetchall()
    assert kept == [("1", "as 1 says"), ("2", "as 2 says"), ("shared", "as 2 says")]
    assert database.execute("SELECT uid, explanation FROM changes").fetchall() == [("shared", "as 1 says")]
    assert database.execute("SELECT account, rows, until, closed_at FROM days").fetchall() == [(name, 3, 200.0, 500.0)]
    assert database.execute("SELECT DISTINCT account, count(*) FROM requests").fetchall() == [(name, 2)]
    assert database.execute("SELECT account, until FROM cooldowns").fetchall() == [(name, 200.0)]
    assert database.execute("SELECT account, at FROM fetches").fetchall() == [(name, 10.0)]
    database.close()


def copies_beside(path: Path) -> list[Path]:
    return sorted(each for each in path.parent.iterdir() if re.search(r"\.v\d+-", each.name))


def version_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_file_is_copied_before_it_is_changed(older: Path) -> None:
    open_database(older).close()
    (copy,) = copies_beside(older)
    assert re.fullmatch(r"archive\.v1-\d{8}-\d{6}\.sqlite", copy.name)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM connections").fetchone() == (4,)
    open_database(older).close()
    assert copies_beside(older) == [copy]


def test_an_older_file_with_nothing_in_it_is_not_copied(older: Path) -> None:
    with closing(sqlite3.connect(older)) as database:
        database.execute("DELETE FROM connections")
        database.commit()
    open_database(older).close()
    assert copies_beside(older) == []


@pytest.mark.parametrize("kept", ["calls", "notes", "a call-back", "users"])
async def test_what_no_system_tells_again_is_copied_though_there_is_no_connection(tmp_path: Path, kept: str) -> None:
    path = tmp_path / "archive.sqlite"
    async with open_store(ArchiveSettings(path=str(path))) as store:
        match kept:
            case "calls":
                await store.store_calls([KEPT], [], NOON)
            case "notes":
                await store.add_notes([note(CALL)])
            case "a call-back":
                await store.finish_callback(done(0))
            case _:
                await store.store_users("reseller", UserList("2024-08-22", NOON, ()))
    with closing(sqlite3.connect(path)) as database:
        for table in ("news", "contacts", "tie_steps"):
            database.execute(f"DROP TABLE {table}")
        database.execute("PRAGMA user_version = 5")
    open_database(path).close()
    (copy,) = copies_beside(path)
    assert version_in(copy) == 5


def test_only_the_last_few_copies_are_kept_and_nothing_else_goes(older: Path) -> None:
    for day in range(1, 6):
        older.with_name(f"archive.v1-2024080{day}-120000.sqlite").touch()
    other = older.with_name("archive.v1-20240801-120000.sqlite.mine")
    other.touch()
    open_database(older).close()
    kept = [each for each in copies_beside(older) if each != other]
    assert [each.name[11:19] for each in kept[:-1]] == ["20240804", "20240805"]
    assert version_in(kept[-1]) == 1
    assert other.exists()


def test_where_no_copy_can_be_made_the_file_stays_as_it_is_for_the_older_helpdeck(older: Path) -> None:
    """A name that the file system takes only without what the copy adds to it stands for all that can be wrong."""
    path = older.with_name(f"{'a' * 240}.sqlite")
    older.rename(path)
    with pytest.raises(StoreError, match="no copy of it can be made") as caught:
        open_database(path)
    assert (caught.value.cause, caught.value.may_pass) == (Cause.UNSAVED, True)
    assert version_in(path) == 1
    assert copies_beside(path) == []


FULL = """
import resource, sys
from pathlib import Path
from tui.archive.errors import StoreError
from tui.archive.sqlite.database import open_database
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    open_database(Path(sys.argv[1]))
except StoreError as error:
    print(error.cause.name)
"""


def test_a_copy_that_the_system_cuts_off_is_none_and_nothing_of_it_stays(older: Path) -> None:
    with closing(sqlite3.connect(older)) as database:
        database.execute("UPDATE connections SET problem = hex(zeroblob(100000))")
        database.commit()
    ran = subprocess.run([sys.executable, "-c", FULL, str(older)], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("UNSAVED\n", "")
    assert version_in(older) == 1
    assert copies_beside(older) == []


def test_many_who_start_together_on_an_older_file_copy_it_once(older: Path) -> None:
    together = threading.Barrier(6)

    def start() -> None:
        together.wait()
        open_database(older, 10.0).close()

    with ThreadPoolExecutor(6) as threads:
        for started in [threads.submit(start) for _ in range(6)]:
            started.result()
    assert len(copies_beside(older)) == 1


async def test_a_number_in_a_file_of_an_older_helpdeck_is_known_again(tmp_path: Path) -> None:
    """It kept every connection under the number alone."""
    path = tmp_path / "archive.sqlite"
    place = Place(ArchiveSettings(path=str(path)), SetClock())
    async with place.open() as store:
        kept = Kept(store, place.clock)
        await kept.keep([row("7")])
        database = open_database(path)
        assert database.execute("SELECT uid FROM connections").fetchall() == [("7",)]
        database.close()
        await kept.keep([row("7", explanation="printer", device="U-1")])
        assert [each.explanation for each in await kept.rows()] == ["printer"]
