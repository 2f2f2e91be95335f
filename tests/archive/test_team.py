"""Each engine reads the day of a team from its indexes, however many days there are."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from tests.archive.keeping import wait_until_closed
from tests.models.test_kept_calls import NOON
from tui.archive import open_store
from tui.archive.sql.columns import CALL_COLUMNS
from tui.archive.sql.team import CALLS_OF_DAY, SPELLS_OF_DAY
from tui.config import ArchiveSettings

ROWS: Final = 20_000
"""Of 30 extensions on fifty days."""

NUMBERS: Final = (
    f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {ROWS})"
    f" SELECT CAST(n AS TEXT) AS id, CAST(n % 30 AS TEXT) AS extension, 'day ' || (n / 400) AS day, {NOON} - n AS at"
    " FROM numbers"
)

KNOWN: Final = {"id": "id", "extension": "extension", "day": "day", "start": "at", "known_at": "at", "talk_at": "NULL"}
NUMBERED: Final = ("handle", "rang", "at_least", "recorded_seconds")

FILL: Final = (
    f"INSERT INTO calls ({', '.join(CALL_COLUMNS)}) SELECT "
    + ", ".join(KNOWN.get(name, "0" if name in NUMBERED else "'x'") for name in CALL_COLUMNS)
    + f" FROM ({NUMBERS}) AS made",
    "INSERT INTO spells (id, extension, host, began, until)"
    f" SELECT id, extension, 'x', at, at FROM ({NUMBERS}) AS made",
    "ANALYZE",
)

ASKED: Final = {":day": "'day 7'", ":since": str(NOON - 86_400), ":known_since": str(NOON - 900_000)}


@pytest.fixture(params=["sqlite", "postgres"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> ArchiveSettings:
    if request.param == "postgres":
        return ArchiveSettings(url=request.getfixturevalue("postgres_url"))
    return ArchiveSettings(path=str(tmp_path / "archive.sqlite"))


def plans(database: Any, explain: str) -> list[str]:
    """How the engine finds what each statement asks for, among many rows."""
    for statement in FILL:
        database.execute(statement)
    found = []
    for statement in (CALLS_OF_DAY, SPELLS_OF_DAY):
        asked = re.sub(r":\w+", lambda name: ASKED[name[0]], statement)
        found.append("\n".join(str(row[-1]) for row in database.execute(f"{explain} {asked}").fetchall()))
    return found


def test_neither_the_calls_nor_the_spells_of_other_days_are_read(archive: ArchiveSettings) -> None:
    async def make() -> None:
        async with open_store(archive) as store:
            await store.extensions()

    asyncio.run(make())
    wait_until_closed()
    if archive.url:
        with psycopg.connect(archive.url, options="-c search_path=helpdeck") as server:
            calls, spells = plans(server, "EXPLAIN")
    else:
        with closing(sqlite3.connect(archive.path)) as file:
            calls, spells = plans(file, "EXPLAIN QUERY PLAN")
    assert "calls_of_day" in calls, calls
    assert "live_calls" in calls, calls
    assert "spells_of_extension" in spells, spells
    for plan in (calls, spells):
        read_wholly = [line for line in plan.splitlines() if "Seq Scan" in line or "SCAN" in line]
        # The index of the calls that go on holds no others.
        assert not [line for line in read_wholly if ("calls" in line or "spells" in line) and "live" not in line], plan
