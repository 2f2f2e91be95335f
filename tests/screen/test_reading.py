"""Finding one's way in the panes: filter, sort, pause, details, help, palette."""

from __future__ import annotations

import pytest

from tests.screen.app_driver import LARGE, SIZES, SMALL, AppDriver, app_driver
from tui.demo import Simulation
from tui.terminal.keymap import KeyMap, actions

BRANCHES = ("İstanbul Şubesi", "Izmir Depot", "ılıca Branch", "Ankara Merkez")


async def with_branches(on: AppDriver) -> None:
    for place, name in enumerate(BRANCHES):
        await on.simulation.altigen.ring(f"312555010{place}", name)
    await on.until(*BRANCHES)


async def filtered(on: AppDriver, text: str) -> None:
    await on.press("slash")
    await on.type(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("istanbul", [0]), ("İSTANBUL", [0]), ("ISTANBUL", [0]), ("ılıca", [2]), ("ILICA", [2]), ("ilica", [2]),
        ("izmir depot", [1]), ("number:0103", [3]), ("name:0103", []), ("!name:depot", [0, 2, 3]),
        ("!3125550100", [1, 2, 3]), ("ringing !ankara !izmir", [0, 2]), ("[", []), ("şubesi", [0]), ("(", []),
    ],
)  # fmt: skip
async def test_a_filter_shows_what_matches(text: str, shown: list[int]) -> None:
    async with app_driver() as on:
        await with_branches(on)
        await filtered(on, text)
        await on.until(f"/{text}: {len(shown)} of 4")
        below = "\n".join(on.lines[1:])
        assert [place for place, name in enumerate(BRANCHES) if name in below] == shown
        if not shown:
            assert f"nothing matches /{text} (esc clears)" in on.text


async def test_what_of_a_filter_is_not_understood_is_said_beside_it_and_hides_nothing() -> None:
    async with app_driver() as on:
        await with_branches(on)
        await filtered(on, "custmer:depot izmir")
        await on.until("/custmer:depot izmir: 1 of 4 (no field custmer)")


async def test_lengths_are_compared_and_words_between_quotes_stay_together() -> None:
    async with app_driver() as on:
        await with_branches(on)
        await filtered(on, "rang>1h")
        await on.until("/rang>1h: 0 of 4")
        await on.press("ctrl+u")
        await on.type('"izmir depot"')
        await on.until('/"izmir depot": 1 of 4')
        await on.press("ctrl+u")
        await on.type('"depot izmir"')
        await on.until('/"depot izmir": 0 of 4')


async def test_a_question_mark_that_begins_a_word_shows_what_can_be_asked_for_by_name() -> None:
    async with app_driver() as on:
        await with_branches(on)
        await filtered(on, "depot ?")
        await on.until("Calls: fields of a filter", "talk", ": > < as 90, 5m, 1:30")
        await on.press("escape")
        await on.until_gone("fields of a filter")
        await on.type("x?")
        await on.until("/depot x?: 0 of 4")


async def test_the_arrows_bring_earlier_filters_and_what_was_typed() -> None:
    async with app_driver() as on:
        await with_branches(on)
        for text in ("depot", "ankara"):
            await filtered(on, text)
            await on.press("enter", "escape")
        await filtered(on, "is")
        for key, shown in (
            ("up", "/ankara:"),
            ("up", "/depot:"),
            ("up", "/depot:"),
            ("down", "/ankara:"),
            ("down", "/is:"),
        ):
            await on.press(key)
            await on.until(shown)
        await on.press("up", "enter")
        assert on.app.remembered().panes["calls"].filters == ("depot", "ankara")


@pytest.mark.parametrize("pane", ["1", "2", "3"])
async def test_every_pane_filters(pane: str) -> None:
    async with app_driver(LARGE, opening=True) as on:
        await on.press(pane)
        await filtered(on, "zzz")
        await on.until("nothing matches /zzz (esc clears)")
        await on.press("escape")
        await on.until_gone("zzz")


@pytest.mark.parametrize("pane", ["1", "2", "3"])
@pytest.mark.parametrize("size", SIZES)
async def test_what_hides_rows_is_said_in_the_narrowest_title(size: tuple[int, int], pane: str) -> None:
    async with app_driver(size, opening=True) as on:
        await on.press(pane, "p")
        await filtered(on, "harbour")
        await on.press("enter")
        await on.until("PAUSED +0  /harbour: ")


async def test_letters_typed_into_the_filter_are_no_commands() -> None:
    async with app_driver(opening=True) as on:
        await filtered(on, "qxcpz123?:")
        await on.until("/qxcpz123?:: 0 of 5")
        assert on.is_open


async def test_keys_that_arrive_together_with_the_slash_are_part_of_the_filter() -> None:
    async with app_driver(opening=True) as on:
        await on.arrive("/quarry\r")
        await on.until("/quarry: 1 of 5")
        assert on.is_open
        assert "Quarry Lane Vets" in on.line("▸")


