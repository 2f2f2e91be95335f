"""`helpdeck archive upgrade`: an older archive is brought up to date, and who uses it is named first."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from tests.archive.keeping import some_days
from tests.cli.harness import Ended, make_newer, told
from tui.archive.postgres.schema import VERSION as POSTGRES_VERSION
from tui.archive.sql.columns import ROW_COLUMNS
from tui.archive.sqlite.schema import APPLICATION_ID, MIGRATIONS, VERSION
from tui.config import ArchiveSettings


def older_file(archive: ArchiveSettings) -> None:
    """As the first version of Helpdeck would have left it."""
    with closing(sqlite3.connect(archive.path)) as database:
        for statement in MIGRATIONS[0]:
            database.execute(statement)
        database.execute("INSERT INTO accounts (name) VALUES ('desk')")
        columns = [name for name in ROW_COLUMNS if name != "seconds"]
        database.execute(
            f"INSERT INTO connections (account, day, uid, seen_at, changed_at, {', '.join(columns)})"
            f" VALUES (1, '2024-08-22', '7', 1, 1{', 0' * len(columns)})"
        )
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute("PRAGMA user_version = 1")
        database.commit()


def older_database(archive: ArchiveSettings) -> None:
    """As before the first step: with nothing but what every step leaves as it is."""
    some_days(archive)
    with psycopg.connect(archive.url) as connection:
        connection.execute("SET search_path = helpdeck")
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'helpdeck'::regnamespace"
        )
        for (name,) in tables.fetchall():
            if name != "state":
                connection.execute(SQL("DROP TABLE {} CASCADE").format(Identifier(name)))
        connection.execute("DROP FUNCTION keep_earlier")
        connection.execute("UPDATE state SET version = 0")


def test_an_older_file_is_told_of_and_not_changed(run: Callable[..., Ended], home: Path) -> None:
    archive = ArchiveSettings(path=str(home / "archive.sqlite"))
    older_file(archive)
    path = Path(archive.path)
    path.chmod(0o644)
    before = path.read_bytes(), stat.S_IMODE(path.stat().st_mode)
    found = told(run(archive, "status", "--json"))
    assert (found["schema"], found["rows"], VERSION > 1) == (1, 1, True)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == before


def test_upgrade_copies_an_older_file_first(run: Callable[..., Ended], home: Path) -> None:
    archive = ArchiveSettings(path=str(home / "archive.sqlite"))
    older_file(archive)
    ran = run(archive, "upgrade")
    (copy,) = home.glob("archive.v1-*.sqlite")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [f"Its schema is {VERSION} now, and was 1.", f"As it was before: {copy}"]
    again = run(archive, "upgrade")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == f"Its schema is {VERSION}, that of this Helpdeck: nothing to do.\n"


def test_an_older_database_is_upgraded_only_when_that_is_asked_for(
    run: Callable[..., Ended], postgres_url: str
) -> None:
    archive = ArchiveSettings(url=postgres_url)
    older_database(archive)
    refused = run(archive, "status")
    assert (refused.returncode, "run helpdeck archive upgrade" in refused.stderr) == (1, True)
    ran = run(archive, "upgrade")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"Its schema is {POSTGRES_VERSION} now, and was 0.\n", "")
    some_days(archive)
    assert run(archive, "status").returncode == 0


def test_who_would_be_shut_out_by_an_upgrade_is_named_first(run: Callable[..., Ended], postgres_url: str) -> None:
    archive = ArchiveSettings(url=postgres_url)
    older_database(archive)
    with psycopg.connect(archive.url, application_name="helpdeck"):
        for answers, said in (("n\n", "left as it was"), ("", "There is nobody to answer: --force")):
            ran = run(archive, "upgrade", answers=answers)
            assert ran.returncode == 1
            assert ran.stdout.startswith("used by helpdeck of helpdeck on 127.0.0.1")
            assert said in ran.stderr
            assert told(run(archive, "status", "--json"))["schema"] == 0
        assert run(archive, "upgrade", answers="y\n").stdout.endswith(
            f"Its schema is {POSTGRES_VERSION} now, and was 0.\n"
        )


def test_force_asks_nobody(run: Callable[..., Ended], postgres_url: str) -> None:
    archive = ArchiveSettings(url=postgres_url)
    older_database(archive)
    with psycopg.connect(archive.url, application_name="helpdeck"):
        ran = run(archive, "upgrade", "--force")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_of_no_archive_or_a_newer_one_there_is_no_upgrade(run: Callable[..., Ended], archive: ArchiveSettings) -> None:
    ran = run(archive, "upgrade")
    assert (ran.returncode, "does not exist yet" in ran.stderr) == (1, True)
    some_days(archive)
    make_newer(archive)
    ran = run(archive, "upgrade")
    assert (ran.returncode, "newer Helpdeck: use that one" in ran.stderr) == (1, True)
