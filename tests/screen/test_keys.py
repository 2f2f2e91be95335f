"""Keys can be remapped, do what the key table says in their pane, and nothing in another."""

from __future__ import annotations

import string

import pytest

from tests.screen.app_driver import SIZES, app_driver
from tui.terminal.keymap import PANES, actions


def letters_without_an_action(pane: str) -> list[str]:
    taken = {key for action in actions(pane, "pane", "table", "app") for key in action.keys.split(",")}
    return [letter for letter in string.ascii_letters + string.digits if letter not in taken]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("key", "pane"), [("1", "calls"), ("2", "connections"), ("3", "users")])
async def test_keys_without_an_action_do_nothing(size: tuple[int, int], key: str, pane: str) -> None:
    async with app_driver(size, opening=True) as on:
        await on.press(key)
        before = on.text
        await on.type("".join(letters_without_an_action(pane)))
        await on.press("f1", "ctrl+t", "space", "ctrl+backslash", "insert", "delete", "backspace", "f12")
        assert on.text == before
        assert on.is_open


async def test_keys_can_be_remapped() -> None:
    keys = {"calls.place_call": "d", "app.quit": "Q", "pane.filter": "f", "app.next_pane": "v"}
    async with app_driver(keys=keys, opening=True) as on:
        assert " d call " in on.footer
        await on.press("c")
        assert "Place a call" not in on.text
        await on.press("d")
        await on.until("Place a call")
        await on.press("escape", "f")
        await on.type("quarry")
        await on.press("enter")
        await on.until("/quarry: 1 of 5")
        await on.press("escape", "v")
        await on.until("Technician")
        await on.press("q")
        assert on.is_open
        await on.press("?")
        await on.until("Keys in connections", "f                  Filter")
        await on.press("escape", "Q")
        await on.when(lambda: not on.is_open)


async def test_a_key_that_moved_away_is_free() -> None:
    """`tab` belongs to the toolkit too, which must not move the focus when the person gave its action another key."""
    async with app_driver(keys={"app.next_pane": "n"}, opening=True) as on:
        before = on.text
        await on.press("tab")
        assert on.text == before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("key", "pane"), [("1", "calls"), ("2", "connections"), ("3", "users")])
async def test_the_footer_names_the_keys_of_the_pane_and_the_help(size: tuple[int, int], key: str, pane: str) -> None:
    async with app_driver(size, opening=True) as on:
        await on.press(key)
        assert on.footer.endswith(" ? help")
        own = {(action.keys, action.label) for action in actions(pane, "pane")}
        for action in actions(*set(PANES) - {pane}):
            assert (action.keys, action.label) in own or f" {action.keys} {action.label} " not in on.footer


@pytest.mark.parametrize("pane", ["1", "2", "3"])
async def test_readonly_leaves_reading_alone(pane: str) -> None:
    async with app_driver(opening=True, ui={"readonly": True}) as on:
        await on.press(pane, "enter")
        await on.until("details")
        await on.press("escape", "r", "?")
        await on.until("Keys in")
        changing = [action for action in actions("calls", "users") if action.changes]
        for action in changing:
            if action.tip in on.text:
                assert "not now: read-only" in on.text
