"""Placing a call: what is sent, that two presses are one call, and how the new call is known."""

from __future__ import annotations

import pytest

from tests.clock import FakeClock
from tests.counters import calls_of, phone_of
from tests.waiting import until
from tui.demo import Simulation
from tui.desk import Desk
from tui.models.dialling import Undialable
from tui.services.errors import Rejected, ServiceError


async def test_the_number_goes_out_as_the_settings_say(simulation: Simulation, desk: Desk) -> None:
    await phone_of(desk).place_call("617 555 0119")
    assert [placed["target"] for placed in simulation.altigen.placed] == ["+16175550119"]


async def test_what_cannot_be_called_is_not_sent(simulation: Simulation, desk: Desk) -> None:
    with pytest.raises(Undialable):
        await phone_of(desk).place_call("hello")
    assert not simulation.altigen.placed


async def test_two_presses_are_one_call(simulation: Simulation, desk: Desk, clock: FakeClock) -> None:
    await phone_of(desk).place_call("6175550119")
    with pytest.raises(Rejected, match="two presses are one call"):
        await phone_of(desk).place_call("(617) 555-0119")
    assert len(simulation.altigen.placed) == 1
    clock.advance(3)
    await phone_of(desk).place_call("6175550119")
    assert len(simulation.altigen.placed) == 2


async def test_a_call_that_was_refused_may_be_tried_again_at_once(simulation: Simulation, desk: Desk) -> None:
    simulation.altigen.fault("status", path="/sessions/*/calls", status=404)
    with pytest.raises(ServiceError):
        await phone_of(desk).place_call("6175550119")
    await phone_of(desk).place_call("6175550119")
    assert len(simulation.altigen.placed) == 1


async def test_a_call_whose_answer_got_lost_is_not_placed_again_by_a_second_press(
    simulation: Simulation, desk: Desk
) -> None:
    simulation.altigen.fault("reset_after", path="/sessions/*/calls")
    with pytest.raises(ServiceError):
        await phone_of(desk).place_call("6175550119")
    with pytest.raises(Rejected):
        await phone_of(desk).place_call("6175550119")
    assert len(simulation.altigen.placed) == 1


async def test_the_next_outgoing_call_that_rings_is_the_one_that_was_placed(simulation: Simulation, desk: Desk) -> None:
    await simulation.altigen.ring(caller_id="6175550101")
    await until(lambda: len(calls_of(desk)) == 1)
    assert placed(desk) is None
    await phone_of(desk).place_call("6175550119")
    await until(lambda: len(calls_of(desk)) == 2)
    newest = calls_of(desk).live()[-1]
    assert (newest.direction, newest.key) == ("out", placed(desk))


def placed(desk: Desk) -> int | None:
    return calls_of(desk).placed
