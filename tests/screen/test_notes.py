"""Notes at the screen: written with `n` on any row, marked in it, and read in its card."""

from __future__ import annotations

import os
import pwd
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.clock import START
from tests.models.test_kept_calls import KEPT
from tests.screen.app_driver import LARGE, SIZES, SMALL, AppDriver, app_driver
from tui.archive import open_store
from tui.audit import AUDIT_FILE
from tui.config import ArchiveSettings
from tui.demo import Simulation
from tui.models.notes import NOTE_MOST, Note, Subject, SubjectKind, about_user
from tui.panes.marks import NOTED

ME = pwd.getpwuid(os.getuid()).pw_name
BASE = "Write a note"


def accounts(simulation: Simulation) -> None:
    for name in ("anna", "bora", "carl"):
        simulation.remotepc.add_user(f"{name}@example.com")


async def keep(on: AppDriver) -> None:
    """Press the button below the text."""
    await on.press("tab", "enter")


async def note(on: AppDriver, text: str) -> None:
    await on.press("n")
    await on.until(BASE)
    await on.type(text)
    await keep(on)
    await on.until("the note is kept")


@pytest.mark.parametrize("size", SIZES)
async def test_a_note_on_a_user_is_marked_in_the_row_and_told_in_the_card(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=accounts) as on:
        await on.press("3", "j", "n")
        await on.until(BASE, "bora@example.com", "stays here, and cannot be")
        await on.type("has two offices")
        await on.press("enter")
        await on.type("key is with Carl")
        await on.until("3,968 characters are left")
        before = on.text
        await keep(on)
        await on.until("the note is kept")
        assert NOTED not in before
        await on.when(lambda: NOTED in on.line("bora@example.com"))
        assert on.text.count(NOTED) == 1
        await on.press("enter")
        await on.until("Users: details", f"2024-08-22 09:00 {ME}", "has two offices", "key is with Carl")


async def test_the_sign_widens_no_row_at_the_smallest_size() -> None:
    async with app_driver(SMALL, prepare=accounts) as on:
        await on.press("3")
        await on.until("bora@example.com")
        before = on.line("anna@example.com")
        await note(on, "one")
        await on.when(lambda: NOTED in on.line("anna@example.com"))
        assert on.line("anna@example.com").replace(NOTED, " ") == before


@pytest.mark.parametrize("size", SIZES)
async def test_a_call_is_noted_while_it_goes_on_and_keeps_its_notes(size: tuple[int, int], tmp_path: Path) -> None:
    async with app_driver(size, archive=tmp_path / "archive.sqlite") as on:
        handle = await on.simulation.altigen.ring("3125550150", "Harbour Dental")
        await on.until("ringing", "Harbour Dental")
        await on.pass_seconds(2.0)
        await note(on, "asks for Bora")
        await on.when(lambda: NOTED in on.line("in  Harbour Dental"))
        await on.simulation.altigen.disconnect(handle)
        await on.until("missed ")
        await on.pass_seconds(2.0)
        await on.when(lambda: NOTED in on.line("in  Harbour Dental"))
        await note(on, "was called back")
        await on.press("enter")
        await on.until("Calls: details", "asks for Bora", "was called back")
        assert on.rows("asks for Bora", "was called back") == ["asks for Bora", "was called back"]


async def test_the_card_of_a_call_tells_what_was_noted_on_earlier_calls_of_the_number(tmp_path: Path) -> None:
    async with app_driver(archive=tmp_path / "archive.sqlite") as on:
        first = await on.simulation.altigen.ring("3125550150", "Harbour Dental")
        await on.until("ringing")
        await on.pass_seconds(2.0)
        await note(on, "printer on the second floor")
        await on.simulation.altigen.disconnect(first)
        await on.until("missed ")
        await on.pass_seconds(60.0)
        await on.simulation.altigen.ring("+1 312 555-0150", "Harbour Dental")
        await on.until("ringing")
        await on.pass_seconds(2.0)
        await on.press("enter")
        await on.until("Calls: details", "Same number", f"09:00 {ME}: printer on the second floor")


async def test_a_call_of_an_earlier_day_has_its_notes_and_gets_others(tmp_path: Path) -> None:
    archive = ArchiveSettings(path=str(tmp_path / "archive.sqlite"))
    at = (START - timedelta(days=1)).timestamp()
    call = replace(KEPT, day="2024-08-21", start=at, talk_at=at + 5, known_at=at + 60, name="Oak Street Books")
    about = Subject(SubjectKind.CALL, "201", call.day, call.id)
    theirs = Note(id="b" * 16, about=about, at=at + 70, author="bora", host="desk2", text="wants an offer")
    async with open_store(archive) as store:
        await store.store_calls([call], [], at + 60)
        await store.add_notes([theirs])
    async with app_driver(archive=archive) as on:
        await on.press("left_square_bracket")
        await on.until("Oak Street Books")
        await on.when(lambda: NOTED in on.line("Oak Street Books"))
        await note(on, "has got one")
        await on.press("enter")
        await on.until("Calls: details", "2024-08-21 09:01 bora on desk2", f"2024-08-22 09:00 {ME}")
        assert on.rows("wants an offer", "has got one") == ["wants an offer", "has got one"]


