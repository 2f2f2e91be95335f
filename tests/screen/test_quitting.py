"""q and ctrl+c close what is open, then quit; escape never quits."""

from __future__ import annotations

import pytest

from tests.scenes import mute, talk
from tests.screen.app_driver import SIZES, AppDriver, app_driver


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
@pytest.mark.parametrize("pane", ["1", "2", "3"])
async def test_q_and_ctrl_c_quit(pane: str, key: str) -> None:
    async with app_driver(opening=True) as on:
        await on.press(pane, key)
        await on.when(lambda: not on.is_open)
        assert on.app.return_value == 0


@pytest.mark.parametrize("opens", ["enter", "?", "y"])
@pytest.mark.parametrize("key", ["q", "ctrl+c", "escape"])
async def test_what_is_open_is_closed_first(opens: str, key: str) -> None:
    async with app_driver(opening=True) as on:
        before = on.text
        await on.press(opens)
        assert on.text != before
        await on.press(key)
        assert on.text == before
        assert on.is_open


@pytest.mark.parametrize("opens", ["c", "E"])
@pytest.mark.parametrize("key", ["ctrl+c", "escape"])
async def test_a_form_is_closed_first_and_takes_q_as_a_letter(opens: str, key: str) -> None:
    async with app_driver(opening=True) as on:
        before = on.text
        await on.press(opens, "q")
        assert on.is_open
        assert on.text != before
        await on.press(key)
        assert on.text == before
        assert on.is_open


@pytest.mark.parametrize("key", ["ctrl+c", "escape"])
async def test_the_palette_is_closed_first(key: str) -> None:
    async with app_driver(opening=True) as on:
        before = on.text
        await on.press("colon", key)
        await on.when(lambda: on.text == before)
        assert on.is_open


@pytest.mark.parametrize("size", SIZES)
async def test_escape_never_quits(size: tuple[int, int]) -> None:
    async with app_driver(size, opening=True) as on:
        before = on.text
        await on.press(*["escape"] * 5)
        assert on.text == before
        assert on.is_open


async def test_ctrl_c_goes_from_a_form_over_a_filter_to_the_end() -> None:
    async with app_driver(opening=True) as on:
        await on.press("slash", "q", "enter", "?", "ctrl+c")
        assert on.is_open
        await on.press("ctrl+c")
        await on.when(lambda: not on.is_open)


# What goes on when the person leaves.


async def placed(on: AppDriver) -> None:
    await on.call("3125550150")
    await on.until("calling", "3125550150")


async def muted(on: AppDriver) -> None:
    await mute(on.simulation.altigen, await talk(on.simulation.altigen))
    await on.until("muted")


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
@pytest.mark.parametrize("size", SIZES)
async def test_leaving_while_a_recording_is_muted_is_asked_once(size: tuple[int, int], key: str) -> None:
    async with app_driver(size) as on:
        await muted(on)
        await on.pass_seconds(15)
        await on.press(key)
        await on.until("Quit all the same?", "Recording muted", "Harbour Dental 3125550100, for 00:15")
        assert on.is_open
        await on.press("y")
        await on.when(lambda: not on.is_open)
        assert on.app.return_value == 0


async def test_a_pause_on_maxacd_is_asked_about_in_its_words() -> None:
    async with app_driver(simulated={"altigen": {"system": "maxacd"}}) as on:
        await mute(on.simulation.altigen, await talk(on.simulation.altigen), "Pause")
        await on.until("paused")
        await on.press("q")
        await on.until("Recording paused")


async def test_leaving_while_a_call_that_was_placed_from_here_rings_or_goes_on_is_asked() -> None:
    async with app_driver() as on:
        await placed(on)
        await on.press("q")
        await on.until("Quit all the same?", "Your call", "3125550150, calling")
        await on.press("n")
        (handle,) = on.simulation.altigen.calls
        await on.simulation.altigen.connect(handle)
        await on.until("talking")
        await on.press("q")
        await on.until("3125550150, talking")
        await on.press("escape")
        await on.simulation.altigen.disconnect(handle)
        await on.until("ended")
        await on.press("q")
        await on.when(lambda: not on.is_open)


async def test_leaving_while_a_call_that_was_placed_does_not_ring_yet_is_asked() -> None:
    async with app_driver() as on:
        on.simulation.altigen.is_mute = True
        await on.call("3125550150")
        await on.until("AltiGen has taken it")
        await on.press("q")
        await on.until("Your call", "+13125550150, dialling")
        await on.press("n")
        await on.pass_seconds(20)
        await on.press("q")
        await on.when(lambda: not on.is_open)


async def test_a_call_that_was_refused_is_no_reason_to_ask() -> None:
    async with app_driver() as on:
        on.simulation.altigen.fault("status", 1, "/sessions/*/calls", body={"code": 3002, "message": "All busy"})
        await on.call("3125550150")
        await on.until("All busy")
        await on.press("escape")
        await on.press("q")
        await on.when(lambda: not on.is_open)


@pytest.mark.parametrize("answer", [("enter",), ("n",), ("escape",), ("q",), ("ctrl+c",)])
async def test_the_question_rests_on_staying(answer: tuple[str, ...]) -> None:
    async with app_driver() as on:
        await placed(on)
        await on.press("q")
        await on.until("Quit all the same?")
        await on.pass_seconds(1)
        await on.press(*answer)
        await on.until_gone("Quit all the same?")
        assert on.is_open


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_a_held_key_does_not_quit_through_the_question(key: str) -> None:
    async with app_driver() as on:
        await placed(on)
        await on.press(*[key] * 31)
        await on.until("Quit all the same?")
        assert on.is_open
        await on.arrive("\x03" * 40 if key == "ctrl+c" else "q" * 40)
        await on.until("Quit all the same?")
        assert on.is_open


async def test_a_remapped_key_asks_and_stays_alike() -> None:
    async with app_driver(keys={"app.quit": "f8"}) as on:
        await placed(on)
        await on.press("f8")
        await on.until("Quit all the same?")
        await on.press("f8", "f8")
        await on.until("Quit all the same?")
        await on.pass_seconds(1)
        await on.press("f8")
        await on.until_gone("Quit all the same?")
        assert on.is_open


async def test_the_palette_asks_as_the_key_does() -> None:
    async with app_driver() as on:
        await placed(on)
        await on.press("colon")
        await on.type("then quit")
        await on.press("enter")
        await on.until("Quit all the same?")


async def test_what_somebody_else_calls_is_no_reason_to_ask() -> None:
    async with app_driver() as on:
        await talk(on.simulation.altigen)
        await on.until("talking")
        await on.press("q")
        await on.when(lambda: not on.is_open)