async def test_keys_that_arrive_together_with_enter_go_to_the_pane() -> None:
    async with app_driver(opening=True) as on:
        await on.arrive("/i\rj\r")
        await on.until("Calls: details")
        await on.press("escape")
        assert "▸" not in on.lines[3]


async def test_enter_keeps_the_filter_and_escape_clears_it() -> None:
    async with app_driver() as on:
        await with_branches(on)
        await filtered(on, "ankara")
        await on.press("enter")
        await on.until("/ankara: 1 of 4", "? help")
        await on.press("j", "k")
        assert "Ankara Merkez" in on.line("▸")
        await on.press("escape")
        await on.until_gone("/ankara")


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_a_filter_that_is_left_shows_everything_again(key: str) -> None:
    async with app_driver() as on:
        await with_branches(on)
        await filtered(on, "ankara")
        await on.press(key)
        await on.until("Izmir Depot", "? help")
        assert "/ankara" not in on.text
        assert on.is_open


async def test_a_kept_filter_can_be_written_on() -> None:
    async with app_driver() as on:
        await with_branches(on)
        await filtered(on, "i")
        await on.press("enter", "slash")
        await on.type("z")
        await on.until("/iz: 1 of 4")


async def test_tab_leaves_the_filter_with_the_footer_back_in_its_place() -> None:
    async with app_driver(opening=True) as on:
        await filtered(on, "quarry")
        await on.press("tab")
        await on.until("? help")
        assert "/quarry: 1 of 5" in on.text


async def test_calls_that_come_in_are_filtered_too() -> None:
    async with app_driver() as on:
        await with_branches(on)
        await filtered(on, "depot")
        await on.press("enter")
        await on.simulation.altigen.ring("3125550111", "Kuzey Depot")
        await on.simulation.altigen.ring("3125550112", "Westgate Pharmacy")
        await on.until("/depot: 2 of 6", "Kuzey Depot")
        assert "Westgate Pharmacy" not in "\n".join(on.lines[1:])


@pytest.mark.parametrize("pane", ["1", "2", "3"])
async def test_sort_keys_go_through_the_columns_with_an_arrow(pane: str) -> None:
    async with app_driver(LARGE, opening=True) as on:
        await on.press(pane)
        unsorted = on.text
        seen = []
        for _ in range(12):
            await on.press(">")
            arrows = [line for line in on.lines if "▲" in line]
            if not arrows:
                break
            seen.append(arrows[0].split("▲")[0].split()[-1])
        assert len(seen) >= 4
        assert on.text == unsorted
        await on.press("<")
        assert f"{seen[-1]}▲" in on.text


async def test_a_sort_orders_and_equals_turns_it_upside_down() -> None:
    async with app_driver(opening=True) as on:
        await on.press("3", ">", ">", ">")
        await on.until("Allotted▲")
        allotted = [int(line.split()[2]) for line in on.lines if "@" in line]
        assert allotted == sorted(allotted)
        await on.press("=")
        await on.until("Allotted▼")
        allotted = [int(line.split()[2]) for line in on.lines if "@" in line]
        assert allotted == sorted(allotted, reverse=True)
        await on.press(">")
        await on.until("Active▲")


async def test_names_sort_by_letters_and_not_by_codes() -> None:
    async with app_driver() as on:
        await with_branches(on)
        await on.press(">", ">", ">")
        await on.until("Name▲")
        assert on.rows(*BRANCHES)[0] == "Ankara Merkez"


