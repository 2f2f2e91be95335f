"""Being told instead of asking: an idle store asks the server nothing, and misses nothing."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from tests.postgres.server import PostgresServer
from tests.store.harness import LIMIT
from tests.waiting import PATIENCE_SECONDS
from tui.archive import Store, open_store
from tui.archive.errors import StoreError
from tui.config import ArchiveSettings

_QUERIES = """
SELECT pid, query_start, query FROM pg_stat_activity
WHERE application_name = 'helpdeck' AND pid <> pg_backend_pid() ORDER BY backend_start
"""


def asked_last(url: str) -> list[tuple[int, object, str]]:
    """What each store has asked last, and when."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(_QUERIES).fetchall()


async def test_a_store_that_waits_for_news_asks_nothing_even_when_they_come(postgres_url: str, store: Store) -> None:
    await store.changed()
    before = asked_last(postgres_url)
    async with open_store(ArchiveSettings(url=postgres_url)) as other, asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(3):
            await other.reserve(LIMIT)
            assert await store.changed(3600.0)
        assert not await store.changed()
        assert asked_last(postgres_url)[:1] == before


async def test_a_listener_that_was_cut_off_looks_once_when_it_is_back(postgres_url: str, store: Store) -> None:
    await store.changed()
    (pid, *_), *_ = asked_last(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await store.changed(3600.0)
        assert await store.changed(3600.0)  # it is connected again, and may have missed something
    assert not await store.changed()


async def test_who_waits_for_news_is_told_of_a_lost_server_that_another_has_found_out(
    postgres: PostgresServer, postgres_url: str
) -> None:
    async with open_store(ArchiveSettings(url=postgres_url)) as store, asyncio.TaskGroup() as group:
        await store.changed()
        waiting = group.create_task(store.changed(3600.0))
        await asyncio.sleep(0)
        postgres.stop("immediate")  # the loop stands still meanwhile: whoever asks next finds it out
        with pytest.raises(StoreError):
            await store.days("desk")
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await waiting


async def test_what_is_told_while_the_store_is_at_work_is_not_missed(postgres_url: str, store: Store) -> None:
    await store.changed()
    async with open_store(ArchiveSettings(url=postgres_url)) as other, asyncio.timeout(PATIENCE_SECONDS):
        for number in range(50):
            async with asyncio.TaskGroup() as group:
                group.create_task(store.budget(LIMIT))
                group.create_task(other.block(LIMIT, number + 1.0))
            assert await store.changed(3600.0)


async def test_who_changes_nothing_tells_nobody(postgres_url: str, store: Store) -> None:
    await store.changed()
    async with open_store(ArchiveSettings(url=postgres_url)) as other, asyncio.timeout(PATIENCE_SECONDS):
        await other.budget(LIMIT)
        assert (await other.claim(LIMIT, lambda _: None)).slot is None
        slot, _ = await other.reserve(LIMIT)
        assert slot is not None
        assert await store.changed(3600.0)
        await other.budget(LIMIT)
        await other.release(LIMIT, slot)
        assert await store.changed(3600.0)
        assert not await store.changed()


async def test_a_wait_for_news_that_was_given_up_leaves_the_store_usable(postgres_url: str, store: Store) -> None:
    async with open_store(ArchiveSettings(url=postgres_url)) as other:
        for number in range(100):
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(each)
                    for each in (store.changed(3600.0), store.budget(LIMIT), store.budget(LIMIT))
                ]
                for _ in range(number % 30):
                    await asyncio.sleep(0)
                for task in tasks:
                    task.cancel()
        await store.changed()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await other.reserve(LIMIT)
            assert await store.changed(3600.0)


async def test_a_process_that_stands_still_holds_up_nobody_for_long(store: Store) -> None:
    await store.budget(LIMIT)
    shown = {
        name: await store._engine.read(lambda database: database.execute(f"SHOW {name}").fetchone())  # type: ignore[attr-defined]  # noqa: B023, SLF001
        for name in ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout")
    }
    assert shown == {
        "idle_in_transaction_session_timeout": ("10s",),
        "lock_timeout": ("10s",),
        "statement_timeout": ("12s",),
    }
