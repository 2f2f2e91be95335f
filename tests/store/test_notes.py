"""The notes: each kept once, found again by what it is about, and told to the others."""

from __future__ import annotations

from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, OTHERS
from tests.models.test_kept_calls import NOON as AT
from tests.store.harness import ACCOUNT, NOON, TODAY, YESTERDAY, Kept, Place, row
from tui.archive import Store
from tui.archive.keys import key_of
from tui.archive.records import NOTES_READ
from tui.models.connections import Connection
from tui.models.namesakes import Namesakes
from tui.models.notes import Note, Page, Subject, SubjectKind, about_connection, about_user

CALL = Subject(SubjectKind.CALL, "201", KEPT.day, KEPT.id)
USER = about_user("reseller", "Anna@Example.com")
HOSTILE = "Robert'); DROP TABLE notes;-- ␛[31m [bold]x[/]\n� İstanbul 😀"


def connection(found: Connection, day: str = TODAY) -> Subject:
    return about_connection(ACCOUNT, day, found, key_of(found, Namesakes()))


def note(about: Subject, number: int = 1, **fields: object) -> Note:
    made = Note(id=f"{number:016x}", about=about, at=AT + number, author="anna", host="desk1", text=f"note {number}")
    return replace(made, **fields)


async def test_a_note_is_read_as_it_was_stored(store: Store) -> None:
    for number, about in enumerate((CALL, USER)):
        await store.add_notes([note(about, number, text=HOSTILE)])
        assert await store.notes_of(about) == [note(about, number, text=HOSTILE)]


async def test_the_notes_of_a_subject_come_newest_last_and_those_of_another_not_at_all(store: Store) -> None:
    others = [replace(CALL, key="f" * 16), replace(USER, account="other"), about_user("reseller", "b@example.com")]
    every = [note(CALL, 2), note(CALL, 1), note(USER, 3), *(note(each, 9 + at) for at, each in enumerate(others))]
    await store.add_notes(every)
    assert [each.text for each in await store.notes_of(CALL)] == ["note 1", "note 2"]
    assert [each.text for each in await store.notes_of(USER)] == ["note 3"]
    assert await store.notes_of(replace(USER, key="c@example.com")) == []


async def test_a_note_that_is_stored_twice_is_kept_once_and_as_it_was(store: Store) -> None:
    await store.add_notes([note(CALL)])
    await store.add_notes([note(CALL, text="another"), note(CALL, 2)])
    assert [each.text for each in await store.notes_of(CALL)] == ["note 1", "note 2"]


