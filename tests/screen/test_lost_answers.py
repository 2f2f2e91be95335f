"""What the person sees of a call whose answer was lost, and which keys call again."""

from __future__ import annotations

import pytest

from tests.scenes import talk
from tests.screen.app_driver import SIZES, AppDriver, app_driver

CALLS = "/sessions/*/calls"


async def lose_a_call(on: AppDriver) -> None:
    """A call is placed, and the answer to it never comes."""
    on.simulation.altigen.fault("reset_after", 1, CALLS)
    await on.call("3125550150")
    await on.until("Place a call", "+1 312-555-0150", "appeared", "may have been")
    await on.pass_seconds(4)


@pytest.mark.parametrize("size", SIZES)
async def test_enter_in_the_form_asks_and_a_second_enter_calls_nobody(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        await lose_a_call(on)
        await on.press("enter")
        await on.until("Call again?", "all the same?")
        await on.pass_seconds(1)
        await on.press("enter")
        await on.until_gone("Call again?")
        await on.until("Place a call", "may have been")
        assert len(on.simulation.altigen.placed) == 1


async def test_only_yes_calls_again() -> None:
    async with app_driver() as on:
        await lose_a_call(on)
        await on.press("enter")
        await on.until("Call again?")
        await on.press("y")
        await on.until("AltiGen has taken it")
        assert len(on.simulation.altigen.placed) == 2


async def test_a_form_that_is_opened_later_says_it_too_and_what_has_become_known() -> None:
    async with app_driver() as on:
        await lose_a_call(on)
        await on.press("escape", "2", "c")
        await on.until("Place a call", "may have been", "goes")
        (handle,) = on.simulation.altigen.calls
        await on.simulation.altigen.disconnect(handle)
        await on.until("ended.")


@pytest.mark.parametrize(("key", "path"), [("o", "/sessions/*/record"), ("m", "/sessions/*/record")])
async def test_a_switch_whose_answer_was_lost_is_sent_again_only_after_a_question(key: str, path: str) -> None:
    async with app_driver() as on:
        handle = await talk(on.simulation.altigen)
        await on.until("talking")
        if key == "m":
            await on.simulation.altigen.record(handle)
            await on.until("●")
        on.simulation.altigen.fault("status", 1, path, status=504)
        asked = len(on.simulation.altigen.requests)
        await on.press(key)
        await on.when(lambda: len(on.simulation.altigen.requests) == asked + 1)
        for _ in range(3):
            await on.pass_seconds(1)
        await on.until("It may have been done")
        await on.press(key)
        await on.until("Send it again?", "Nothing was")
        await on.press("n")
        await on.until_gone("Send it again?")
        assert len(on.simulation.altigen.requests) == asked + 1
        await on.press(key)
        await on.until("Send it again?")
        await on.press("y")
        await on.when(lambda: len(on.simulation.altigen.requests) == asked + 2)
