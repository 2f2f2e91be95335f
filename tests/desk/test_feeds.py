"""How the three feeds keep their boards current, and what becomes of them when a system misbehaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import calls_of, connections_of, report_budget_of, users_of
from tests.desk.harness import is_bound, running, settings_of, until_live
from tests.waiting import until
from tui.config import Secret
from tui.demo import Simulation
from tui.desk import Desk
from tui.desk.systems import SYSTEMS
from tui.models.calls import CallState
from tui.models.links import Phase

ALL_ASLEEP = 4
"""The channel's two watches, and the two that poll."""


async def until_passed(clock: FakeClock, condition: Callable[[], bool]) -> None:
    """Let time pass until this is true."""

    def is_so() -> bool:
        clock.advance(0.02)
        return condition()

    await until(is_so)


async def test_calls_stream_from_the_socket_to_the_board(simulation: Simulation, desk: Desk) -> None:
    handle = await simulation.altigen.ring(caller_id="6175550119", caller_name="Harbour Dental")
    await until(lambda: len(calls_of(desk)) == 1)
    (call,) = calls_of(desk)
    assert (call.handle, call.state, call.other_name) == (handle, CallState.RINGING, "Harbour Dental")

    await simulation.altigen.connect(handle)
    await until(lambda: next(iter(calls_of(desk))).state is CallState.CONNECTED)
    await simulation.altigen.disconnect(handle)
    await until(lambda: not calls_of(desk).live())
    assert calls_of(desk).missed == 0


async def test_a_call_that_exists_when_the_channel_opens_is_known_by_its_lower_bound(
    simulation: Simulation, clock: FakeClock
) -> None:
    await simulation.altigen.ring(caller_id="6175550119")
    async with running(settings_of(simulation), clock) as desk:
        await until(lambda: len(calls_of(desk)) == 1)
        assert next(iter(calls_of(desk))).in_snapshot


async def test_leaving_gives_the_licence_back(simulation: Simulation, clock: FakeClock) -> None:
    async with running(settings_of(simulation), clock) as desk:
        await until_live(desk, clock, "altigen")
        assert len(simulation.altigen.sessions) == 1
    assert not simulation.altigen.sessions
    assert any(asked.method == "DELETE" for asked in simulation.altigen.requests)


async def test_a_wrong_password_is_tried_once_until_the_person_asks_again(
    simulation: Simulation, clock: FakeClock
) -> None:
    settings = settings_of(simulation)
    assert settings.altigen is not None
    wrong = replace(settings, altigen=replace(settings.altigen, password=Secret("0000")))
    async with running(wrong, clock) as desk:
        link = desk.counters["altigen"].link
        await until(lambda: link.phase is Phase.REFUSED)
        assert link.setting == "altigen.password"
        asked = len(simulation.altigen.requests)
        clock.advance(3600)
        await until(lambda: desk.counters["remotepc"].link.is_live)
        assert len(simulation.altigen.requests) == asked

        desk.counters["altigen"].refresh()
        await until(lambda: len(simulation.altigen.requests) == asked + 1)


async def test_while_the_licence_is_in_use_it_is_asked_for_once_a_minute(
    simulation: Simulation, clock: FakeClock
) -> None:
    simulation.altigen.licences = 0
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        link = desk.counters["altigen"].link
        await until(lambda: link.phase is Phase.WAITING)
        assert link.seconds_left(clock.now()) == 60
        await clock.until_sleeping()
        asked = len(simulation.altigen.requests)
        clock.advance(59)
        simulation.altigen.licences = 1
        assert len(simulation.altigen.requests) == asked
        clock.advance(1)
        await until_live(desk, clock, "altigen")


async def test_a_server_that_accepts_and_closes_is_not_stormed(simulation: Simulation, clock: FakeClock) -> None:
    """The delay grows although every handshake succeeds: it begins anew only after a healthy while."""
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        link = desk.counters["altigen"].link
        delays: list[float] = []
        for _ in range(8):
            await until(lambda: is_bound(simulation))
            await simulation.altigen.drop_channels()
            await until(lambda: link.phase is Phase.WAITING)
            await clock.until_sleeping()
            delays.append(clock.sleeping[0])
            clock.advance(delays[-1])
        assert delays[0] <= 1
        assert all(15 <= delay <= 30 for delay in delays[5:])
        assert simulation.altigen.logons == 8


