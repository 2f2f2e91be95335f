"""Who calls, looked up in the archive when it rings; no system is asked for it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tui.identity import unix_user
from tui.models.calls import Call
from tui.models.numbers import one_number, tables_are_loaded
from tui.models.waiting import first_of
from tui.services.errors import Rejected, Unreachable

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.config import AltiGenSettings
    from tui.crash import FaultReports
    from tui.desk.counter import Counter
    from tui.models.call_board import CallBoard
    from tui.models.callers import Caller
    from tui.models.connections import Connection
    from tui.models.contacts import Did, TieKind, TieStep
    from tui.models.users import User

CALLERS_KEPT: Final = 2_000
"""Calls of which is remembered who calls: more than a screen shows."""

WAITING_MOST: Final = 200
"""Calls that wait to be looked up: the newest are, before all others."""

CALM: Final = 8
"""Calls that wait together at the most where people phone."""

PACE_SECONDS: Final = 0.1
"""From one to the next where more wait: no screen shows them all, and keys are to stay quick."""

AGAIN_SECONDS: Final = 10.0
"""Calls that go on are looked up no more often than this, whatever others store."""

RETRY_SECONDS: Final = 30.0
"""How long to wait after a fault of our own."""

Result = TypeVar("Result")


def number_of(call: Call) -> str:
    """The number as it came: of the caller behind a workgroup's call-back, where there is one."""
    return call.info.original.caller_id or call.other_number


def _nobody() -> None:
    """Nobody waits for it yet."""


