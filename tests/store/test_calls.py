"""The calls of the extensions: each once, whoever saw it, and when who listened."""

from __future__ import annotations

from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, NOON, OTHERS
from tests.store.harness import Place
from tui.archive import Store
from tui.archive.records import SILENT_SECONDS
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell

DAY = KEPT.day
HOSTILE = "Robert'); DROP TABLE calls;-- ␛[31m \N{RIGHT-TO-LEFT OVERRIDE} İstanbul 😀"


def numbered(number: int, **fields: object) -> KeptCall:
    made = replace(KEPT, id=f"{number:016x}", handle=number, start=NOON + number, known_at=NOON + number + 9)
    return replace(made, talk_at=None, outcome=Outcome.MISSED, **fields)


async def calls(store: Store, day: str = DAY) -> list[KeptCall]:
    return await store.calls_of("201", day)


async def test_a_call_is_read_as_it_was_stored(store: Store) -> None:
    every = replace(KEPT, name=HOSTILE, user_data="a@b", recorded_seconds=0, at_least=True, handle=2**32 - 1)
    await store.store_calls([every], [], NOON)
    assert await calls(store) == [every]
    assert await store.call_days("201") == [DAY]


async def test_calls_come_newest_first_and_those_of_another_extension_or_day_not_at_all(store: Store) -> None:
    first, second = numbered(1), numbered(2)
    others = [numbered(3, extension="202"), numbered(4, day="2026-11-20")]
    await store.store_calls([first, second, *others], [], NOON)
    assert await calls(store) == [second, first]
    assert await store.call_days("201") == ["2026-11-20", DAY]
    assert await store.call_days("203") == []


async def test_extensions_are_those_of_calls_and_those_that_somebody_listened_to(store: Store) -> None:
    assert await store.extensions() == []
    spells = [Spell(id=str(n), extension=each, host="h", began=NOON, until=NOON) for n, each in enumerate("ab")]
    await store.store_calls([numbered(1), numbered(2), numbered(3, extension="b")], spells, NOON)
    assert await store.extensions() == ["201", "a", "b"]


async def test_a_call_is_kept_from_its_first_event_on_and_told_to_its_end(store: Store) -> None:
    ringing = replace(KEPT, talk_at=None, known_at=NOON, outcome=Outcome.LIVE)
    await store.store_calls([ringing], [], NOON)
    assert [call.outcome for call in await calls(store)] == [Outcome.LIVE]
    await store.store_calls([KEPT], [], NOON + 30)
    await store.store_calls([KEPT], [], NOON + 31)
    assert await calls(store) == [KEPT]


async def test_what_comes_late_does_not_make_an_ended_call_live(store: Store) -> None:
    await store.store_calls([KEPT], [], NOON)
    await store.store_calls([replace(KEPT, talk_at=None, known_at=NOON, outcome=Outcome.LIVE)], [], NOON)
    assert await calls(store) == [KEPT]


async def test_a_call_that_two_saw_is_kept_once_with_both_hosts(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        live = replace(KEPT, known_at=NOON + 9, outcome=Outcome.LIVE)
        await one.store_calls([live], [], NOON)
        await other.store_calls([replace(OTHERS, known_at=NOON + 9, outcome=Outcome.LIVE)], [], NOON)
        await other.store_calls([OTHERS], [], NOON)
        await one.store_calls([KEPT], [], NOON)
        assert await calls(other) == [replace(KEPT, hosts="desk1, desk2")]


async def test_two_that_tell_of_one_call_at_once_are_joined_too(store: Store) -> None:
    await store.store_calls([KEPT, OTHERS], [], NOON)
    assert await calls(store) == [replace(KEPT, hosts="desk1, desk2")]


async def test_the_next_call_with_the_same_handle_is_another_for_both_who_see_it(store: Store) -> None:
    again = {"start": NOON + 33, "talk_at": NOON + 34, "known_at": NOON + 40}
    next_here, next_there = replace(KEPT, id="c" * 16, **again), replace(OTHERS, id="d" * 16, **again)
    for each in (KEPT, OTHERS, next_there, next_here):
        await store.store_calls([each], [], NOON)
    assert [(call.start, call.hosts) for call in await calls(store)] == [
        (NOON + 33, "desk2, desk1"),
        (NOON, "desk1, desk2"),
    ]


async def test_a_call_of_which_nobody_tells_any_more_has_ended_unseen(store: Store) -> None:
    await store.store_calls([replace(KEPT, outcome=Outcome.LIVE)], [], KEPT.known_at)
    await store.store_calls([], [], KEPT.known_at + SILENT_SECONDS)
    assert [call.outcome for call in await calls(store)] == [Outcome.LIVE]
    await store.store_calls([], [], KEPT.known_at + SILENT_SECONDS + 1)
    (ended,) = await calls(store)
    assert (ended.outcome, ended.at_least, ended.known_at) == (Outcome.ENDED_UNSEEN, True, KEPT.known_at)


async def test_a_call_goes_on_for_the_next_helpdeck_that_finds_it(store: Store) -> None:
    await store.store_calls([replace(KEPT, outcome=Outcome.LIVE)], [], NOON)
    found = replace(OTHERS, start=NOON + 50, talk_at=NOON + 50, rang=False, known_at=NOON + 80, at_least=True)
    await store.store_calls([found], [], NOON + 80)
    (call,) = await calls(store)
    assert (call.id, call.ring_seconds, call.talk_seconds, call.outcome) == (KEPT.id, 5, 75, Outcome.ANSWERED)


async def test_many_calls_are_kept_at_once(store: Store) -> None:
    many = [numbered(number) for number in range(1, 1_002)]
    await store.store_calls(many, [], NOON)
    await store.store_calls(many, [], NOON)
    assert await calls(store) == many[::-1]


async def test_when_somebody_listened_is_remembered_and_only_grows(store: Store) -> None:
    spell = Spell(id="a", extension="201", host="desk1", began=NOON, until=NOON + 60)
    await store.store_calls([], [spell], NOON)
    await store.store_calls([], [replace(spell, until=NOON + 120)], NOON)
    await store.store_calls([], [replace(spell, until=NOON + 90)], NOON)
    assert await store.spells_of("201", NOON + 100, NOON + 900) == [replace(spell, until=NOON + 120)]
    assert await store.spells_of("201", NOON + 120, NOON + 900) == []
    assert await store.spells_of("201", NOON - 900, NOON) == []
    assert await store.spells_of("202", NOON, NOON + 900) == []


async def test_calls_of_older_days_are_forgotten_when_that_is_asked_for(store: Store) -> None:
    older = replace(KEPT, id="e" * 16, day="2026-11-20", handle=9)
    await store.store_calls([KEPT, OTHERS, older], [], NOON)
    await store.forget_calls(DAY)
    assert await store.call_days("201") == [DAY]
    await store.forget_calls("2026-11-22")
    assert await store.call_days("201") == []
    await store.store_calls([OTHERS], [], NOON)
    assert await calls(store) == [OTHERS]


async def test_what_another_has_stored_is_news_but_not_that_they_still_listen(shared: Place) -> None:
    spell = Spell(id="a", extension="201", host="desk1", began=NOON, until=NOON + 60)
    async with shared.open() as one, shared.open() as other:
        await one.changed()
        await other.store_calls([KEPT], [spell], NOON)
        assert await one.changed(within=30.0)
