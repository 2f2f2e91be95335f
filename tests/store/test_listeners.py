"""Several in one process listen for what another has stored, and each is told."""

from __future__ import annotations

import asyncio

import pytest

from tests.clock import FakeClock
from tests.store.harness import Place
from tests.store.test_notes import CALL, note
from tests.waiting import until
from tui.archive import Store
from tui.archive.errors import Cause, StoreError
from tui.archive.sql.database import Told
from tui.archive.sql.news import Listener, News


async def test_each_who_listens_is_told_of_what_another_has_stored(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other, asyncio.TaskGroup() as group:
        first, second = one.changed, one.listener()
        await first()
        await second()
        waiting = [group.create_task(each(3_600.0)) for each in (first, second)]
        await asyncio.sleep(0)
        await other.add_notes([note(CALL)])

        def are_told() -> bool:
            if not all(each.done() for each in waiting):
                shared.clock.advance(1.0)
            return all(each.done() for each in waiting)

        await until(are_told)
        assert [each.result() for each in waiting] == [True, True]
        assert [await first(), await second()] == [False, False]


async def test_who_listens_later_is_told_of_what_is_stored_from_then_on(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        await one.changed()
        await other.add_notes([note(CALL)])
        assert await one.changed(within=30.0)
        later = one.listener()
        assert not await later()


async def test_one_who_stops_listening_takes_nothing_from_the_other(store: Store) -> None:
    async with asyncio.TaskGroup() as group:
        stopped = group.create_task(store.listener()(3_600.0))
        other = group.create_task(store.changed(3_600.0))
        await asyncio.sleep(0)
        stopped.cancel()
        await asyncio.wait([stopped])
        assert not other.done()
        other.cancel()


async def test_what_goes_wrong_is_told_to_who_asks() -> None:
    async def changed(_within: float) -> Told:
        raise StoreError(Cause.AWAY, "db.example.com")

    with pytest.raises(StoreError):
        await Listener(News(changed, FakeClock())).changed()


async def test_where_nobody_can_tell_the_others_look_for_themselves() -> None:
    async def changed(_within: float) -> Told:
        raise StoreError(Cause.AWAY, "db.example.com")

    news = News(changed, FakeClock())
    one, other = Listener(news), Listener(news)
    with pytest.raises(StoreError):
        await one.changed()
    assert [await one.changed(), await other.changed()] == [True, True]
