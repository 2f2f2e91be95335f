"""The calls pane: a call rings, talks, is recorded and ends, in one line that changes in place."""

from __future__ import annotations

import pytest

from tests.counters import calls_of
from tests.screen.app_driver import LARGE, SIZES, app_driver


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_a_ringing_call_appears_and_counts_its_time(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        await on.until("no calls yet")
        await on.simulation.altigen.ring("3125550142", "Nordlicht GmbH")
        await on.until("ringing")
        assert "3125550142" in on.line("ringing", "in", "Nordlicht GmbH")
        assert "1 RINGING: Nordlicht GmbH" in on.lines[0]
        assert "1 live, 0 missed" in on.text


@pytest.mark.sloppy
async def test_the_time_of_a_ring_and_of_a_talk_are_counted_apart() -> None:
    async with app_driver(LARGE) as on:
        handle = await on.simulation.altigen.ring()
        await on.until("ringing")
        await on.pass_seconds(7)
        assert "00:07" in on.line("ringing")
        await on.simulation.altigen.connect(handle)
        await on.until("talking")
        await on.pass_seconds(70)
        assert on.line("talking").split()[-3:-1] == ["00:07", "01:10"]
        await on.pass_seconds(3600)
        assert "1:01:10" in on.line("talking")


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_a_call_changes_its_state_in_place_and_ends(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        handle = await on.simulation.altigen.ring()
        await on.until("ringing")
        place = on.lines.index(on.line("ringing"))
        await on.simulation.altigen.connect(handle)
        await on.until("talking")
        assert on.lines.index(on.line("talking", "Harbour Dental")) == place
        await on.simulation.altigen.disconnect(handle)
        await on.until("ended")
        assert on.lines.index(on.line("ended", "Harbour Dental")) == place
        assert "0 live, 0 missed" in on.text
        assert "RINGING" not in on.text


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_a_missed_call_is_marked_and_counted(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        handle = await on.simulation.altigen.ring()
        await on.until("ringing")
        await on.simulation.altigen.disconnect(handle)
        await on.until("missed  ", "0 live, 1 missed")
        assert "Harbour Dental" in on.line("missed   in")
        assert on.terminal.styles("missed   in") >= {"bold"}


@pytest.mark.sloppy
async def test_an_outgoing_call_that_nobody_took_is_not_missed() -> None:
    async with app_driver() as on:
        handle = await on.simulation.altigen.ringback("3125550199", "Oak Street Books")
        await on.until("calling", "Oak Street Books")
        await on.simulation.altigen.disconnect(handle)
        await on.until("ended", "0 live, 0 missed")


@pytest.mark.sloppy
async def test_what_rings_stands_above_what_talks_and_what_has_ended() -> None:
    async with app_driver() as on:
        altigen = on.simulation.altigen
        talking = await altigen.ring("3125550101", "Ankara Merkez")
        ended = await altigen.ring("3125550102", "Kuzey Branch")
        await altigen.connect(talking)
        await altigen.connect(ended)
        await altigen.disconnect(ended)
        await altigen.ring("3125550103", "Westgate Pharmacy")
        await on.until("ended", "talking", "Westgate Pharmacy")
        assert on.rows("ringing", "talking ", "ended") == ["ringing", "talking ", "ended"]


@pytest.mark.sloppy
async def test_a_recording_and_its_mute_show_with_their_times() -> None:
    async with app_driver() as on:
        altigen = on.simulation.altigen
        handle = await altigen.ring()
        await altigen.connect(handle)
        await altigen.record(handle, "Start")
        await on.until("● 00:00")
        await on.pass_seconds(65)
        assert "● 01:05" in on.line("talking")
        await altigen.record(handle, "Mute")
        await on.until("muted")
        await on.pass_seconds(9)
        assert "‖ muted 00:09" in on.line("talking")
        await altigen.record(handle, "Unmute")
        await on.until("● 01:14")
        await altigen.record(handle, "Stop")
        await on.until_gone("●")


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_a_call_that_went_on_before_shows_its_times_as_lower_bounds(size: tuple[int, int]) -> None:
    async with app_driver(size, opening=True) as on:
        await on.pass_seconds(5)
        assert "≥00:10" in on.line("talking", "Granite Insurance")


async def test_the_cursor_stays_on_its_call_when_others_come_in() -> None:
    async with app_driver() as on:
        altigen = on.simulation.altigen
        await altigen.ring("3125550101", "Ankara Merkez")
        await altigen.ring("3125550102", "Kuzey Branch")
        await on.until("Ankara Merkez", "Kuzey Branch")
        await on.press("j")
        assert "Ankara Merkez" in on.line("▸")
        await altigen.ring("3125550103", "Westgate Pharmacy")
        await on.until("Westgate Pharmacy")
        assert "Ankara Merkez" in on.line("▸")


async def test_moving_keys_go_through_more_calls_than_there_are_lines() -> None:
    async with app_driver() as on:
        for number in range(100, 150):
            await on.simulation.altigen.ring(f"3125550{number}", f"Branch {number}")
        await on.until("50 live", "Branch 149")
        assert "Branch 149" in on.line("▸")
        for key, expected in (
            ("j", 148), ("down", 147), ("k", 148), ("up", 149), ("k", 149), ("G", 100), ("j", 100), ("g", 149),
            ("end", 100), ("home", 149), ("pagedown", 132), ("ctrl+d", 115), ("pageup", 132), ("ctrl+u", 149),
        ):  # fmt: skip
            await on.press(key)
            assert f"Branch {expected}" in on.line("▸"), key


@pytest.mark.sloppy
async def test_a_server_that_lost_its_exchange_is_said_and_calls_stay() -> None:
    async with app_driver() as on:
        await on.simulation.altigen.ring()
        await on.until("ringing")
        await on.simulation.altigen.status(False)
        await on.when(lambda: calls_of(on.app.desk).altiserv_lost)
        await on.pass_seconds(1)
        await on.until("AltiGen stale", "WebProxy has lost AltiServ")
        assert "Harbour Dental" in on.line("ringing ")
        await on.simulation.altigen.status(True)
        await on.when(lambda: not calls_of(on.app.desk).altiserv_lost)
        await on.until("AltiGen waiting", "asking for its calls anew")
        await on.pass_seconds(1)
        await on.until("AltiGen live")
        assert "WebProxy" not in on.text


async def test_messages_that_cannot_be_read_are_counted_and_kept_for_the_card() -> None:
    async with app_driver() as on:
        await on.simulation.altigen.ring()
        await on.until("ringing")
        await on.simulation.altigen.send("no JSON at all")
        await on.simulation.altigen.send(b"\x00\x01")
        await on.until("2 unreadable")
        await on.press("enter")
        await on.until("Calls: details", "2 messages could not be read", "no JSON at all")
        await on.press("escape")
        await on.simulation.altigen.ring("3125550199", "Oak Street Books")
        await on.until("Oak Street Books")


async def test_a_new_ring_is_heard_once() -> None:
    async with app_driver() as on:
        await on.simulation.altigen.ring()
        await on.until("ringing")
        await on.frames()
        assert on.terminal.bells == 1


async def test_the_bell_can_be_switched_off() -> None:
    async with app_driver(ui={"bell": False}) as on:
        await on.simulation.altigen.ring()
        await on.until("ringing")
        await on.frames()
        assert on.terminal.bells == 0


async def test_calls_of_a_lost_link_stand_still_and_ring_no_more() -> None:
    async with app_driver() as on:
        await on.simulation.altigen.ring()
        await on.until("1 RINGING: Harbour Dental")
        await on.pass_seconds(5)
        on.simulation.altigen.fault("status", None, status=503)
        await on.simulation.altigen.drop_channels()
        await on.until("AltiGen waiting")
        *_, rang, _since = on.line("ringing ").split()
        assert rang.startswith("00:0")
        await on.until("1 RINGING")
        for _ in range(4):
            await on.pass_seconds(5)
        await on.until_gone("RINGING")
        await on.until("1 live when last heard")
        assert on.line("ringing ").split()[-2] == rang
