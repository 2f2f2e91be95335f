"""Contacts and ties come into another archive with the rest, each once, and older archives get the tables for them."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

from tests.archive.keeping import wait_until_closed
from tests.models.test_contacts import LINE, contact, step
from tests.models.test_kept_calls import KEPT
from tui.archive import Store, move, open_store, upkeep_of
from tui.archive.upkeep import Brought
from tui.config import ArchiveSettings
from tui.models.callers import caller_of
from tui.models.contacts import Did, Known


async def shown(store: Store) -> str:
    return caller_of(LINE, (await store.known_of([LINE])).get(LINE, Known())).shown


def moved(old: ArchiveSettings, team: ArchiveSettings) -> Brought:
    return move(old, team, lambda _done, _total: None)


async def test_contacts_and_what_was_said_of_ties_come_over_once_and_what_the_team_said_stays(
    tmp_path: Path, postgres_url: str
) -> None:
    old, team = ArchiveSettings(path=str(tmp_path / "archive.sqlite")), ArchiveSettings(url=postgres_url)
    many = [contact(f"Customer {number}", line=f"+90216555{number:04}") for number in range(1_500)]
    async with open_store(old) as store:
        await store.add_contacts([*many, contact("Acme")])
        await store.say_ties([step("Beta", id="1"), step("Acme", id="2", did=Did.TAKEN_BACK)])
    wait_until_closed()
    async with open_store(team) as store:
        await store.add_contacts([contact("Acme", source="ours.csv"), contact("Gamma")])
        for written in (1_500, 0):
            brought = await asyncio.to_thread(moved, old, team)
            assert (brought.contacts, brought.contacts_written) == (1_501, written)
            assert await shown(store) == "one of 2"
        assert len(await store.contacts()) == 1_502
        counts = (await asyncio.to_thread(upkeep_of(team).status)).counts
        assert counts is not None
        assert counts.contacts == 1_502
    copy = tmp_path / "copy.sqlite"
    await asyncio.to_thread(upkeep_of(team).backup, copy, lambda _done, _total: None)
    async with open_store(ArchiveSettings(path=str(copy)), to_read=True) as store:
        assert await shown(store) == "one of 2"


async def test_a_file_from_before_there_were_contacts_tells_what_it_holds_and_gets_the_tables(tmp_path: Path) -> None:
    file = ArchiveSettings(path=str(tmp_path / "archive.sqlite"))
    async with open_store(file) as store:
        await store.store_calls([KEPT], [], KEPT.known_at)
    wait_until_closed()
    with closing(sqlite3.connect(file.path)) as database:
        database.executescript("DROP TABLE contacts; DROP TABLE tie_steps; PRAGMA user_version = 6")
    status = upkeep_of(file).status()
    assert (status.is_older, status.counts and status.counts.contacts) == (True, 0)
    async with open_store(file) as store:
        assert await shown(store) == ""
        await store.add_contacts([contact("Acme")])
        assert await shown(store) == "Acme"
        assert await store.calls_of("201", KEPT.day) == [KEPT]


async def test_a_database_from_before_there_were_contacts_gets_the_tables(postgres_url: str) -> None:
    team = ArchiveSettings(url=postgres_url)
    async with open_store(team) as store:
        await store.store_calls([KEPT], [], KEPT.known_at)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for statement in ("DROP TABLE helpdeck.contacts", "DROP TABLE helpdeck.tie_steps"):
            connection.execute(statement.encode())
        connection.execute("UPDATE helpdeck.state SET version = 3")
    await asyncio.to_thread(upkeep_of(team).upgrade)
    async with open_store(team) as store:
        await store.add_contacts([contact("Acme")])
        assert await shown(store) == "Acme"
        assert await store.calls_of("201", KEPT.day) == [KEPT]