async def test_where_calls_are_not_kept_it_is_said_why_there_is_no_note(tmp_path: Path) -> None:
    async with app_driver(archive=ArchiveSettings(path=str(tmp_path / "archive.sqlite"), calls=False)) as on:
        await on.simulation.altigen.ring("3125550150")
        await on.until("ringing")
        await on.press("n")
        await on.until("note: calls are not kept (archive.calls)")
        assert BASE not in on.text


async def test_a_connection_of_an_earlier_day_is_noted_too_and_keeps_it(tmp_path: Path) -> None:
    def yesterdays(simulation: Simulation) -> None:
        simulation.alpemix.add_connection(tuname="Harbour Dental", started=START - timedelta(days=1))
        simulation.alpemix.add_connection(tuname="Oak Street Books")

    async with app_driver(archive=tmp_path / "archive.sqlite", prepare=yesterdays) as on:
        await on.press("2", "left_square_bracket")
        await on.until("Harbour Dental")
        await note(on, "bill it twice")
        await on.when(lambda: NOTED in on.line("Harbour Dental"))
        await on.press("right_square_bracket")
        await on.until("Oak Street Books")
        assert NOTED not in on.text
        await on.press("left_square_bracket")
        await on.until("Harbour Dental")
        await on.when(lambda: NOTED in on.line("Harbour Dental"))
        await on.press("enter")
        await on.until("bill it twice", f"2024-08-22 09:00 {ME}")


async def test_what_a_colleague_notes_is_marked_at_once_and_comes_into_the_open_card(tmp_path: Path) -> None:
    archive = ArchiveSettings(path=str(tmp_path / "archive.sqlite"))
    async with app_driver(archive=archive, prepare=accounts) as on:
        await on.press("3", "enter")
        await on.until("Users: details")
        section = on.app.desk.settings.remotepc
        assert section is not None
        about = about_user(section.account, "anna@example.com")
        at = START.timestamp() - 3600
        theirs = Note(id="b" * 16, about=about, at=at, author="bora", host="desk2", text="moved to Izmir")
        async with open_store(archive) as store:
            await store.add_notes([theirs])

        def is_there() -> bool:
            on.clock.advance(0.1)
            return "moved to Izmir" in on.text

        await on.when(is_there)
        await on.until("2024-08-22 08:00 bora on desk2")
        await on.press("escape")
        await on.when(lambda: NOTED in on.line("anna@example.com"))


async def test_an_empty_note_is_not_taken() -> None:
    async with app_driver(prepare=accounts) as on:
        await on.press("3", "n")
        await on.until(BASE)
        await keep(on)
        await on.until("nothing is written yet", BASE)


async def test_a_note_is_written_from_the_card_and_one_that_is_too_long_is_told_as_it_is_typed() -> None:
    async with app_driver(prepare=accounts) as on:
        await on.press("3", "enter")
        await on.until("Users: details", "n note")
        await on.press("n")
        await on.until(BASE)
        await on.paste("x" * (NOTE_MOST + 1))
        await on.until(f"a note has at most {NOTE_MOST:,} characters")
        await on.press("backspace")
        await on.until_gone("a note has at most")
        await keep(on)
        await on.until("the note is kept", "Users: details", f"2024-08-22 09:00 {ME}")


async def test_a_megabyte_is_not_taken_and_nothing_is_lost_of_what_was_typed() -> None:
    async with app_driver(prepare=accounts) as on:
        await on.press("3", "n")
        await on.type("typed")
        await on.paste("x" * 1_048_576)
        await on.until("nothing was taken", "typed")


async def test_hostile_text_is_shown_as_signs_and_never_as_markup_or_an_order(tmp_path: Path) -> None:
    archive = tmp_path / "archive.sqlite"
    async with app_driver(archive=archive, prepare=accounts) as on:
        await on.press("3", "n")
        await on.until(BASE)
        await on.paste("[bold]x[/bad] \x1b]0;title\x07 \N{RIGHT-TO-LEFT OVERRIDE}cba İı")
        await keep(on)
        await on.until("the note is kept")
        await on.press("enter")
        await on.until("[bold]x[/bad] ]0;title", "cba İı")
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in on.text


async def test_a_form_that_is_closed_keeps_nothing(tmp_path: Path) -> None:
    async with app_driver(prepare=accounts, state_folder=tmp_path) as on:
        await on.press("3", "n")
        await on.type("never mind")
        await on.press("escape")
        await on.until_gone(BASE)
        assert NOTED not in on.text
    assert not (tmp_path / AUDIT_FILE).exists()
    assert list(tmp_path.glob("notes-*")) == []


async def test_a_note_is_written_in_read_only_mode_too_and_no_system_is_asked() -> None:
    async with app_driver(prepare=accounts, ui={"readonly": True}) as on:
        await on.press("3")
        await note(on, "only here")
        await on.when(lambda: NOTED in on.line("anna@example.com"))


async def test_where_only_ascii_can_be_drawn_the_sign_is_one() -> None:
    async with app_driver(LARGE, prepare=accounts, ui={"ascii": True}) as on:
        await on.press("3")
        await note(on, "one")
        line = on.line("anna@example.com")
        assert line.isascii()
        assert " + " in line


async def test_where_there_is_no_row_it_is_said() -> None:
    async with app_driver() as on:
        await on.press("n")
        await on.until("note: there is no row here")
