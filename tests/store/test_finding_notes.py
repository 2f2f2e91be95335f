"""A note is found by its words, stands with what it is about, and is newer or older by when it was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, OTHERS
from tests.models.test_kept_calls import NOON as CALLED
from tests.store.harness import ACCOUNT, NOON, YESTERDAY, Kept, Place, row
from tests.store.test_notes import CALL, HOSTILE, USER, connection, note
from tests.store.test_search import bring_on, find, found
from tui.archive import Store
from tui.models.connections import ReportKind
from tui.models.notes import NOTE_MOST
from tui.models.search import Kind


async def test_a_note_on_a_call_is_found_with_the_call_whichever_sight_of_it_was_noted(store: Store) -> None:
    await store.store_calls([KEPT], [], CALLED)
    await store.store_calls([OTHERS], [], CALLED)
    assert OTHERS.id != KEPT.id
    for number, key in enumerate((KEPT.id, OTHERS.id)):
        await store.add_notes([note(replace(CALL, key=key), number, text=f"Yazıcı {number}")])
        (only,) = await find(store, f"YAZICI {number}")
        assert (only.kind, only.kind_of_row, only.day) == (Kind.NOTE, Kind.CALL, KEPT.day)
        assert getattr(only.row, "id", "") == KEPT.id
        assert only.note is not None
        assert only.note.text == f"Yazıcı {number}"
        assert only.at == datetime.fromtimestamp(CALLED + number, UTC)


async def test_a_note_on_a_connection_is_found_with_it_on_its_day(kept: Kept) -> None:
    twins = [
        row("7", NOON - timedelta(days=1), device="one"),
        row("7", NOON - timedelta(days=1, hours=2), device="two"),
    ]
    await kept.keep(twins, kind=ReportKind.YESTERDAY)
    for number, each in enumerate(twins):
        await kept.store.add_notes([note(connection(each, YESTERDAY), number, text=f"billed {each.device}")])
    for each in twins:
        (only,) = await find(kept.store, f"billed {each.device}")
        assert (only.kind_of_row, only.account, only.day, only.row) == (Kind.CONNECTION, ACCOUNT, YESTERDAY, each)


async def test_a_note_on_a_user_is_found_with_the_user(store: Store) -> None:
    await store.add_notes([note(USER, text="two offices\n0212 555 01 99")])
    for typed in ("offices", "+90 212 555 01 99"):
        (only,) = await find(store, typed)
        assert (only.kind_of_row, only.account, only.day) == (Kind.USER, USER.account, "")
        assert getattr(only.row, "username", "") == USER.key


async def test_notes_stand_among_the_rows_by_when_they_were_written(kept: Kept) -> None:
    await kept.keep([row("1", NOON, customer="Harbour"), row("2", NOON + timedelta(minutes=2), customer="Harbour")])
    at = NOON.timestamp() + 60
    await kept.store.add_notes([note(USER, at=at, text="Harbour")])
    assert [each.kind for each in await find(kept.store, "harbour")] == [Kind.CONNECTION, Kind.NOTE, Kind.CONNECTION]


async def test_the_last_word_of_the_longest_note_is_found_and_what_is_hostile_is_a_text(store: Store) -> None:
    longest = "x " * (NOTE_MOST // 2 - 4) + "omega"
    await store.add_notes([note(USER, 1, text=longest), note(USER, 2, text=HOSTILE)])
    assert [each.note and each.note.text for each in await find(store, "omega")] == [longest]
    for typed in ("Robert');", "[bold]x[/]", "istanbul"):
        assert [each.note and each.note.text for each in await find(store, typed)] == [HOSTILE]


async def test_a_note_that_comes_late_from_a_file_is_found_although_later_ones_are_known(store: Store) -> None:
    await store.add_notes([note(USER, 9, text="harbour late")])
    await bring_on(store)
    await store.add_notes([note(USER, 2, text="harbour early")])
    await store.add_notes([note(USER, 9, text="harbour late")])
    assert [each.note and each.note.id[-1] for each in await find(store, "harbour")] == ["9", "2"]


async def test_a_note_on_what_is_not_known_is_not_given(store: Store) -> None:
    await store.add_notes([note(CALL, text="harbour"), note(connection(row("1")), 2, text="harbour")])
    assert await find(store, "harbour") == []


async def test_with_the_calls_the_notes_on_them_are_forgotten_by_the_search_too(store: Store) -> None:
    older = replace(KEPT, id="a" * 16, handle=99, day="2026-11-20", name="other")
    await store.store_calls([KEPT, older], [], CALLED)
    await store.add_notes([note(replace(CALL, day=older.day, key=older.id), 1, text="pressing")])
    await bring_on(store)
    unknown = note(replace(CALL, day=older.day, key=older.id), 2, text="pressing")
    await store.add_notes([unknown, note(CALL, 3, text="pressing"), note(USER, 4, text="pressing")])
    await store.forget_calls(KEPT.day)
    assert [each.note and each.note.id[-1] for each in await find(store, "pressing")] == ["4", "3"]


async def test_what_another_has_noted_is_found(shared: Place) -> None:
    async with shared.open() as one, shared.open() as other:
        await one.add_notes([note(USER, text="harbour")])
        assert len(await find(other, "harbour")) == 1
        assert await found(other, "nobody") == []
