"""What was stored is found again, over all days, however it is typed, and stands as it is known now."""

from __future__ import annotations

import asyncio
from datetime import timedelta, timezone

import pytest
from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, OTHERS
from tests.models.test_kept_calls import NOON as CALLED
from tests.store.harness import ACCOUNT, NOON, TODAY, YESTERDAY, ZONE, Kept, Place, row
from tests.store.test_calls import numbered
from tui.archive import Store
from tui.models.calls import Outcome
from tui.models.connections import ReportKind
from tui.models.kept_calls import KeptCall
from tui.models.search import Found, Kind, search_of
from tui.models.users import User

DAY = timedelta(days=1)
MOST = 50


async def bring_on(store: Store) -> None:
    while await store.bring_on_searched():
        pass


async def find(store: Store, typed: str, most: int = MOST) -> list[Found]:
    """What is found where all is up to date."""
    await bring_on(store)
    wanted = search_of(typed, "TR")
    assert wanted is not None
    answer = await store.find(wanted, most, ZONE)
    assert answer.days_left == 0
    return list(answer.found)


async def found(store: Store, typed: str) -> list[str]:
    """The numbers of the connections, and the ids of the calls."""
    return [
        each.row.id if isinstance(each.row, KeptCall) else each.row.uid
        for each in await find(store, typed)
        if not isinstance(each.row, User)
    ]


async def test_a_connection_is_found_by_each_of_its_texts_on_its_day(kept: Kept) -> None:
    one = row(
        "1", NOON - DAY, customer="Işık Hastanesi", explanation="Yazıcı", support_number="SR-4711", technician="ayşe"
    )
    await kept.keep([one], kind=ReportKind.YESTERDAY)
    for typed in ("işik", "hastanesi", "YAZICI", "sr-47", "4711", "Ayşe", "T-1"):
        assert await find(kept.store, typed) == [
            Found(kind=Kind.CONNECTION, account=ACCOUNT, day=YESTERDAY, at=one.started, row=one)
        ]
    assert await find(kept.store, "scanner") == []


async def test_a_call_is_found_by_its_number_in_any_spelling_and_by_its_names(store: Store) -> None:
    other = replace(numbered(5, line="+903124440011", name="North"), number="0312 444 00 11")
    await store.store_calls([KEPT, other], [], CALLED)
    for typed in ("+90 212 555 01 99", "02125550199", "555 01", "harbour", "DENTAL harb"):
        assert [each.row for each in await find(store, typed)] == [KEPT]
    assert len(await find(store, "Support")) == 2


async def test_the_newest_come_first_whatever_was_stored_first_and_no_more_than_asked_for(kept: Kept) -> None:
    rows = [row(str(number), NOON - timedelta(minutes=number), customer="Harbour") for number in range(8)]
    await kept.keep(rows[4:])
    await kept.keep(rows[:4])
    assert await found(kept.store, "harbour") == [str(number) for number in range(8)]
    assert [each.row for each in await find(kept.store, "harbour", most=3)] == rows[:3]


async def test_calls_and_connections_stand_in_one_order(kept: Kept) -> None:
    at = NOON.timestamp()
    call = replace(KEPT, start=at + 60, known_at=at + 90, talk_at=at + 65, name="Harbour", day=TODAY)
    await kept.keep([row("1", NOON, customer="Harbour"), row("2", NOON + timedelta(minutes=2), customer="Harbour")])
    await kept.store.store_calls([call], [], at)
    assert await found(kept.store, "harbour") == ["2", call.id, "1"]


