"""How many requests may still go, as it was last looked up: plain data that a screen can ask at every frame."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

LONGEST_REQUEST_SECONDS: Final = 60.0
"""A request is answered or given up within this."""


class Budget(Struct, frozen=True, kw_only=True):
    """At most ``limit`` requests in any ``window`` seconds. All times are seconds of the machine's uptime."""

    limit: int
    window: float
    frees_at: tuple[float, ...] = ()
    """When each slot that is taken can be taken again, the next first."""
    blocked_until: float = 0.0
    """Nothing goes before, because the server said so."""
    reason: str = ""
    """Why nothing goes before ``blocked_until``."""

    def left(self, uptime: float) -> int:
        """How many may go at this time."""
        if uptime < self.blocked_until:
            return 0
        return max(0, self.limit - sum(1 for each in self.frees_at if each > uptime))

    def seconds_to_next(self, uptime: float) -> float:
        """Seconds until one may go, 0 if now."""
        taken = [each for each in self.frees_at if each > uptime]
        free_at = taken[len(taken) - self.limit] if len(taken) >= self.limit else uptime
        return max(0.0, free_at - uptime, self.blocked_until - uptime)
