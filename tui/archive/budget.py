"""The request budget that all processes of an account share: when a slot that was taken counts no more.

A slot counts from the time its answer came. One whose process died in between stays used: the request may have arrived.
All times are seconds of the machine's uptime; an engine that has another clock converts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final, NamedTuple

from tui.models.budget import LONGEST_REQUEST_SECONDS, Budget
from tui.models.clock import Uptime

STILL_GOOD_SECONDS: Final = 10.0
"""A slot is used within this after it was taken, or taken anew."""

UNDER_WAY_SECONDS: Final = STILL_GOOD_SECONDS + LONGEST_REQUEST_SECONDS
"""A request is answered or given up within this after its slot was taken; one without an end arrived no later."""

STORING_SECONDS: Final = 2.0
"""What was answered is stored within this: meanwhile nobody else need ask for it."""


class Slot(NamedTuple):
    """A request that may be sent now."""

    id: int
    reserved: Uptime


class Limit(NamedTuple):
    """At most ``most`` requests of a kind in ``window`` seconds, for whoever uses this account."""

    account: str
    kind: str
    most: int
    window: float
    degraded_window: float = 0.0
    """Seconds in which one request is allowed while a fallback counts; ``window`` where that is longer."""
    under: tuple[str, str] | None = None
    """Account and kind of a limit whose blocks hold for this one, too."""

    def when(self, *, degraded: bool) -> Limit:
        """The limit that holds while the archive is used, or its fallback."""
        return self._replace(most=1, window=max(self.window, self.degraded_window)) if degraded else self


def new_id() -> int:
    """Choose a number for a slot: before it is taken, so that whoever has to take it once more has taken one."""
    return int.from_bytes(os.urandom(7), "big")


def ended_at(reserved: float, completed: float | None) -> float:
    """When the request of a slot arrived at the latest; ``completed`` is None while it is under way, or for ever."""
    return reserved + UNDER_WAY_SECONDS if completed is None else completed


def budget_of(limit: Limit, ends: Iterable[float], blocked_until: float, reason: str, now: float) -> Budget:
    """How many may go, and when the next, by when each slot counts no more and when a block is over."""
    is_blocked = blocked_until > now
    return Budget(
        limit=limit.most,
        window=limit.window,
        frees_at=tuple(sorted(end for end in ends if end > now)),
        blocked_until=blocked_until if is_blocked else 0.0,
        reason=reason if is_blocked else "",
    )
