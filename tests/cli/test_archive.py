"""`helpdeck archive`: how the archive stands, in either engine."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.harness import Ended, Helpdeck
from tests.postgres.server import PostgresServer
from tests.store.harness import LIMIT, NOON, row
from tui.archive import open_store
from tui.archive.records import RequestedReport
from tui.archive.sqlite.schema import MIGRATIONS, VERSION
from tui.config import ArchiveSettings
from tui.models.clock import Uptime
from tui.models.connections import Connection, Report, ReportKind

ENGINES = ["sqlite", "postgres"]


@pytest.fixture(params=ENGINES)
def archive(request: pytest.FixtureRequest, home: Path) -> ArchiveSettings:
    """A place for an archive, in which none is yet."""
    if request.param == "postgres":
        return ArchiveSettings(url=request.getfixturevalue("postgres_url"))
    return ArchiveSettings(path=str(home / "archive.sqlite"))


@pytest.fixture
def run(helpdeck: Helpdeck, home: Path) -> Callable[..., Ended]:
    """Runs `helpdeck archive …` on an archive."""

    def archive_command(archive: ArchiveSettings, *arguments: str, **rest: str) -> Ended:
        path = home / "config.toml"
        path.touch(0o600)
        place = f'url = "{archive.url}"' if archive.url else f'path = "{archive.path}"'
        path.write_text(f'[remotepc]\napi_key = "key"\n[archive]\n{place}\n')
        return helpdeck("archive", *arguments, "--config", str(path), **rest)

    return archive_command


def keep(archive: ArchiveSettings, *rows: Connection, at: datetime = NOON, most: int = 0) -> None:
    """Store a report as a dashboard does."""

    async def keep() -> None:
        kind = ReportKind.TODAY if most == 0 else ReportKind.LAST
        requested = RequestedReport(kind, most, most or 5, Uptime("first", 1.0), at.date().isoformat())
        async with open_store(archive) as store:
            await store.store_report(LIMIT, requested, Report(rows=rows), at.timestamp())

    asyncio.run(keep())


def some_days(archive: ArchiveSettings) -> None:
    """Two days with a row that was changed, the second one with a gap."""
    day = timedelta(days=1)
    keep(archive, row("1", NOON - day), at=NOON - day)
    keep(archive, row("2"), row("3"))
    keep(archive, row("2", explanation="printer"), row("3"), at=NOON + timedelta(minutes=1))
    later = NOON + timedelta(hours=1)
    keep(archive, row("9", later), at=later, most=1)


ANOTHER_PROCESS = """
import asyncio, sys
from tui.archive import open_store
from tui.config import ArchiveSettings

async def main() -> None:
    async with open_store(ArchiveSettings(path=sys.argv[1], url=sys.argv[2])) as store:
        await store.days("desk")
        print("open", flush=True)
        sys.stdin.read()

