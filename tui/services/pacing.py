"""How long to wait before trying again."""

from __future__ import annotations

from random import Random
from typing import Final

FIRST_DELAY: Final = 1.0
"""Seconds that the first delay is at most; it is at least half of it, and so are all that follow."""

LONGEST_DELAY: Final = 30.0
"""Seconds that no delay exceeds."""


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