async def test_after_a_healthy_while_the_first_delay_is_short_again(simulation: Simulation, clock: FakeClock) -> None:
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        link = desk.counters["altigen"].link
        for healthy in (0, 0, 0, 0, 31):
            await until(lambda: is_bound(simulation))
            clock.advance(healthy)
            await simulation.altigen.drop_channels()
            await until(lambda: link.phase is Phase.WAITING)
            await clock.until_sleeping()
            delay = clock.sleeping[0]
            clock.advance(delay)
        assert delay <= 1


async def test_calls_that_ended_while_the_channel_was_lost_are_closed(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    gone = await simulation.altigen.ring(caller_id="6175550101")
    stays = await simulation.altigen.ring(caller_id="6175550102")
    await until(lambda: len(calls_of(desk).live()) == 2)
    await simulation.altigen.drop_channels()
    await until(lambda: desk.counters["altigen"].link.phase is Phase.WAITING)
    await simulation.altigen.disconnect(gone)
    heard = calls_of(desk).events
    desk.counters["altigen"].refresh()
    await until(lambda: calls_of(desk).events > heard)
    while calls_of(desk).is_settling:
        await clock.until_sleeping()
        clock.advance(0.5)
        await until(lambda: True)
    assert [call.handle for call in calls_of(desk).live()] == [stays]
    (ended,) = (call for call in calls_of(desk) if not call.is_live)
    assert ended.note == "ended while away"


async def test_a_lost_altiserv_is_said_and_so_is_its_return(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    await simulation.altigen.status(connected=False)
    await until(lambda: calls_of(desk).altiserv_lost)
    clock.advance(1)
    await until(lambda: desk.counters["altigen"].link.phase is Phase.DEGRADED)
    assert desk.counters["altigen"].link.reason.startswith("WebProxy has lost AltiServ")
    gone = await simulation.altigen.ring(caller_id="6175550101")
    await until(lambda: len(calls_of(desk).live()) == 1)
    simulation.altigen.calls.pop(gone)  # it ends while nobody is told
    await simulation.altigen.status(connected=True)
    await until(lambda: not calls_of(desk).altiserv_lost)
    await until_passed(clock, lambda: desk.counters["altigen"].link.phase is Phase.WAITING)
    await until_passed(clock, lambda: desk.counters["altigen"].link.is_live)
    while calls_of(desk).is_settling:
        await clock.until_sleeping()
        clock.advance(0.5)
        await until(lambda: True)
    assert not calls_of(desk).live()


async def test_a_lost_altiserv_is_said_when_it_is_told_and_asking_then_opens_the_channel_anew_at_once(
    simulation: Simulation, desk: Desk
) -> None:
    """No time passes: nobody has to wait until the channel is looked at."""
    told: list[str] = []
    desk.watch(lambda: told.append(desk.counters["altigen"].link.reason), lambda: None)
    await simulation.altigen.status(connected=False)
    await until(lambda: desk.counters["altigen"].link.phase is Phase.DEGRADED)
    assert told[-1].startswith("WebProxy has lost AltiServ")
    logons = simulation.altigen.logons
    desk.counters["altigen"].refresh()
    await until(lambda: simulation.altigen.logons == logons + 1)
    assert "Opening the event channel anew, as asked." in told


async def test_asking_for_stale_calls_opens_the_channel_anew(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    await simulation.altigen.status(connected=False)
    await until(lambda: calls_of(desk).altiserv_lost)
    clock.advance(1)
    await until(lambda: desk.counters["altigen"].link.phase is Phase.DEGRADED)
    logons = simulation.altigen.logons
    desk.counters["altigen"].refresh()
    await until_passed(clock, lambda: simulation.altigen.logons == logons + 1)


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        b"\x00\x01binary",
        '{"eventType": "WeatherEvent"}',
        '{"eventType": "CallEvent"}',
        "[7]",
        "x" * 5_000_000,
    ],
    ids=["no json", "binary", "unknown type", "no handle", "a list", "5 MB"],
)
async def test_what_cannot_be_read_is_counted_and_the_stream_goes_on(
    simulation: Simulation, desk: Desk, frame: str | bytes
) -> None:
    await simulation.altigen.send(frame)
    await simulation.altigen.ring(caller_id="6175550119")
    await until(lambda: len(calls_of(desk)) == 1)
    assert calls_of(desk).unreadable == 1
    assert calls_of(desk).unreadable_kept[0].reason
    assert desk.counters["altigen"].link.is_live


@pytest.mark.parametrize("system", [system.name for system in SYSTEMS])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html"},
        {"kind": "half"},
        {"kind": "empty"},
        {"kind": "redirect"},
        {"kind": "reset"},
        {"kind": "status", "status": 503},
        {"kind": "down"},
    ],
    ids=lambda fault: str(fault["kind"]),
)
async def test_one_system_that_fails_takes_no_other_with_it(
    simulation: Simulation, clock: FakeClock, system: str, fault: dict[str, Any]
) -> None:
    faulty = getattr(simulation, system)
    simulation.altigen.licences = 9  # a log-on whose answer is spoilt has taken one, and nobody knows its id
    faulty.fault(**fault, times=None)
    async with running(settings_of(simulation), clock) as desk:
        await until(lambda: desk.counters[system].link.phase is Phase.WAITING)
        await until_live(desk, clock, *(other for other in desk.counters if other != system))
        await until(lambda: desk.counters[system].link.phase is Phase.WAITING)
        assert desk.counters[system].link.reason
        faulty.heal()
        if fault["kind"] == "down":
            faulty.fault("up")
        clock.advance(120)
        desk.counters[system].refresh()
        await until_live(desk, clock, system)