async def test_two_who_note_at_once_keep_both(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        await one.add_notes([note(CALL, 1)])
        await other.add_notes([note(CALL, 2, at=AT + 1, author="bora")])
        for store in (one, other):
            assert [each.author for each in await store.notes_of(CALL)] == ["anna", "bora"]


async def test_what_another_has_noted_is_news(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        await one.changed()
        await other.add_notes([note(CALL)])
        assert await one.changed(within=30.0)
        assert await one.noted([CALL.page]) == {CALL}


async def test_which_subjects_of_a_page_have_notes_is_told(store: Store) -> None:
    yesterdays = replace(CALL, day=YESTERDAY, key="e" * 16)
    await store.add_notes([note(CALL, 1), note(CALL, 2), note(USER, 3), note(yesterdays, 4)])
    assert await store.noted([CALL.page, USER.page]) == {CALL, USER}
    assert await store.noted([]) == set()
    assert [each.text for each in await store.notes_on(CALL.page)] == ["note 1", "note 2"]
    assert await store.notes_on(Page(SubjectKind.CONNECTION, ACCOUNT, TODAY)) == []


async def test_a_note_on_a_call_that_two_have_seen_is_on_the_one_call(store: Store) -> None:
    """Whoever of them wrote it, and whether the other has told of the call before or after."""
    theirs = replace(CALL, key=OTHERS.id)
    await store.add_notes([note(theirs, 1)])
    assert await store.notes_of(CALL) == []
    await store.store_calls([KEPT, OTHERS], [], AT)
    await store.add_notes([note(CALL, 2)])
    for about in (CALL, theirs):
        assert [each.text for each in await store.notes_of(about)] == ["note 1", "note 2"]
    assert await store.noted([CALL.page]) == {CALL, theirs}
    assert [each.about for each in await store.notes_on(CALL.page)] == [CALL, CALL]


async def test_the_notes_on_calls_that_are_forgotten_are_forgotten_too(store: Store) -> None:
    older = replace(CALL, day="2026-11-20", key="e" * 16)
    await store.add_notes([note(CALL, 1), note(older, 2), note(USER, 3)])
    await store.forget_calls(KEPT.day)
    assert await store.notes_of(older) == []
    assert await store.notes_of(CALL) == [note(CALL, 1)]
    assert await store.notes_of(USER) == [note(USER, 3)]


async def test_a_note_stays_with_its_connection_whatever_is_written_into_that_later(store: Store, kept: Kept) -> None:
    first, nameless = row("7"), row("", device="D-2")
    await kept.keep([first, nameless])
    for number, each in enumerate((first, nameless)):
        await store.add_notes([note(connection(each), number)])
    later = [replace(each, explanation="printer", seconds=900) for each in (first, nameless)]
    await kept.keep(later, at=NOON.replace(hour=13))
    for number, each in enumerate(later):
        assert [each.text for each in await store.notes_of(connection(each))] == [f"note {number}"]
    page = Page(SubjectKind.CONNECTION, ACCOUNT, TODAY)
    assert await store.noted([page]) == {connection(each) for each in await kept.rows()}
    assert [each.about for each in await store.notes_on(page)] == [connection(each) for each in (first, nameless)]


async def test_a_note_is_on_the_one_of_two_connections_with_one_number(store: Store, kept: Kept) -> None:
    first, second = row("7"), row("7", NOON.replace(hour=14), customer_device="T-2")
    await kept.keep([second, first])
    await store.add_notes([note(connection(second))])
    assert await store.notes_of(connection(first)) == []
    assert [each.text for each in await store.notes_of(connection(second))] == ["note 1"]
    assert await store.noted([connection(first).page]) == {connection(second)}


async def test_a_note_on_a_connection_that_is_stored_later_is_there_then(store: Store, kept: Kept) -> None:
    found = row("7")
    await store.add_notes([note(connection(found))])
    assert [each.text for each in await store.notes_of(connection(found))] == ["note 1"]
    await kept.keep([found])
    assert await store.noted([connection(found).page]) == {connection(found)}


async def test_many_notes_are_kept_and_the_last_of_a_subject_are_read(store: Store) -> None:
    many = [note(CALL, number) for number in range(1, NOTES_READ + 500)]
    await store.add_notes(many)
    assert await store.notes_of(CALL) == many[-NOTES_READ:]
    assert await store.notes_on(CALL.page) == many


async def test_the_last_notes_on_other_calls_with_a_number_are_found_whoever_saw_those(store: Store) -> None:
    calls = [replace(KEPT, id=f"{number:016x}", handle=number, start=AT - 900 * number) for number in range(2, 10)]
    elsewhere = replace(KEPT, id="c" * 16, handle=99, line="+13125550142", extension="202")
    await store.store_calls([KEPT, OTHERS, *calls, elsewhere], [], AT)
    noted = [replace(CALL, key=call.id) for call in (KEPT, OTHERS, *calls, elsewhere)]
    await store.add_notes([note(about, number) for number, about in enumerate(noted)])
    found = await store.notes_of_line(KEPT.line, replace(CALL, key=calls[-1].id))
    assert [each.id for each in found] == [f"{number:016x}" for number in range(4, 9)]
    assert [each.id for each in await store.notes_of_line(KEPT.line, CALL)][-1] == f"{9:016x}"
    await store.forget_calls("2000-01-01")
    assert await store.notes_of_line(elsewhere.line, CALL) == [note(noted[-1], 10)]
    assert await store.notes_of_line("", CALL) == []


async def test_a_note_of_the_other_who_saw_a_call_is_found_by_its_number_too(store: Store) -> None:
    later = replace(KEPT, id="c" * 16, handle=99, start=AT + 900, known_at=AT + 960)
    await store.store_calls([KEPT, OTHERS, later], [], AT)
    await store.add_notes([note(replace(CALL, key=OTHERS.id))])
    found = await store.notes_of_line(KEPT.line, replace(CALL, key=later.id))
    assert [each.text for each in found] == ["note 1"]
    assert await store.notes_of_line(KEPT.line, CALL) == []
