"""The day of a team: the calls of every extension, those that go on, and when who listened."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, NOON
from tests.store.test_calls import numbered
from tui.archive import Store
from tui.archive.records import SILENT_SECONDS
from tui.models.calls import Outcome
from tui.models.contacts import Contact
from tui.models.listening import Spell
from tui.models.team import KNOWN_DAYS, LastSpell

DAY = KEPT.day
MIDNIGHT = NOON - 12 * 3_600
YESTERDAY = MIDNIGHT - 86_400


def spell(id: str, extension: str, began: float, until: float, host: str = "desk1") -> Spell:
    return Spell(id=id, extension=extension, host=host, began=began, until=until)


async def test_the_calls_of_every_extension_on_the_day_are_there_once(store: Store) -> None:
    today = [numbered(1), numbered(2, extension="202"), numbered(3, extension="30 at hq"), replace(KEPT, id="f" * 16)]
    await store.store_calls([*today, numbered(5, day="2026-11-20"), numbered(6, extension="9", day="x")], [], NOON)
    day = await store.team_day(DAY, MIDNIGHT)
    assert sorted(day.calls, key=lambda call: call.id) == sorted(today, key=lambda call: call.id)


async def test_a_call_that_goes_on_since_before_midnight_is_there_too_and_once(store: Store) -> None:
    live: dict[str, Any] = {"outcome": Outcome.LIVE, "known_at": NOON, "talk_at": NOON - 50_000}
    since_yesterday = replace(KEPT, id="a" * 16, day="2026-11-20", handle=1, start=NOON - 50_001, **live)
    of_today = replace(KEPT, id="b" * 16, handle=2, **live)
    await store.store_calls([since_yesterday, of_today], [], NOON)
    day = await store.team_day(DAY, MIDNIGHT)
    assert sorted(call.id for call in day.calls) == ["a" * 16, "b" * 16]
    await store.store_calls([], [], NOON + SILENT_SECONDS + 1)
    assert [call.id for call in (await store.team_day(DAY, MIDNIGHT)).calls] == ["b" * 16]


async def test_of_the_calls_that_go_on_it_is_told_what_people_have_said_of_the_number(store: Store) -> None:
    live = replace(KEPT, id="a" * 16, handle=1, outcome=Outcome.LIVE, known_at=NOON)
    over = numbered(2, line="+902125550100")
    contacts = [Contact(id=id, line=each.line, name=f"customer {id}") for id, each in (("1", live), ("2", over))]
    await store.store_calls([live, over], [], NOON)
    await store.add_contacts(contacts)
    known = (await store.team_day(DAY, MIDNIGHT)).known
    assert {line: [each.name for each in said.contacts] for line, said in known.items()} == {live.line: ["customer 1"]}


async def test_the_spells_are_those_of_the_day_and_the_last_of_each_extension_within_a_week(store: Store) -> None:
    today = [spell("1", "201", YESTERDAY, MIDNIGHT + 9), spell("2", "201", NOON, NOON + 60, "desk2")]
    before = [
        spell("3", "201", YESTERDAY, YESTERDAY + 60),
        spell("4", "202", YESTERDAY, YESTERDAY + 60),
        spell("5", "202", YESTERDAY - 900, YESTERDAY - 60),
        spell("6", "203", YESTERDAY, MIDNIGHT - KNOWN_DAYS * 86_400),
    ]
    await store.store_calls([], [*today, *before], NOON)
    day = await store.team_day(DAY, MIDNIGHT)
    assert sorted(day.spells, key=lambda each: each.id) == today
    assert day.last == {"201": LastSpell(NOON + 60, "desk2"), "202": LastSpell(YESTERDAY + 60, "desk1")}


async def test_of_two_that_end_at_once_the_one_that_began_later_is_the_last(store: Store) -> None:
    spells = [spell("2", "201", NOON - 600, NOON, ""), spell("1", "201", NOON - 900, NOON)]
    await store.store_calls([], spells, NOON)
    assert (await store.team_day(DAY, MIDNIGHT)).last == {"201": LastSpell(NOON, "")}


async def test_of_an_archive_that_holds_nothing_nothing_is_told(store: Store) -> None:
    day = await store.team_day(DAY, MIDNIGHT)
    assert (day.calls, day.spells, dict(day.last)) == ((), (), {})
