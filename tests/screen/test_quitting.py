"""q and ctrl+c close what is open, then quit; escape never quits."""

from __future__ import annotations

import pytest

from tests.screen.stage import SIZES, stage


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
@pytest.mark.parametrize("pane", ["1", "2", "3"])
async def test_q_and_ctrl_c_quit(pane: str, key: str) -> None:
    async with stage(opening=True) as on:
        await on.press(pane, key)
        await on.when(lambda: not on.is_open)
        assert on.app.return_value == 0


@pytest.mark.parametrize("opens", ["enter", "?", "y"])
@pytest.mark.parametrize("key", ["q", "ctrl+c", "escape"])
async def test_what_is_open_is_closed_first(opens: str, key: str) -> None:
    async with stage(opening=True) as on:
        before = on.text
        await on.press(opens)
        assert on.text != before
        await on.press(key)
        assert on.text == before
        assert on.is_open


@pytest.mark.parametrize("opens", ["c", "E"])
@pytest.mark.parametrize("key", ["ctrl+c", "escape"])
async def test_a_form_is_closed_first_and_takes_q_as_a_letter(opens: str, key: str) -> None:
    async with stage(opening=True) as on:
        before = on.text
        await on.press(opens, "q")
        assert on.is_open
        assert on.text != before
        await on.press(key)
        assert on.text == before
        assert on.is_open


@pytest.mark.parametrize("key", ["ctrl+c", "escape"])
async def test_the_palette_is_closed_first(key: str) -> None:
    async with stage(opening=True) as on:
        before = on.text
        await on.press("colon", key)
        await on.when(lambda: on.text == before)
        assert on.is_open


@pytest.mark.parametrize("size", SIZES)
async def test_escape_never_quits(size: tuple[int, int]) -> None:
    async with stage(size, opening=True) as on:
        before = on.text
        await on.press(*["escape"] * 5)
        assert on.text == before
        assert on.is_open


async def test_ctrl_c_goes_from_a_form_over_a_filter_to_the_end() -> None:
    async with stage(opening=True) as on:
        await on.press("slash", "q", "enter", "?", "ctrl+c")
        assert on.is_open
        await on.press("ctrl+c")
        await on.when(lambda: not on.is_open)
