"""A text that no screen can hold, pasted into each field: it is refused whole and that is said, or stays usable."""

from __future__ import annotations

import time
from typing import Final

import pytest

from tests.screen.app_driver import AppDriver, app_driver
from tui.state import TEXT_LIMIT
from tui.widgets.field import LINE_MOST

FIELDS: Final = {
    "filter": ("slash",),
    "palette": ("colon",),
    "number": ("c",),
    "export": ("E",),
    "first name": ("3", "a"),
    "last name": ("3", "a", "tab"),
    "e-mail": ("3", "a", "tab", "tab"),
    "password": ("3", "a", "tab", "tab", "tab"),
    "password again": ("3", "a", "tab", "tab", "tab", "tab"),
    "computers": ("3", "a", "tab", "tab", "tab", "tab", "tab"),
    "file of addresses": ("3", "i", "tab"),
    "computers each": ("3", "i", "tab", "tab"),
}
"""Every field of one line, and the keys that lead to it."""

LONG: Final = (LINE_MOST + 1, 100_000, 1_000_000, 10_000_000)

KEY_SECONDS: Final = 1.0
"""Of the processor, which a busy machine does not change: a key after a long paste took six and more."""


async def seconds_of_a_key(on: AppDriver, key: str) -> float:
    began = time.process_time()
    await on.press(key)
    return time.process_time() - began


@pytest.mark.parametrize("field", FIELDS)
async def test_a_paste_that_is_too_long_for_a_field_is_refused_whole_and_that_is_said(field: str) -> None:
    async with app_driver(opening=True) as on:
        await on.press(*FIELDS[field])
        before = on.lines
        await on.paste("p" * LONG[0])
        assert on.lines[:-3] == before[:-3]  # what stood in the field stands there still
        for length in LONG:
            await on.paste("p" * length)
            assert "nothing was taken" in on.text
            assert "ppp" not in on.text
            assert await seconds_of_a_key(on, "z") < KEY_SECONDS
            await on.press("backspace")
        await on.press("escape")


@pytest.mark.parametrize("field", FIELDS)
async def test_several_lines_pasted_into_a_field_of_one_are_refused_and_that_is_said(field: str) -> None:
    async with app_driver(opening=True) as on:
        await on.press(*FIELDS[field])
        await on.paste("qxq\nqyq\n")
        assert "one line" in on.text
        assert "qxq" not in on.text
        await on.paste("\n")
        await on.paste("\nqzq\r\n")
        assert field.startswith("password") or "qzq" in on.text


@pytest.mark.parametrize("name", ["p" * 300 + ".csv", "p/" * 450 + "q.csv", "~" + "p" * 300 + "/q.csv"])
async def test_the_name_of_a_file_that_is_too_long_for_the_system_is_told_beside_the_field(name: str) -> None:
    async with app_driver(opening=True) as on:
        await on.press("E")
        await on.paste(name)
        await on.press("enter")
        assert "Export what the pane shows" in on.text
        await on.press("escape", "3", "i", "tab")
        await on.paste(name)
        await on.press("tab", "enter")
        await on.until("cannot read it")


async def test_ten_thousand_pasted_addresses_are_usable() -> None:
    addresses = "".join(f"user{number}@customer.example.com\n" for number in range(10_000))
    async with app_driver(opening=True) as on:
        await on.press("3", "i")
        await on.paste(addresses)
        assert await seconds_of_a_key(on, "x") < KEY_SECONDS
        await on.until("10,001 lines; the next page shows what becomes of each")
        await on.press("backspace")
        await on.until("10,000 lines; the next page shows what becomes of each")
        await on.paste(addresses)
        assert "the field takes 400,000 characters: nothing was taken" in on.text
        await on.press("tab", "tab", "enter")
        await on.until("What will be invited", "10000 will be sent")


async def test_addresses_in_one_long_line_are_usable() -> None:
    addresses = ", ".join(f"user{number}@customer.example.com" for number in range(10_000))
    async with app_driver(opening=True) as on:
        await on.press("3", "i")
        await on.paste(addresses)
        assert await seconds_of_a_key(on, "m") < KEY_SECONDS
        assert "user9999@customer.example.comm" in on.text
        await on.until("1 line; the next page shows what becomes of each")


async def test_a_filter_that_was_taken_is_there_in_the_next_run() -> None:
    async with app_driver(opening=True) as on:
        await on.press("slash")
        await on.paste("q" * TEXT_LIMIT)
        await on.type("q")
        assert "the field takes 200 characters: nothing was taken" in on.text
        await on.press("enter")
        assert on.app.remembered().panes["calls"].filter == "q" * TEXT_LIMIT
