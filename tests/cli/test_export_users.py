"""`helpdeck export users`: the accounts as the kept lists had them."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.cli.harness import Helpdeck
from tui.archive import open_store
from tui.archive.records import UserList
from tui.commands.exported_users import ExportedUsers
from tui.config import ArchiveSettings
from tui.models.users import User

ACCOUNT = "reseller at http://127.0.0.1:9/api"
KNOWN = User(username="=desk@example.com", allotted=5, used=0, active=True, created=date(2023, 1, 13))
UNREAD = User(
    username="lab@example.com",
    allotted=None,
    used=None,
    active=None,
    created=None,
    created_text="soon",
    problem="no readable created_date",
)


@pytest.fixture
def config(home: Path) -> str:
    path = home / "config.toml"
    path.touch(0o600)
    path.write_text('[remotepc]\nurl = "http://127.0.0.1:9/api"\napi_key = "x"\n')
    return str(path)


def keep(day: str, *users: User) -> None:
    async def store() -> None:
        at = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC).timestamp()
        async with open_store(ArchiveSettings()) as archive:
            await archive.store_users(ACCOUNT, UserList(day, at, users))

    asyncio.run(store())


def test_the_lists_of_some_days_are_written_the_newest_first_and_what_is_missing_is_said(
    helpdeck: Helpdeck, config: str
) -> None:
    keep("2026-11-20", KNOWN)
    keep("2026-11-22", KNOWN, UNREAD)
    days = ("--since", "2026-11-20", "--until", "2026-11-23", "--output", "-")
    ran = helpdeck("export", "users", "--config", config, *days, TZ="UTC")
    rows = list(csv.DictReader(ran.stdout.splitlines()))
    assert [(row["day"], row["user"]) for row in rows] == [
        ("2026-11-22", "'=desk@example.com"),
        ("2026-11-22", "lab@example.com"),
        ("2026-11-20", "'=desk@example.com"),
    ]
    assert [*rows[0].values()][2:6] == ["0", "5", "true", "2023-01-13"]
    assert [*rows[1].values()][2:] == ["", "", "", "", "no readable created_date", "", "created_date: soon", "", ""]
    assert (rows[0]["free"], rows[0]["over"]) == ("5", "0")
    assert ran.stderr.splitlines() == [
        "3 users from 2026-11-20 to 2026-11-23",
        "Fri 20 Nov 2026: the list of 2026-11-20 12:00",
        "Sun 22 Nov 2026: the list of 2026-11-22 12:00",
        "not in the archive: 2 days (2026-11-21, 2026-11-23)",
    ]
    assert ran.returncode == 0


def test_json_has_types_and_null_for_what_is_not_known(helpdeck: Helpdeck, config: str) -> None:
    keep("2026-11-22", UNREAD)
    days = ("--since", "2026-11-22", "--until", "2026-11-22", "--output", "-", "--format", "json")
    (row,) = map(json.loads, helpdeck("export", "users", "--config", config, *days).stdout.splitlines())
    assert list(row) == list(ExportedUsers.columns)
    assert (row["used"], row["active"], row["created"], row["as_sent"]) == (None, None, None, "created_date: soon")


def test_without_days_it_is_the_list_of_today_and_no_success_where_there_is_none(
    helpdeck: Helpdeck, config: str
) -> None:
    keep("2024-08-22", KNOWN)
    command = ("export", "users", "--config", config, "--output", "-")
    ran = helpdeck(*command)
    assert (ran.returncode, "not in the archive: 1 day" in ran.stderr) == (1, True)
    keep(datetime.now(UTC).date().isoformat(), UNREAD)
    assert helpdeck(*command).returncode == 0
