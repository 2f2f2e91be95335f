"""A text that comes as keys, all at once, gives no order; and into a field it goes whole."""

from __future__ import annotations

import pytest
from textual.widgets import Input, TextArea

from tests.counters import users_of
from tests.screen.app_driver import SIZES, AppDriver, app_driver
from tui.modals.confirm import HELD_SECONDS
from tui.terminal import typeahead
from tui.terminal.keyboard import Keyboard

REFUSED = "came at once with other keys; press it alone"

ADDRESSES = [f"somebody.number.{number:04}@customer{number % 7}.example.com" for number in range(300)]


def changes(on: AppDriver) -> list[str]:
    """What was asked of the systems that changes something."""
    simulation = on.simulation
    return [
        f"{asked.method} {asked.path}"
        for asked in (*simulation.altigen.requests, *simulation.remotepc.requests)
        if asked.path.rpartition("/")[2] in ("add", "invite", "signin")
        or (asked.method != "GET" and asked.path.count("/") > 2)
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", ["hello", "o", "m", "moo", "more", "o\r", "\ro", "jo"])
async def test_a_text_on_the_dashboard_records_and_mutes_nothing(size: tuple[int, int], text: str) -> None:
    async with app_driver(size, opening=True) as on:
        before = changes(on)
        await on.arrive(f"{text}{text}")
        assert changes(on) == before
        await on.press("escape")
        await on.arrive(f"j{text}")
        assert changes(on) == before


async def test_what_is_not_done_is_said_after_the_last_key() -> None:
    async with app_driver(opening=True) as on:
        await on.arrive("hello")
        assert f"not done: record {REFUSED}" in on.footer
        await on.arrive("omor")
        assert f"not done: record, mute {REFUSED}" in on.footer
        await on.press("j", "j", "o")
        await on.when(lambda: any("record" in each for each in changes(on)))


@pytest.mark.parametrize("text", ["quit", "qq", "q\r", "eq", "zzq"])
async def test_a_text_does_not_quit(text: str) -> None:
    async with app_driver(opening=True) as on:
        await on.arrive(text)
        assert on.is_open
        assert f"quit {REFUSED}" in on.text or "details" in on.text
        await on.press("escape", "q")
        await on.when(lambda: not on.is_open)


@pytest.mark.parametrize("key", ["\x03", "\x03\x03\x03"])
async def test_ctrl_c_quits_however_often_it_was_pressed(key: str) -> None:
    async with app_driver(opening=True) as on:
        await on.arrive(key)
        await on.when(lambda: not on.is_open)


async def test_ctrl_c_within_a_text_does_not_quit() -> None:
    async with app_driver(opening=True) as on:
        await on.arrive("hell\x03")
        assert on.is_open


@pytest.mark.parametrize("text", ["yy", "yes\r", "y\r", "\ry", "\ty", "\t\r", "\x1b[C\r", "oy", "yo"])
async def test_a_text_answers_no_question_with_yes(text: str) -> None:
    async with app_driver(opening=True) as on:
        before = changes(on)
        await on.press("x")
        await on.until("End the call with")
        on.clock.advance(HELD_SECONDS + 1)
        await on.arrive(text)
        await on.settle()
        assert changes(on) == before


async def test_a_text_that_asks_the_question_does_not_answer_it() -> None:
    async with app_driver(opening=True) as on:
        before = changes(on)
        await on.arrive("xy")
        await on.until("End the call with", f"hang up {REFUSED}")
        assert changes(on) == before
        await on.press("y")
        await on.when(lambda: changes(on) != before)


async def test_a_number_that_was_typed_ahead_stands_in_the_form_and_is_called_with_an_enter_alone() -> None:
    async with app_driver(opening=True) as on:
        before = changes(on)
        await on.arrive("c5551234\r")
        await on.until("Place a call", "5551234", f"call {REFUSED}")
        assert changes(on) == before
        await on.press("enter")
        await on.when(lambda: changes(on) != before)


async def test_moving_and_opening_typed_ahead_is_done() -> None:
    async with app_driver(opening=True) as on:
        await on.arrive("2jj")
        await on.until("▸08:39:00")
        assert REFUSED not in on.text
        await on.arrive("3a")
        await on.until("Add a user")


@pytest.mark.parametrize("end", ["", "\r"])
async def test_a_text_asks_for_no_link(end: str) -> None:
    async with app_driver(opening=True) as on:
        await on.press("3")
        await on.arrive(f"ldemo{end}")
        await on.until("Sign-in link", "••••")
        await on.settle()
        assert changes(on) == []


async def test_marks_are_not_taken_away_by_a_text() -> None:
    async with app_driver(opening=True) as on:
        on.simulation.remotepc.users.pop(next(iter(on.simulation.remotepc.users)))
        await on.press("3", "r")
        await on.when(lambda: bool(users_of(on.app.desk).marks))
        await on.arrive("ss")
        assert f"seen {REFUSED}" in on.footer
        assert users_of(on.app.desk).marks
        await on.press("s")
        assert not users_of(on.app.desk).marks


async def test_the_palette_runs_no_order_from_a_text() -> None:
    async with app_driver(opening=True) as on:
        before = changes(on)
        await on.arrive(":recording the call\r")
        await on.settle()
        assert changes(on) == before


@pytest.mark.parametrize("lines", ["\r", "\n", "\r\n"])
async def test_addresses_pasted_without_brackets_are_all_there(lines: str) -> None:
    async with app_driver(opening=True) as on:
        await on.press("3", "i")
        await on.until("Invite users")
        text = lines.join(ADDRESSES)
        keyboard = Keyboard()
        for start in range(0, len(text), 4_095):
            for message in keyboard.feed(text[start : start + 4_095].encode(), 1.0)[0]:
                on.terminal.process_message(message)
        await on.until("300 lines; the next page shows what becomes of each")
        assert on.app.screen.query_one(TextArea).text.split() == ADDRESSES


async def test_more_than_waits_at_most_is_refused_whole_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeahead, "WAITING_MOST", 5_000)
    async with app_driver(opening=True) as on:
        await on.press("3", "i")
        await on.until("Invite users")
        await on.arrive("\r".join(ADDRESSES))
        await on.until("too much came at once: nothing of it was taken")
        assert on.app.screen.query_one(TextArea).text == ""
        await on.type("a@example.com")
        assert on.app.screen.query_one(TextArea).text == "a@example.com"


