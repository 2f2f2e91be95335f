"""What can be done with calls: placed, hung up, recorded and muted; refused with a reason."""

from __future__ import annotations

import pytest

from tests.screen.app_driver import SIZES, AppDriver, app_driver


async def talking(on: AppDriver, name: str = "Harbour Dental") -> int:
    handle = await on.simulation.altigen.ring("3125550100", name)
    await on.simulation.altigen.connect(handle)
    await on.until("talking", name)
    return handle


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_c_places_a_call(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        await on.press("c")
        await on.until("Place a call", "Number")
        await on.type("312 555-0150")
        await on.until("+1 312-555-0150")
        await on.press("enter")
        await on.until("calling ", "AltiGen has taken it")
        assert [each["target"] for each in on.simulation.altigen.placed] == ["+13125550150"]


@pytest.mark.sloppy
async def test_the_trunk_access_code_is_sent() -> None:
    async with app_driver(altigen={"trunk_access_code": "9"}) as on:
        await on.call("3125550150")
        await on.when(lambda: bool(on.simulation.altigen.placed))
        assert on.simulation.altigen.placed[0]["trunkAccessCode"] == "9"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "a number is needed"),
        ("reception", "this is not a number that can be called"),
        ("sip:desk@example.com", "only MaxACD takes SIP addresses"),
    ],
)
async def test_a_number_that_cannot_be_dialled_is_said_beside_the_field(typed: str, problem: str) -> None:
    async with app_driver() as on:
        await on.press("c")
        await on.type(typed)
        await on.press("enter")
        await on.until(problem)
        assert "Place a call" in on.text
        assert on.lines.index(on.line(problem)) == on.field_line("Number") + 1
        assert not on.simulation.altigen.placed


async def test_maxacd_takes_a_sip_address() -> None:
    async with app_driver(simulated={"altigen": {"system": "maxacd"}}) as on:
        await on.call("sip:desk@example.com")
        await on.when(lambda: bool(on.simulation.altigen.placed))
        assert on.simulation.altigen.placed[0]["target"] == "sip:desk@example.com"


async def test_a_refused_call_asks_again_with_the_number_and_the_reason() -> None:
    async with app_driver() as on:
        on.simulation.altigen.fault(
            "status", 1, "/sessions/*/calls", body={"code": 3002, "message": "All trunks are busy"}
        )
        await on.call("3125550150")
        await on.until("All trunks are busy")
        await on.until("Place a call", "3125550150")
        await on.pass_seconds(10)
        await on.press("enter")
        await on.until("AltiGen has taken it")
        assert len(on.simulation.altigen.placed) == 1


async def test_a_placed_call_offers_the_number_of_a_call_that_ended() -> None:
    async with app_driver() as on:
        handle = await on.simulation.altigen.ring("3125550142")
        await on.until("ringing")
        await on.simulation.altigen.disconnect(handle)
        await on.until("missed  ")
        await on.press("c")
        await on.until("3125550142", "Place a call")


async def test_escape_places_no_call() -> None:
    async with app_driver() as on:
        await on.press("c")
        await on.type("3125550150")
        await on.press("escape")
        await on.until_gone("Place a call")
        assert not on.simulation.altigen.placed


@pytest.mark.parametrize("size", SIZES)
async def test_x_asks_and_names_the_call_and_rests_on_cancel(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        handle = await talking(on)
        await on.press("x")
        await on.until("End the call with Harbour Dental 3125550100 (talking since 09:00:05)?")
        await on.pass_seconds(1)
        await on.press("enter")
        await on.until_gone("End the call")
        assert handle in on.simulation.altigen.calls


@pytest.mark.sloppy
@pytest.mark.parametrize("keys", [("y",), ("tab", "enter"), ("right", "enter"), ("l", "enter")])
async def test_x_hangs_up_when_the_person_says_so(keys: tuple[str, ...]) -> None:
    async with app_driver() as on:
        handle = await talking(on)
        await on.press("x")
        await on.until("End the call")
        await on.pass_seconds(1)
        await on.press(*keys)
        await on.until("ended", "hanging up on Harbour Dental 3125550100: done")
        assert handle not in on.simulation.altigen.calls


@pytest.mark.parametrize("key", ["n", "q", "escape", "ctrl+c"])
async def test_hanging_up_can_be_left(key: str) -> None:
    async with app_driver() as on:
        handle = await talking(on)
        await on.press("x")
        await on.until("End the call")
        await on.press(key)
        await on.until_gone("End the call")
        assert handle in on.simulation.altigen.calls
        assert on.is_open


@pytest.mark.sloppy
async def test_the_call_that_was_asked_about_is_the_one_that_ends() -> None:
    """Another call may come to the top of the list between the question and the answer."""
    async with app_driver() as on:
        asked = await talking(on)
        await on.press("x")
        await on.until("End the call with Harbour Dental")
        other = await on.simulation.altigen.ring("3125550199", "Oak Street Books")
        await on.until("RINGING")
        await on.press("y")
        await on.until("ended")
        assert asked not in on.simulation.altigen.calls
        assert other in on.simulation.altigen.calls


async def test_a_call_that_ended_while_the_question_stood_is_said() -> None:
    async with app_driver() as on:
        handle = await talking(on)
        await on.press("x")
        await on.until("End the call")
        await on.simulation.altigen.disconnect(handle)
        await on.frames()
        await on.press("y")
        await on.until("this call has ended")


@pytest.mark.sloppy
async def test_o_starts_and_stops_a_recording_and_m_mutes_it() -> None:
    async with app_driver() as on:
        handle = await talking(on)
        await on.press("o")
        await on.until("recording starts", "● 00:00")
        assert handle in on.simulation.altigen.recordings
        await on.press("m")
        await on.until("‖ muted 00:00", "the recording is muted")
        assert on.simulation.altigen.recordings[handle].is_muted
        await on.pass_seconds(1)
        await on.press("m")
        await on.until("● 00:01", "the recording goes on")
        assert not on.simulation.altigen.recordings[handle].is_muted
        await on.press("o")
        await on.until("recording stops")
        await on.until_gone("●")
        assert not on.simulation.altigen.recordings


@pytest.mark.sloppy
async def test_maxacd_pauses_a_recording() -> None:
    async with app_driver(simulated={"altigen": {"system": "maxacd"}}) as on:
        handle = await talking(on)
        await on.press("o")
        await on.until("recording starts", "●")  # the answer, and the event, whichever is the later
        await on.press("m")
        await on.until("‖")
        assert on.simulation.altigen.recordings[handle].is_muted


async def test_a_refused_recording_says_the_systems_words() -> None:
    async with app_driver() as on:
        await talking(on)
        on.simulation.altigen.fault("status", 1, "/sessions/*/record", body={"code": 3106, "message": "No space left"})
        await on.press("o")
        await on.until("No space left")


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("x", "hang up: there is no call here"),
        ("o", "record: there is no call here"),
        ("m", "mute: there is no call here"),
    ],
)
async def test_without_a_call_the_keys_say_why_they_do_nothing(key: str, reason: str) -> None:
    async with app_driver() as on:
        await on.press(key)
        await on.until(reason)


