"""What each engine needs for the search over all days, and what happens where it is missing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.archive.keeping import keep, some_days, wait_until_closed
from tests.models.test_kept_calls import KEPT, OTHERS
from tests.store.harness import ZONE, row
from tests.store.test_notes import USER, note
from tui.archive import move, open_store, upkeep_of
from tui.config import ArchiveSettings
from tui.models.search import Answer, search_of


@pytest.fixture
def file(tmp_path: Path) -> ArchiveSettings:
    return ArchiveSettings(path=str(tmp_path / "archive.sqlite"))


@pytest.fixture
def without_trigrams(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Make the SQLite of this Python an old one, or what it is."""
    real = sqlite3.sqlite_version_info

    def become(is_old: bool) -> None:
        monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 0) if is_old else real)

    return become


def find(archive: ArchiveSettings, typed: str, *, brings_on: bool = True) -> Answer:
    async def find() -> Answer:
        async with open_store(archive, to_read=not brings_on) as store:
            while brings_on and await store.bring_on_searched():
                pass
            wanted = search_of(typed)
            assert wanted is not None
            return await store.find(wanted, 50, ZONE)

    answer = asyncio.run(find())
    wait_until_closed()
    return answer


def uids(answer: Answer) -> list[str]:
    return sorted(getattr(each.row, "uid", "") or getattr(each.row, "id", "") for each in answer.found)


