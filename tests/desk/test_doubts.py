"""Calls of which it is not certain that they go on, and how they are read anew."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import calls_of, phone_of
from tests.desk.harness import is_bound, pass_while_binding, running, settings_of, until_live
from tests.waiting import until
from tui.demo import Simulation
from tui.demo.spelling import json_text
from tui.desk import Desk
from tui.models.call_doubts import UNTOLD_SECONDS, Doubt
from tui.models.calls import Call
from tui.models.links import Phase


def doubt_of(desk: Desk, clock: FakeClock) -> Doubt | None:
    (call,) = calls_of(desk).live()
    return calls_of(desk).doubts.of(call, clock.now())


async def test_an_end_in_a_frame_with_others_ends_the_call(simulation: Simulation, desk: Desk) -> None:
    handle = await simulation.altigen.ring()
    await until(calls_of(desk).live)
    call = simulation.altigen.calls[handle]
    events = [call.event("connect"), call.event("disconnect"), {**call.event("ring"), "callHandle": 77}]
    await simulation.altigen.send("\n".join(map(json_text, events)))
    await until(lambda: [call.handle for call in calls_of(desk).live()] == [77])


async def test_what_could_not_be_read_puts_the_calls_in_doubt_until_they_are_read_anew(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    gone = await simulation.altigen.ring()
    await until(calls_of(desk).live)
    assert doubt_of(desk, clock) is None
    clock.advance(0.1)
    simulation.altigen.calls.pop(gone)
    await simulation.altigen.send('{"eventType":"CallEvent","callEventType":"disconnect","callHan')
    await until(lambda: calls_of(desk).unreadable)
    doubt = doubt_of(desk, clock)
    assert doubt is not None
    assert "could not be read" in doubt.why
    await read_anew(simulation, desk, clock)
    assert not calls_of(desk).live()
    assert calls_of(desk).doubts.lost is None


async def read_anew(simulation: Simulation, desk: Desk, clock: FakeClock) -> None:
    """`r`, and what follows from it."""
    while calls_of(desk).is_settling:
        clock.advance(0.25)
        await asyncio.sleep(0.002)
    logons, tick = simulation.altigen.logons, clock.tick()
    assert desk.counters["altigen"].refresh() == "reading all calls anew"
    while simulation.altigen.logons == logons:
        assert clock.tick() - tick < 2, "no delay of a failure was waited"
        if clock.sleeping and clock.sleeping[0] <= 0.25:
            clock.advance(clock.sleeping[0])
        await asyncio.sleep(0.002)
    while not is_bound(simulation) or calls_of(desk).is_settling:
        pass_while_binding(desk, clock)
        if is_bound(simulation) and clock.sleeping and clock.sleeping[0] <= 0.25:
            clock.advance(clock.sleeping[0])
        await asyncio.sleep(0.002)


async def test_a_call_that_is_heard_of_again_is_in_doubt_no_more(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    handle = await simulation.altigen.ring()
    await until(calls_of(desk).live)
    await simulation.altigen.send("no JSON at all")
    await until(lambda: doubt_of(desk, clock))
    clock.advance(0.1)
    await simulation.altigen.connect(handle)
    await until(lambda: not doubt_of(desk, clock))


async def test_events_of_another_kind_put_nothing_in_doubt(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    await simulation.altigen.ring()
    await until(calls_of(desk).live)
    await simulation.altigen.send({"eventType": "WeatherEvent", "state": "rain"})
    await until(lambda: calls_of(desk).unreadable)
    assert doubt_of(desk, clock) is None


async def test_a_call_without_a_word_for_longer_than_the_setting_is_in_doubt_and_goes_on(
    simulation: Simulation, clock: FakeClock
) -> None:
    settings = settings_of(simulation, alpemix=None, remotepc=None)
    async with running(settings, clock) as desk:
        await until(lambda: is_bound(simulation))
        await simulation.altigen.ring()
        await until(calls_of(desk).live)
        (call,) = calls_of(desk).live()
        clock.advance(119 * 60)
        assert calls_of(desk).doubts.of(call, clock.now()) is None
        clock.advance(60)
        assert calls_of(desk).doubts.of(call, clock.now()) == Doubt("nothing was heard of it any more", call.heard)
        assert call.is_live


@pytest.mark.parametrize("what", ["place", "hang up", "record"])
async def test_what_was_done_from_here_and_is_told_of_never_is_said_in_the_link(
    simulation: Simulation, desk: Desk, clock: FakeClock, what: str
) -> None:
    handle = await simulation.altigen.ring()
    await simulation.altigen.connect(handle)
    await until(lambda: calls_of(desk).live() and calls_of(desk).live()[0].connected)
    call: Call = calls_of(desk).live()[0]
    simulation.altigen.is_mute = True
    if what == "place":
        await phone_of(desk).place_call("202")
    elif what == "hang up":
        await phone_of(desk).hang_up(call.key)
    else:
        await phone_of(desk).toggle_recording(call.key)
    link = desk.counters["altigen"].link
    for _ in range(round(UNTOLD_SECONDS) + 1):
        await clock.until_sleeping(2)
        clock.advance(1)
        await asyncio.sleep(0.002)
    await until(lambda: "nothing was told of it: r reads all anew" in link.text(clock.now()))
    assert link.is_live
    assert (doubt_of(desk, clock) is not None) == (what != "place")
    simulation.altigen.is_mute = False
    await read_anew(simulation, desk, clock)
    await until_live(desk, clock, "altigen")
    assert "told" not in link.text(clock.now())


async def test_a_channel_that_is_closed_soon_after_it_was_bound_was_never_live_and_names_both_settings(
    clock: FakeClock,
) -> None:
    async with Simulation("desk", scripted=False, altigen={"bind": "text"}, clock=clock.tick) as simulation:
        settings = settings_of(simulation, alpemix=None, remotepc=None)
        assert settings.altigen is not None
        wrong = replace(settings, altigen=replace(settings.altigen, bind="json"))
        async with running(wrong, clock) as desk:
            link = desk.counters["altigen"].link
            for _ in range(4):
                seen: list[Phase] = []
                while link.phase is not Phase.WAITING:
                    seen.append(link.phase)
                    if clock.sleeping and clock.sleeping[0] <= 0.25:
                        clock.advance(clock.sleeping[0])
                    await asyncio.sleep(0.002)
                assert Phase.LIVE not in seen
                assert "soon after it was bound" in link.reason
                assert "altigen.events_path and altigen.bind" in link.reason
                await clock.until_sleeping()
                clock.advance(clock.sleeping[0])
                await until(lambda: link.phase is not Phase.WAITING)
