"""The port of the archive, kept in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import tzinfo
from pathlib import Path
from types import TracebackType
from typing import Concatenate, Final, ParamSpec, TypeVar

from tui.archive.budget import Limit, Slot
from tui.archive.errors import StoreError
from tui.archive.records import Claim, FetchState, RequestedReport
from tui.archive.sqlite import connections, ledger, reports
from tui.archive.sqlite.engine import RETRY_SECONDS, Engine
from tui.archive.store import Policy
from tui.models.budget import Budget
from tui.models.clock import Clock, Uptime
from tui.models.connections import Connection, Earlier, Report, ReportKind
from tui.models.days import Day

P = ParamSpec("P")
Result = TypeVar("Result")

POLL_SECONDS: Final = 1.0
"""How often to look for what other processes have stored: SQLite tells nobody."""


class SqliteStore(AbstractAsyncContextManager["SqliteStore"]):
    """A :class:`~tui.archive.store.Store` in one file; the port says what each of its methods does."""

    def __init__(self, path: Path | None, clock: Clock, *, to_read: bool = False) -> None:
        """``path`` None: in memory. ``to_read``: neither a file nor a fallback is made."""
        self._engine = Engine(path, to_read=to_read)
        self._clock = clock

    @property
    def is_shared(self) -> bool:
        return self._engine.path is not None

    @property
    def degraded_by(self) -> StoreError | None:
        return self._engine.degraded_by

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.close()

    async def changed(self, within: float = 0.0) -> bool:
        while True:
            pause = min(within, POLL_SECONDS) if self.is_shared else within
            if pause > 0:
                await self._clock.sleep(pause)
            within -= pause
            if await self._engine.has_changed():
                return True
            if within <= 0:
                return False

    async def days(self, account: str) -> list[Day]:
        return await self._engine.read(reports.days, account)

    async def connections_of(self, account: str, day: str, zone: tzinfo) -> list[Connection]:
        return await self._engine.read(connections.rows_of, account, day, zone)

    async def earlier_of(self, account: str, day: str, row: Connection, zone: tzinfo) -> list[Earlier]:
        return await self._engine.read(connections.earlier_of, account, day, row, zone)

    async def same_device(self, account: str, row: Connection, zone: tzinfo) -> list[Connection]:
        return await self._engine.read(connections.same_device, account, row, zone)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        await self._engine.read(_begin)
        try:
            yield
        finally:
            await self._engine.read(_end)

    async def fetch_state(self, limit: Limit) -> FetchState:
        return await self._engine.read(self._at_once(reports.fetch_state, limit))

    async def claim(self, limit: Limit, policy: Policy) -> Claim:
        return await self._write(reports.claim, limit, policy)

    async def store_report(self, limit: Limit, requested: RequestedReport, report: Report, at: float) -> FetchState:
        return await self._write(reports.store, limit, requested, report, at)

    async def fail(self, limit: Limit, kind: ReportKind, slot: Slot) -> None:
        await self._write(reports.fail, limit, kind, slot)

    def guard(self, limit: Limit) -> None:
        def let_a_window_pass(database: sqlite3.Connection, why: str) -> None:
            # A fallback begins with such a wait, whichever of the processes that share it opens it first.
            if self._engine.is_degraded and ledger.was_ever_blocked(database, limit):
                return
            # Others may go on counting in the fallback until they have noticed, too.
            seconds = limit.window + (0.0 if self._engine.is_degraded else RETRY_SECONDS)
            ledger.block(database, limit, self._clock.uptime(), seconds, why)

        self._engine.on_first_open(let_a_window_pass)

    async def budget(self, limit: Limit) -> Budget:
        return await self._write(ledger.look, limit)

    async def reserve(self, limit: Limit, what: str = "", instead_of: Slot | None = None) -> tuple[Slot | None, Budget]:
        def reserve(database: sqlite3.Connection, limit: Limit, now: Uptime) -> tuple[Slot | None, Budget]:
            if instead_of is not None:
                ledger.release(database, limit, now, instead_of)
            return ledger.reserve(database, limit, now, what), ledger.look(database, limit, now)

        return await self._write(reserve, limit)

    async def complete(self, limit: Limit, slot: Slot) -> Budget:
        return await self._write(ledger.complete, limit, slot)

    async def release(self, limit: Limit, slot: Slot) -> Budget:
        return await self._write(ledger.release, limit, slot)

    async def block(self, limit: Limit, seconds: float, reason: str = "") -> Budget:
        return await self._write(ledger.block, limit, seconds, reason)

    async def _write(
        self,
        work: Callable[Concatenate[sqlite3.Connection, Limit, Uptime, P], Result],
        limit: Limit,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Result:
        return await self._engine.do(self._at_once(work, limit, *args, **kwargs))

    def _at_once(
        self,
        work: Callable[Concatenate[sqlite3.Connection, Limit, Uptime, P], Result],
        limit: Limit,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Callable[[sqlite3.Connection], Result]:
        """Give it the limit and the time that hold when its turn comes: the wait for another writer is over then."""

        def run(database: sqlite3.Connection) -> Result:
            now = self._clock.uptime()
            return work(database, limit.when(degraded=self._engine.is_degraded), now, *args, **kwargs)

        return run


def _begin(database: sqlite3.Connection) -> None:
    database.execute("BEGIN")


def _end(database: sqlite3.Connection) -> None:
    if database.in_transaction:
        database.execute("COMMIT")
