"""A clock that is moved by hand."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from tui.models.clock import Clock, Moment, Uptime

START: Final = datetime(2024, 8, 22, 9, 0, tzinfo=UTC)
FIRST_TICK: Final = 1000.0


class FakeClock(Clock):
    """Time stands still until :meth:`advance`; who sleeps wakes when it was moved far enough."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed = 0.0
        self._set_by = timedelta()
        self._boots = 1
        self._booted_at = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> Moment:
        return Moment(self._start + self._set_by + timedelta(seconds=self._passed), self.tick())

    def tick(self) -> float:
        return FIRST_TICK + self._passed

    def uptime(self) -> Uptime:
        seconds = self._passed - self._booted_at
        return Uptime(f"boot {self._boots}", seconds + (FIRST_TICK if self._boots == 1 else 0.0))

    def restart(self) -> None:
        """The machine starts anew, at once: its uptime begins at zero."""
        self._boots += 1
        self._booted_at = self._passed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waking = asyncio.get_running_loop().create_future()
        sleeper = (self._passed + seconds, waking)
        self._sleepers.append(sleeper)
        try:
            await waking
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    def advance(self, seconds: float) -> None:
        """Let time pass, and wake those whose sleep is over."""
        self._passed += seconds
        for due, waking in sorted(self._sleepers, key=lambda each: each[0]):
            if due <= self._passed and not waking.done():
                waking.set_result(None)

    def set_wall_clock(self, seconds: float) -> None:
        """Somebody sets the time of day forward or back; no time passes."""
        self._set_by += timedelta(seconds=seconds)

    @property
    def sleeping(self) -> tuple[float, ...]:
        """In how many seconds each sleeper wakes, the next one first."""
        return tuple(sorted(due - self._passed for due, waking in self._sleepers if not waking.done()))

    async def until_sleeping(self, count: int = 1) -> None:
        """Wait until this many sleep."""
        while len(self.sleeping) < count:
            await asyncio.sleep(0)
