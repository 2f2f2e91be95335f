"""The request budget that all processes of an account share: when a slot that was taken counts no more.

A slot counts from the time its answer came. One whose process died in between stays used: the request may have arrived.
All times are seconds of the machine's uptime; an engine that has another clock converts.
"""

from __future__ import annotations

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
    """While a fallback counts, one request is allowed in so many seconds, or in ``window`` if that is longer."""

    def when(self, *, degraded: bool) -> Limit:
        """The limit that holds while the archive is used, or its fallback."""
        return self._replace(most=1, window=max(self.window, self.degraded_window)) if degraded else self


class TakenSlot(NamedTuple):
    """A slot as it is remembered."""

    id: int
    boot: str
    reserved: float
    completed: float | None
    """None while its request is under way, and for ever where its process died."""

    def counts_until(self, window: float, now: Uptime) -> float:
        """When it can be taken again."""
        ended = self.reserved + UNDER_WAY_SECONDS if self.completed is None else self.completed
        # What happened in an earlier boot happened before zero of this one.
        return (ended if self.boot == now.boot else 0.0) + window


class Block(NamedTuple):
    """A cool-down: nothing goes for so many seconds."""

    boot: str
    seconds: float
    until: float
    reason: str

    def ends_at(self, now: Uptime) -> float:
        """When it is over; one of an earlier boot began before zero of this one: it ends no later than its length."""
        return self.until if self.boot == now.boot else self.seconds


def budget_of(limit: Limit, taken: Iterable[TakenSlot], block: Block | None, now: Uptime) -> Budget:
    """How many may go, and when the next."""
    frees_at = sorted(each.counts_until(limit.window, now) for each in taken)
    until = 0.0 if block is None else block.ends_at(now)
    is_blocked = block is not None and until > now.seconds
    return Budget(
        limit=limit.most,
        window=limit.window,
        frees_at=tuple(each for each in frees_at if each > now.seconds),
        blocked_until=until if is_blocked else 0.0,
        reason=block.reason if block is not None and is_blocked else "",
    )
