"""`f`: what is typed is found over all days as it is typed, and `enter` goes to it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.screen.app_driver import SIZES, app_driver
from tests.screen.test_connections import a_history
from tests.screen.test_notes import note
from tui.demo import Simulation
from tui.modals.find import Find


@pytest.mark.parametrize("size", SIZES)
async def test_a_connection_of_another_day_is_found_in_any_spelling_and_enter_goes_to_it(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=a_history) as on:
        await on.press("f")
        await on.until("from 3 letters or digits on")
        await on.type("IŞTAN".replace("Ş", "S"))
        await on.until("1 found", "2024-08-21", "20:00:00", "connection", "İstanbul Şubesi")
        await on.press("enter")
        await on.until("Wed 21: 3", "▸20:00:00")
        assert "İstanbul Şub" in on.line("▸20:00:00")


async def test_it_is_found_as_one_types_and_what_is_too_short_is_not_looked_for() -> None:
    async with app_driver(prepare=a_history) as on:
        await on.press("f")
        await on.type("qu")
        await on.until("from 3 letters or digits on")
        await on.type("a")
        await on.until("1 found", "Quarry Lane Vets")
        await on.type("x")
        await on.until("0 found", "nothing found")
        await on.press("backspace", "backspace", "backspace")
        await on.until("from 3 letters or digits on")
        assert "nothing found" not in on.text


async def test_a_row_of_today_is_gone_to_although_a_filter_hides_it_and_another_day_shows() -> None:
    async with app_driver(prepare=a_history) as on:
        await on.press("2", "left_square_bracket")
        await on.until("Wed 21: 3")
        await on.press("slash")
        await on.type("nothing")
        await on.press("enter", "f")
        await on.type("ege tar")
        await on.until("1 found")
        await on.press("enter")
        await on.until("2 today")
        await on.until("▸08:30:00")
        assert "/nothing" not in on.text


async def test_the_arrows_move_in_what_was_found_while_the_field_keeps_the_keys() -> None:
    async with app_driver(prepare=a_history) as on:
        await on.press("f")
        await on.type("nöbetçi")
        await on.until("3 found", "▸2024-08-21 20:00:00")
        await on.press("down", "down", "up")
        await on.until("▸2024-08-21 19:00:00")
        await on.press("enter")
        await on.until("▸19:00:00", "Isparta Depo")


async def test_a_call_is_found_by_its_number_however_that_is_typed() -> None:
    async with app_driver(altigen={"region": "TR"}) as on:
        await on.simulation.altigen.ring("0212 555 01 99", "Ege Tarım")
        await on.simulation.altigen.ring("0212 555 01 98", "Another")
        await on.until("Ege Tarım")
        await on.pass_seconds(5)
        await on.press("f")
        await on.type("00902125550199")
        await on.until("1 found", "call", "Ege Tarım", "0212 555 01 99")
        await on.press("enter")
        await on.until_gone("Find in all days")
        assert "Ege Tarım" in on.line("▸")


async def test_what_was_looked_for_stands_there_again_and_typing_takes_its_place() -> None:
    async with app_driver(prepare=a_history) as on:
        await on.press("f")
        await on.type("isparta")
        await on.until("1 found")
        await on.press("escape")
        assert not isinstance(on.app.screen, Find)
        await on.press("f")
        await on.until("1 found", "Isparta Depo")
        await on.type("oak")
        await on.until("Oak Street Books")
        assert "Isparta Depo" not in "\n".join(on.lines[8:-1])


async def test_hostile_names_are_shown_as_signs_and_operators_are_letters() -> None:
    def prepare(simulation: Simulation) -> None:
        started = simulation.alpemix.calendar() - timedelta(minutes=5)
        simulation.alpemix.add_connection(started=started, tuname='[bold]Robert"); DROP \x1b[31m%_', dur=1)

    async with app_driver(prepare=prepare) as on:
        await on.press("f")
        for typed in ('"); drop', "[bold]", "%_"):
            await on.press("ctrl+u")
            await on.type(typed)
            await on.until('[bold]Robert"); D' if len(typed) > 2 else "from 3 letters")


async def test_without_an_archive_it_says_why() -> None:
    async with app_driver(is_connecting=False) as on:
        await on.press("f")
        await on.type("abc")
        await on.when(lambda: "found" in on.text or "just starting" in on.text)


def accounts(simulation: Simulation) -> None:
    for name in ("anna", "bora", "Işık"):
        simulation.remotepc.add_user(f"{name}@example.com")


@pytest.mark.parametrize("size", SIZES)
async def test_a_user_is_found_by_a_part_of_the_address_and_enter_goes_to_it(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=accounts) as on:
        await on.press("f")
        await on.type("IŞIK@ex")
        await on.until("1 found", "user", "Işık@example.com")
        await on.press("enter")
        await on.until("3 users")
        await on.when(lambda: "Işık" in on.line("▸"))


async def test_of_many_users_some_are_shown_and_how_many_more_there_are() -> None:
    def many(simulation: Simulation) -> None:
        for number in range(23):
            simulation.remotepc.add_user(f"u{number:02}@example.com")

    async with app_driver(prepare=many) as on:
        await on.press("f")
        await on.type("example")
        await on.until("20 found, 3 more users")


@pytest.mark.parametrize("size", SIZES)
async def test_a_note_on_a_user_is_found_and_enter_goes_to_the_user(size: tuple[int, int], tmp_path: Path) -> None:
    async with app_driver(size, prepare=accounts, archive=tmp_path / "archive.sqlite") as on:
        await on.press("3", "G")
        await note(on, "İki ofis")
        await on.press("1", "f")
        await on.type("iki ofis")
        await on.until("1 found", "note", "işık@example.com", "İki ofis")
        await on.press("enter")
        await on.until("3 users")
        await on.when(lambda: "Işık" in on.line("▸"))


async def test_a_note_on_a_connection_of_another_day_is_found_and_enter_goes_to_it(tmp_path: Path) -> None:
    async with app_driver(prepare=a_history, archive=tmp_path / "archive.sqlite") as on:
        await on.press("2", "left_square_bracket")
        await on.until("Wed 21: 3", "▸20:00:00")
        await note(on, "billed twice")
        await on.press("right_square_bracket", "f")
        await on.type("twice")
        await on.until("1 found", "note", "billed twice")
        await on.press("enter")
        await on.until("Wed 21: 3", "▸20:00:00")


async def test_a_note_on_a_call_is_found_and_enter_goes_to_it(tmp_path: Path) -> None:
    async with app_driver(altigen={"region": "TR"}, archive=tmp_path / "archive.sqlite") as on:
        await on.simulation.altigen.ring("0212 555 01 99", "Ege Tarım")
        await on.simulation.altigen.ring("0212 555 01 98", "Another")
        await on.until("Ege Tarım", "Another")
        await on.pass_seconds(5)
        await on.press("slash")
        await on.type("ege")
        await on.press("enter")
        await note(on, "wants an offer")
        await on.press("escape", "f")
        await on.type("offer")
        await on.until("1 found", "note", "wants an offer")
        await on.press("enter")
        await on.until_gone("Find in all days")
        assert "Ege Tarım" in on.line("▸")
