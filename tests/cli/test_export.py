"""`helpdeck export connections`: what the archive holds, and which days can be billed from."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import stat
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.archive.keeping import wait_until_closed
from tests.cli.harness import Helpdeck
from tui.archive import open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.archive.sqlite.files import archive_path
from tui.commands.exported_connections import ExportedConnections
from tui.config import ArchiveSettings
from tui.models.clock import Uptime
from tui.models.connections import Connection, Report, ReportKind

ZONE = ZoneInfo("Europe/Istanbul")
URL = "http://127.0.0.1:9/api"
LIMIT = Limit(f"helpdesk at {URL}", "reports", 3, 60.0)
NOON = datetime(2024, 8, 22, 12, 0, tzinfo=ZONE)
RANGE = ("--since", "2024-08-19", "--until", "2024-08-23")
DAYS = ("--since", "2024-08-20", "--until", "2024-08-22")
"""Those that the archive has."""


def row(uid: str, started: datetime, customer: str = "Harbour Dental") -> Connection:
    text = f"{started:%H:%M:%S %d.%m.%Y}"
    return Connection(uid=uid, started=started, started_text=text, seconds=125, customer=customer, technician="desk1")


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose zone is that of the server."""
    monkeypatch.setenv("TZ", "Europe/Istanbul")


@pytest.fixture
def config(home: Path) -> str:
    path = home / "config.toml"
    path.touch(0o600)
    path.write_text(f'[alpemix]\nurl = "{URL}"\nuser = "helpdesk"\nsecret_key = "key"\n')
    return str(path)


def store(kind: ReportKind, most: int, at: datetime, *rows: Connection) -> None:
    async def keep() -> None:
        requested = RequestedReport(kind, most, most or 5, Uptime("first", 1.0), at.date().isoformat())
        async with open_store(ArchiveSettings()) as archive:
            await archive.store_report(LIMIT, requested, Report(rows=rows), at.timestamp())

    asyncio.run(keep())
    wait_until_closed()


@pytest.fixture
def archive(home: Path) -> Path:
    """Thursday with a gap, Wednesday closed, Tuesday left open, and nothing of Monday."""
    day = timedelta(days=1)
    store(ReportKind.TODAY, 0, NOON - 2 * day, row("1", NOON - 2 * day, "=HYPERLINK(1)"))
    store(ReportKind.YESTERDAY, 0, NOON.replace(hour=0, minute=7), row("2", NOON - day, "İstanbul Şubesi"))
    store(ReportKind.TODAY, 0, NOON, row("3", NOON))
    store(ReportKind.LAST, 1, NOON + timedelta(hours=1), row("5", NOON + timedelta(hours=1)))
    return archive_path("")


def test_the_days_are_written_and_it_is_said_what_they_rest_on(
    helpdeck: Helpdeck, config: str, archive: Path, home: Path
) -> None:
    ran = helpdeck("export", "connections", "--config", config, *RANGE)
    assert ran.returncode == 1  # two of the days are not in it
    assert ran.stdout == ""
    file = home / "helpdeck-connections-2024-08-19-2024-08-23.csv"
    assert ran.stderr.splitlines() == [
        f"4 connections from 2024-08-19 to 2024-08-23 written to {file}",
        "closed: 1 day",
        "open: Tue 20 Aug 2024: 1 row, NOT CLOSED, known until 12:00",
        "gap: Thu 22 Aug 2024: 2 rows, GAP since 13:00, NOT CLOSED, known until 12:00",
        "not in the archive: 2 days (2024-08-19, 2024-08-23)",
    ]
    with file.open(encoding="utf-8", newline="") as opened:
        written = list(csv.DictReader(opened))
    assert [each["uid"] for each in written] == ["5", "3", "2", "1"]
    assert written[2]["customer"] == "İstanbul Şubesi"
    assert written[3]["customer"] == "'=HYPERLINK(1)"
    assert (written[0]["day"], written[0]["start"], written[0]["seconds"]) == (
        "2024-08-22",
        "2024-08-22T13:00:00+03:00",
        "125",
    )


def test_the_proof_is_told_in_the_zone_of_the_person_which_is_said_and_rows_keep_the_offset_of_the_server(
    helpdeck: Helpdeck, config: str, archive: Path
) -> None:
    ran = helpdeck("export", "connections", "--config", config, *DAYS, "--output", "-", TZ="UTC")
    assert "gap: Thu 22 Aug 2024: 2 rows, GAP since 10:00, NOT CLOSED, known until 09:00" in ran.stderr.splitlines()
    assert ran.stderr.splitlines()[-1] == "times in UTC"
    assert "2024-08-22T13:00:00+03:00" in ran.stdout


