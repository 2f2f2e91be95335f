"""What counts as a sign of life on the event channel, and what keeping it alive leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.clock import FakeClock
from tests.services.channels import bound_channel, settings_for
from tests.waiting import until
from tui.demo import Altigen, Simulation
from tui.models.calls import AltiGenEvent
from tui.services.altigen import AltiGenService
from tui.services.altigen.channel import PINGS_UNANSWERED, EventChannel
from tui.services.errors import ServiceError, Unreachable


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    return simulation.altigen


@pytest.fixture
def complaints() -> list[str]:
    """What asyncio complains of: tasks that die unseen, exceptions that nobody took."""
    return []


@pytest.fixture
async def channel(altigen: Altigen, clock: FakeClock, complaints: list[str]) -> AsyncIterator[EventChannel]:
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.set_exception_handler(lambda _, context: complaints.append(str(context["message"])))
    async with AltiGenService(settings_for(altigen), clock=clock) as service:
        await service.log_on()
        async with bound_channel(service) as channel:
            await until(lambda: any(session.channels for session in altigen.sessions.values()))
            yield channel


@asynccontextmanager
async def listening(channel: EventChannel) -> AsyncIterator[list[AltiGenEvent | ServiceError]]:
    """What is heard, the end of the channel included, while it is kept alive."""
    heard: list[AltiGenEvent | ServiceError] = []

    async def listen() -> None:
        try:
            async for events, _came in channel:
                heard.extend(events)
        except ServiceError as error:
            heard.append(error)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(listen()), group.create_task(channel.keep_alive())]
        yield heard
        for task in tasks:
            task.cancel()


async def pass_seconds(clock: FakeClock, seconds: int) -> None:
    """Let time pass second by second, with real turns in between for what travels over the sockets."""
    for _ in range(seconds):
        await clock.until_sleeping()
        clock.advance(1)
        await asyncio.sleep(0.001)


async def test_an_answered_ping_is_a_sign_of_life(clock: FakeClock, channel: EventChannel) -> None:
    async with listening(channel):
        await pass_seconds(clock, 14)
        assert channel.silent_seconds == 14
        await pass_seconds(clock, 1)
        await until(lambda: channel.silent_seconds == 0)


async def test_a_pong_that_nobody_asked_for_is_a_sign_of_life(
    altigen: Altigen, clock: FakeClock, channel: EventChannel
) -> None:
    """.NET sends one every 30 s, and may read so rarely that it answers no ping at all."""
    altigen.stop_reading()
    async with listening(channel) as heard:
        for _ in range(5):
            await pass_seconds(clock, 30)
            altigen.beat()
            await until(lambda: channel.silent_seconds == 0)
        assert not heard
        altigen.read_again()


async def test_answers_that_come_late_cost_nothing(altigen: Altigen, clock: FakeClock, channel: EventChannel) -> None:
    altigen.stop_reading()
    async with listening(channel) as heard:
        await pass_seconds(clock, 100)
        assert channel.silent_seconds == 100
        altigen.read_again()
        await until(lambda: channel.silent_seconds == 0)
        assert not heard


async def test_a_silent_channel_is_given_up_at_its_time(
    altigen: Altigen, clock: FakeClock, channel: EventChannel
) -> None:
    altigen.stop_reading()
    async with listening(channel) as heard:
        await pass_seconds(clock, 119)
        assert not heard
        await pass_seconds(clock, 1)
        await until(lambda: bool(heard))
    (lost,) = heard
    assert isinstance(lost, Unreachable)
    assert lost.sentence == "AltiGen gave no sign of life for 120 s."


async def test_a_channel_that_dies_in_the_middle_of_a_ping_leaves_nothing_behind(
    altigen: Altigen, clock: FakeClock, channel: EventChannel, complaints: list[str]
) -> None:
    before = asyncio.all_tasks()
    altigen.stop_reading()
    async with listening(channel) as heard:
        await pass_seconds(clock, 31)
        await altigen.drop_channels(abort=True)
        await until(lambda: bool(heard))
        await pass_seconds(clock, 30)
    assert isinstance(heard[0], Unreachable)
    await until(lambda: asyncio.all_tasks() <= before)
    assert not complaints


async def test_pings_that_are_never_answered_do_not_pile_up(
    altigen: Altigen, clock: FakeClock, channel: EventChannel, complaints: list[str]
) -> None:
    """A server that tells of calls for months and never answers a ping must not cost memory."""
    altigen.stop_reading()
    before = len(asyncio.all_tasks())
    async with listening(channel) as heard:
        for _ in range(PINGS_UNANSWERED + 20):
            await clock.until_sleeping()
            clock.advance(15)
            altigen.beat()
            await until(lambda: channel.silent_seconds == 0)
        assert len(asyncio.all_tasks()) <= before + 2
        assert len(channel._socket.pending_pings) == PINGS_UNANSWERED
        altigen.read_again()
        await until(lambda: not channel._socket.pending_pings)
        assert not heard
    assert not complaints
