"""Never more requests than a system allows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import FakeClock
from tests.services.budgets import left, seconds_to_next
from tui.archive import Store, open_store
from tui.archive.budget import STILL_GOOD_SECONDS, UNDER_WAY_SECONDS, Limit
from tui.config import ArchiveSettings
from tui.services.errors import Rejected, Unreachable, UsedUp
from tui.services.request_budget import RequestBudget


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def archive(clock: FakeClock) -> AsyncIterator[Store]:
    async with open_store(None, clock) as archive:
        yield archive


def budget_of(most: int, clock: FakeClock, archive: Store, of: str = "requests") -> RequestBudget:
    return RequestBudget(archive, Limit("desk", of, most, 60.0, 600.0), clock, of=of)


async def use(budget: RequestBudget, times: int = 1) -> None:
    for _ in range(times):
        async with budget.slot():
            pass


async def test_a_fourth_request_within_the_minute_is_limited_at_once(archive: Store, clock: FakeClock) -> None:
    budget = budget_of(3, clock, archive, "reports")
    await use(budget, 3)
    clock.advance(59)
    assert left(budget) == 0
    with pytest.raises(UsedUp, match="Only 3 reports are allowed in 60 s") as caught:
        await use(budget)
    assert caught.value.at_least == pytest.approx(1.0)
    clock.advance(1)
    assert left(budget) == 3
    await use(budget, 3)


async def test_a_slow_answer_keeps_its_slot_for_a_window_after_it_came(archive: Store, clock: FakeClock) -> None:
    budget = budget_of(1, clock, archive)
    async with budget.slot():
        clock.advance(50)
        assert left(budget) == 0
        assert seconds_to_next(budget) == UNDER_WAY_SECONDS - 50 + 60.0  # the longest that it can be
    clock.advance(59)
    assert seconds_to_next(budget) == pytest.approx(1.0)


async def test_a_slot_that_stood_too_long_is_taken_anew_and_who_has_it_is_given_the_new_one(
    archive: Store, clock: FakeClock
) -> None:
    budget = budget_of(1, clock, archive)
    claimed, _ = await archive.reserve(budget.limit)
    clock.advance(STILL_GOOD_SECONDS)
    async with budget.slot(claimed) as (used, _):
        assert used == claimed
    clock.advance(60)
    claimed, _ = await archive.reserve(budget.limit)
    clock.advance(STILL_GOOD_SECONDS + 1)
    async with budget.slot(claimed) as (used, _):
        assert used.reserved == clock.uptime()


async def test_a_request_that_never_left_costs_nothing(archive: Store, clock: FakeClock) -> None:
    budget = budget_of(1, clock, archive)
    with pytest.raises(Unreachable):
        async with budget.slot():
            raise Unreachable("refused")
    assert left(budget) == 1


@pytest.mark.parametrize("error", [Unreachable("late", may_have_acted=True), Rejected("no"), ValueError()])
async def test_a_request_that_failed_otherwise_costs_its_slot(
    archive: Store, clock: FakeClock, error: Exception
) -> None:
    budget = budget_of(1, clock, archive)
    with pytest.raises(type(error)):
        async with budget.slot():
            raise error
    assert left(budget) == 0


async def test_a_block_holds_however_many_slots_are_free(archive: Store, clock: FakeClock) -> None:
    budget = budget_of(3, clock, archive)
    await use(budget, 3)
    await budget.block(900)
    await budget.block(30)
    assert left(budget) == 0
    assert seconds_to_next(budget) == 900.0
    clock.advance(899)
    with pytest.raises(UsedUp):
        await use(budget)
    clock.advance(1)
    assert left(budget) == 3
    assert seconds_to_next(budget) == 0.0


@given(st.lists(st.tuples(st.floats(0, 40), st.floats(0, 40), st.floats(0, 1)), max_size=60))
async def test_no_window_of_the_server_ever_holds_more_than_the_limit(
    requests: list[tuple[float, float, float]],
) -> None:
    clock = FakeClock()
    arrivals: list[float] = []
    async with open_store(None, clock) as archive:
        budget = budget_of(3, clock, archive)
        for pause, latency, when in requests:
            clock.advance(pause)
            if left(budget):
                async with budget.slot():
                    arrivals.append(clock.tick() + latency * when)
                    clock.advance(latency)
    for first, fourth in zip(arrivals, arrivals[3:], strict=False):
        assert fourth - first >= 60.0 - 1e-6


async def test_all_who_share_a_fallback_wait_first_whoever_of_them_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    path = tmp_path / "archive.sqlite"
    path.write_bytes(b"no database at all " * 500)
    clock, settings = FakeClock(), ArchiveSettings(path=str(path))
    async with (
        open_store(settings, clock) as one,
        open_store(settings, clock) as another,
        open_store(settings, clock) as late,
    ):
        await one.changed()  # it has made the fallback, and not counted there yet
        with pytest.raises(UsedUp):
            await use(budget_of(3, clock, another))
        with pytest.raises(UsedUp):
            await use(budget_of(3, clock, one))
        clock.advance(61)
        await use(budget_of(3, clock, late))  # who comes later need not wait again
