"""A file of an older Helpdeck opens as before, with the whole past of every account."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.store.harness import Kept, Place, SetClock, row
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
