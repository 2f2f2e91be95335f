"""Whose a number is, in the store: added once, said as steps, and what tells it where nobody has said it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from tests.models.test_contacts import LINE, contact, step
from tests.models.test_kept_calls import KEPT
from tests.models.test_kept_calls import NOON as CALLED
from tests.store.harness import ACCOUNT, ZONE, Kept, Place, row
from tui.archive import Store
from tui.models.callers import caller_of
from tui.models.contacts import Did, Known, TieKind

HOSTILE: Final = "Robert'); DROP TABLE contacts;-- --help [b]␛[31m $(id) İ 😀"
DAY: Final = datetime.fromtimestamp(CALLED, UTC).astimezone(ZONE)


async def known_of(store: Store, line: str = LINE) -> Known:
    return (await store.known_of([line])).get(line, Known())


async def shown(store: Store, line: str = LINE) -> str:
    return caller_of(line, await known_of(store, line)).shown


async def test_a_contact_that_is_added_twice_is_there_once_as_it_was(store: Store) -> None:
    first = contact("Acme", source="a.csv", device="T-1")
    assert await store.add_contacts([first, replace(first, source="b.csv")]) == 1
    assert await store.add_contacts([replace(first, at=9.0, by="eve")]) == 0
    assert await store.contacts() == [first]
    assert await store.known_of([LINE, "205", "", LINE]) == {LINE: Known(contacts=(first,))}


async def test_contacts_with_names_that_try_to_be_something_else_come_back_as_they_are(store: Store) -> None:
    added = contact(HOSTILE, customer=HOSTILE, account="a@b.c")
    assert await store.add_contacts([added]) == 1
    assert await store.contacts() == [added]


async def test_two_who_confirm_at_once_have_confirmed_one_tie_and_both_are_remembered(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        await asyncio.gather(one.say_ties([step("Acme", id="1")]), other.say_ties([step("Acme", id="2", by="eve")]))
        known = await known_of(one)
        assert known == await known_of(other)
        assert {each.by for each in known.steps} == {"ada", "eve"}
        assert caller_of(LINE, known).shown == "Acme"


async def test_what_is_taken_back_is_taken_back_also_where_the_clock_of_who_confirmed_is_ahead(store: Store) -> None:
    for _ in range(2):
        await store.say_ties([step("Acme", id="1", at=9_000.0)])
        assert await shown(store) == "Acme"
    for _ in range(2):
        await store.say_ties([step("Acme", id="2", at=5_000.0, did=Did.TAKEN_BACK, by="eve")])
        assert await shown(store) == ""
    await store.say_ties([step("Acme", id="3", at=5_001.0)])
    assert await shown(store) == "Acme"
    assert len((await known_of(store)).steps) == 3


async def test_of_many_numbers_at_once_each_is_told_what_was_said_of_it(store: Store) -> None:
    lines = [f"+9021255{number:05}" for number in range(1_200)]
    await store.add_contacts([contact(f"Customer {line}", line=line) for line in lines])
    await store.say_ties([step("Beta", id="1", one=lines[3]), step("Beta", id="2", one="205")])
    found = await store.known_of([*lines, "206"])
    assert list(found) == lines
    assert [each.name for line in lines for each in found[line].contacts] == [f"Customer {line}" for line in lines]
    assert {line: len(each.steps) for line, each in found.items() if each.steps} == {lines[3]: 1}


async def test_two_names_that_are_one_customer_are_one_wherever_they_stand(store: Store) -> None:
    await store.say_ties([step("Acme", id="1"), step("ACME Ltd", id="2")])
    assert await shown(store) == "one of 2"
    await store.say_ties([step("Acme", id="3", kind=TieKind.SAME, one="acme ltd")])
    assert await shown(store) == "Acme"


async def test_what_was_said_of_a_number_can_be_forgotten_and_of_others_it_stays(store: Store) -> None:
    await store.add_contacts([contact("Acme"), contact("Acme", line="205")])
    await store.say_ties([step("Beta", id="1"), step("Beta", id="2", one="205")])
    assert await store.forget_line(LINE) == 2
    assert await store.forget_line(LINE) == 0
    assert (await shown(store), await shown(store, "205")) == ("", "one of 2")


async def test_the_others_are_told_of_what_is_added_and_said(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        await known_of(other)
        await one.changed(within=30.0)
        await other.add_contacts([contact("Acme")])
        assert await one.changed(within=30.0)
        await other.say_ties([step("Acme")])
        assert await one.changed(within=30.0)


async def test_connections_that_began_while_somebody_talked_tell_whose_the_number_may_be(kept: Kept) -> None:
    store = kept.store
    calls = [
        replace(
            KEPT,
            id=f"{number:016x}",
            handle=number,
            day=f"2026-11-{21 + number}",
            start=CALLED + 86_400 * number,
            talk_at=CALLED + 86_400 * number + 5,
            known_at=CALLED + 86_400 * number + 300,
        )
        for number in range(3)
    ]
    await store.store_calls(calls, [], CALLED)
    for number in range(2):
        began = DAY + timedelta(days=number, seconds=100)
        mine = row(f"{number}", began, customer="Harbour", customer_device="T-7")
        before = row(f"b{number}", began - timedelta(hours=1), customer="Before", customer_device="T-8")
        await kept.keep([mine, before], at=began)
    evidence = await store.evidence_of(LINE, ACCOUNT, ZONE)
    assert [[each.customer_device for each in talk.connections] for talk in evidence.talks] == [[], ["T-7"], ["T-7"]]
    assert caller_of(LINE, Known(), evidence).shown == "maybe Harbour"
    assert (await store.evidence_of(LINE, "another", ZONE)).talks[2].connections == ()
    assert (await store.evidence_of("", ACCOUNT, ZONE)).talks == ()


async def test_a_call_over_midnight_is_looked_at_on_both_days(kept: Kept) -> None:
    midnight = DAY.replace(hour=0, minute=0) + timedelta(days=1)
    call = replace(KEPT, start=midnight.timestamp() - 60, talk_at=midnight.timestamp() - 50)
    await kept.store.store_calls([replace(call, known_at=midnight.timestamp() + 600)], [], CALLED)
    for uid, began in (("1", midnight - timedelta(seconds=20)), ("2", midnight + timedelta(seconds=20))):
        await kept.keep([row(uid, began, customer_device=f"T-{uid}")], at=began)
    (talk,) = (await kept.store.evidence_of(LINE, ACCOUNT, ZONE)).talks
    assert [each.uid for each in talk.connections] == ["1", "2"]


async def test_the_newest_connections_of_some_devices_are_found(kept: Kept) -> None:
    rows = [row(f"{n}", DAY + timedelta(minutes=n), customer_device=f"T-{n % 3}") for n in range(6)]
    await kept.keep(rows, at=DAY + timedelta(hours=1))
    found = await kept.store.newest_with(ACCOUNT, ["T-1", "T-2", ""], 3, ZONE)
    assert [each.uid for each in found] == ["5", "4", "2"]
    assert await kept.store.newest_with(ACCOUNT, [""], 3, ZONE) == []


async def test_who_has_the_name_that_the_exchange_gives_is_found(kept: Kept) -> None:
    store = kept.store
    await store.store_calls([KEPT], [], CALLED)
    await kept.keep([row("1", DAY - timedelta(hours=5), customer="HARBOUR  Dental", customer_device="T-7")], at=DAY)
    await store.add_contacts([contact("Harbour Dental", line="+902125550000"), contact("Other")])
    while await store.bring_on_searched():
        pass
    evidence = await store.evidence_of(LINE, ACCOUNT, ZONE)
    assert evidence.names == ("Harbour Dental",)
    assert [each.line for each in evidence.contacts] == ["+902125550000"]
    assert [each.uid for each in evidence.customers] == ["1"]
