"""Tables of another Helpdeck: a newer one's are left alone, an older one's wait until somebody says so."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from tests.store.harness import LIMIT
from tui.archive import Store, open_store
from tui.archive.errors import Cause, StoreError
from tui.archive.postgres.schema import VERSION
from tui.config import ArchiveSettings


def be_of(url: str, version: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE helpdeck.state SET version = %s", (version,))


@pytest.mark.parametrize(("version", "cause"), [(VERSION + 1, Cause.NEWER), (0, Cause.OLDER)])
async def test_tables_of_another_version_are_refused_when_they_are_opened_and_while_they_are_used(
    postgres_url: str, store: Store, version: int, cause: Cause
) -> None:
    await store.budget(LIMIT)
    be_of(postgres_url, version)
    for work in (store.budget(LIMIT), store.fetch_state(LIMIT)):
        with pytest.raises(StoreError) as failed:
            await work
        assert failed.value.cause is cause
    async with open_store(ArchiveSettings(url=postgres_url)) as another:
        with pytest.raises(StoreError) as failed:
            await another.budget(LIMIT)
        assert failed.value.cause is cause
    be_of(postgres_url, VERSION)
    await store.budget(LIMIT)


async def test_of_many_who_open_an_empty_database_at_once_each_finds_the_tables(postgres_url: str) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(use(postgres_url))


async def use(url: str) -> None:
    async with open_store(ArchiveSettings(url=url)) as store:
        await store.budget(LIMIT)


async def test_a_store_that_is_only_read_makes_no_tables(postgres_url: str) -> None:
    async with open_store(ArchiveSettings(url=postgres_url), to_read=True) as store:
        with pytest.raises(StoreError) as failed:
            await store.days("desk")
    assert failed.value.cause is Cause.MISSING
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT to_regclass('helpdeck.state')").fetchone() == (None,)
