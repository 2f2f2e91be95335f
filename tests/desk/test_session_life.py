"""The life of an AltiGen session as the status line words it, and how long it waits before it begins anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import calls_of
from tests.desk.harness import is_bound, running, settings_of
from tests.waiting import alongside, until
from tui.config import Secret, Settings
from tui.demo import Altigen, Simulation
from tui.desk.altigen.feed import HEALTHY_SECONDS, AltiGenFeed
from tui.models.call_board import CallBoard
from tui.models.links import Link, Phase
from tui.services.altigen import AltiGenService


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    return simulation.altigen


@pytest.fixture
def settings(simulation: Simulation) -> Settings:
    """Calls only."""
    return settings_of(simulation, alpemix=None, remotepc=None)


def log_ons(altigen: Altigen) -> int:
    return sum((asked.method, asked.path) == ("POST", "/sessions") for asked in altigen.requests)


NOW = FakeClock().now()


class RememberedLink(Link):
    """A link that remembers what it said, in order."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.said: list[str] = []

    def _become(self, phase: Phase, reason: str, detail: str = "", setting: str = "") -> None:
        super()._become(phase, reason, detail, setting)
        self.said.append(f"waiting: {reason}" if phase is Phase.WAITING else self.text(NOW))


async def test_every_step_is_said_in_its_order(altigen: Altigen, settings: Settings, clock: FakeClock) -> None:
    assert settings.altigen is not None
    link = RememberedLink(clock)
    feed = AltiGenFeed(
        settings.altigen, CallBoard(), link, clock, partial(AltiGenService, settings.altigen, clock=clock)
    )
    await altigen.ring()
    async with alongside(feed.run()):
        await until(lambda: is_bound(altigen) and feed._board.events)
        for _ in range(8):
            await clock.until_sleeping(2)
            clock.advance(0.25)
        await until(lambda: link.said[-1] == "live")
        await altigen.drop_channels()
        await until(lambda: link.phase is Phase.WAITING)
        await clock.until_sleeping()
        clock.advance(1)
        await until(lambda: is_bound(altigen) and link.is_live)
        assert link.said == [
            "logging on",
            "opening the event channel",
            "binding the event channel",
            "live: taking the opening snapshot",
            "live",
            "waiting: AltiGen closed the event channel: it shuts down or restarts.",
            "logging on",
            "opening the event channel",
            "binding the event channel",
            "live: taking the opening snapshot",
        ]


async def test_the_delays_grow_to_their_cap_and_begin_anew_only_after_a_healthy_while(
    altigen: Altigen, settings: Settings, clock: FakeClock
) -> None:
    async with running(settings, clock) as desk:

        async def lose_after(seconds: float) -> float:
            await until(lambda: is_bound(altigen))
            clock.advance(seconds)
            await altigen.drop_channels()
            return await delay_of(desk.counters["altigen"].link, clock)

        delays = [await lose_after(HEALTHY_SECONDS - 1) for _ in range(9)]
        for delay, ceiling in zip(delays, (1, 2, 4, 8, 16, 30, 30, 30, 30), strict=True):
            assert ceiling / 2 <= delay <= ceiling
        assert 0.5 <= await lose_after(HEALTHY_SECONDS) <= 1
        assert 1 <= await lose_after(0) <= 2


async def delay_of(link: Link, clock: FakeClock) -> float:
    """The delay that the link waits now, which is then over."""
    await until(lambda: link.phase is Phase.WAITING)
    await clock.until_sleeping()
    assert link.word(clock.now()) == f"waiting {link.seconds_left(clock.now())} s"
    delay = clock.sleeping[0]
    asked = link.version
    clock.advance(delay)
    await until(lambda: link.version > asked)
    return delay


