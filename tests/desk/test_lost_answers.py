"""A command whose answer is lost: what is said of it, and that only a decision of its own sends it again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.clock import FakeClock
from tests.counters import calls_of, phone_of
from tests.waiting import alongside, until
from tui.demo import Simulation
from tui.desk import Desk
from tui.desk.altigen.phone import DOUBLE_SECONDS, LOOK_SECONDS, OPEN_SECONDS
from tui.services.errors import Rejected, ServerFault, Unreachable

CALLS = "/sessions/*/calls"
LOST: dict[str, dict[str, Any]] = {
    "reset": {"kind": "reset_after"},
    "cut off": {"kind": "cut"},
    "a page": {"kind": "html", "status": 200},
    "a gateway that gave up": {"kind": "status", "status": 504},
    "a page of errors": {"kind": "html", "status": 500},
    "a redirect": {"kind": "redirect"},
}


async def lost(doing: Awaitable[object]) -> str:
    with pytest.raises(Unreachable) as caught:
        await doing
    assert caught.value.may_have_acted
    return caught.value.sentence


async def talking(simulation: Simulation, desk: Desk) -> int:
    handle = await simulation.altigen.ring(caller_id="6175550119")
    await simulation.altigen.connect(handle)
    await until(lambda: calls_of(desk).live() and calls_of(desk).live()[-1].connected)
    return calls_of(desk).live()[-1].key


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
async def test_a_call_whose_answer_was_lost_is_placed_again_only_by_a_decision_of_its_own(
    simulation: Simulation, desk: Desk, clock: FakeClock, fault: dict[str, Any]
) -> None:
    simulation.altigen.fault(path=CALLS, **fault)
    assert "+1 617-555-0119 may have been called" in await lost(phone_of(desk).place_call("6175550119"))
    asked = len(simulation.altigen.requests)
    for seconds in (0, DOUBLE_SECONDS + 1, 60):
        clock.advance(seconds)
        for number in ("6175550119", "202"):
            with pytest.raises(Rejected, match="may have been called"):
                await phone_of(desk).place_call(number)
    assert len(simulation.altigen.requests) == asked
    await phone_of(desk).place_call("6175550119", again=True)
    assert len(simulation.altigen.requests) == asked + 1
    assert phone_of(desk).doubt_of_placing == ""


async def test_the_call_that_has_appeared_is_named(simulation: Simulation, desk: Desk, clock: FakeClock) -> None:
    simulation.altigen.fault("reset_after", path=CALLS)
    await lost(phone_of(desk).place_call("6175550119"))
    await until(lambda: "a call to +16175550119 has appeared at" in phone_of(desk).doubt_of_placing)
    assert phone_of(desk).doubt_of_placing.endswith("and goes on.")
    await simulation.altigen.disconnect(calls_of(desk).live()[0].handle)
    await until(lambda: phone_of(desk).doubt_of_placing.endswith("and has ended."))
    with pytest.raises(Rejected):
        await phone_of(desk).place_call("6175550119")
    await phone_of(desk).place_call("202")


async def test_a_call_that_was_not_placed_is_said_not_to_have_appeared(simulation: Simulation, desk: Desk) -> None:
    simulation.altigen.fault("status", path=CALLS, status=502)
    assert (await lost(phone_of(desk).place_call("6175550119"))).endswith("no such call has appeared yet.")


async def test_a_call_that_appears_long_after_its_answer_was_given_up_is_named(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    simulation.altigen.fault("status", path=CALLS, status=504)
    await lost(phone_of(desk).place_call("6175550119"))
    clock.advance(15)
    await simulation.altigen.ringback("6175550119")
    await until(lambda: "6175550119 has appeared" in phone_of(desk).doubt_of_placing)


async def test_two_presses_are_one_call_counted_from_when_the_answer_was_given_up(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    simulation.altigen.fault("late", path=CALLS, seconds=0.1)
    async with alongside(phone_of(desk).place_call("6175550119")) as placing:
        await until(lambda: simulation.altigen.placed)
        clock.advance(DOUBLE_SECONDS + 20)
        with pytest.raises(Rejected, match="has not answered yet"):
            await phone_of(desk).place_call("6175550119")
        await placing
    assert len(simulation.altigen.placed) == 1


async def test_a_refusal_of_the_webproxy_itself_is_no_lost_answer(simulation: Simulation, desk: Desk) -> None:
    simulation.altigen.fault("status", path=CALLS, body={"code": 3034, "message": "Line busy"})
    with pytest.raises(ServerFault):
        await phone_of(desk).place_call("6175550119")
    await phone_of(desk).place_call("6175550119")


async def test_after_some_minutes_a_call_is_a_new_wish(simulation: Simulation, desk: Desk, clock: FakeClock) -> None:
    simulation.altigen.fault("status", path=CALLS, status=504)
    await lost(phone_of(desk).place_call("6175550119"))
    clock.advance(OPEN_SECONDS)
    assert phone_of(desk).doubt_of_placing == ""


async def test_a_hang_up_whose_answer_was_lost_is_done_where_the_call_is_seen_to_end(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    key = await talking(simulation, desk)
    simulation.altigen.fault("reset_after", path=f"{CALLS}/*")
    async with alongside(passing(clock)):
        assert "AltiGen tells that it was done" in await phone_of(desk).hang_up(key)
    assert not calls_of(desk).live()


async def passing(clock: FakeClock) -> None:
    """Time passes for who looks again after a tenth of a second."""
    while True:
        if clock.sleeping and clock.sleeping[0] <= 0.1 + 1e-9:
            clock.advance(clock.sleeping[0])
        await asyncio.sleep(0.001)


Command = Callable[[Desk, int, bool], Awaitable[str]]

COMMANDS: dict[str, tuple[str, str, Command]] = {
    "hang up": (f"{CALLS}/*", "calls.hang_up", lambda desk, key, again: phone_of(desk).hang_up(key, again=again)),
    "record": (
        "/sessions/*/record",
        "calls.record",
        lambda desk, key, again: phone_of(desk).toggle_recording(key, again=again),
    ),
    "mute": ("/sessions/*/record", "calls.mute", lambda desk, key, again: phone_of(desk).toggle_mute(key, again=again)),
}


@pytest.mark.parametrize("what", COMMANDS)
async def test_a_command_on_a_call_whose_answer_was_lost_is_said_with_how_the_call_stands(
    simulation: Simulation, desk: Desk, clock: FakeClock, what: str
) -> None:
    path, action, command = COMMANDS[what]
    key = await talking(simulation, desk)
    if what == "mute":
        await simulation.altigen.record(calls_of(desk).live()[0].handle)
        await until(lambda: calls_of(desk).live()[0].recording)
    simulation.altigen.fault("status", path=path, status=504)
    before = clock.tick()
    async with alongside(passing(clock)):
        said = await lost(command(desk, key, False))
    assert LOOK_SECONDS <= clock.tick() - before <= LOOK_SECONDS + 1
    assert said.startswith("It may have been done: the call goes on")
    assert "Nothing was sent again." in said
    asked = len(simulation.altigen.requests)
    with pytest.raises(Rejected, match="It may have been done"):
        await command(desk, key, False)
    assert len(simulation.altigen.requests) == asked
    await command(desk, key, True)
    assert len(simulation.altigen.requests) == asked + 1
    assert phone_of(desk).doubt(action, key) == ""


async def test_what_the_events_show_afterwards_is_no_doubt_any_more(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    key = await talking(simulation, desk)
    simulation.altigen.fault("status", path="/sessions/*/record", status=504)
    async with alongside(passing(clock)):
        await lost(phone_of(desk).toggle_recording(key))
    assert phone_of(desk).doubt("calls.record", key)
    await simulation.altigen.record(calls_of(desk).live()[0].handle)
    await until(lambda: not phone_of(desk).doubt("calls.record", key))
    assert await phone_of(desk).toggle_recording(key) == "recording stops"
