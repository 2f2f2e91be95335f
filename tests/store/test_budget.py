"""The request budget of all processes: never over the limit, whatever happens between a slot and its answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.store.harness import LIMIT, Kept, SetClock
from tui.archive import open_store
from tui.archive.budget import UNDER_WAY_SECONDS, Slot

TOKENS = LIMIT._replace(kind="tokens")


async def test_a_slot_counts_from_the_time_of_its_answer(kept: Kept) -> None:
    slot = await kept.taken(100)
    await kept.complete(slot, 140)
    assert await kept.left(199.9) == 2
    assert await kept.left(200) == 3


async def test_a_slot_whose_process_died_stays_used(kept: Kept) -> None:
    await kept.taken(100)
    assert await kept.left(100 + UNDER_WAY_SECONDS + 59) == 2
    assert await kept.left(100 + UNDER_WAY_SECONDS + 60) == 3


async def test_a_slot_that_was_released_costs_nothing(kept: Kept) -> None:
    await kept.store.release(LIMIT, await kept.taken(100))
    assert await kept.left(100) == 3


async def test_a_slot_can_be_taken_instead_of_another(kept: Kept) -> None:
    for seconds in (100, 110):
        await kept.taken(seconds)
    old = await kept.taken(120)
    new, budget = await kept.store.reserve(LIMIT, instead_of=old)
    assert new is not None
    assert budget.left(120) == 0


async def test_a_process_that_stood_still_counts_again_when_it_goes_on(kept: Kept) -> None:
    slot = await kept.taken(100)
    assert await kept.left(1000) == 3
    await kept.complete(slot, 1001)
    assert await kept.left(1060) == 2


async def test_the_fourth_is_told_when_it_may_go(kept: Kept) -> None:
    for seconds in (100, 110, 120):
        await kept.complete(await kept.taken(seconds), seconds + 1)
    kept.clock.set_uptime(130)
    slot, budget = await kept.store.reserve(LIMIT)
    assert slot is None
    assert budget.seconds_to_next(130) == 31


async def test_accounts_and_kinds_are_counted_apart(kept: Kept) -> None:
    await kept.taken(100)
    assert await kept.left(100, of=TOKENS) == 3
    assert await kept.left(100, of=LIMIT._replace(account="other")) == 3


async def test_a_cool_down_holds_for_everybody_and_a_shorter_one_does_not_end_it(kept: Kept) -> None:
    kept.clock.set_uptime(100)
    await kept.store.block(LIMIT, 900, "blocked")
    await kept.store.block(LIMIT, 60, "used up")
    kept.clock.set_uptime(999)
    budget = await kept.store.budget(LIMIT)
    assert (budget.left(999), budget.reason, budget.seconds_to_next(999)) == (0, "blocked", 1)
    assert await kept.left(1000) == 3


async def test_a_cool_down_of_an_earlier_boot_ends_no_later_than_its_length_after_this_one_began(kept: Kept) -> None:
    kept.clock.set_uptime(9000)
    await kept.store.block(LIMIT, 900, "blocked")
    assert await kept.left(899, "second") == 0
    assert await kept.left(900, "second") == 3


REQUESTS = st.lists(
    st.tuples(
        st.floats(0, 30),  # pause before the request
        st.floats(0, 60),  # how long its answer takes
        st.floats(0, 1),  # when in that time it arrives at the server
        st.sampled_from(["answered", "killed", "never left", "restart"]),
    ),
    max_size=40,
)


@given(REQUESTS)
async def test_no_window_of_the_server_ever_holds_more_than_the_limit(
    requests: list[tuple[float, float, float, str]],
) -> None:
    """Many processes at once: requests overlap, are killed in between, and the machine starts anew."""
    clock = SetClock()
    now, boot, began = 1000.0, 0, 0.0
    arrivals: list[float] = []
    pending: list[tuple[float, Slot]] = []
    async with open_store(None, clock) as store:
        kept = Kept(store, clock)
        for pause, latency, share, fate in requests:
            now += pause
            for done_at, slot in [each for each in pending if each[0] <= now]:
                await kept.complete(slot, done_at - began, str(boot))
            pending = [each for each in pending if each[0] > now]
            if fate == "restart":
                boot, began, pending = boot + 1, now, []
                arrivals = [min(arrival, now) for arrival in arrivals]  # what was under way left before it went down
            clock.set_uptime(now - began, str(boot))
            taken, _ = await store.reserve(LIMIT)
            if taken is None:
                continue
            if fate == "never left":
                await store.release(LIMIT, taken)
                continue
            arrivals.append(now + latency * share)
            if fate in ("answered", "restart"):
                pending.append((now + latency, taken))
    arrivals.sort()
    for first, fourth in zip(arrivals, arrivals[3:], strict=False):
        assert fourth - first >= 60.0 - 1e-6
