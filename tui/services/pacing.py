"""How often a system may be asked, and how long to wait before trying again."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Final

from tui.models.clock import Clock
from tui.services.errors import Limited, Unreachable

FIRST_DELAY: Final = 1.0
"""Seconds that the first delay is at most; it is at least half of it, and so are all that follow."""

LONGEST_DELAY: Final = 30.0
"""Seconds that no delay exceeds."""


class RequestBudget:
    """At most ``limit`` requests in any ``window`` seconds, as the server sees them.

    A slot is taken before sending and given back ``window`` seconds after the answer: the request arrived no later
    than its answer, so however long either travels, the server never counts one too many. Nothing waits here: who
    finds no slot is told in how many seconds there is one.
    """

    def __init__(self, limit: int, window: float, clock: Clock, *, of: str = "requests") -> None:
        self.limit = limit
        self.window = window
        self._clock = clock
        self._of = of
        self._under_way = 0
        self._completed: deque[float] = deque(maxlen=limit)
        self._blocked_until = -math.inf

    @property
    def left(self) -> int:
        """How many may be sent right now."""
        now = self._clock.tick()
        if now < self._blocked_until:
            return 0
        while self._completed and now - self._completed[0] >= self.window:
            self._completed.popleft()
        return self.limit - self._under_way - len(self._completed)

    def seconds_to_next(self) -> float:
        """Seconds until one may be sent, 0 if now; with all of them under way the longest that it can be."""
        if self.left > 0:
            return 0.0
        now = self._clock.tick()
        blocked = self._blocked_until - now
        if self.limit - self._under_way - len(self._completed) > 0:
            return blocked
        free = self._completed[0] + self.window - now if self._completed else self.window
        return max(blocked, free)

    def block(self, seconds: float) -> None:
        """Let nothing go for so many seconds, because the server said so."""
        self._blocked_until = max(self._blocked_until, self._clock.tick() + seconds)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """One request; a request that never left this machine costs nothing.

        Raises:
            Limited: no slot is free.
        """
        if self.left <= 0:
            seconds = self.seconds_to_next()
            raise Limited(
                f"Only {self.limit} {self._of} are allowed in {self.window:.0f} s: "
                f"the next may go in {math.ceil(seconds)} s.",
                seconds=seconds,
            )
        self._under_way += 1
        has_left = True
        try:
            yield
        except Unreachable as error:
            has_left = error.may_have_acted
            raise
        finally:
            self._under_way -= 1
            if has_left:
                self._completed.append(self._clock.tick())


class Backoff:
    """Delays between attempts: each about twice the last, spread out so that many clients do not knock together."""

    def __init__(self, random: Random | None = None) -> None:
        self._random = random or Random()  # noqa: S311 - it spreads attempts in time, it hides nothing
        self._ceiling = FIRST_DELAY

    def next_delay(self) -> float:
        """Seconds to wait now: between half the ceiling and the ceiling, which then doubles."""
        delay = self._random.uniform(self._ceiling / 2, self._ceiling)
        self._ceiling = min(self._ceiling * 2, LONGEST_DELAY)
        return delay

    def reset(self) -> None:
        """Begin again with the shortest: the link has proved itself."""
        self._ceiling = FIRST_DELAY
