"""How often a system may be asked, counted for all processes together."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Concatenate, Final, ParamSpec, TypeVar

from tui.archive.sqlite import ledger, reports
from tui.archive.sqlite.engine import RETRY_SECONDS, Archive
from tui.archive.sqlite.errors import StoreError
from tui.archive.sqlite.ledger import Limit, Slot
from tui.archive.sqlite.reports import Claim, FetchState
from tui.models.budget import Budget
from tui.models.clock import Clock, Uptime
from tui.models.connections import ReportKind
from tui.services.departure import Departure
from tui.services.errors import StoreUnavailable, Unreachable, UsedUp

P = ParamSpec("P")
Result = TypeVar("Result")

STILL_GOOD_SECONDS: Final = 10.0
"""A slot is used within this after it was taken, or taken anew."""


class RequestBudget:
    """At most ``limit`` requests in any ``window`` seconds, as the server sees them, for all processes of an account.

    A slot is taken in the archive before sending and given back ``window`` seconds after the answer: the request
    arrived no later than its answer, so however long either travels, the server never counts one too many. Nothing
    waits here: who finds no slot is told in how many seconds there is one. Whatever needs the archive may raise
    :class:`~tui.services.errors.StoreUnavailable`: then nothing is sent.
    """

    def __init__(self, archive: Archive, limit: Limit, clock: Clock, *, of: str = "requests", degraded: Limit) -> None:
        """``degraded`` holds instead of ``limit`` while the archive's file cannot be used."""
        self._archive = archive
        self._usual = limit
        self._degraded = degraded
        self._clock = clock
        self._of = of
        self.known = Budget(limit=limit.most, window=limit.window)
        """The budget as it was when it was last looked at."""
        archive.on_first_open(self._let_a_window_pass)

    @property
    def limit(self) -> Limit:
        """What holds now."""
        return self._degraded if self._archive.is_degraded else self._usual

    @property
    def left(self) -> int:
        """How many may be sent right now, as far as is known."""
        return self.known.left(self._clock.uptime().seconds)

    def seconds_to_next(self) -> float:
        """Seconds until one may be sent, 0 if now, as far as is known."""
        return self.known.seconds_to_next(self._clock.uptime().seconds)

    async def look(self) -> Budget:
        """Look at the budget as all processes have left it."""
        self.known = await self._shared(ledger.look)
        return self.known

    async def block(self, seconds: float, reason: str = "") -> None:
        """Let nothing go for so many seconds, because the server said so; every process obeys."""

        def block(database: sqlite3.Connection, limit: Limit, now: Uptime) -> Budget:
            ledger.block(database, limit, seconds, reason, now)
            return ledger.look(database, limit, now)

        self.known = await self._shared(block)

    async def claim(self, choose: Callable[[FetchState], ReportKind | None]) -> Claim:
        """Decide what to ask next by what is stored, and take a slot for it, in one step."""

        def claim(database: sqlite3.Connection, limit: Limit, now: Uptime) -> Claim:
            return reports.claim(database, limit, now, choose)

        found = await self._shared(claim)
        self.known = found.budget
        return found

    async def fail(self, kind: ReportKind, slot: Slot) -> None:
        """Say that the request of a slot ended without a report: until then the others wait for one."""
        with suppress(StoreUnavailable):  # they wait for it a little longer
            await self._shared(reports.fail, kind, slot)

    @asynccontextmanager
    async def slot(self, claimed: Slot | None = None, what: str = "") -> AsyncIterator[Departure]:
        """One request; one that never left this machine costs nothing, whatever kept it: who sends it says so.

        ``claimed``: the slot it has already. ``what``: what it is to bring, where others are to wait for that.

        Raises:
            UsedUp: no slot is free.
        """
        slot = claimed
        if slot is None or self._clock.uptime().seconds - slot.reserved.seconds > STILL_GOOD_SECONDS:
            # A process that was stopped for long must not send what the others count no more.
            slot = await self._reserve(slot, what)
        departure = Departure()
        try:
            yield departure
        except Unreachable as error:
            departure.has_left = departure.has_left and error.may_have_acted
            raise
        finally:
            with suppress(StoreUnavailable):  # it stays used all the longer, and the answer is not lost for it
                self.known = await self._shared(_ended, slot, has_left=departure.has_left)

    async def give_back(self, slot: Slot) -> None:
        """A slot that was taken is not needed: nothing was sent."""
        with suppress(StoreUnavailable):
            self.known = await self._shared(_ended, slot, has_left=False)

    def _let_a_window_pass(self, database: sqlite3.Connection, why: str) -> None:
        limit = self.limit
        # A fallback begins with such a wait, whichever of the processes that share it opens it first.
        if self._archive.is_degraded and ledger.was_ever_blocked(database, limit):
            return
        # Others may go on counting in the fallback until they have noticed, too.
        seconds = self._usual.window + (0.0 if self._archive.is_degraded else RETRY_SECONDS)
        ledger.block(database, limit, seconds, why, self._clock.uptime())

    async def _reserve(self, instead_of: Slot | None, what: str) -> Slot:
        def reserve(database: sqlite3.Connection, limit: Limit, now: Uptime) -> tuple[Slot | Budget, Budget]:
            if instead_of is not None:
                ledger.release(database, instead_of)
            return ledger.reserve(database, limit, now, what), ledger.look(database, limit, now)

        found, self.known = await self._shared(reserve)
        if isinstance(found, Slot):
            return found
        said = found.reason or f"Only {self.limit.most} {self._of} are allowed in {self.limit.window:.0f} s"
        raise UsedUp(f"{said.rstrip('.')}.", seconds=self.seconds_to_next())

    async def _shared(
        self,
        work: Callable[Concatenate[sqlite3.Connection, Limit, Uptime, P], Result],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Result:
        def run(database: sqlite3.Connection) -> Result:
            limit, now = self.limit, self._clock.uptime()  # here: the wait for another writer is over
            return work(database, limit, now, *args, **kwargs)

        try:
            return await self._archive.do(run)
        except StoreError as trouble:
            raise StoreUnavailable(trouble.sentence) from trouble


def _ended(database: sqlite3.Connection, limit: Limit, now: Uptime, slot: Slot, *, has_left: bool) -> Budget:
    if has_left:
        ledger.complete(database, slot, limit, now)
    else:
        ledger.release(database, slot)
    return ledger.look(database, limit, now)
