"""Call-backs in the store: what is read is what the whole history says, and of two who take one, one wins."""

from __future__ import annotations

import asyncio
from itertools import count
from random import Random

from msgspec.structs import replace

from tests.models.test_callbacks import LINE, LINES, MISSED, at, done, recounted, taken
from tests.models.test_kept_calls import KEPT, NOON
from tests.store.harness import Place
from tui.archive import Store
from tui.models.callbacks import Step
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall

SINCE = NOON - 14 * 86_400


def numbered(*calls: KeptCall) -> list[KeptCall]:
    """The same as calls of their own."""
    return [replace(call, id=f"{number:016x}", handle=number) for number, call in enumerate(calls, start=1)]


async def keep(store: Store, *calls: KeptCall) -> None:
    await store.store_calls(numbered(*calls), [], NOON)


async def lines(store: Store) -> list[str]:
    return [callback.line for callback in (await store.callbacks(SINCE)).open]


async def test_what_is_read_equals_a_recount_of_all_calls(store: Store) -> None:
    dice = Random(7)
    outcomes = (Outcome.MISSED, Outcome.MISSED, Outcome.ENDED_UNSEEN, Outcome.NOT_REACHED, Outcome.LIVE)
    made = [
        at(
            number * 40,
            dice.choice((MISSED, MISSED, MISSED, MISSED, KEPT)),
            line=f"{line}{dice.randrange(5)}" if (line := dice.choice(LINES)) else "",
            extension=dice.choice(("201", "202")),
            direction=dice.choice(("in", "in", "in", "out", "")),
            rang=dice.random() < 0.9,
            outcome=dice.choice(outcomes),
        )
        for number in range(200)
    ]
    await keep(store, *made)
    steps = [replace(taken(seconds=7_000), line="2051"), replace(done(7_500, 7_500), line="2053")]
    for step in steps:
        await store.finish_callback(step)
    found = await store.callbacks(SINCE)
    assert found == recounted(numbered(*made), steps)
    assert len(found.open) > 5
    assert found.anonymous > 5


async def test_who_was_missed_longer_ago_is_not_looked_for(store: Store) -> None:
    await keep(store, MISSED, at(60, line="205"))
    assert [each.line for each in (await store.callbacks(NOON)).open] == ["205"]


async def test_a_call_that_still_rings_is_not_missed_and_one_that_talks_got_through(store: Store) -> None:
    ringing = at(0, line="205", outcome=Outcome.LIVE)
    (kept,) = numbered(ringing)
    await store.store_calls([kept], [], NOON)
    assert await lines(store) == []
    await store.store_calls([replace(kept, outcome=Outcome.MISSED)], [], NOON)
    assert await lines(store) == ["205"]
    talking = replace(at(100, KEPT), id="f" * 16, handle=90, line="205", outcome=Outcome.LIVE)
    await store.store_calls([talking], [], NOON + 100)
    assert await lines(store) == []


async def test_of_two_who_take_one_the_first_wins_and_the_other_is_told_who(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        await keep(one, MISSED)
        assert await one.take_callback(taken("ada", 100), SINCE) == taken("ada", 100)
        assert await other.take_callback(taken("eve", 101), SINCE) == taken("ada", 100)
        (callback,) = (await other.callbacks(SINCE)).open
        assert callback.holder(NOON + 102) == taken("ada", 100)


async def test_of_many_who_take_one_at_once_one_wins(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        await keep(one, MISSED)
        people = [taken(f"person {number}", 100 + number / 100) for number in range(10)]
        held = await asyncio.gather(
            *(store.take_callback(step, SINCE) for step, store in zip(people, [one, other] * 5, strict=True))
        )
        assert len(set(held)) == 1


async def test_a_claim_is_free_when_it_lapses_and_when_something_came_of_it(store: Store) -> None:
    await keep(store, MISSED)
    await store.take_callback(taken("ada", 100, minutes=1), SINCE)
    assert (await store.take_callback(taken("eve", 159), SINCE)).by == "ada"
    assert (await store.take_callback(taken("eve", 160), SINCE)).by == "eve"
    reached = replace(at(200, KEPT), id="e" * 16, handle=99, direction="out", outcome=Outcome.REACHED)
    await store.store_calls([reached, replace(at(300), id="f" * 16, handle=98)], [], NOON)
    assert (await store.callbacks(SINCE)).open[0].taken is None
    assert (await store.take_callback(taken("ada", 310), SINCE)).by == "ada"


async def test_who_holds_one_may_take_it_for_longer(store: Store) -> None:
    await keep(store, MISSED)
    for seconds in (100, 400):
        assert await store.take_callback(taken("ada", seconds), SINCE) == taken("ada", seconds)
    assert (await store.callbacks(SINCE)).open[0].taken == taken("ada", 400)


async def test_what_is_written_twice_is_there_once(store: Store) -> None:
    await keep(store, MISSED)
    for _ in range(2):
        assert await store.take_callback(taken(), SINCE) == taken()
    for _ in range(2):
        await store.finish_callback(done(0, 200))
    assert await lines(store) == []


async def test_who_is_done_is_gone_until_they_are_missed_again(store: Store) -> None:
    await keep(store, MISSED)
    hostile = "Robert'); DROP TABLE callback_steps;-- ␛[31m İ 😀"
    await store.finish_callback(done(0, why=hostile))
    assert await lines(store) == []
    await store.store_calls([replace(at(60), id="e" * 16, handle=9)], [], NOON)
    assert await lines(store) == [LINE]


async def test_the_others_are_told_at_once(shared: Place) -> None:
    numbers = count()

    def step() -> Step:
        return replace(taken(), id=str(next(numbers)))

    async with shared.open() as one, shared.open() as other:
        await keep(other, MISSED)
        await one.changed(within=30.0)
        await other.take_callback(step(), SINCE)
        assert await one.changed(within=30.0)
        await other.finish_callback(replace(done(0), id=str(next(numbers))))
        assert await one.changed(within=30.0)


async def test_what_was_done_is_forgotten_with_the_calls(store: Store) -> None:
    await keep(store, MISSED)
    await store.finish_callback(done(0))
    await store.forget_calls(KEPT.day)
    assert await lines(store) == []
    await store.forget_calls("2026-11-22")
    await keep(store, MISSED)
    assert await lines(store) == [LINE]
