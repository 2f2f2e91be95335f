"""`helpdeck archive`: how the archive stands, in either engine."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.archive.keeping import remembered, some_days, used_by_another_process
from tests.cli.harness import Ended, make_newer, told
from tests.postgres.server import PostgresServer
from tui.config import ArchiveSettings


def test_status_tells_what_is_in_it(run: Callable[..., Ended], archive: ArchiveSettings) -> None:
    some_days(archive)
    ran = run(archive, "status")
    assert (ran.returncode, ran.stderr) == (0, "")
    said = dict(line.split(maxsplit=1) for line in ran.stdout.splitlines())
    assert said["engine"] == ("PostgreSQL" if archive.url else "SQLite")
    assert said["rows"] == "4, with 1 earlier value"
    assert said["days"] == "2 (2024-08-21 to 2024-08-22), 1 with a gap"
    assert ran.stdout.splitlines()[-1] == "used by  no other program"


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
        "calls": 0,
        "notes": 0,
        "contacts": 0,
        "search_days_left": 2,
        "search_slow": None,
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
    make_newer(archive)
    ran = run(archive, "status", "--json")
    found = told(ran)
    assert (ran.returncode, found["schema"], found["rows"]) == (1, 99, None)
    assert "newer Helpdeck" in found["problem"]
    assert "newer Helpdeck" in ran.stderr


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


def test_a_backup_holds_all_and_is_the_persons_alone(
    run: Callable[..., Ended], archive: ArchiveSettings, home: Path
) -> None:
    some_days(archive)
    copy = home / "copy.sqlite"
    copy.parent.chmod(0o755)
    ran = run(archive, "backup", "copy.sqlite")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "4 rows of 2 days copied to copy.sqlite\n", "")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert remembered(ArchiveSettings(path=str(copy))) == remembered(archive)


def test_a_file_that_is_there_is_no_place_for_a_backup(
    run: Callable[..., Ended], archive: ArchiveSettings, home: Path
) -> None:
    some_days(archive)
    (home / "copy.sqlite").write_text("mine")
    (home / "link.sqlite").symlink_to("nowhere")
    for name, said in (
        ("copy.sqlite", "File exists"),
        ("link.sqlite", "File exists"),
        ("nowhere/copy.sqlite", "No such file or directory"),
        ("x" * 300, "File name too long"),
    ):
        ran = run(archive, "backup", name)
        assert (ran.returncode, ran.stdout) == (1, "")
        assert ran.stderr == f"helpdeck: {name} cannot be written: {said}\n"
    assert not list(home.glob(".*part*"))
    assert not list(home.glob("x*"))
    assert (home / "copy.sqlite").read_text() == "mine"


def test_of_no_archive_there_is_no_backup(run: Callable[..., Ended], archive: ArchiveSettings, home: Path) -> None:
    ran = run(archive, "backup", "copy.sqlite")
    assert (ran.returncode, "does not exist yet" in ran.stderr) == (1, True)
    assert [each.name for each in home.iterdir() if "sqlite" in each.name] == []


def test_move_says_what_it_brought_and_how_the_config_is_to_be_changed(
    run: Callable[..., Ended], home: Path, postgres_url: str
) -> None:
    archive = ArchiveSettings(path=str(home / "archive.sqlite"))
    some_days(archive)
    ran = run(archive, "move", postgres_url)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        "in the file: 4 rows, 2 days, 1 earlier value",
        "the same in the database, compared one by one: 4 rows, 2 days, 1 earlier value",
        "2 days written, all at once",
        "",
        f"To use it, write below [archive] in {home / 'config.toml'}:",
        f'url = "{postgres_url}"',
        "and take out the line of path; `helpdeck check --origin` says in which file it stands.",
    ]
    assert remembered(ArchiveSettings(url=postgres_url)) == remembered(archive)
    again = run(archive, "move", postgres_url)
    assert again.returncode == 0
    assert again.stdout.splitlines()[2] == "all of it was there already: nothing was changed"


def test_who_still_uses_the_file_is_named_after_the_move(
    run: Callable[..., Ended], home: Path, postgres_url: str
) -> None:
    archive = ArchiveSettings(path=str(home / "archive.sqlite"))
    some_days(archive)
    with used_by_another_process(archive) as pid:
        ran = run(archive, "move", postgres_url)
    assert f"(process {pid}): end it, then run this once more for what it adds." in ran.stdout


def test_a_backup_of_a_database_can_be_moved_into_another(
    run: Callable[..., Ended], home: Path, postgres: PostgresServer, postgres_url: str
) -> None:
    team = ArchiveSettings(url=postgres_url)
    some_days(team)
    assert run(team, "backup", "copy.sqlite").returncode == 0
    with postgres.database("another") as url:
        ran = run(team, "move", url, "--from", "copy.sqlite")
        assert (ran.returncode, ran.stderr) == (0, "")
        assert remembered(ArchiveSettings(url=url)) == remembered(team)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("postgresql://anna:secret-word@127.0.0.1/helpdeck",), "holds a password"),
        (("mysql://127.0.0.1/helpdeck",), "must begin with postgresql://"),
        ((), "required: URL"),
    ],
)
def test_an_address_that_cannot_be_meant_is_wrong_usage(
    run: Callable[..., Ended], home: Path, arguments: tuple[str, ...], said: str
) -> None:
    archive = ArchiveSettings(path=str(home / "archive.sqlite"))
    ran = run(archive, "move", *arguments)
    assert (ran.returncode, said in ran.stderr, "secret-word" in ran.stderr) == (2, True, False)


def test_with_a_database_in_the_config_the_file_to_move_is_to_be_named(
    run: Callable[..., Ended], postgres_url: str
) -> None:
    ran = run(ArchiveSettings(url=postgres_url), "move", postgres_url)
    assert (ran.returncode, "--from FILE" in ran.stderr) == (2, True)


def test_it_is_moved_with_the_password_of_the_config_or_that_of_libpq(
    run: Callable[..., Ended], home: Path, postgres: PostgresServer
) -> None:
    archive = ArchiveSettings(path=str(home / "archive.sqlite"))
    some_days(archive)
    with postgres.account("anna", "right-word"), postgres.database("hers", owner="anna") as url:
        for ran in (
            run(archive, "move", url, password="right-word"),
            run(archive, "move", url, PGPASSWORD="right-word"),
        ):
            assert (ran.returncode, ran.stderr) == (0, "")
            assert "right-word" not in ran.stdout
        ran = run(archive, "move", url, password="wrong-word")
        assert (ran.returncode, ran.stdout) == (1, "")
        assert "does not let us in" in ran.stderr
        assert "wrong-word" not in ran.stderr


def test_what_others_call_themselves_reaches_the_terminal_as_letters(
    run: Callable[..., Ended], postgres: PostgresServer, postgres_url: str
) -> None:
    name = "eve\x1b[2J"
    with psycopg.connect(postgres.superuser_url(), autocommit=True) as superuser:
        superuser.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(name)))
        try:
            with psycopg.connect(postgres_url, user=name):
                ran = run(ArchiveSettings(url=postgres_url), "status", "--json")
                assert [each["user"] for each in told(ran)["connected"]] == ["eve␛[2J"]
        finally:
            superuser.execute(SQL("DROP ROLE {}").format(Identifier(name)))


def test_a_database_that_is_away_is_worth_trying_again_and_the_file_stays(
    run: Callable[..., Ended], home: Path, postgres: PostgresServer, postgres_url: str
) -> None:
    archive = ArchiveSettings(path=str(home / "archive.sqlite"))
    some_days(archive)
    before = Path(archive.path).read_bytes()
    postgres.stop("immediate")
    ran = run(archive, "move", postgres_url)
    assert (ran.returncode, ran.stdout, "cannot be reached" in ran.stderr) == (3, "", True)
    assert Path(archive.path).read_bytes() == before
