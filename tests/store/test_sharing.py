"""Several who use one store: what one does the others are told, and nothing is done twice."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.store.harness import ACCOUNT, LIMIT, TODAY, ZONE, Kept, Place, row
from tests.waiting import PATIENCE_SECONDS
from tui.archive import Store
from tui.archive.records import FetchState
from tui.models.connections import ReportKind


def unless_under_way(state: FetchState) -> ReportKind | None:
    return None if ReportKind.TODAY in state.under_way else ReportKind.TODAY


async def told(store: Store) -> None:
    """Wait until it was told of a change, which may still be on its way."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await store.changed():
            await asyncio.sleep(0)


async def test_what_another_process_writes_is_noticed(shared: Place) -> None:
    async with shared.open() as ours, shared.open() as theirs:
        await ours.changed()
        assert not await ours.changed()
        await theirs.reserve(LIMIT)
        await told(ours)
        await ours.reserve(LIMIT)
        assert not await ours.changed()


async def test_a_change_is_told_while_it_is_waited_for(shared: Place) -> None:
    async with shared.open() as ours, shared.open() as theirs, asyncio.TaskGroup() as group:
        await ours.changed()
        waiting = group.create_task(ours.changed(3600.0))
        await shared.clock.until_sleeping()
        await theirs.reserve(LIMIT)
        shared.clock.advance(1.0)
        assert await waiting


async def test_where_nothing_changes_the_wait_ends_when_its_time_is_over(store: Store, place: Place) -> None:
    await store.changed()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(store.changed(2.5))
        for _ in range(5):
            assert not waiting.done()
            await place.clock.until_sleeping()
            place.clock.advance(0.5)
        assert not await waiting


async def test_a_change_that_was_not_told_because_nobody_waited_any_more_is_told_the_next_time(shared: Place) -> None:
    async with shared.open() as ours, shared.open() as theirs:
        await ours.changed()
        for number in range(200):  # so that some are given up at every moment of a look
            await theirs.block(LIMIT, number + 1.0)
            async with asyncio.TaskGroup() as group:
                waiting = group.create_task(ours.changed())
                for _ in range(number % 50):
                    await asyncio.sleep(0)
                waiting.cancel()
            is_told = not waiting.cancelled() and waiting.result()
            if not is_told:
                await told(ours)


async def test_of_all_who_find_the_same_report_due_one_may_ask_for_it(shared: Place) -> None:
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(shared.open()) for _ in range(6)]
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(store.claim(LIMIT, unless_under_way)) for store in stores]
        claims = [each.result() for each in asked]
        assert sum(claim.slot is not None for claim in claims) == 1
        assert all(claim.kind is None for claim in claims if claim.slot is None)


async def test_a_claim_tells_what_is_known_and_what_is_left(kept: Kept) -> None:
    kept.clock.set_uptime(100)
    claims = [await kept.store.claim(LIMIT, lambda _: ReportKind.LAST) for _ in range(4)]
    assert [claim.budget.left(100) for claim in claims] == [2, 1, 0, 0]
    assert [claim.slot is None for claim in claims] == [False, False, False, True]
    assert claims[-1].kind is ReportKind.LAST
    assert claims[-1].state.under_way == {ReportKind.LAST}


async def test_nothing_is_asked_for_where_nothing_is_due(kept: Kept) -> None:
    claim = await kept.store.claim(LIMIT, lambda _: None)
    assert (claim.kind, claim.slot) == (None, None)
    assert claim.budget.left(1000) == 3


async def test_a_decision_that_fails_takes_no_slot(kept: Kept) -> None:
    def fails(state: FetchState) -> ReportKind | None:
        raise ValueError

    with pytest.raises(ValueError):
        await kept.store.claim(LIMIT, fails)
    assert await kept.left(1000) == 3


async def test_what_is_read_in_a_snapshot_is_of_one_moment(shared: Place) -> None:
    async with shared.open() as reader, shared.open() as writer:
        theirs = Kept(writer, shared.clock)
        await theirs.keep([row("1")])
        async with reader.snapshot():
            before = await reader.days(ACCOUNT)
            await theirs.keep([row("2"), row("1")])
            assert await reader.days(ACCOUNT) == before
            assert [each.uid for each in await reader.connections_of(ACCOUNT, TODAY, ZONE)] == ["1"]
        assert [each.uid for each in await reader.connections_of(ACCOUNT, TODAY, ZONE)] == ["2", "1"]


async def test_what_was_stored_is_there_for_whoever_opens_it_later(shared: Place) -> None:
    async with shared.open() as store:
        await Kept(store, shared.clock).keep([row("7")])
    async with shared.open() as store:
        assert await Kept(store, shared.clock).rows() == [row("7")]


async def test_a_store_says_whether_others_can_use_it(shared: Place, place: Place) -> None:
    async with shared.open() as store, place.open() as other:
        assert store.is_shared
        assert other.is_shared == (place.settings is not None)
        assert store.degraded_by is None
        assert other.degraded_by is None