@pytest.mark.parametrize(
    ("key", "reason"),
    [("x", "this call has ended"), ("o", "this call has ended"), ("m", "this call has ended")],
)
async def test_an_ended_call_cannot_be_worked_on(key: str, reason: str) -> None:
    async with app_driver() as on:
        handle = await talking(on)
        await on.simulation.altigen.disconnect(handle)
        await on.until("ended")
        await on.press(key)
        await on.until(reason)


@pytest.mark.parametrize(
    ("key", "reason"),
    [("o", "only a connected call can be recorded"), ("m", "this call is not being recorded")],
)
async def test_a_ringing_call_is_not_recorded(key: str, reason: str) -> None:
    async with app_driver() as on:
        await on.simulation.altigen.ring()
        await on.until("ringing")
        await on.press(key)
        await on.until(reason)


async def test_maxacd_says_that_it_cannot_hang_up() -> None:
    async with app_driver(simulated={"altigen": {"system": "maxacd"}}) as on:
        handle = await talking(on)
        await on.press("x")
        await on.until("MaxACD cannot drop calls")
        assert handle in on.simulation.altigen.calls


async def test_what_is_not_possible_is_greyed_in_the_footer() -> None:
    async with app_driver() as on:
        assert "reverse" in on.terminal.styles(" c ")
        assert "reverse" not in on.terminal.styles(" x ")
        await talking(on)
        await on.when(lambda: "reverse" in on.terminal.styles(" x "))
        assert "reverse" not in on.terminal.styles(" m ")


async def test_readonly_says_so_and_changes_nothing() -> None:
    async with app_driver(ui={"readonly": True}) as on:
        assert "read-only" in on.lines[0]
        handle = await talking(on)
        for key in "cxom":
            await on.press("escape", key)
            await on.until("read-only: nothing is changed from here")
            assert "reverse" not in on.terminal.styles(f" {key} ") if f" {key} " in on.footer else True
        await on.press("3")
        for key in "ail":
            await on.press(key)
            await on.until("read-only: nothing is changed from here")
        assert handle in on.simulation.altigen.calls
        assert not on.simulation.altigen.placed


async def test_the_country_is_said_by_name_before_the_call() -> None:
    async with app_driver(altigen={"region": "TR"}) as on:
        await on.press("c")
        await on.until("without +: Turkey")
        await on.type("5325550141")
        await on.until("will call +90 532 555 01 41, Turkey, sent as +905325550141")


async def test_without_a_region_a_missed_call_of_a_number_without_its_country_is_not_called() -> None:
    async with app_driver(altigen={"region": ""}) as on:
        handle = await on.simulation.altigen.ring("5325550141")
        await on.until("ringing")
        await on.simulation.altigen.disconnect(handle)
        await on.until("missed  ")
        await on.press("c", "enter")
        await on.until("set altigen.region, or begin with + and the country code")
        assert not on.simulation.altigen.placed


async def test_a_wrong_record_path_is_named_in_the_footer_of_a_small_terminal() -> None:
    async with app_driver(altigen={"record_path": "/sessions/{session}/tape/{call}"}) as on:
        handle = await on.simulation.altigen.ring()
        await on.simulation.altigen.connect(handle)
        await on.until("talking")
        await on.press("o")
        await on.until("recording: AltiGen knows no such call, or altigen.record_path is wrong")
