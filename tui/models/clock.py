"""When something happened, and the clock that says so."""

from __future__ import annotations

import asyncio
import functools
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

# Elsewhere than on Linux the time in which the machine slept is not counted: waits become longer, never shorter.
_UPTIME_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


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


class Uptime(NamedTuple):
    """How long the machine has been running: one clock for all of its processes, which nobody can turn back.

    It is kept across processes, where a monotonic tick means nothing. The wall clock would not do: NTP, a person or a
    daylight-saving mistake may set it back, and requests already made would look as if they were still to come.
    """

    boot: str
    """Which start of the machine it counts from; a time of another boot lies before zero of this one."""
    seconds: float
    """Since that start, the time in which the machine slept included (CLOCK_BOOTTIME)."""


class Clock:
    """The machine's clock; tests hand in one that they move by hand."""

    def now(self) -> Moment:
        """This instant."""
        return Moment(datetime.now(UTC), time.monotonic())

    def tick(self) -> float:
        """Monotonic seconds, for limits and timeouts."""
        return time.monotonic()

    def uptime(self) -> Uptime:
        """This instant for every process of this machine."""
        return Uptime(_boot(), time.clock_gettime(_UPTIME_CLOCK))

    async def sleep(self, seconds: float) -> None:
        """Wait, by the monotonic clock."""
        await asyncio.sleep(seconds)


@functools.cache
def _boot() -> str:
    """Where it is not known which start this is, all are taken for one: an older time then lies ahead of the clock."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        return "unknown"
