"""Whether this process has stood still: what came meanwhile is read at once, and nobody knows when it happened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from tui.models.clock import Clock, Moment

LOOK_SECONDS: Final = 5.0
"""How often it is noted that it runs."""

STILL_SECONDS: Final = 10.0
"""Seconds beyond that for which a busy machine may keep it waiting."""

_AFTER_SECONDS: Final = 1.0
"""What comes so soon after it runs again may have come before."""


def _uptime() -> float:
    """Seconds that have passed for the machine, the time in which it slept included."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Standstill:
    """Notices that the process was stopped, or the machine slept."""

    def __init__(self, clock: Clock, uptime: Callable[[], float] = _uptime) -> None:
        """``uptime``: seconds that pass for this process, whatever the clock of the program says."""
        self._clock = clock
        self._uptime = uptime
        self._ran_at = uptime()
        self._ran = clock.now()
        self._stood_since: Moment | None = None
        self._runs_again_at = 0.0

    async def watch(self) -> None:
        """Note again and again that it runs."""
        while True:
            self._look()
            await asyncio.sleep(LOOK_SECONDS)  # not by the program's clock, which a test may hold

    def since(self) -> Moment | None:
        """From when on what comes now may have happened, where that is not now."""
        self._look()
        return self._stood_since if self._ran_at - self._runs_again_at <= _AFTER_SECONDS else None

    def _look(self) -> None:
        now = self._uptime()
        if now - self._ran_at > LOOK_SECONDS + STILL_SECONDS:
            self._stood_since, self._runs_again_at = self._ran, now
        self._ran_at, self._ran = now, self._clock.now()