CHANNEL_TROUBLE: dict[str, Callable[[Altigen], None]] = {
    "is not there": lambda altigen: altigen.fault("status", None, "/events", status=404),
    "fails": lambda altigen: altigen.fault("status", None, "/events", status=500),
    "is answered by a page": lambda altigen: altigen.fault("html", None, "/events", status=200),
    "is closed at once with a code": lambda altigen: altigen.fault("close", None, "/events", status=1011),
    "is closed at once without a code": lambda altigen: altigen.fault("close", None, "/events", status=1005),
    "is reset at once": lambda altigen: altigen.fault("reset_after", None, "/events"),
}


@pytest.mark.parametrize("trouble", CHANNEL_TROUBLE)
async def test_no_server_is_stormed_whose_channel(
    altigen: Altigen, settings: Settings, clock: FakeClock, trouble: str
) -> None:
    """Each log-on works, and with it each first step; the delay grows all the same."""
    CHANNEL_TROUBLE[trouble](altigen)
    altigen.keeps_lost_sessions = True
    async with running(settings, clock) as desk:
        delays = [await delay_of(desk.counters["altigen"].link, clock) for _ in range(7)]
        assert delays[0] <= 1
        assert all(15 <= delay <= 30 for delay in delays[5:])
        assert altigen.sessions_most == 1
        altigen.heal()
        await until(lambda: is_bound(altigen) or desk.counters["altigen"].link.phase is Phase.WAITING)
        desk.counters["altigen"].refresh()
        await until(lambda: is_bound(altigen))
    assert not altigen.sessions


@pytest.mark.parametrize("status", [500, 503, 404, 405, 429])
async def test_a_passing_failure_is_waited_out(
    altigen: Altigen, settings: Settings, clock: FakeClock, status: int
) -> None:
    altigen.fault("status", path="/sessions", status=status)
    async with running(settings, clock) as desk:
        delay = await delay_of(desk.counters["altigen"].link, clock)
        assert (delay == 60) if status == 429 else (delay <= 1)
        await until(lambda: is_bound(altigen))


@pytest.mark.parametrize(("status", "setting"), [(401, "altigen.password"), (403, "altigen.user")])
async def test_a_refusal_stops_at_once_and_is_tried_again_only_when_somebody_asks(
    altigen: Altigen, settings: Settings, clock: FakeClock, status: int, setting: str
) -> None:
    altigen.fault("status", None, "/sessions", status=status)
    async with running(settings, clock) as desk:
        link = desk.counters["altigen"].link
        await until(lambda: link.phase is Phase.REFUSED)
        assert link.setting == setting
        for _ in range(50):
            clock.advance(3600)
            await until(lambda: not clock.sleeping)
        assert log_ons(altigen) == 1
        altigen.heal()
        desk.counters["altigen"].refresh()
        await until(lambda: is_bound(altigen))


async def test_who_asks_while_a_wrong_password_is_under_way_spends_no_second_one(
    altigen: Altigen, settings: Settings, clock: FakeClock
) -> None:
    """Eight wrong passwords lock an extension."""
    assert settings.altigen is not None
    altigen.fault("late", path="/sessions", seconds=0.05)
    wrong = replace(settings, altigen=replace(settings.altigen, password=Secret("0000")))
    async with running(wrong, clock) as desk:
        link = desk.counters["altigen"].link
        await until(lambda: log_ons(altigen) == 1)
        desk.counters["altigen"].refresh()
        await until(lambda: link.phase is Phase.REFUSED)
        for _ in range(50):
            await until(lambda: True)
        assert link.phase is Phase.REFUSED
        assert log_ons(altigen) == 1


async def test_a_taken_licence_is_asked_for_rarely_and_by_r_at_once(
    altigen: Altigen, settings: Settings, clock: FakeClock
) -> None:
    altigen.licences = 0
    async with running(settings, clock) as desk:
        link = desk.counters["altigen"].link
        assert [await delay_of(link, clock) for _ in range(5)] == [60] * 5
        await until(lambda: link.phase is Phase.WAITING)
        altigen.licences = 1
        desk.counters["altigen"].refresh()
        await until(lambda: is_bound(altigen))