async def test_old_rows_stay_while_a_system_is_down(simulation: Simulation, desk: Desk, clock: FakeClock) -> None:
    simulation.remotepc.add_user("front-desk@example.com", alloted=3)
    desk.counters["remotepc"].refresh()
    await until(lambda: len(users_of(desk)) == 1)
    simulation.remotepc.fault("status", status=500, times=None)
    desk.counters["remotepc"].refresh()
    await until(lambda: desk.counters["remotepc"].link.phase is Phase.WAITING)
    assert len(users_of(desk)) == 1
    assert desk.counters["remotepc"].link.fresh is not None


async def test_connections_refresh_on_their_timer(simulation: Simulation, clock: FakeClock) -> None:
    simulation.alpemix.add_connection(tuname="Harbour Dental")
    async with running(settings_of(simulation, altigen=None, remotepc=None), clock) as desk:
        await until(lambda: report_budget_of(desk) == (1, 3))  # today and yesterday, once
        await clock.until_sleeping()
        clock.advance(30)
        await until(lambda: len(connections_of(desk)) == 1)
        await until(lambda: connections_of(desk).next_at == clock.now().at + timedelta(seconds=31))


async def test_whatever_the_person_presses_the_limits_hold(simulation: Simulation, clock: FakeClock) -> None:
    async with running(settings_of(simulation, altigen=None, remotepc=None), clock) as desk:
        for _ in range(200):
            await clock.until_sleeping()
            clock.advance(1.7)
            desk.counters["alpemix"].refresh()
            await until(lambda: clock.sleeping)
    times = list(simulation.alpemix.report_requests)
    assert len(times) > 5
    assert simulation.alpemix.violations == 0
    assert all(later - earlier >= 60 for earlier, later in zip(times, times[3:], strict=False))


async def test_a_full_page_of_strangers_means_that_all_of_today_is_fetched(
    simulation: Simulation, clock: FakeClock
) -> None:
    settings = settings_of(simulation)
    assert settings.alpemix is not None
    few = replace(settings, alpemix=replace(settings.alpemix, last=5), altigen=None, remotepc=None)
    async with running(few, clock) as desk:
        await until(lambda: desk.counters["alpemix"].link.is_live)
        for number in range(12):
            simulation.alpemix.add_connection(tuname=f"Branch {number}")
        await clock.until_sleeping()
        clock.advance(30)
        await until(lambda: len(connections_of(desk)) == 5)
        await clock.until_sleeping()
        clock.advance(31)  # the next slot: the first two went for today and yesterday
        await until(lambda: len(connections_of(desk)) == 12)


