"""How often a system may be asked, counted for all processes together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from tui.archive.budget import STILL_GOOD_SECONDS, Limit, Slot
from tui.archive.errors import StoreError
from tui.archive.records import Claim
from tui.archive.store import Policy, Store
from tui.models.budget import Budget
from tui.models.clock import Clock
from tui.models.connections import ReportKind
from tui.services.departure import Departure
from tui.services.errors import StoreUnavailable, StoreUnusable, Unreachable, UsedUp

Result = TypeVar("Result")


class RequestBudget:
    """At most ``limit`` requests in any ``window`` seconds, as the server sees them, for all processes of an account.

    A slot is taken in the archive before sending and given back ``window`` seconds after the answer: the request
    arrived no later than its answer, so however long either travels, the server never counts one too many. Nothing
    waits here: who finds no slot is told in how many seconds there is one. Whatever needs the archive may raise
    :class:`~tui.services.errors.StoreUnavailable`: then nothing is sent.
    """

    def __init__(self, store: Store, limit: Limit, clock: Clock, *, of: str = "requests") -> None:
        self.limit = limit
        self._store = store
        self._clock = clock
        self._of = of
        self.known = Budget(limit=limit.most, window=limit.window)
        """The budget as it was when it was last looked at."""
        store.guard(limit)

    async def look(self) -> Budget:
        """Look at the budget as all processes have left it."""
        self.known = await _available(self._store.budget(self.limit))
        return self.known

    async def require_shared(self) -> None:
        """Make sure that all processes count together, and none in a fallback. Raises StoreUnavailable."""
        await self.look()
        if self._store.degraded_by is not None:
            raise unavailable(self._store.degraded_by)

    async def block(self, seconds: float, reason: str = "") -> None:
        """Let nothing go for this many seconds, because the server said so; every process obeys."""
        self.known = await _available(self._store.block(self.limit, seconds, reason))

    async def claim(self, policy: Policy) -> Claim:
        """Decide what to ask next by what is stored, and take a slot for it, in one step."""
        found = await _available(self._store.claim(self.limit, policy))
        self.known = found.budget
        return found

    async def fail(self, kind: ReportKind, slot: Slot) -> None:
        """Say that the request of a slot ended without a report: until then the others wait for one."""
        with suppress(StoreError):  # they wait for it a little longer
            await self._store.fail(self.limit, kind, slot)

    @asynccontextmanager
    async def slot(self, claimed: Slot | None = None, what: str = "") -> AsyncIterator[tuple[Slot, Departure]]:
        """One request; one that never left this machine costs nothing, whatever kept it: who sends it says so.

        ``claimed``: the slot it has already; one that stood too long is taken anew, so the one it goes with is given.
        ``what``: what it is to bring, where others are to wait for that.

        Raises:
            UsedUp: no slot is free.
        """
        slot = claimed
        if slot is None or self._clock.uptime().seconds - slot.reserved.seconds > STILL_GOOD_SECONDS:
            # A process that was stopped for long must not send what the others count no more.
            slot = await self._reserve(slot, what)
        departure = Departure()
        try:
            yield slot, departure
        except Unreachable as error:
            departure.has_left = departure.has_left and error.may_have_acted
            raise
        finally:
            with suppress(StoreError):  # it stays used all the longer, and the answer is not lost for it
                end = self._store.complete if departure.has_left else self._store.release
                self.known = await end(self.limit, slot)

    async def give_back(self, slot: Slot) -> None:
        """A slot that was taken is not needed: nothing was sent."""
        with suppress(StoreError):
            self.known = await self._store.release(self.limit, slot)

    async def _reserve(self, instead_of: Slot | None, what: str) -> Slot:
        slot, self.known = await _available(self._store.reserve(self.limit, what, instead_of))
        if slot is not None:
            return slot
        allowed = f"Only {self.known.limit} {self._of} are allowed in {self.known.window:.0f} s"
        seconds = self.known.seconds_to_next(self._clock.uptime().seconds)
        raise UsedUp(f"{(self.known.reason or allowed).rstrip('.')}.", seconds=seconds)


def unavailable(error: StoreError) -> StoreUnavailable:
    """Give the error that stands for one of the archive."""
    return (StoreUnavailable if error.may_pass else StoreUnusable)(error.sentence)


async def _available(work: Awaitable[Result]) -> Result:
    try:
        return await work
    except StoreError as error:
        raise unavailable(error) from error
