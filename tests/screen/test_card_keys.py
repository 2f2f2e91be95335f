"""The keys of a row in its details card."""

from __future__ import annotations

import pytest

from tests.screen.app_driver import SIZES, AppDriver, app_driver


async def card(on: AppDriver, name: str = "Harbour Dental") -> int:
    """The card of a call that is talked on; its handle."""
    handle = await on.simulation.altigen.ring("3125550100", name)
    await on.simulation.altigen.connect(handle)
    await on.until("talking", name)
    await on.press("enter")
    await on.until("Calls: details")
    return handle


@pytest.mark.parametrize("size", SIZES)
async def test_o_m_and_x_work_on_the_call_of_the_card(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        handle = await card(on)
        other = await on.simulation.altigen.ring("3125550199", "Oak Street Books")
        await on.until("RINGING")
        await on.press("o")
        await on.until("recording starts")
        assert set(on.simulation.altigen.recordings) == {handle}
        await on.press("m")
        await on.until("the recording is muted")
        await on.pass_seconds(1)
        await on.press("x")
        await on.until("End the call with Harbour Dental")
        await on.press("y")
        await on.until("Calls: details")
        await on.when(lambda: handle not in on.simulation.altigen.calls)
        assert other in on.simulation.altigen.calls
        await on.until("ended")
        assert "Calls: details" in on.text


async def test_y_in_the_card_copies() -> None:
    async with app_driver() as on:
        handle = await card(on)
        await on.press("y")
        await on.when(lambda: bool(on.terminal.clipboard))
        assert handle in on.simulation.altigen.calls
        assert "Calls: details" in on.text


async def test_no_to_the_question_leaves_the_card_and_the_call() -> None:
    async with app_driver() as on:
        handle = await card(on)
        await on.press("x")
        await on.until("End the call")
        await on.press("escape")
        await on.until_gone("End the call")
        assert "Calls: details" in on.text
        assert handle in on.simulation.altigen.calls


@pytest.mark.parametrize("key", ["x", "o", "m"])
async def test_when_the_call_of_the_card_has_ended_its_keys_say_so(key: str) -> None:
    async with app_driver() as on:
        handle = await card(on)
        await on.when(lambda: "reverse" in on.terminal.styles(" x "))
        await on.simulation.altigen.disconnect(handle)
        await on.simulation.altigen.ring("3125550199", "Oak Street Books")
        await on.when(lambda: "reverse" not in on.terminal.styles(" x "))
        await on.press(key)
        await on.until("this call has ended")


async def test_what_is_not_possible_is_said_in_the_card() -> None:
    async with app_driver(simulated={"altigen": {"system": "maxacd"}}) as on:
        await card(on)
        await on.press("x")
        await on.until("MaxACD cannot drop calls")
        await on.press("m")
        await on.until("this call is not being recorded")


async def test_remapped_keys_work_in_the_card() -> None:
    async with app_driver(keys={"calls.record": "R,ctrl+r"}) as on:
        handle = await card(on)
        await on.press("o")
        assert not on.simulation.altigen.recordings
        await on.press("R")
        await on.until("recording starts")
        assert set(on.simulation.altigen.recordings) == {handle}


async def test_after_the_card_the_keys_work_on_the_row_again() -> None:
    async with app_driver() as on:
        await card(on)
        await on.press("escape")
        await on.until_gone("Calls: details")
        handle = await on.simulation.altigen.ring("3125550199", "Oak Street Books")
        await on.simulation.altigen.connect(handle)
        await on.until("Oak Street Books")
        await on.press("g", "o")
        await on.until("recording starts")


async def test_calls_in_doubt_are_marked_and_r_reads_them_anew() -> None:
    async with app_driver() as on:
        handle = await on.simulation.altigen.ring()
        await on.until("ringing")
        on.simulation.altigen.calls.pop(handle)
        await on.simulation.altigen.send('{"eventType":"CallEvent","call')
        await on.until("ringing?", "1 unreadable: r reads all anew")
        await on.press("enter")
        await on.until("In doubt", "could not be read")
        await on.press("escape", "r")
        await on.until("reading all calls anew")
        for _ in range(8):
            await on.pass_seconds(1)
        await on.until_gone("ringing?", "r reads all anew")
        await on.until("0 live")
