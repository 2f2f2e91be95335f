"""The port of the archive, kept in a database that reads SQL."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import tzinfo
from types import TracebackType
from typing import Final, TypeVar

from tui.archive.budget import Limit, Slot, new_id
from tui.archive.errors import StoreError
from tui.archive.records import Claim, FetchState, RequestedReport, UserList
from tui.archive.sql import callbacks, callers, connections, finding, keepers, ledger, reports, search, team, users
from tui.archive.sql import calls as kept_calls
from tui.archive.sql import contacts as kept_contacts
from tui.archive.sql import line_history as history
from tui.archive.sql import notes as kept_notes
from tui.archive.sql.database import Database, Engine, Reading, Told
from tui.archive.sql.news import Listener, News
from tui.archive.store import Changed, Policy
from tui.models.budget import Budget
from tui.models.call_history import LineHistory
from tui.models.callbacks import Callbacks, Step
from tui.models.callers import Evidence
from tui.models.clock import Clock
from tui.models.connections import Connection, Earlier, Report, ReportKind
from tui.models.contacts import Contact, Known, TieStep
from tui.models.days import Day
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell
from tui.models.notes import Note, Page, Subject
from tui.models.search import Answer, Search
from tui.models.team import TeamDay

Result = TypeVar("Result")

BETWEEN_STEPS: Final = 0.03
"""Seconds in which others may write: about as long as a step takes."""

SEARCHED_SECONDS: Final = 5.0
"""From one time that the search has come to know all to the next, unless somebody looks for something."""


class SqlStore(AbstractAsyncContextManager["SqlStore"]):
    """A :class:`~tui.archive.store.Store` in the database of an engine; the port says what each of its methods does."""

    def __init__(self, engine: Engine, clock: Clock | None = None) -> None:
        self._engine = engine
        self._news = News(engine.changed, clock or Clock())
        self.changed = self.listener()
        self._is_behind = asyncio.Event()
        """Set while there may be days that the search does not know yet, and something can be done about it."""
        self._is_looked_for = asyncio.Event()
        """Set when somebody has looked for something and not all was known."""
        self.snapshot = engine.snapshot
        self.guard = engine.guard

    @property
    def is_shared(self) -> bool:
        return self._engine.is_shared

    @property
    def degraded_by(self) -> StoreError | None:
        return self._engine.degraded_by

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.close()

    async def days(self, account: str) -> list[Day]:
        return await self._engine.read(lambda database: reports.days(database, account))

    async def connections_of(self, account: str, day: str, zone: tzinfo) -> list[Connection]:
        return await self._engine.read(lambda database: connections.rows_of(database, account, day, zone))

    async def earlier_of(self, account: str, day: str, row: Connection, zone: tzinfo) -> list[Earlier]:
        return await self._engine.read(lambda database: connections.earlier_of(database, account, day, row, zone))

    async def same_device(self, account: str, row: Connection, zone: tzinfo) -> list[Connection]:
        return await self._engine.read(lambda database: connections.same_device(database, account, row, zone))

    async def fetch_state(self, limit: Limit) -> FetchState:
        return await self._engine.read(self._timed(limit, _state))

    async def claim(self, limit: Limit, policy: Policy) -> Claim:
        slot = new_id()
        return await self._write(
            limit,
            lambda database, held, at: at.told(
                reports.claim(database, held, at.now, lambda state: policy(at.told(state)), slot)
            ),
        )

    async def store_report(self, limit: Limit, requested: RequestedReport, report: Report, at: float) -> FetchState:
        came = at

        def store(database: Database, held: Limit, at: Reading) -> tuple[FetchState, bool]:
            reports.store(database, held, at.now, at.stored(requested), report, came)
            return _state(database, held, at), search.is_behind(database)

        state, is_behind = await self._write(limit, store)
        self._note_behind(is_behind)
        return state

    async def fail(self, limit: Limit, kind: ReportKind, slot: Slot) -> None:
        await self._write(limit, lambda database, held, at: reports.fail(database, held, at.now, kind, at.stored(slot)))

    async def note_keeper(self, limit: Limit, host: str) -> None:
        note = self._timed(limit, lambda database, held, at: keepers.note(database, held.account, at.now, host))
        await self._engine.write(note, tells=Told.NOTHING)

    async def store_calls(
        self, calls: Sequence[KeptCall], spells: Sequence[Spell], at: float, *, tells: bool = True
    ) -> None:
        def store(database: Database) -> bool:
            kept_calls.store(database, calls, spells, at)
            return search.is_behind(database)

        told = Told.ANYTHING if tells else Told.NOTHING
        self._note_behind(await self._engine.write(self._lasting(store), tells=told))
        if tells:
            self._news.note()

    async def extensions(self) -> list[str]:
        return await self._engine.read(kept_calls.extensions)

    async def call_days(self, extension: str) -> list[str]:
        return await self._engine.read(lambda database: kept_calls.days(database, extension))

    async def calls_of(self, extension: str, day: str) -> list[KeptCall]:
        return await self._engine.read(lambda database: kept_calls.calls_of(database, extension, day))

    async def line_history(self, line: str, but: str, before: float) -> LineHistory:
        return await self._engine.read(lambda database: history.line_history(database, line, but, before))

    async def day_of_calls(
        self, extension: str, day: str, since: float, until: float
    ) -> tuple[list[KeptCall], list[Spell]]:
        return await self._engine.read(
            lambda database: (
                kept_calls.calls_of(database, extension, day),
                kept_calls.spells_of(database, extension, since, until),
            )
        )

    async def spells_of(self, extension: str, since: float, until: float) -> list[Spell]:
        return await self._engine.read(lambda database: kept_calls.spells_of(database, extension, since, until))

    async def team_day(self, day: str, since: float) -> TeamDay:
        return await self._engine.read(lambda database: team.team_day(database, day, since))

    async def forget_calls(self, before: str) -> None:
        def forget(database: Database) -> None:
            search.forget_calls(database, self._engine.index, before)
            kept_calls.forget(database, before)

        await self._engine.write(forget)
        self._news.note()

    def listener(self) -> Changed:
        return Listener(self._news).changed

    def watch_calls(self) -> Changed:
        return Listener(self._news, of_calls=True).changed

    async def find(self, wanted: Search, most: int, zone: tzinfo) -> Answer:
        def find(database: Database) -> Answer:
            return finding.find(database, self._engine.index, wanted, most, zone)

        answer = await self._engine.read(find)
        if answer.days_left:
            self._note_behind(True)
            self._is_looked_for.set()
        return answer

    async def bring_on_searched(self) -> int:
        index = self._engine.index

        def bring_on(database: Database) -> int:
            return search.days_left(database) if search.bring_on(database, index) else 0

        return await self._engine.write(bring_on, tells=Told.NOTHING)

    async def keep_searched(self) -> None:
        while True:
            await self._is_behind.wait()
            self._is_behind.clear()
            self._is_looked_for.clear()
            with contextlib.suppress(StoreError):  # whoever stores something, or looks for it, tries again
                self._note_behind(await self.bring_on_searched() > 0)
            await asyncio.sleep(BETWEEN_STEPS)
            if not self._is_behind.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._is_looked_for.wait(), SEARCHED_SECONDS)

    def _note_behind(self, is_behind: bool) -> None:
        if is_behind:
            self._is_behind.set()

    async def add_notes(self, notes: Sequence[Note]) -> None:
        await self._engine.write(self._lasting(lambda database: kept_notes.add(database, notes)))
        self._note_behind(bool(notes))

    async def notes_of(self, subject: Subject) -> list[Note]:
        return await self._engine.read(lambda database: kept_notes.notes_of(database, subject))

    async def notes_of_line(self, line: str, but: Subject) -> list[Note]:
        return await self._engine.read(lambda database: kept_notes.notes_of_line(database, line, but))

    async def notes_on(self, page: Page) -> list[Note]:
        return await self._engine.read(lambda database: kept_notes.notes_on(database, page))

    async def noted(self, pages: Iterable[Page]) -> set[Subject]:
        wanted = list(pages)
        return await self._engine.read(lambda database: kept_notes.noted(database, wanted))

    async def callbacks(self, since: float) -> Callbacks:
        return await self._engine.read(self._lasting(lambda database: callbacks.callbacks(database, since)))

    async def take_callback(self, step: Step, since: float) -> Step:
        held = await self._engine.write(self._lasting(lambda database: callbacks.take(database, step, since)))
        self._news.note()
        return held

    async def finish_callback(self, step: Step) -> None:
        await self._engine.write(self._lasting(lambda database: callbacks.put(database, [step])))
        self._news.note()

    async def add_contacts(self, contacts: Sequence[Contact]) -> int:
        added = await self._engine.write(self._lasting(lambda database: kept_contacts.add(database, contacts)))
        self._news.note()
        return added

    async def contacts(self) -> list[Contact]:
        return await self._engine.read(kept_contacts.every)

    async def forget_line(self, line: str) -> int:
        dropped = await self._engine.write(self._lasting(lambda database: kept_contacts.forget(database, line)))
        self._news.note()
        return dropped

    async def tie_steps(self) -> list[TieStep]:
        return await self._engine.read(kept_contacts.every_step)

    async def say_ties(self, steps: Sequence[TieStep]) -> None:
        await self._engine.write(self._lasting(lambda database: kept_contacts.say(database, steps)))
        self._news.note()

    async def known_of(self, lines: Sequence[str]) -> dict[str, Known]:
        return await self._engine.read(lambda database: kept_contacts.known_of(database, lines))

    async def evidence_of(self, line: str, account: str, zone: tzinfo) -> Evidence:
        index = self._engine.index
        return await self._engine.read(lambda database: callers.evidence_of(database, index, line, account, zone))

    async def newest_with(self, account: str, devices: Sequence[str], most: int, zone: tzinfo) -> list[Connection]:
        return await self._engine.read(lambda database: connections.newest_with(database, account, devices, most, zone))

    async def store_users(self, account: str, found: UserList) -> None:
        # Packed before the transaction: a long list takes a while, and nobody is to wait for that.
        packed = await asyncio.to_thread(users.packed, found.users)
        await self._engine.write(
            self._lasting(lambda database: users.store(database, account, found.day, found.at, packed))
        )

    async def users_of(self, account: str, day: str) -> UserList | None:
        return await self._engine.read(self._lasting(lambda database: users.list_of(database, account, day)))

    async def budget(self, limit: Limit) -> Budget:
        def look(database: Database, held: Limit, at: Reading) -> Budget | None:
            return None if ledger.lies_ahead(database, at.now) else at.told(ledger.look(database, held, at.now))

        found = await self._engine.read(self._timed(limit, look))
        return await self._count(limit, lambda *_: None) if found is None else found

    async def reserve(self, limit: Limit, what: str = "", instead_of: Slot | None = None) -> tuple[Slot | None, Budget]:
        id = new_id()

        def reserve(database: Database, held: Limit, at: Reading) -> tuple[Slot | None, Budget]:
            if instead_of is not None:
                ledger.release(database, instead_of)
            slot = ledger.reserve(database, held, at.now, id, what)
            return at.told(slot), at.told(ledger.look(database, held, at.now))

        return await self._write(limit, reserve)

    async def complete(self, limit: Limit, slot: Slot) -> Budget:
        return await self._count(
            limit, lambda database, held, at: ledger.complete(database, held, at.now, at.stored(slot))
        )

    async def release(self, limit: Limit, slot: Slot) -> Budget:
        return await self._count(limit, lambda database, *_: ledger.release(database, slot))

    async def block(self, limit: Limit, seconds: float, reason: str = "") -> Budget:
        return await self._count(
            limit, lambda database, held, at: ledger.block(database, held, at.now, seconds, reason)
        )

    async def _count(self, limit: Limit, work: Callable[[Database, Limit, Reading], None]) -> Budget:
        """Do it, and tell the budget after it."""

        def count(database: Database, held: Limit, at: Reading) -> Budget:
            work(database, held, at)
            return at.told(ledger.look(database, held, at.now))

        return await self._write(limit, count)

    async def _write(self, limit: Limit, work: Callable[[Database, Limit, Reading], Result]) -> Result:
        def write(database: Database, held: Limit, at: Reading) -> Result:
            ledger.forget(database, held, at.now)
            return work(database, held, at)

        return await self._engine.write(self._timed(limit, write), tells=Told.REQUESTS)

    def _lasting(self, work: Callable[[Database], Result]) -> Callable[[Database], Result]:
        """Refuse it while a fallback is used: nobody shares what is kept there, and it is gone with the next start."""

        def run(database: Database) -> Result:
            if self.degraded_by is not None:
                raise self.degraded_by
            return work(database)

        return run

    def _timed(self, limit: Limit, work: Callable[[Database, Limit, Reading], Result]) -> Callable[[Database], Result]:
        """Give it the limit and the time that hold when its turn comes: the wait for another writer is over then."""

        def run(database: Database) -> Result:
            at = self._engine.reading(database)
            return work(database, limit.when(degraded=self.degraded_by is not None), at)

        return run


def _state(database: Database, limit: Limit, at: Reading) -> FetchState:
    return at.told(reports.fetch_state(database, limit, at.now))
