"""When something happened, and the clock that says so."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import NamedTuple


class Moment(NamedTuple):
    """One instant, seen by two clocks.

    ``at`` is the wall clock, aware and in UTC: for showing. ``tick`` is the monotonic clock in seconds: for
    measuring. Durations come from ticks alone, so a clock that is set back cannot make a call negative.
    """

    at: datetime
    tick: float

    def seconds_since(self, earlier: Moment) -> float:
        """Seconds that passed between an earlier moment and this one, never below zero."""
        return max(0.0, self.tick - earlier.tick)


class Clock:
    """The machine's clock; tests hand in one that they move by hand."""

    def now(self) -> Moment:
        """This instant."""
        return Moment(datetime.now(UTC), time.monotonic())

    def tick(self) -> float:
        """Monotonic seconds, for limits and timeouts."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait, by the monotonic clock."""
        await asyncio.sleep(seconds)
