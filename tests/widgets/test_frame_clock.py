"""When the screen looks at the boards, by a loop whose time passes while nothing is done."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from tui.widgets.frame_clock import AWAKE_FRAMES, HURRIES_MOST, REST_FRAMES, FrameClock

SECONDS = 0.25
AWAKE = [SECONDS * number for number in range(1, AWAKE_FRAMES + 1)]


class Leaping(selectors.BaseSelector):
    """Lets the time pass in which a loop would sleep."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._selector = selectors.DefaultSelector()

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._selector.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._selector.unregister(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._selector.get_map()

    def close(self) -> None:
        self._selector.close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return self._selector.select(0)


class LeapingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leaping = Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.now


class Polled:
    """A clock, and when it called for a frame, in seconds since it was started."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self.frames: list[float] = []
        self.takes = 0.0
        self.clock = FrameClock(SECONDS, self._call, self._frame)
        self.clock.start()

    def _call(self, do: Callable[[], None]) -> None:
        self._loop.call_later(self.takes, do)

    def _frame(self) -> None:
        self.frames.append(round(self._loop.time() - self._began, 3))

    async def until(self, seconds: float) -> list[float]:
        """Let the time come, and give the frames since the last time."""
        await asyncio.sleep(seconds - (self._loop.time() - self._began))
        frames, self.frames = self.frames, []
        return frames


def run(what: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        runner.run(what())


def test_a_clock_rests_once_nothing_has_changed_for_a_while() -> None:
    async def rest() -> None:
        polled = Polled()
        assert await polled.until(5.1) == [*AWAKE, 3.0, 4.0, 5.0]

    run(rest)


def test_what_changes_while_a_clock_rests_is_looked_at_at_once_and_in_the_usual_time_from_then_on() -> None:
    async def wake() -> None:
        polled = Polled()
        await polled.until(4.6)
        polled.clock.wake()
        assert await polled.until(5.3) == [4.6, 4.85, 5.1]

    run(wake)


def test_changes_that_come_all_the_time_are_looked_at_no_more_often_than_usual() -> None:
    async def storm() -> None:
        polled = Polled()
        await polled.until(4.1)
        for _ in range(20):
            await asyncio.sleep(0.1)
            polled.clock.wake()
            polled.clock.wake()
        assert await polled.until(6.13) == [4.25, 4.5, 4.75, 5.0, 5.25, 5.5, 5.75, 6.0]

    run(storm)


def test_a_change_just_after_a_frame_waits_for_the_next() -> None:
    async def soon() -> None:
        polled = Polled()
        await polled.until(4.05)
        polled.clock.wake()
        assert await polled.until(4.4) == [4.25]

    run(soon)


def test_frames_that_take_long_leave_time_for_what_else_is_to_be_done() -> None:
    async def late() -> None:
        polled = Polled()
        polled.takes = 0.9
        polled.clock.wake()
        assert await polled.until(2.5) == [1.15, 2.3]

    run(late)


def test_a_rest_is_long_enough_to_be_worth_it_and_counts_seconds() -> None:
    assert REST_FRAMES * SECONDS == 1


def test_what_a_person_waits_for_is_shown_at_once_in_a_rest_and_between_two_frames() -> None:
    async def hurry() -> None:
        polled = Polled()
        await polled.until(AWAKE[-1] + 1.1)
        polled.clock.hurry()
        assert await polled.until(AWAKE[-1] + 1.2) == [AWAKE[-1] + 1.1]
        polled.clock.hurry()
        assert await polled.until(AWAKE[-1] + 1.6) == [AWAKE[-1] + 1.2, AWAKE[-1] + 1.45]

    run(hurry)


def test_in_a_burst_only_a_few_frames_a_second_come_at_once_and_the_rest_in_their_time() -> None:
    async def burst() -> None:
        polled = Polled()
        frames: list[float] = []
        for hundredth in range(100, 300):
            frames += await polled.until(hundredth / 100)
            polled.clock.hurry()
        within = [at for at in frames if 1.0 <= at < 2.0]
        assert within[:HURRIES_MOST] == [1.0, 1.01, 1.02, 1.03]
        assert len(within) <= HURRIES_MOST + 1 / SECONDS

    run(burst)