asyncio.run(main())
"""


@contextmanager
def used_by_another_process(archive: ArchiveSettings) -> Iterator[int]:
    """Another process has the archive open; gives its number."""
    command = [sys.executable, "-c", ANOTHER_PROCESS, archive.path, archive.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"open\n"
        yield other.pid
        other.stdin.close()


def told(ran: Ended) -> dict[str, Any]:
    (line,) = ran.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_status_tells_what_is_in_it(run: Callable[..., Ended], archive: ArchiveSettings) -> None:
    some_days(archive)
    ran = run(archive, "status")
    assert (ran.returncode, ran.stderr) == (0, "")
    said = dict(line.split(maxsplit=1) for line in ran.stdout.splitlines())
    assert said["engine"] == ("PostgreSQL" if archive.url else "SQLite")
    assert said["rows"] == "4, with 1 earlier value"
    assert said["days"] == "2 (2024-08-21 to 2024-08-22), 1 with a gap"
    assert ran.stdout.splitlines()[-1] == "used by  nobody now"


def test_status_is_one_object_on_a_line_for_scripts(run: Callable[..., Ended], archive: ArchiveSettings) -> None:
    some_days(archive)
    ran = run(archive, "status", "--json")
    found = told(ran)
    assert ran.returncode == 0
    assert found.pop("bytes") > 8192
    assert found.pop("place") == (archive.path or "helpdeck on 127.0.0.1")
    assert found.pop("schema") >= 1
    assert found == {
        "engine": "postgresql" if archive.url else "sqlite",
        "accounts": 1,
        "rows": 4,
        "earlier_values": 1,
        "days": 2,
        "days_with_gap": 1,
        "first_day": "2024-08-21",
        "last_day": "2024-08-22",
        "connected": [],
        "problem": None,
    }


def test_where_there_is_none_that_is_said_and_none_is_made(run: Callable[..., Ended], archive: ArchiveSettings) -> None:
    ran = run(archive, "status")
    assert (ran.returncode, "does not exist yet" in ran.stderr) == (1, True)
    assert told(run(archive, "status", "--json"))["rows"] is None
    if archive.url:
        with psycopg.connect(archive.url) as connection:
            assert connection.execute("SELECT to_regnamespace('helpdeck')").fetchone() == (None,)
    else:
        assert not Path(archive.path).exists()


def test_who_uses_it_is_named(run: Callable[..., Ended], archive: ArchiveSettings) -> None:
    some_days(archive)

    with used_by_another_process(archive) as pid:
        (client,) = told(run(archive, "status", "--json"))["connected"]
    if archive.url:
        assert (client["application"], client["user"], client["host"]) == ("helpdeck", "helpdeck", "127.0.0.1")
        assert datetime.fromisoformat(client["since"]).tzinfo is not None
    else:
        assert client["process"] == pid
        assert client["user"] is not None
        assert client["host"] is None


def test_of_one_that_is_of_a_newer_helpdeck_the_schema_is_told_and_the_sentence(
    run: Callable[..., Ended], archive: ArchiveSettings
) -> None:
    some_days(archive)
    if archive.url:
        with psycopg.connect(archive.url) as connection:
            connection.execute("UPDATE helpdeck.state SET version = 99")
    else:
        with closing(sqlite3.connect(archive.path)) as database:
            database.execute("PRAGMA user_version = 99")
    ran = run(archive, "status", "--json")
    found = told(ran)
    assert (ran.returncode, found["schema"], found["rows"]) == (1, 99, None)
    assert "newer Helpdeck" in found["problem"]
    assert "newer Helpdeck" in ran.stderr


def test_an_older_file_is_told_of_and_not_changed(run: Callable[..., Ended], home: Path) -> None:
    path = home / "archive.sqlite"
    with closing(sqlite3.connect(path)) as database:
        for statement in MIGRATIONS[0]:
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {0x48444B31}")
        database.execute("PRAGMA user_version = 1")
        database.commit()
    path.chmod(0o644)
    before = path.read_bytes(), stat.S_IMODE(path.stat().st_mode)
    found = told(run(ArchiveSettings(path=str(path)), "status", "--json"))
    assert (found["schema"], found["rows"], VERSION > 1) == (1, 0, True)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == before


@pytest.mark.parametrize(
    ("spoilt", "said"), [(b"no database" * 999, "is damaged"), (b"", ""), (None, "cannot be opened")], ids=str
)
def test_a_file_that_is_no_archive_is_told_in_words(
    run: Callable[..., Ended], home: Path, spoilt: bytes | None, said: str
) -> None:
    path = home / "archive.sqlite"
    if spoilt is None:
        os.mkfifo(path)
    else:
        path.write_bytes(spoilt)
    ran = run(ArchiveSettings(path=str(path)), "status", "--json")
    assert (ran.returncode, bool(told(ran)["problem"])) == (int(bool(said)), bool(said))
    assert said in ran.stderr


def test_a_server_that_is_away_is_worth_trying_again(
    run: Callable[..., Ended], postgres: PostgresServer, postgres_url: str
) -> None:
    some_days(ArchiveSettings(url=postgres_url))
    postgres.stop("immediate")
    ran = run(ArchiveSettings(url=postgres_url), "status", "--json")
    assert (ran.returncode, told(ran)["rows"]) == (3, None)
    assert "cannot be reached" in ran.stderr


def test_a_password_that_is_wrong_is_not(run: Callable[..., Ended], postgres: PostgresServer) -> None:
    with postgres.account("anna", "right"), postgres.database("hers") as url:
        there = ArchiveSettings(url=url.replace("//helpdeck@", "//anna@"))
        ran = run(there, "status", PGPASSWORD="wrong")
    assert (ran.returncode, "does not let us in" in ran.stderr) == (1, True)
