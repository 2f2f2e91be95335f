"""Calling from the connections: only what somebody wrote as a phone number, and never the support number."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.screen.app_driver import SIZES, AppDriver, app_driver
from tui.demo import Simulation


def wrote(
    explanation: str, support_number: str = "2026112701", customer: str = "Harbour Dental"
) -> Callable[[Simulation], None]:
    def prepare(simulation: Simulation) -> None:
        simulation.alpemix.add_connection(exp=explanation, supnum=support_number, tuname=customer)

    return prepare


async def called(on: AppDriver) -> str:
    await on.when(lambda: bool(on.simulation.altigen.placed))
    return str(on.simulation.altigen.placed[0]["target"])


@pytest.mark.parametrize("size", SIZES)
async def test_the_number_in_a_row_is_offered_and_called(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=wrote("27.11.2026: call 312 555-0150 (2026112701)")) as on:
        await on.press("2")
        await on.until("1 today")
        await on.press("c")
        await on.until("Place a call", "will call +1 312-555-0150")
        await on.press("enter")
        assert await called(on) == "+13125550150"


@pytest.mark.parametrize(
    ("explanation", "support_number"),
    [
        ("", "2026112701"),
        ("see 2026112701", "2026112701"),
        ("asked again on 27.11.2026 14:30", "3125550150"),
        ("3125550150 as before", "312-555-0150"),
    ],
)
async def test_neither_a_support_number_nor_a_date_is_called(explanation: str, support_number: str) -> None:
    async with app_driver(prepare=wrote(explanation, support_number)) as on:
        await on.press("2")
        await on.until("1 today")
        await on.press("c")
        await on.until("Place a call", "no number of United States (altigen.region) is in this row, and none with +")
        assert "will call" not in on.text
        await on.press("enter")
        await on.until("a number is needed")
        assert not on.simulation.altigen.placed


@pytest.mark.parametrize("size", SIZES)
async def test_of_several_numbers_one_is_chosen(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=wrote("312 555-0150 or 312 555-0142", customer="Ada +44 20 7946 0958")) as on:
        await on.press("2")
        await on.until("1 today")
        await on.press("c")
        await on.until("Call which number?", "312 555-0150", "312 555-0142", "+44 20 7946 0958")
        await on.press("escape")
        await on.until_gone("Call which number?")
        assert "Place a call" not in on.text
        await on.press("c", "j", "enter")
        await on.until("Place a call", "will call +1 312-555-0142")
        await on.press("enter")
        assert await called(on) == "+13125550142"


async def test_a_number_that_stands_twice_in_a_row_is_one() -> None:
    async with app_driver(prepare=wrote("312 555-0150, (312) 555 0150", customer="Ada +13125550150")) as on:
        await on.press("2")
        await on.until("1 today")
        await on.press("c")
        await on.until("Place a call", "will call +1 312-555-0150")


async def test_without_a_region_it_is_said_which_setting_finds_the_others() -> None:
    async with app_driver(prepare=wrote("312 555-0150"), altigen={"region": ""}) as on:
        await on.press("2")
        await on.until("1 today")
        await on.press("c")
        await on.until("Place a call", "no number with + is in this row; for others set altigen.region")
        await on.type("+1 312 555 0150")
        await on.press("enter")
        assert await called(on) == "+13125550150"


async def test_in_an_empty_list_nothing_is_said_of_a_row() -> None:
    async with app_driver() as on:
        await on.press("2", "c")
        await on.until("Place a call")
        assert "this row" not in on.text