class Callers:
    """Knows who calls, and keeps what people say of that. Commands raise ServiceError."""

    def __init__(self, counter: Counter[AltiGenSettings, Any, CallBoard]) -> None:
        self._counter = counter
        self._clock = counter.clock
        self._board = counter.board
        self._archive: Store | None = None
        self._known: dict[int, Caller] = {}
        """By the key of the call; the one that was looked up last comes last."""
        self._waiting: dict[int, Call] = {}
        self._seen: dict[int, str] = {}
        """The numbers of live calls that have been looked up, or wait for it, by the keys of the calls."""
        self._stored = 0
        self._earlier: Sequence[Call] = ()
        """Today's from before this Helpdeck, that wait to be looked up once what rings is."""
        self._wake = asyncio.Event()
        self._is_outdated = False
        """Something was stored since what goes on was looked up."""
        self._again_at = 0.0
        self.on_known: Callable[[], None] = _nobody
        """Called when it is known who rings; somebody waits for just that."""
        self.person = unix_user()
        """As whom this process says what a number is tied to."""

    def begin(self, group: asyncio.TaskGroup, archive: Store, faults: FaultReports) -> None:
        """Look calls up from now on, unless they are already."""
        if self._archive is None:
            self._archive = archive
            group.create_task(self._run(archive, faults), name="callers")

    def of(self, key: int) -> Caller | None:
        """Who called; None where nobody has looked, or it shows no number."""
        return self._known.get(key)

    def shown(self, call: Call) -> str:
        """Who called as the team knows them, ``ACME LTD (maybe Acme)``; empty where the exchange says as much."""
        caller = self._known.get(call.key)
        return "" if caller is None else caller.shown_beside(call.other_name)

    def look(self) -> None:
        """There may be new calls on the board."""
        seen: dict[int, str] = {}
        for call in self._board.live()[-WAITING_MOST:]:
            seen[call.key] = number = number_of(call)
            if number != self._seen.get(call.key, ""):
                self._waiting[call.key] = call
        self._seen = seen
        history = self._board.history
        if history.stored != self._stored:
            self._stored, self._earlier = history.stored, history.earlier
        while len(self._waiting) > WAITING_MOST:
            del self._waiting[min(self._waiting)]
        if self._waiting or self._earlier or not tables_are_loaded():
            self._wake.set()

    def look_again(self) -> None:
        """Something was stored: what goes on is looked up once more, soon enough."""
        self._is_outdated = True
        self._wake.set()

    async def _run(self, archive: Store, faults: FaultReports) -> None:
        """Look up what rings, at once, and what goes on once more where something was stored."""
        from tui.archive.errors import StoreError  # the first frame shows nothing of the archive

        while True:
            try:
                await self._look_up_waiting(archive)
                await self._rest()
            except StoreError:
                self._waiting.clear()  # the panes say what is the matter with the archive
            except Exception as error:  # noqa: BLE001 - a fault of ours here must not take the calls along
                faults.write(error)
                self._waiting.clear()
                await self._clock.sleep(RETRY_SECONDS)

    async def _rest(self) -> None:
        """Wait for a call. While one goes on, what others store may tell more of it."""
        self._wake.clear()
        if self._waiting or self._earlier:
            return
        if not (self._is_outdated and self._board.live()):
            await self._wake.wait()
            if not tables_are_loaded():  # they take a tenth of a second, which nobody who rings is to wait for
                await asyncio.to_thread(one_number, "+442079460000", "GB")
            return
        await first_of(self._wake.wait(), self._clock.sleep(self._again_at - self._clock.tick()))
        if self._clock.tick() >= self._again_at:
            self._is_outdated = False
            self._waiting = {call.key: call for call in self._board.live()[-WAITING_MOST:]} | self._waiting

    async def _look_up_waiting(self, archive: Store) -> None:
        while self._waiting or self._earlier:
            if self._waiting:
                key = max(self._waiting)
                call = self._waiting.pop(key)
                self._keep(key, await self._looked_up(archive, await self._line_of(call)))
                self._again_at = self._clock.tick() + AGAIN_SECONDS
                if len(self._waiting) > CALM:
                    await self._clock.sleep(PACE_SECONDS)
            else:
                earlier, self._earlier = self._earlier, ()
                await self.know(earlier)
                self._board.history_changed()

    def _keep(self, key: int, caller: Caller) -> None:
        before = self._known.pop(key, None)
        if caller.line:
            self._known[key] = caller
        self._forget()
        if caller.ties != (() if before is None else before.ties):
            self._board.history_changed()
            self.on_known()

    def _forget(self) -> None:
        """Forget who called longest ago."""
        while len(self._known) > CALLERS_KEPT:
            del self._known[next(iter(self._known))]

    def _one_form(self, call: Call) -> str:
        """The number of a call in its one form. It may load tables: not in the event loop."""
        section = self._counter.section
        return "" if section is None else one_number(number_of(call), section.region, section.trunk_code)

    async def _line_of(self, call: Call) -> str:
        """The same, wherever the tables are."""
        return self._one_form(call) if tables_are_loaded() else await asyncio.to_thread(self._one_form, call)

    async def _looked_up(self, archive: Store, line: str, *, wholly: bool = False) -> Caller:
        """Who calls from a number. ``wholly``: also what is likely beside what is certain. Raises StoreError."""
        from tui.models.callers import Caller, caller_of, of_technicians  # the first frame knows of no caller
        from tui.models.contacts import Known

        if not line:
            return Caller(line="")
        known = (await archive.known_of([line])).get(line) or Known()
        caller = caller_of(line, known)
        if caller.shown and not wholly:
            return caller
        settings = self._counter.settings
        account = settings.account_of_connections
        evidence = await archive.evidence_of(line, account, settings.zone_of_connections)
        evidence = of_technicians(evidence, settings.team.technicians)
        return caller_of(line, known, evidence, [user.username for user in self.users] if wholly else ())

    @property
    def users(self) -> Sequence[User]:
        """The RemotePC accounts that are known now."""
        listed = self._counter.known_users()
        return () if listed is None else listed.users

    # What people ask and say.

    async def know(self, calls: Sequence[Call]) -> None:
        """Look up what is certain of calls that are over; where the archive cannot be read, it stays unknown."""
        from tui.archive.errors import StoreError
        from tui.models.callers import caller_of

        some = calls[:CALLERS_KEPT]
        if self._archive is None or not some:
            return
        try:
            lines = await asyncio.to_thread(lambda: [self._one_form(call) for call in some])
            known = await self._archive.known_of(lines)
        except StoreError:
            return
        for call, line in zip(reversed(some), reversed(lines), strict=True):
            if line in known:
                self._known.pop(call.key, None)
                self._known[call.key] = caller_of(line, known[line])
        self._forget()

    async def caller(self, call: Call) -> Caller:
        """Look up all that is known of the number of a call, and what is likely. Raises ServiceError."""
        archive = self._open
        caller = await self._told(self._looked_up(archive, await self._line_of(call), wholly=True))
        self._keep(call.key, caller)
        return caller

    async def last_connection(self, caller: Caller) -> Connection | None:
        """Look up the last connection with a device of the caller, or with one that may be. Raises ServiceError."""
        from tui.models.contacts import TieKind

        settings = self._counter.settings
        devices = caller.certain(TieKind.DEVICE) or caller.likely(TieKind.DEVICE)
        if not (settings.account_of_connections and devices):
            return None
        rows = self._open.newest_with(settings.account_of_connections, devices, 1, settings.zone_of_connections)
        return next(iter(await self._told(rows)), None)

    async def say(self, caller: Caller, did: Did, ties: Sequence[tuple[TieKind, str]]) -> Caller:
        """Confirm what a number is tied to, or take it back; gives what is known of it then. Raises ServiceError."""
        archive = self._open
        if reason := self.why_not():
            raise Rejected(reason)
        if not caller.line:
            raise Rejected("this call shows no number")
        await self._told(archive.say_ties([self._step(kind, caller.line, other, did) for kind, other in ties]))
        return await self._said(archive, caller.line)

    async def merge(self, caller: Caller, name: str, into: str) -> Caller:
        """Say that two names are one customer, which goes by the other one from then on. Raises ServiceError."""
        from tui.models.contacts import Did, TieKind, name_key

        archive = self._open
        if reason := self.why_not():
            raise Rejected(reason)
        if name_key(name) == name_key(into):
            raise Rejected("these are one name already")
        await self._told(archive.say_ties([self._step(TieKind.SAME, name_key(name), into, Did.CONFIRMED)]))
        return await self._said(archive, caller.line)

    async def _said(self, archive: Store, line: str) -> Caller:
        """What is known of a number now, on each of its calls."""
        caller = await self._told(self._looked_up(archive, line, wholly=True))
        for key, known in list(self._known.items()):
            if known.line == line:
                self._keep(key, caller)
        return caller

    def why_not(self) -> str:
        """Why nothing can be confirmed or taken back now; empty where it can."""
        if self._counter.settings.ui.readonly:
            return "read-only: nothing is changed from here"
        return "" if self._archive is not None else "the archive is just being opened"

    def _step(self, kind: TieKind, one: str, other: str, did: Did) -> TieStep:
        from tui.models.contacts import TieStep

        at = self._clock.now().at.timestamp()
        return TieStep(id=secrets.token_hex(8), kind=kind, one=one, other=other, did=did, at=at, by=self.person)

    @property
    def _open(self) -> Store:
        if self._archive is None:
            raise Unreachable("the archive is just being opened")
        return self._archive

    @staticmethod
    async def _told(work: Awaitable[Result]) -> Result:
        from tui.archive.errors import StoreError

        try:
            return await work
        except StoreError as error:
            raise Unreachable(error.sentence) from error