@pytest.mark.parametrize("size", SIZES)
async def test_p_freezes_the_view_and_counts_and_catches_up(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        await with_branches(on)
        await on.press("p")
        await on.until("PAUSED +0")
        await on.simulation.altigen.ring("3125550199", "Westgate Pharmacy")
        await on.simulation.altigen.connect(1)
        await on.until("PAUSED +2")
        await on.pass_seconds(30)
        below = "\n".join(on.lines[1:]).partition(" 2 Connections")[0]
        assert "Westgate Pharmacy" not in below
        assert "talking" not in below
        assert "00:30" not in below
        await on.press("p")
        await on.until("Westgate Pharmacy", "talking")
        assert "PAUSED" not in on.text


async def test_escape_ends_a_pause() -> None:
    async with app_driver(opening=True) as on:
        await on.press("p")
        await on.until("PAUSED +0")
        await on.press("escape")
        await on.until_gone("PAUSED")


async def test_a_paused_pane_can_still_be_filtered_and_resized() -> None:
    async with app_driver() as on:
        await with_branches(on)
        await on.press("p")
        await on.simulation.altigen.ring("3125550199", "Ankara West")
        await on.until("PAUSED +1")
        await on.resize(*LARGE)
        await filtered(on, "ankara")
        await on.press("enter")
        await on.until("/ankara: 1 of 4", "PAUSED +1")


@pytest.mark.parametrize("size", SIZES)
async def test_the_details_card_follows_its_call(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        handle = await on.simulation.altigen.ring(userData="place=Till 1@contract=gold", workgroupName="Billing")
        await on.until("ringing")
        await on.press("enter")
        await on.until("Calls: details", "ringing", "Billing", "place=Till 1", "contract=gold")
        await on.simulation.altigen.ring("3125550199", "Westgate Pharmacy")
        await on.simulation.altigen.connect(handle)
        await on.until("talking")
        await on.pass_seconds(75)
        await on.until("01:15")
        await on.simulation.altigen.disconnect(handle)
        await on.until("ended", "Harbour Dental")
        await on.press("q")
        await on.until_gone("Calls: details")
        assert on.is_open


@pytest.mark.parametrize("pane", ["1", "2", "3"])
async def test_details_without_a_row_say_so(pane: str) -> None:
    async with app_driver() as on:
        for key in ("enter", "y"):
            await on.press(pane, key)
            await on.until("there is no row here")


async def test_y_in_the_card_copies_the_line_under_the_cursor() -> None:
    async with app_driver() as on:
        await on.simulation.altigen.ring()
        await on.until("ringing")
        await on.press("enter", "j", "j", "y")
        await on.until("Caller sent to the terminal's clipboard")
        assert on.terminal.clipboard == "Harbour Dental 312-555-0100"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("pane", "scope"), [("1", "calls"), ("2", "connections"), ("3", "users")])
async def test_help_lists_every_action_of_the_pane(size: tuple[int, int], pane: str, scope: str) -> None:
    async with app_driver(size, opening=True) as on:
        await on.press(pane, "?")
        await on.until(f"Keys in {scope}")
        seen = on.text
        for _ in range(4):
            await on.press("pagedown")
            seen += on.text
        for action in actions(scope, "pane", "table", "app"):
            assert action.tip[:40] in seen, action.id
            assert KeyMap().shown(action) in seen
        own = {action.tip for action in actions(scope)}
        for other in {"calls", "users"} - {scope}:
            for action in actions(other):
                assert action.tip in own or action.tip not in seen
        assert "cannot delete or change users" in seen
        await on.press("escape")
        await on.until_gone("Keys in")


async def test_help_says_why_an_action_is_not_possible_now() -> None:
    async with app_driver(LARGE, simulated={"altigen": {"system": "maxacd"}}) as on:
        await on.press("?")
        await on.until("Hang up the call (asks first) — not now: MaxACD cannot drop calls")


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_palette_finds_an_action_and_runs_it(key: str) -> None:
    async with app_driver(LARGE) as on:
        await on.press(key)
        await on.type("zoom the")
        await on.until("Zoom the focused pane")
        await on.press("enter")
        await on.until_gone("Zoom the focused pane")
        await on.until(" 2 Connections  0 today")
        assert on.lines[-3].startswith(" 2 Connections")


@pytest.mark.parametrize(("pane", "scope"), [("1", "calls"), ("2", "connections"), ("3", "users")])
async def test_the_palette_has_every_action_of_the_pane(pane: str, scope: str) -> None:
    async with app_driver((120, 60)) as on:
        await on.press(pane, "colon")
        await on.until("Change the theme")
        seen = on.text
        for _ in range(5):
            await on.press("pagedown")
            seen += on.text
        for action in actions(scope, "pane", "table", "app"):
            if action.id not in ("app.palette", "app.interrupt"):
                assert action.tip in seen, action.id


async def test_the_palette_opens_a_form_of_the_pane() -> None:
    async with app_driver() as on:
        await on.press("colon")
        await on.type("place a call")
        await on.until("Place a call")
        await on.press("enter")
        await on.until("an extension or a number")


async def test_the_theme_can_be_changed_and_is_remembered() -> None:
    async with app_driver() as on:
        await on.press("colon")
        await on.type("theme")
        await on.until("Change the theme")
        await on.press("enter")
        await on.settle()
        await on.type("nord")
        await on.until("nord")
        await on.press("enter")
        await on.when(lambda: on.app.theme == "nord")
        assert on.app.remembered().theme == "nord"


@pytest.mark.parametrize(
    ("pane", "moves", "name", "copied"),
    [("1", 0, "Number", "312-555-0100"), ("1", 1, "Name", "Harbour Dental"), ("2", 0, "Customer", "Lantern Theatre"),
     ("3", 0, "User", "office@example.com")],
)  # fmt: skip
async def test_y_offers_what_can_be_copied(pane: str, moves: int, name: str, copied: str) -> None:
    def prepare(simulation: Simulation) -> None:
        simulation.alpemix.add_connection(tuname="Lantern Theatre")
        simulation.remotepc.add_user("office@example.com")

    async with app_driver(SMALL, prepare=prepare) as on:
        await on.simulation.altigen.ring()
        await on.until("ringing")
        await on.press(pane, "y")
        await on.until("Copy", name)
        await on.press(*"j" * moves, "enter")
        await on.until(f"{name} sent to the terminal's clipboard")
        assert on.terminal.clipboard == copied