async def test_a_licence_is_free_once_the_server_has_noticed_that_its_session_is_lost(
    altigen: Altigen, settings: Settings, clock: FakeClock, home: Any
) -> None:
    """Somebody removed the file with the id, so the held session cannot be asked for."""
    altigen.keeps_lost_sessions = True
    async with running(settings, clock):
        await until(lambda: is_bound(altigen))
        altigen.fault("reset", None, "/sessions/*")  # its log-off does not arrive
    (held,) = altigen.sessions
    for kept in home.rglob("altigen-session-*.json"):
        kept.unlink()
    altigen.heal()
    async with running(settings, clock) as desk:
        link = desk.counters["altigen"].link
        assert await delay_of(link, clock) == 60
        await until(lambda: link.phase is Phase.WAITING and not is_bound(altigen))
        altigen.release_lost_sessions()
        assert await delay_of(desk.counters["altigen"].link, clock) == 60
        await until(lambda: is_bound(altigen))
        assert held not in altigen.sessions


async def test_who_asked_while_it_was_connecting_has_got_it(
    altigen: Altigen, settings: Settings, clock: FakeClock
) -> None:
    """It does not count once more when the channel is lost much later."""
    altigen.fault("late", path="/sessions", seconds=0.05)
    async with running(settings, clock) as desk:
        await until(lambda: log_ons(altigen) == 1)
        desk.counters["altigen"].refresh()
        await until(lambda: is_bound(altigen))
        await altigen.drop_channels()
        assert 0.5 <= await delay_of(desk.counters["altigen"].link, clock) <= 1


WAITING: dict[str, Callable[[Altigen], object]] = {
    "the server is down": lambda altigen: altigen.fault("down"),
    "the server fails": lambda altigen: altigen.fault("status", None, "/sessions", status=503),
    "no licence is free": lambda altigen: altigen.fault("status", None, "/sessions", status=402),
    "it was asked too often": lambda altigen: altigen.fault("status", None, "/sessions", status=429),
    "the password is refused": lambda altigen: altigen.fault("status", None, "/sessions", status=401),
    "the channel is not there": lambda altigen: altigen.fault("status", None, "/events", status=404),
}


@pytest.mark.parametrize("state", WAITING)
async def test_r_tries_now_while(altigen: Altigen, settings: Settings, clock: FakeClock, state: str) -> None:
    WAITING[state](altigen)
    async with running(settings, clock) as desk:
        link = desk.counters["altigen"].link
        await until(lambda: link.phase in (Phase.WAITING, Phase.REFUSED))
        altigen.heal()
        assert desk.counters["altigen"].refresh() == "asking AltiGen now"
        await until(lambda: is_bound(altigen))
        assert clock.tick() == FakeClock().tick(), "no time had to pass"


async def test_the_time_of_day_may_jump_without_changing_any_duration(
    altigen: Altigen, settings: Settings, clock: FakeClock
) -> None:
    async with running(settings, clock) as desk:
        link = desk.counters["altigen"].link
        await altigen.ring()
        await until(calls_of(desk).live)
        clock.advance(5)
        clock.set_wall_clock(-3600)
        clock.advance(5)
        (call,) = calls_of(desk)
        assert call.ring_seconds(clock.now()) == 10
        await until(lambda: link.is_live)
        await altigen.drop_channels()
        await until(lambda: link.phase is Phase.WAITING)
        left = link.seconds_left(clock.now())
        clock.set_wall_clock(7200)
        assert link.seconds_left(clock.now()) == left


async def test_calls_that_are_all_there_is_come_back_after_a_rest(
    altigen: Altigen, settings: Settings, clock: FakeClock
) -> None:
    async with running(settings, clock) as desk:
        await until(lambda: is_bound(altigen))
        await desk.release_licence()
        assert not altigen.sessions
        desk.resume()
        await until(lambda: is_bound(altigen))
