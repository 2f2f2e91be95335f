"""Several in one process want to know what was stored: what one is told takes nothing from the others."""

from __future__ import annotations

import asyncio

import psycopg

from tests.models.test_callbacks import done, taken
from tests.models.test_kept_calls import KEPT, NOON, OTHERS
from tests.postgres.server import PostgresServer
from tests.store.harness import LIMIT, Place, SetClock
from tui.archive import Store, open_store
from tui.archive.errors import Cause, StoreError
from tui.archive.store import Changed
from tui.config import ArchiveSettings


async def hear(clock: SetClock, *tasks: asyncio.Task[bool]) -> list[bool]:
    """What they are told, while time passes."""
    while not all(task.done() for task in tasks):
        clock.advance(1.0)
        await asyncio.sleep(0.001)
    return [await task for task in tasks]


async def test_each_is_told_of_what_another_process_stores(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        watches = [one.changed, one.watch_calls(), one.watch_calls()]
        for watch in watches:
            await watch(0.0)
        await other.store_calls([KEPT], [], NOON)
        async with asyncio.TaskGroup() as group:
            first = group.create_task(watches[1](10_000.0))
            assert await hear(shared.clock, first) == [True]
            others = [group.create_task(watch(0.0)) for watch in (watches[0], watches[2])]
            assert await hear(shared.clock, *others) == [True, True]
        for watch in watches:
            assert not await watch(0.0)


async def test_that_a_helpdeck_still_listens_wakes_no_other(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        watches = [one.changed, one.watch_calls()]
        for watch in watches:
            await watch(0.0)
        await other.store_calls([KEPT], [], NOON, tells=False)
        async with asyncio.TaskGroup() as group:
            waiting = [group.create_task(watch(10.0)) for watch in watches]
            assert await hear(shared.clock, *waiting) == [False, False]
        await other.store_calls([OTHERS], [], NOON)
        async with asyncio.TaskGroup() as group:
            waiting = [group.create_task(watch(10_000.0)) for watch in watches]
            assert await hear(shared.clock, *waiting) == [True, True]


async def test_all_who_wait_are_told(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other, asyncio.TaskGroup() as group:
        watches = [one.changed, one.watch_calls(), one.watch_calls()]
        for watch in watches:
            await watch(0.0)
        waiting = [group.create_task(watch(10_000.0)) for watch in watches]
        await shared.clock.until_sleeping()
        await other.store_calls([KEPT], [], NOON)
        assert await hear(shared.clock, *waiting) == [True] * 3


async def test_who_asks_for_all_and_goes_hands_over_to_another(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other, asyncio.TaskGroup() as group:
        watches = [one.watch_calls(), one.watch_calls()]
        for watch in watches:
            await watch(0.0)
        first, second = (group.create_task(watch(10_000.0)) for watch in watches)
        await shared.clock.until_sleeping()
        first.cancel()
        await asyncio.wait([first])
        await other.store_calls([KEPT], [], NOON)
        assert await hear(shared.clock, second) == [True]
        assert await watches[0](0.0)


async def test_that_alpemix_was_asked_is_told_to_those_who_follow_all_and_not_to_those_who_follow_the_calls(
    postgres_url: str,
) -> None:
    clock = SetClock()
    place = Place(ArchiveSettings(url=postgres_url), clock)
    async with place.open() as one, place.open() as other:
        every, calls = one.changed, one.watch_calls()
        for watch in (every, calls):
            await watch(0.0)
        assert (await other.reserve(LIMIT))[0] is not None
        async with asyncio.TaskGroup() as group:
            waiting = [group.create_task(watch(10.0)) for watch in (every, calls)]
            assert await hear(clock, *waiting) == [True, False]
        with psycopg.connect(postgres_url, autocommit=True) as older:  # which says nothing of what it has stored
            older.execute("SELECT pg_notify('helpdeck', '')")
        async with asyncio.TaskGroup() as group:
            assert await hear(clock, group.create_task(calls(10_000.0))) == [True]
        await other.reserve(LIMIT)
        await other.store_calls([KEPT], [], NOON)
        async with asyncio.TaskGroup() as group:
            assert await hear(clock, group.create_task(calls(10_000.0))) == [True]


async def test_of_what_this_process_stores_of_calls_only_who_watches_them_is_told(store: Store) -> None:
    watch = store.watch_calls()
    await watch(0.0)
    await store.changed()
    works = (
        lambda: store.store_calls([KEPT], [], NOON),
        lambda: store.take_callback(taken(), 0.0),
        lambda: store.finish_callback(done(0)),
        lambda: store.forget_calls("2000-01-01"),
    )
    for work in works:
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(watch(10_000.0))
            await asyncio.sleep(0)
            await work()
            assert await waiting
        assert not await store.changed()
        assert not await watch(0.0)
    await store.store_calls([OTHERS], [], NOON, tells=False)
    assert not await watch(0.0)


async def test_nobody_waits_longer_than_was_asked_for(place: Place) -> None:
    async with place.open() as store, asyncio.TaskGroup() as group:
        watches = [store.changed, store.watch_calls()]
        for watch in watches:
            await watch(0.0)
        begun = place.clock.tick()
        waiting = [group.create_task(watch(seconds)) for watch, seconds in zip(watches, (30.0, 50.0), strict=True)]
        assert await hear(place.clock, waiting[0]) == [False]
        assert not waiting[1].done()
        assert place.clock.tick() - begun >= 30.0
        assert await hear(place.clock, waiting[1]) == [False]


async def test_each_who_waits_is_told_that_nobody_can_tell(postgres: PostgresServer, postgres_url: str) -> None:
    async with open_store(ArchiveSettings(url=postgres_url)) as store:
        watches = [store.changed, store.watch_calls()]
        for watch in watches:
            await watch(0.0)

        async def failure(watch: Changed) -> Cause:
            try:
                while True:
                    await watch(30.0)
            except StoreError as error:
                return error.cause

        async with asyncio.TaskGroup() as group:
            waiting = [group.create_task(failure(watch)) for watch in watches]
            await asyncio.sleep(0)
            await asyncio.to_thread(postgres.kill)
            assert len({await each for each in waiting}) == 1