def changed_in(archive: ArchiveSettings, statements: Sequence[str]) -> None:
    with closing(sqlite3.connect(archive.path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


AFTERWARDS = ("contacts", "tie_steps")
"""Tables that there were none of before notes were found."""


def keep_call(archive: ArchiveSettings) -> None:
    async def keep() -> None:
        async with open_store(archive) as store:
            await store.store_calls([KEPT, OTHERS], [], KEPT.start)

    asyncio.run(keep())
    wait_until_closed()


def test_the_rows_of_an_older_file_are_found_once_it_is_upgraded(file: ArchiveSettings) -> None:
    some_days(file)
    tables = (
        "calls",
        "sights",
        "spells",
        "notes",
        "callback_steps",
        "contacts",
        "tie_steps",
        "searched",
        "unsearched",
        "news",
    )
    changed_in(file, [*(f"DROP TABLE {table}" for table in tables), "PRAGMA user_version = 3"])
    assert uids(find(file, "desk1")) == ["1", "2", "3", "9"]
    assert uids(find(file, "printer")) == ["2"]


def test_what_was_moved_is_found_in_the_database_with_the_calls(file: ArchiveSettings, postgres_url: str) -> None:
    team = ArchiveSettings(url=postgres_url)
    some_days(file)
    keep_call(file)
    for _ in range(2):
        move(file, team, lambda _done, _total: None)
        assert uids(find(team, "desk1")) == ["1", "2", "3", "9"]
        assert uids(find(team, "harbour")) == [KEPT.id]


def test_a_copy_of_either_engine_is_searched_as_the_archive_itself(file: ArchiveSettings, postgres_url: str) -> None:
    team = ArchiveSettings(url=postgres_url)
    for number, archive in enumerate((file, team)):
        some_days(archive)
        assert uids(find(archive, "printer")) == ["2"]
        copy = Path(file.path).with_name(f"copy-{number}.sqlite")
        upkeep_of(archive).backup(copy, lambda _done, _total: None)
        assert uids(find(ArchiveSettings(path=str(copy)), "printer")) == ["2"]


def test_where_sqlite_has_no_trigrams_every_text_is_looked_through_and_it_says_why(
    file: ArchiveSettings, without_trigrams: Callable[[bool], None]
) -> None:
    without_trigrams(True)
    some_days(file)
    answer = find(file, "PRINT_er".replace("_", ""))
    assert (uids(answer), "has no trigrams" in answer.why_slow) == (["2"], True)
    assert uids(find(file, "pr%ter")) == []
    searched = upkeep_of(file).status().searched
    assert searched is not None
    assert searched.why_slow == answer.why_slow


def test_a_newer_sqlite_makes_the_index_of_what_an_older_one_has_kept(
    file: ArchiveSettings, without_trigrams: Callable[[bool], None]
) -> None:
    without_trigrams(True)
    some_days(file)
    assert uids(find(file, "printer")) == ["2"]
    without_trigrams(False)
    answer = find(file, "printer")
    assert (uids(answer), answer.why_slow, answer.days_left) == (["2"], "", 0)
    assert uids(find(file, "desk1")) == ["1", "2", "3", "9"]


def test_an_older_sqlite_leaves_the_index_of_a_newer_one_alone_and_says_what_it_does_not_know(
    file: ArchiveSettings, without_trigrams: Callable[[bool], None]
) -> None:
    some_days(file)
    assert uids(find(file, "printer")) == ["2"]
    without_trigrams(True)
    keep(file, row("2", explanation="scanner"), row("7", explanation="printer"))
    answer = find(file, "printer")
    assert (uids(answer), answer.days_left) == (["2"], 1)
    without_trigrams(False)
    answer = find(file, "printer")
    assert (uids(answer), answer.days_left) == (["7"], 0)


def test_who_only_reads_writes_nothing_and_says_what_is_not_known_yet(file: ArchiveSettings) -> None:
    some_days(file)
    before = Path(file.path).read_bytes()
    answer = find(file, "printer", brings_on=False)
    assert (answer.found, answer.days_left) == ((), 2)
    assert Path(file.path).read_bytes() == before


def test_a_database_without_the_extension_looks_through_every_text_until_an_upgrade_may_make_it(
    postgres_url: str,
) -> None:
    team = ArchiveSettings(url=postgres_url)
    some_days(team)
    assert find(team, "printer").why_slow == ""
    with psycopg.connect(team.url, autocommit=True) as connection:
        connection.execute("DROP EXTENSION pg_trgm CASCADE")
    keep(team, row("2", explanation="scanner"), row("3", explanation="printer"))
    answer = find(team, "printer")
    assert (uids(answer), answer.why_slow) == (["3"], "the database lacks the extension pg_trgm")
    status = upkeep_of(team).status()
    assert status.searched is not None
    assert status.searched.may_be_indexed
    upkeep_of(team).upgrade()
    assert find(team, "printer").why_slow == ""


def test_tables_are_made_where_the_extension_cannot_be(postgres_url: str) -> None:
    team = ArchiveSettings(url=postgres_url)
    with psycopg.connect(team.url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA helpdeck")
        connection.execute("CREATE TYPE helpdeck.gtrgm AS (stands_in_its_way INTEGER)")
    some_days(team)
    answer = find(team, "printer")
    assert (uids(answer), bool(answer.why_slow)) == (["2"], True)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_notes_of_an_archive_from_before_they_were_found_are_found_after_an_upgrade(
    request: pytest.FixtureRequest, file: ArchiveSettings, engine: str
) -> None:
    archive = file if engine == "sqlite" else ArchiveSettings(url=request.getfixturevalue("postgres_url"))

    async def noted() -> None:
        async with open_store(archive) as store:
            await store.add_notes([note(USER, text="two offices")])

    asyncio.run(noted())
    wait_until_closed()
    if archive.url:
        with psycopg.connect(archive.url) as connection:
            connection.execute("DELETE FROM helpdeck.unsearched")
            for table in AFTERWARDS:
                connection.execute(f"DROP TABLE helpdeck.{table}".encode())
            connection.execute("UPDATE helpdeck.state SET version = 2")
        upkeep_of(archive).upgrade()
    else:
        dropped = [f"DROP TABLE {table}" for table in ("news", *AFTERWARDS)]
        changed_in(archive, ["DELETE FROM unsearched", *dropped, "PRAGMA user_version = 4"])
    (only,) = find(archive, "offices").found
    assert only.note is not None


def test_notes_are_found_in_the_database_that_they_are_moved_into(file: ArchiveSettings, postgres_url: str) -> None:
    async def noted() -> None:
        async with open_store(file) as store:
            await store.add_notes([note(USER, text="two offices")])

    asyncio.run(noted())
    wait_until_closed()
    team = ArchiveSettings(url=postgres_url)
    move(file, team, lambda *_: None)
    assert len(find(team, "offices").found) == 1