@pytest.mark.parametrize("most", [1, 2, 5])
@pytest.mark.parametrize("hours", [3, -9])
async def test_the_newest_are_given_whatever_the_clock_of_the_server_says(kept: Kept, most: int, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    noon = NOON.astimezone(zone).replace(hour=12)
    began = [noon + timedelta(minutes=10 * number) for number in range(12)]
    connections = [row(f"{at:%H%M}", at, customer="Harbour") for at in began[::2]]
    calls = [
        replace(numbered(number, name="Harbour"), start=at.timestamp(), known_at=at.timestamp(), day=TODAY)
        for number, at in enumerate(began[1::2])
    ]
    await kept.keep(connections)
    await kept.store.store_calls(calls, [], noon.timestamp())
    await bring_on(kept.store)
    wanted = search_of("harbour")
    assert wanted is not None
    answer = await kept.store.find(wanted, most, zone)
    assert [each.at for each in answer.found] == began[::-1][:most]


async def test_what_was_changed_is_found_by_what_it_says_now(kept: Kept) -> None:
    await kept.keep([row("1", explanation="printer"), row("2", explanation="other")])
    assert await found(kept.store, "printer") == ["1"]
    await kept.keep([row("1", explanation="scanner"), row("2", explanation="other")], at=NOON + timedelta(minutes=1))
    assert await found(kept.store, "printer") == []
    assert await found(kept.store, "scanner") == ["1"]
    await kept.keep([row("1", explanation="scanner"), row("2", explanation="other")], at=NOON + timedelta(minutes=2))
    assert await found(kept.store, "other") == ["2"]


async def test_a_name_that_comes_late_is_found(store: Store) -> None:
    ringing = replace(KEPT, name="", talk_at=None, known_at=CALLED, outcome=Outcome.LIVE)
    await store.store_calls([ringing], [], CALLED)
    assert await found(store, "Harbour") == []
    await store.store_calls([KEPT], [], CALLED)
    assert await found(store, "Harbour") == [KEPT.id]
    await store.store_calls([OTHERS], [], CALLED)
    assert await found(store, "Harbour") == [KEPT.id]


async def test_calls_that_are_forgotten_are_not_found_any_more(store: Store) -> None:
    older = replace(numbered(9, name="Harbour"), day="2026-11-20")
    unsearched = replace(numbered(10, name="Harbour"), day="2026-11-19")
    await store.store_calls([KEPT, older], [], CALLED)
    assert set(await found(store, "harbour")) == {KEPT.id, older.id}
    await store.store_calls([unsearched], [], CALLED)
    await store.forget_calls(KEPT.day)
    assert await found(store, "harbour") == [KEPT.id]


@pytest.mark.parametrize(
    "typed", ['a"b', "abc*", "NOT abc", "abc OR xyz", "a%c", "a_c", "abc\\", "text:abc", "'; --", "^abc"]
)
async def test_what_is_an_operator_of_an_engine_is_a_text_as_any_other(kept: Kept, typed: str) -> None:
    await kept.keep([row("1", customer=f"before {typed} behind"), row("2", customer="abc aXc xyz ab")])
    assert await found(kept.store, typed) == ["1"]


async def test_the_same_twice_changes_nothing(kept: Kept) -> None:
    for _ in range(2):
        await kept.keep([row("1", customer="Harbour")])
        await kept.store.store_calls([KEPT], [], CALLED)
        assert await found(kept.store, "harbour") == [KEPT.id, "1"]


async def test_a_long_day_is_brought_on_in_steps_and_the_newest_day_first(kept: Kept) -> None:
    await kept.keep([row("old", NOON - DAY, customer="Harbour")], kind=ReportKind.YESTERDAY)
    await kept.keep([row(f"{number:04d}", customer="Harbour") for number in range(900)])
    wanted = search_of("harbour")
    assert wanted is not None
    assert await kept.store.bring_on_searched() == 2
    answer = await kept.store.find(wanted, MOST, ZONE)
    assert answer.days_left == 2
    assert {each.day for each in answer.found} == {TODAY}
    assert len(await find(kept.store, "harbour", most=2_000)) == 901


async def test_days_of_calls_that_do_not_fit_into_a_step_are_all_known_in_the_end(store: Store) -> None:
    days = [f"2026-{month:02d}-{day:02d}" for month in (9, 10) for day in range(1, 29)]
    every = [
        replace(numbered(number, name="Harbour"), day=days[number % len(days)], extension=str(201 + number % 3))
        for number in range(1_000)
    ]
    await store.store_calls(every, [], CALLED)
    assert len(await find(store, "harbour", most=2_000)) == 1_000


async def test_a_call_that_comes_to_a_long_day_is_brought_on_in_one_step(store: Store) -> None:
    await store.store_calls([numbered(number) for number in range(900)], [], CALLED)
    await bring_on(store)
    await store.store_calls([numbered(900, name="Quarry Lane")], [], CALLED)
    assert await store.bring_on_searched() == 0
    assert len(await found(store, "quarry")) == 1


async def test_it_is_brought_on_by_itself_beside_what_is_stored(kept: Kept) -> None:
    wanted = search_of("harbour")
    assert wanted is not None

    async def is_found() -> bool:
        return len((await kept.store.find(wanted, MOST, ZONE)).found) == 2

    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(kept.store.keep_searched())
        await kept.keep([row("1", customer="Harbour")])
        await kept.store.store_calls([KEPT], [], CALLED)
        while not await is_found():
            await asyncio.sleep(0)
        keeping.cancel()


async def test_what_another_has_stored_is_found(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        await Kept(one, shared.clock).keep([row("1", customer="Harbour")])
        assert await found(other, "harbour") == ["1"]
        await Kept(other, shared.clock).keep([row("2", customer="Harbour"), row("1", customer="Harbour")])
        assert sorted(await found(one, "harbour")) == ["1", "2"]


async def test_a_row_without_a_readable_start_is_found_on_its_day(kept: Kept) -> None:
    odd = row("1", None, customer="Harbour")
    await kept.keep([row("2"), odd])
    (only,) = await find(kept.store, "harbour")
    assert (only.day, only.at, only.row) == (TODAY, None, odd)


async def test_rows_that_began_in_the_same_second_are_all_found(kept: Kept) -> None:
    rows = [row(f"{number:03d}", customer="Harbour") for number in range(300)]
    await kept.keep(rows)
    assert len(await find(kept.store, "harbour", most=400)) == 300
