"""Where things stand: three panes where they fit, one where they do not, a sentence where none does."""

from __future__ import annotations

import pytest

from tests.screen.app_driver import LARGE, SIZES, SMALL, AppDriver, app_driver

CALLS, CONNECTIONS, USERS = " 1 Calls", " 2 Connections", " 3 Users"


def heights(on: AppDriver) -> dict[str, int]:
    """In how many lines each pane shows rows or their header, where the panes stand below each other."""
    starts = {title: place for place, line in enumerate(on.lines) for title in (CALLS, CONNECTIONS, USERS)
              if line.startswith(title)}  # fmt: skip
    ends = [*sorted(starts.values())[1:], len(on.lines) - 1]
    return {title: ends[rank] - start - 1 for rank, (title, start) in enumerate(starts.items())}


async def test_at_120x40_the_three_panes_show_together_and_calls_are_the_largest() -> None:
    async with app_driver(LARGE, opening=True) as on:
        assert "5 live, 0 missed" in on.line(CALLS)
        below = on.line(CONNECTIONS)
        assert USERS in below
        assert on.lines.index(below) > len(on.lines) / 2
        for header in ("Called", "Support no", "Allotted"):
            assert header in on.text


async def test_at_80x24_one_pane_shows_and_the_others_are_a_line_each() -> None:
    async with app_driver(SMALL, opening=True) as on:
        assert heights(on) == {CALLS: 19, CONNECTIONS: 0, USERS: 0}
        await on.press("2")
        assert heights(on) == {CALLS: 0, CONNECTIONS: 19, USERS: 0}
        await on.press("3")
        assert heights(on) == {CALLS: 0, CONNECTIONS: 0, USERS: 19}
        assert "128 users" in on.line(USERS)


async def test_the_line_of_a_pane_that_is_not_shown_goes_on_counting() -> None:
    async with app_driver(SMALL) as on:
        await on.press("3")
        await on.simulation.altigen.ring()
        await on.until("1 live, 0 missed", "1 RINGING: Harbour Dental")


@pytest.mark.parametrize("size", [(39, 24), (80, 9), (10, 3)])
async def test_below_40x10_one_sentence_says_what_is_needed(size: tuple[int, int]) -> None:
    async with app_driver(SMALL, opening=True) as on:
        await on.resize(*size)
        assert " ".join(on.text.split()).startswith("Helpdeck needs"[: size[0]])
        assert "Calls" not in on.text
        assert "live" not in on.text


async def test_the_sentence_names_the_size() -> None:
    async with app_driver((39, 24), is_connecting=False) as on:
        await on.until("Helpdeck needs a terminal of 40x10.")


@pytest.mark.parametrize("size", [(40, 10), (79, 23), (200, 12), (300, 100), (119, 40), (120, 29)])
async def test_every_size_from_40x10_on_shows_the_calls(size: tuple[int, int]) -> None:
    async with app_driver(size, is_connecting=False) as on:
        await on.when(lambda: bool(on.simulation.altigen.sessions))
        await on.simulation.altigen.ring()
        await on.until("AltiGen", "ringing", "Harbour")


async def test_the_lines_at_the_edges_are_whole_at_once_and_not_with_the_next_poll() -> None:
    async with app_driver(LARGE, is_connecting=False, frame_seconds=3600) as on:
        assert on.footer.startswith(" c call")
        assert on.footer.endswith("? help")
        await on.press("?")
        assert on.footer.startswith(" esc close")
        await on.press("escape")
        await on.resize(40, 12)
        assert on.footer.endswith("? help")
        await on.resize(*LARGE)
        assert on.footer.startswith(" c call")
        assert on.footer.endswith("? help")
        assert on.lines[0].startswith(" AltiGen ")
        assert "RemotePC " in on.lines[0]