def test_json_holds_the_same_and_the_file_may_be_named(
    helpdeck: Helpdeck, config: str, archive: Path, home: Path
) -> None:
    arguments = ("--format", "json", "--output", "august.txt", "--since", "2024-08-21", "--until", "2024-08-21")
    ran = helpdeck("export", "connections", "--config", config, *arguments)
    assert (ran.returncode, ran.stderr.splitlines()[1:]) == (0, ["closed: 1 day"])
    (line,) = (home / "august.txt").read_text("utf-8").splitlines()
    written = json.loads(line)
    assert (written["customer"], written["uid"]) == ("İstanbul Şubesi", "2")


def test_a_file_that_exists_is_replaced_only_by_a_yes(
    helpdeck: Helpdeck, config: str, archive: Path, home: Path
) -> None:
    file = home / "mine.csv"
    file.write_text("mine")
    command = ("export", "connections", "--config", config, *DAYS, "--output", "mine.csv")
    for answers in ("n\n", "\n", ""):
        ran = helpdeck(*command, answers=answers)
        assert ran.returncode == 1
        assert "It was left as it is." in ran.stderr
        assert file.read_text() == "mine"
    assert helpdeck(*command, answers="y\n").returncode == 0
    assert file.read_text("utf-8").startswith("day,start,")
    assert [each.name for each in home.iterdir() if "mine" in each.name] == ["mine.csv"]


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_only_plain_files_are_replaced_and_nobody_is_asked_about_another(
    helpdeck: Helpdeck, config: str, archive: Path, home: Path, device: str, force: tuple[str, ...]
) -> None:
    os.mkfifo(home / "pipe.csv")
    (home / "folder.csv").mkdir()
    (home / "link.csv").symlink_to("pipe.csv")
    for name in ("pipe.csv", "folder.csv", "link.csv", device):
        command = ("export", "connections", "--config", config, *DAYS, "--output", name, *force)
        ran = helpdeck(*command, answers="y\n")
        assert (ran.returncode, ran.stderr) == (
            1,
            "helpdeck: the file cannot be written: it is no plain file\n",
        )
    assert (home / "pipe.csv").is_fifo()
    assert (home / "link.csv").is_symlink()


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_link_stays_and_the_file_that_it_leads_to_keeps_its_mode(
    helpdeck: Helpdeck, config: str, archive: Path, home: Path, force: tuple[str, ...]
) -> None:
    target = home / "target.csv"
    target.write_text("old")
    target.chmod(0o640)
    (home / "link.csv").symlink_to(target)
    command = ("export", "connections", "--config", config, *DAYS, "--output", "link.csv", *force)
    ran = helpdeck(*command, answers="y\n")
    assert ran.returncode == 0
    assert (f"link.csv is a link to {target}. Replace that file?" in ran.stderr) is not bool(force)
    assert (home / "link.csv").is_symlink()
    assert target.read_text("utf-8").startswith("day,start,")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_without_an_archive_it_says_so_and_makes_none(helpdeck: Helpdeck, config: str) -> None:
    ran = helpdeck("export", "connections", "--config", config)
    assert (ran.returncode, "there is no archive yet" in ran.stderr) == (1, True)
    assert not archive_path("").exists()


