"""Each engine finds the calls of a number without reading those of others."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.archive.keeping import wait_until_closed
from tests.models.test_kept_calls import NOON
from tests.store.test_calls import numbered
from tui.archive import open_store
from tui.config import ArchiveSettings


@pytest.fixture(params=["sqlite", "postgres"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> ArchiveSettings:
    if request.param == "postgres":
        return ArchiveSettings(url=request.getfixturevalue("postgres_url"))
    return ArchiveSettings(path=str(tmp_path / "archive.sqlite"))


def test_no_more_calls_are_read_than_those_of_the_number(archive: ArchiveSettings) -> None:
    async def keep() -> None:
        async with open_store(archive) as store:
            every = [numbered(number, line=f"+90212555{number:04d}") for number in range(300)]
            await store.store_calls(every, [], NOON)

    asyncio.run(keep())
    wait_until_closed()
    statement = "EXPLAIN {} SELECT * FROM calls WHERE line = 'x' AND start < 9 ORDER BY start DESC, id DESC LIMIT 5"
    if archive.url:
        with psycopg.connect(archive.url, options="-c search_path=helpdeck") as connection:
            connection.execute("ANALYZE calls")
            plan = connection.execute(statement.format("").encode()).fetchall()
    else:
        with closing(sqlite3.connect(archive.path)) as database:
            plan = database.execute(statement.format("QUERY PLAN")).fetchall()
    assert "calls_of_line" in str(plan)