@pytest.mark.parametrize("size", SIZES)
async def test_the_calls_go_on_above_a_form(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        handle = await on.simulation.altigen.ring("3125550100", "Harbour Dental")
        await on.until("ringing")
        assert "reverse" in on.terminal.styles(CALLS)
        await on.press("c")
        assert "reverse" not in on.terminal.styles(CALLS)
        assert "reverse" in on.terminal.styles(" Place a call")
        await on.simulation.altigen.connect(handle)
        await on.simulation.altigen.ring("3125550199", "Westgate Pharmacy")
        await on.until("talking", "1 RINGING: Westgate Pharmacy")
        await on.pass_seconds(75)
        assert "01:15" in on.line("talking", "Harbour Dental")
        assert "01:15" in on.line("ringing", "Westgate Pharmacy")
        await on.type("5")
        assert on.lines[on.field_line("Number")].split() == ["Number", "5"]
        await on.press("escape")
        assert "Place a call" not in on.text
        assert "reverse" in on.terminal.styles(CALLS)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", ["c", "3a", "?", "3i"])
async def test_no_dialog_covers_the_status_line_or_its_own_keys(size: tuple[int, int], keys: str) -> None:
    async with app_driver(size, opening=True) as on:
        await on.press(*keys)
        assert on.lines[0].startswith(" AltiGen live")
        assert "esc close" in on.footer


async def test_a_resize_loses_nothing() -> None:
    async with app_driver(SMALL, opening=True) as on:
        await on.press("3", "j", "j", ">", "/")
        await on.type("example.com")
        await on.press("enter")
        before = on.line("▸")
        for size in (LARGE, (39, 9), SMALL, (60, 12), LARGE, SMALL):
            await on.resize(*size)
        assert on.line("▸") == before
        assert "/example.com" in on.line(USERS)
        assert "User▲" in on.text


async def test_what_is_typed_into_a_form_outlasts_a_resize() -> None:
    async with app_driver(SMALL) as on:
        await on.press("c")
        await on.type("312")
        await on.resize(30, 8)
        await on.resize(*LARGE)
        await on.type("5550100")
        await on.until("3125550100")


async def test_z_gives_a_pane_all_the_room_and_shares_it_again() -> None:
    async with app_driver(LARGE, opening=True) as on:
        shared = on.text
        await on.press("z")
        assert heights(on) == {CALLS: 35, CONNECTIONS: 0, USERS: 0}
        await on.press("2")
        assert heights(on) == {CALLS: 0, CONNECTIONS: 35, USERS: 0}
        await on.press("1", "z")
        assert on.text == shared


async def test_escape_ends_the_zoom() -> None:
    async with app_driver(LARGE, opening=True) as on:
        shared = on.text
        await on.press("z", "escape")
        assert on.text == shared


@pytest.mark.parametrize("size", SIZES)
async def test_tab_goes_around_the_panes_and_shift_tab_back(size: tuple[int, int]) -> None:
    async with app_driver(size, opening=True) as on:
        seen = []
        for key in ("tab", "tab", "tab", "shift+tab", "shift+tab", "shift+tab"):
            await on.press(key)
            seen.append("calls" if "hang up" in on.footer else "users" if "invite" in on.footer else "connections")
        assert seen == ["connections", "users", "calls", "users", "connections", "calls"]


@pytest.mark.parametrize("size", SIZES)
async def test_what_the_terminal_shows_is_what_the_program_would_paint_anew(size: tuple[int, int]) -> None:
    """No line is left as it was before: what a full repaint would show stands there already."""
    async with app_driver(size, opening=True) as on:
        await on.simulation.altigen.connect(1)
        await on.until("1 RINGING")
        for keys in ("jj", "2", "z", "p", "3", "z", "G", ">>=", "1", "g", "o", "2jj"):
            await on.press(*keys)
            shown = on.text
            on.app.refresh(repaint=True, layout=True)
            on.app.screen.refresh(repaint=True)
            await on.settle()
            assert on.text == shown