async def test_a_long_text_on_the_dashboard_is_refused_whole_and_keys_work_at_once() -> None:
    async with app_driver(opening=True) as on:
        before = on.text
        await on.arrive("jz/2ao" * 500)
        await on.until("too much came at once: nothing of it was taken")
        assert on.lines[:-1] == before.splitlines()[:-1]
        await on.press("2")
        await on.until("Technician")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\t"])
async def test_lines_pasted_without_brackets_into_fields_of_one_line_go_to_one_after_the_other(end: str) -> None:
    async with app_driver(opening=True) as on:
        await on.press("3", "a")
        await on.until("Add a user")
        await on.arrive(end.join(("Front", "Desk", "till@example.com")))
        assert [field.value for field in on.app.screen.query(Input)][:3] == ["Front", "Desk", "till@example.com"]


async def test_a_secret_is_not_forgotten_by_a_text() -> None:
    async with app_driver(opening=True) as on:
        await on.press("3", "l")
        await on.until("Sign-in link")
        await on.type("demo")
        await on.press("enter")
        await on.until("Sign-in link of")
        await on.arrive("quick")
        assert "Sign-in link of" in on.text
        await on.press("q")
        await on.until_gone("Sign-in link of")


def cyrillic(letter: str, key: str) -> str:
    return f"\x1b[{ord(letter)}::{ord(key)};;{ord(letter)}u"


async def test_on_a_cyrillic_layout_shortcuts_are_where_they_are_and_fields_take_the_letters() -> None:
    async with app_driver(opening=True) as on:
        await on.arrive(cyrillic("я", "z") + cyrillic("с", "c"))
        await on.until("Place a call")
        await on.arrive("\x1b[27u")
        await on.until_gone("Place a call")
        await on.press("/")
        await on.arrive(cyrillic("й", "q"))
        await on.until("/й: ")
        await on.arrive("\x1b[1089::99;5u")
        await on.until_gone("/й: ")
        assert on.is_open
        await on.arrive(cyrillic("й", "q"))
        await on.when(lambda: not on.is_open)


@pytest.mark.parametrize("where", ["1", "/", "c"])
async def test_answers_of_the_terminal_do_nothing_anywhere(where: str) -> None:
    async with app_driver(opening=True) as on:
        await on.press(where)
        before = on.text
        for answer in ("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1bP>|tmux 3.3a\x1b\\", "\x1b[?62;22c", "\x1b_xoq\x1b\\"):
            await on.arrive(answer)
            for letter in answer:
                await on.arrive(letter)
        assert on.text == before
