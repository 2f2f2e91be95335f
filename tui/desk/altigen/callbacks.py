"""Who is to be called back: read from the archive when something was stored there, and taken or finished by people."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from msgspec.structs import replace

from tui.identity import unix_user
from tui.models.callbacks import LOOK_BACK_DAYS, WHY_MOST, Callback, Callbacks, Step, StepKind
from tui.models.text import clean
from tui.models.waiting import rest_after
from tui.services.errors import OwnFault, Rejected, Unreachable

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.config import AltiGenSettings
    from tui.crash import FaultReports
    from tui.desk.counter import Counter
    from tui.models.call_board import CallBoard

READ_SECONDS: Final = 1.0
"""The list is read no more often than this, whatever is stored."""

READ_MOST: Final = 5.0
"""Nor more seldom, however long that takes."""

LISTEN_SECONDS: Final = 3_600.0
"""How long to wait for something to be stored before it is waited for anew."""

RETRY_SECONDS: Final = 30.0
"""How long to wait after the archive could not be read."""

NOT_KEPT: Final = "calls are not kept (archive.calls)"

Result = TypeVar("Result")


def _nobody() -> None:
    """Nobody waits for it yet."""


class CallbackList:
    """Keeps the list on the board current, and takes and finishes what is on it. Commands raise ServiceError."""

    def __init__(self, counter: Counter[AltiGenSettings, Any, CallBoard]) -> None:
        self._counter = counter
        self._clock = counter.clock
        self._board = counter.board
        self.history = counter.board.history
        """Where the list is."""
        self._archive: Store | None = None
        self.on_news: Callable[[], None] = _nobody
        """Called when something was stored, by whomever."""
        self.person = unix_user()
        """As whom this process takes and finishes call-backs."""

    def begin(self, group: asyncio.TaskGroup, archive: Store, faults: FaultReports) -> None:
        """Keep the list from now on, unless it is kept already."""
        if self._archive is None:
            self._archive = archive
            group.create_task(self._keep_up(archive, faults), name="call-backs")

    async def _keep_up(self, archive: Store, faults: FaultReports) -> None:
        """Read the list whenever something was stored."""
        from tui.archive.errors import StoreError  # the first frame shows nothing of the archive

        news = archive.watch_calls()
        while True:
            try:
                began = self._clock.tick()
                await self._read(archive)
                took = self._clock.tick() - began
                await self._clock.sleep(rest_after(took, READ_SECONDS, READ_MOST))
                while not await news(LISTEN_SECONDS):
                    pass
                self.on_news()
            except StoreError as error:
                self._show(self.history.callbacks, error.sentence)
                await self._clock.sleep(RETRY_SECONDS)
            except Exception as error:  # noqa: BLE001 - a fault of ours here must not take the calls along
                self._show(self.history.callbacks, OwnFault(faults.write(error)).sentence)
                await self._clock.sleep(RETRY_SECONDS)

    async def take(self, callback: Callback) -> str:
        """Say that we call this number back; says until when the others leave it to us."""
        archive, now = self._allowed("take"), self._now
        minutes = self._counter.settings.calls.claim_minutes
        step = Step(
            id=secrets.token_hex(8),
            line=callback.line,
            kind=StepKind.TAKEN,
            by=self.person,
            at=now,
            until=now + minutes * 60,
        )
        await self._told(self._read(archive))
        held = await self._told(archive.take_callback(step, self._since))
        if held.by != self.person:
            raise Rejected(f"{held.by} has taken it just before")
        await self._told(self._read(archive))
        return f"taken for {minutes} min"

    async def finish(self, callback: Callback, why: str) -> str:
        """Say why nobody needs to call back, up to the last call that is known of."""
        archive, why = self._allowed("finish"), clean(why.strip(), WHY_MOST)
        if not why:
            raise Rejected("why is needed")
        step = Step(
            id=secrets.token_hex(8),
            line=callback.line,
            kind=StepKind.DONE,
            by=self.person,
            at=self._now,
            until=callback.last,
            why=why,
        )
        await self._told(self._read(archive))
        await self._told(archive.finish_callback(step))
        await self._told(self._read(archive))
        return "done without a call"

    def why_not(self) -> str:
        """Why nothing of it can be taken or finished now; empty where it can."""
        if self._counter.settings.ui.readonly:
            return "read-only: nothing is changed from here"
        return self.why_none

    @property
    def why_none(self) -> str:
        """Why there is no list; empty where there is one."""
        if not self._counter.settings.archive.calls:
            return NOT_KEPT
        return "" if self._archive is not None else "the archive is just being opened"

    async def listened(self) -> str:
        """On how much listening the list rests, in words; empty where that cannot be told now."""
        from tui.archive.errors import StoreError
        from tui.desk.listening import listened

        if self._archive is None:
            return ""
        try:
            found = await listened(self._archive, self._since, self._now, self.history.spells.values())
        except StoreError:
            return ""
        return found.told(self._counter.settings.ui.zone)

    def overdue(self) -> list[Callback]:
        """Who waits for longer than the config allows, and nobody has taken."""
        now = self._now
        before = now - self._counter.settings.calls.callback_minutes * 60
        return [each for each in self.history.callbacks.open if each.first < before and each.holder(now) is None]

    @property
    def _now(self) -> float:
        return self._clock.now().at.timestamp()

    @property
    def _since(self) -> float:
        return self._now - LOOK_BACK_DAYS * 86_400

    async def _read(self, archive: Store) -> None:
        """Read the list, each by the name that the team uses. Raises StoreError."""
        from tui.models.callers import caller_of

        found = await archive.callbacks(self._since)
        known = await archive.known_of([each.line for each in found.open])
        names = {line: caller_of(line, said).shown for line, said in known.items()}
        named = (replace(each, name=names.get(each.line) or each.name) for each in found.open)
        self._show(replace(found, open=tuple(named)), "")

    def _show(self, callbacks: Callbacks, trouble: str) -> None:
        history = self.history
        if (callbacks, trouble) != (history.callbacks, history.callbacks_trouble):
            history.callbacks, history.callbacks_trouble = callbacks, trouble
            self._board.history_changed()

    def _allowed(self, what: str) -> Store:
        if (reason := self.why_not()) or self._archive is None:
            raise Rejected(reason)
        return self._archive

    @staticmethod
    async def _told(work: Awaitable[Result]) -> Result:
        from tui.archive.errors import StoreError

        try:
            return await work
        except StoreError as error:
            raise Unreachable(error.sentence) from error