async def test_who_asks_while_an_answer_is_on_its_way_is_given_a_newer_one(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    await until(lambda: len(simulation.alpemix.report_requests) == 2 and report_budget_of(desk) == (1, 3))
    await clock.until_sleeping(ALL_ASLEEP)
    simulation.alpemix.fault("late", 1, "/api", seconds=0.2)
    clock.advance(62)
    await until(lambda: len(simulation.alpemix.report_requests) == 3)
    simulation.alpemix.add_connection()
    desk.counters["alpemix"].refresh()
    await until(lambda: len(connections_of(desk)) == 1)
    assert len(simulation.alpemix.report_requests) == 4


async def test_a_system_without_a_section_is_never_asked(simulation: Simulation, clock: FakeClock) -> None:
    async with running(settings_of(simulation, alpemix=None, remotepc=None), clock) as desk:
        await until_live(desk, clock, "altigen")
        assert desk.counters["alpemix"].link.phase is Phase.OFF
        assert "no [alpemix] section" in desk.counters["alpemix"].refresh()
    assert not simulation.alpemix.requests
    assert not simulation.remotepc.requests


async def test_a_wish_that_fails_is_one_request_and_not_two(
    simulation: Simulation, desk: Desk, clock: FakeClock
) -> None:
    def asked() -> int:
        return sum(each.path == "/list" for each in simulation.remotepc.requests)

    before = asked()
    simulation.remotepc.fault("status", 1, "/list", status=500)
    desk.counters["remotepc"].refresh()
    await until(lambda: desk.counters["remotepc"].link.phase is Phase.WAITING)
    await clock.until_sleeping(ALL_ASLEEP)
    assert asked() == before + 1
    assert desk.counters["remotepc"].link.phase is Phase.WAITING


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"kind": "redirect"}, "sends us elsewhere"),
        ({"kind": "status", "status": 404}, "nothing at alpemix.url"),
    ],
)
async def test_where_the_address_is_wrong_tokens_are_not_used_up_and_the_cause_stays(
    simulation: Simulation, clock: FakeClock, fault: dict[str, Any], said: str
) -> None:
    simulation.alpemix.fault(**fault, times=None)
    async with running(settings_of(simulation, altigen=None, remotepc=None), clock) as desk:
        link = desk.counters["alpemix"].link
        await until(lambda: link.phase is Phase.WAITING)
        for _ in range(300):
            await clock.until_sleeping()
            assert said in link.reason
            clock.advance(1)
        assert 9 <= len(simulation.alpemix.requests) <= 11


async def test_the_cause_stays_on_the_screen_while_the_budget_is_waited_for(
    simulation: Simulation, clock: FakeClock
) -> None:
    simulation.alpemix.fault("half", times=None, after=1)  # a token comes, and no report is whole
    async with running(settings_of(simulation, altigen=None, remotepc=None), clock) as desk:
        link = desk.counters["alpemix"].link
        await until(lambda: link.phase is Phase.WAITING)
        for _ in range(200):
            await clock.until_sleeping()
            assert (link.phase, "no whole JSON" in link.reason) == (Phase.WAITING, True), link.text(clock.now())
            clock.advance(0.5)
        assert 4 <= len(simulation.alpemix.requests) - 1 <= 6


@pytest.mark.parametrize("system", [system.name for system in SYSTEMS])
async def test_a_system_that_names_a_time_is_not_asked_before(
    system: str, simulation: Simulation, clock: FakeClock
) -> None:
    simulated = getattr(simulation, system)
    simulated.fault("status", times=None, status=503, headers={"Retry-After": "120"})
    async with running(settings_of(simulation), clock) as desk:
        link = desk.counters[system].link
        await until(lambda: link.phase is Phase.WAITING)
        asked = len(simulated.requests)
        for _ in range(119):
            await clock.until_sleeping()
            clock.advance(1)
        assert len(simulated.requests) == asked
        await until_passed(
            clock, lambda: all(desk.counters[each].link.is_live for each in desk.counters if each != system)
        )
        simulated.heal()
        await until_passed(clock, lambda: link.is_live)