def test_a_damaged_archive_is_told_in_words(helpdeck: Helpdeck, config: str, archive: Path) -> None:
    archive.write_bytes(b"no database" * 1000)
    ran = helpdeck("export", "connections", "--config", config)
    assert (ran.returncode, "is damaged" in ran.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "yesterday"), "is no day: write it as 2026-11-01"),
        (("--since", "2024-08-20", "--until", "2024-08-19"), "lies after --until"),
        (("--format", "xml"), "invalid choice"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    helpdeck: Helpdeck, config: str, archive: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = helpdeck("export", "connections", "--config", config, *arguments)
    assert (ran.returncode, said in ran.stderr) == (2, True)


def test_a_folder_that_does_not_exist_is_said(helpdeck: Helpdeck, config: str, archive: Path) -> None:
    ran = helpdeck("export", "connections", "--config", config, *RANGE, "--output", "nowhere/a.csv")
    assert (ran.returncode, "No such file or directory" in ran.stderr) == (1, True)


def test_reading_does_not_change_who_may_read_the_archive(helpdeck: Helpdeck, config: str, archive: Path) -> None:
    helpdeck("export", "connections", "--config", config, *RANGE)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


@pytest.mark.parametrize("output", ["-", "/dev/stdout", "/dev/fd/1"])
@pytest.mark.parametrize("form", ["csv", "json"])
def test_standard_output_gets_the_rows_and_nothing_else(
    helpdeck: Helpdeck, config: str, archive: Path, home: Path, output: str, form: str
) -> None:
    before = sorted(home.iterdir())
    ran = helpdeck("export", "connections", "--config", config, *DAYS, "--output", output, "--format", form)
    assert ran.returncode == 0
    assert "4 connections from 2024-08-20 to 2024-08-22" in ran.stderr
    assert "İstanbul Şubesi" in ran.stdout
    lines = ran.stdout.splitlines()
    uids = (
        [json.loads(line)["uid"] for line in lines] if form == "json" else [row["uid"] for row in csv.DictReader(lines)]
    )
    assert uids == ["5", "3", "2", "1"]
    assert sorted(home.iterdir()) == before


def test_standard_output_is_utf8_whatever_the_terminal_has(
    helpdeck: Helpdeck, config: str, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    ran = helpdeck("export", "connections", "--config", config, *DAYS, "--output", "-")
    assert "İstanbul Şubesi" in ran.stdout


def test_a_reader_that_has_had_enough_ends_it_quietly(config: str, archive: Path) -> None:
    command = [sys.executable, "-m", "tui", "export", "connections", "--config", config, *DAYS, "--output", "-"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        said = process.stderr.read()
    assert (process.wait(), said) == (141, b"")


def test_json_is_one_object_a_line_with_numbers_and_times_with_their_offset(
    helpdeck: Helpdeck, config: str, archive: Path
) -> None:
    odd = Connection(uid="9", started=None, started_text="soon", seconds=None, problem="no readable date")
    store(ReportKind.TODAY, 0, NOON, odd)
    ran = helpdeck("export", "connections", "--config", config, *DAYS, "--output", "-", "--format", "json")
    rows = {row["uid"]: row for row in map(json.loads, ran.stdout.splitlines())}
    assert (rows["3"]["start"], rows["3"]["seconds"]) == ("2024-08-22T12:00:00+03:00", 125)
    assert (rows["9"]["start"], rows["9"]["seconds"], rows["9"]["as_sent"]) == (None, None, "dt: soon")
    assert list(rows["3"]) == [name.lower() for name in ExportedConnections.columns]


def test_a_file_is_replaced_without_a_question_where_that_is_said(
    helpdeck: Helpdeck, config: str, archive: Path, home: Path
) -> None:
    """As a job of cron does that writes the same file every night, with nobody there to answer."""
    command = ("export", "connections", "--config", config, *DAYS, "--output", "mine.csv")
    assert helpdeck(*command).returncode == 0
    (home / "mine.csv").write_text("old")
    again = helpdeck(*command)
    assert (again.returncode, "--force replaces it" in again.stderr) == (1, True)
    assert (home / "mine.csv").read_text() == "old"
    assert helpdeck(*command, "--force").returncode == 0
    assert (home / "mine.csv").read_text("utf-8").startswith("day,start,")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--since", "2024-08-20", "--until", "2024-08-22"), 0),
        (("--since", "2024-08-19", "--until", "2024-08-22"), 1),
        (("--since", "2024-08-20", "--until", "2024-08-23"), 1),
        (("--since", "2020-01-01", "--until", "2020-01-31"), 1),
        (("--until", "2024-08-22"), 2),  # this month has not begun then
        (("--since", "2099-01-01", "--until", "2099-02-01"), 2),
        ((), 1),  # nothing of this month is in it
    ],
)
def test_days_that_the_archive_lacks_are_no_success(
    helpdeck: Helpdeck, config: str, archive: Path, arguments: tuple[str, ...], code: int
) -> None:
    ran = helpdeck("export", "connections", "--config", config, "--output", "-", *arguments)
    assert ran.returncode == code
    assert code != 1 or "not in the archive" in ran.stderr


def test_a_full_or_a_closed_output_is_said_in_words(config: str, archive: Path) -> None:
    command = f"{sys.executable} -m tui export connections --config {config} {' '.join(DAYS)} --output -"
    full = subprocess.run(f"{command} > /dev/full", shell=True, capture_output=True, text=True, check=False)
    assert (full.returncode, full.stderr) == (1, "helpdeck: the file cannot be written: No space left on device\n")
    closed = subprocess.run(f"{command} >&-", shell=True, capture_output=True, text=True, check=False)
    assert (closed.returncode, closed.stderr) == (1, "helpdeck: there is no standard output to write to\n")
