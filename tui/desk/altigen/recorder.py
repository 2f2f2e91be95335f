"""Tells the archive of every call, from its first event on, and when it was listened to."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Sequence, Set
from itertools import islice
from typing import Final

from tui.archive import Store
from tui.archive.errors import StoreError
from tui.crash import FaultReports
from tui.desk.altigen.earlier import EarlierCalls
from tui.desk.altigen.spells import Spells
from tui.desk.altigen.unstored import Unstored
from tui.models.call_board import CHANGED_KEPT, CallBoard
from tui.models.calls import Call, Outcome
from tui.models.clock import Clock, Moment
from tui.models.kept_calls import KeptCall, Listener, ended_unseen
from tui.models.links import Link
from tui.models.numbers import tables_are_loaded
from tui.models.waiting import first_of, rest_after
from tui.spool import Spool

BEAT_SECONDS: Final = 60.0
"""How often it is told that a call goes on, and that somebody listens."""

RETRY_SECONDS: Final = 5.0
"""How often what could not be stored is tried again."""

MENDED_SECONDS: Final = 60.0
"""The same where somebody has to mend the archive first, or its server would be asked in vain all day."""

AT_ONCE: Final = 200
"""Calls that are stored together."""

FEW: Final = 50
"""Calls that are read without a thread of their own: that takes a millisecond or two."""

PACE_SECONDS: Final = 0.25
"""From one that was stored to the next at the least; the first after a quiet moment is at once."""

CALM: Final = 8
"""Calls that change in that time at the most where people phone: others are to see soon what came of them."""

REST_MOST: Final = 2.0
"""From one that was stored to the next at the most, however long that took."""

CLOSE_SECONDS: Final = 2.0
"""What is stored last takes no longer, or is given up: somebody waits for the program to end."""


def rest_of(changed: int, took: float) -> float:
    """Seconds until something is stored again. ``changed``: calls that were just stored, which ``took`` seconds."""
    return PACE_SECONDS if changed <= CALM else rest_after(took, PACE_SECONDS, REST_MOST)


class CallRecorder:
    """Keeps what the board of an extension shows."""

    def __init__(
        self,
        board: CallBoard,
        link: Link,
        archive: Store,
        clock: Clock,
        listener: Listener,
        *,
        spools: tuple[Spool, Spool],
        days_kept: int = 0,
    ) -> None:
        """``spools``: where calls wait while the archive is away, and until it has stored what is shown; of one name.

        ``days_kept``: older ones are forgotten; 0: never.
        """
        self.archive = archive
        self._board = board
        self._link = link
        self._clock = clock
        self._listener = listener
        self.faults = FaultReports(None)
        """Where the reports of faults of our own go."""
        self._ids: dict[int, str] = {}
        """Key of a call on the board -> under which id its sight is told."""
        self._unstored = Unstored(*spools, listener)
        self._spells = Spells(board, link, clock, listener)
        self._beat_at = 0.0
        self.earlier = EarlierCalls(board, archive, clock, listener, days_kept)
        self._next_at = float("-inf")
        """When something may be stored again."""
        self._wake = asyncio.Event()
        board.changed_calls = {}

    def look(self) -> None:
        """Something has changed on the board or of the link, and is about to be shown."""
        self._keep_what_is_shown()
        if self._board.changed_calls or self._spells.goes_on is not self._link.is_live or self.earlier.has_settled:
            self._wake.set()

    def _keep_what_is_shown(self) -> None:
        """Let new calls outlive a kill. Where they come faster than they are stored, no screen shows them all."""
        changed = self._board.changed_calls or {}
        new = [call for key, call in changed.items() if key not in self._ids] if len(changed) <= AT_ONCE else []
        if new:
            now = self._clock.now()
            self._unstored.shown([self._listener.first_sight(self._id_of(call), call, now) for call in new])

    def lost(self) -> None:
        """Nothing is heard any more since the link was last known to be good."""
        if self._spells.end():
            self._wake.set()

    async def run(self) -> None:
        """Keep what changes until cancelled; then tell that nobody listens any more."""
        try:
            while True:
                try:
                    await self._keep()
                except StoreError as error:
                    self._tell(error.sentence)
                    await self._wait_on_disk()
                    await self._clock.sleep(RETRY_SECONDS if error.may_pass else MENDED_SECONDS)
                except Exception as error:  # noqa: BLE001 - a fault of ours here must not take the calls along
                    self._tell(f"calls are not kept: {self.faults.write(error)}")
                    await self._clock.sleep(RETRY_SECONDS)
        finally:
            with contextlib.suppress(StoreError, TimeoutError):
                await asyncio.wait_for(self._close(), CLOSE_SECONDS)
            self._board.changed_calls = None
            self._unstored.close()

    async def _keep(self) -> None:
        if not (self._board.changed_calls or self._unstored or self.earlier.is_due):
            await self._rest()
        await self._clock.sleep(self._next_at - self._clock.tick())
        began = self._clock.tick()
        changed = await self._store()
        ended = self._clock.tick()
        self._next_at = ended + rest_of(changed, ended - began)
        if self.earlier.is_due:
            await self.earlier.look_up(self._spells.unstored)
        self._tell("")

    async def _rest(self) -> None:
        """Wait until there is something to tell."""
        self._wake.clear()
        await first_of(self._wake.wait(), self._clock.sleep(max(0.0, self._beat_at - self._clock.tick())))

    async def _store(self) -> int:
        """Tell what has changed, and at intervals what goes on; gives how many calls had changed."""
        now = self._clock.now()
        self._spells.look(now)
        room = self._unstored.room
        changed = self._taken(min(AT_ONCE, room))
        if is_due := self._clock.tick() >= self._beat_at:
            await self._unstored.take_over()
        news = len(changed)
        has_news = bool(changed or self._unstored or self._spells.has_begun)
        if is_due:
            told = {call.key for call in changed}
            changed += [call for call in self._board.live() if call.key not in told][: room - len(changed)]
            self._forget_ids(told)
        if not (has_news or is_due):
            return news
        known_at = now if self._link.is_live else self._link.fresh or now
        try:
            if len(changed) <= FEW and tables_are_loaded():
                seen = self._sights(changed, known_at)
            else:
                seen = await asyncio.to_thread(self._sights, changed, known_at)
        except BaseException:  # who is cancelled here has told of nothing
            self._board.changed_calls = {call.key: call for call in changed} | (self._board.changed_calls or {})
            raise
        for sight in seen:
            self._unstored.add(sight)
        sights = self._unstored.first(AT_ONCE)
        spells = list(self._spells.unstored.values())
        await self.archive.store_calls(sights, spells, now.at.timestamp(), tells=has_news)
        await self._unstored.stored(sights)
        if not (self._board.changed_calls or self._unstored):
            await self._unstored.taken()
        self._spells.stored()
        if is_due:
            self._beat_at = self._clock.tick() + BEAT_SECONDS
        return news

    def _forget_ids(self, told: Set[int]) -> None:
        """Forget the ids of calls whose end there was no room for: nothing more will be told of them."""
        awaited = told | (self._board.changed_calls or {}).keys()
        self._ids = {key: id for key, id in self._ids.items() if key in awaited or self._board.is_live(key)}

    def _taken(self, most: int) -> list[Call]:
        """Some of the calls that have changed, the first ones first."""
        changed = self._board.changed_calls or {}
        return [changed.pop(key) for key in list(islice(changed, most))]

    def _sights(self, calls: Sequence[Call], known_at: Moment) -> list[KeptCall]:
        return [self._sight(call, known_at) for call in calls]

    def _sight(self, call: Call, known_at: Moment) -> KeptCall:
        id = self._id_of(call)
        if not call.is_live:
            del self._ids[call.key]
        return self._listener.sight(id, call, self._board.known_until(call.key, known_at))

    def _id_of(self, call: Call) -> str:
        id = self._ids.setdefault(call.key, secrets.token_hex(8))
        self._board.history.remember_id(call.key, id)
        return id

    async def _close(self) -> None:
        """Tell what is not told yet, and that nobody listens to what goes on."""
        now = self._clock.now()
        self.lost()
        calls = [*self._taken(CHANGED_KEPT), *self._board.live()]
        sights = self._sights(calls, self._link.fresh or now)
        for sight in sights:
            self._unstored.add(ended_unseen(sight) if sight.outcome is Outcome.LIVE else sight)
        await self._wait_on_disk()  # the archive may be slow, and nobody waits for it
        waiting = self._unstored.first(len(self._unstored))
        await self.archive.store_calls(waiting, list(self._spells.unstored.values()), now.at.timestamp())
        await self._unstored.stored(waiting)

    async def _wait_on_disk(self) -> None:
        if await self._unstored.wait_on_disk() and not self._board.changed_calls:
            await self._unstored.taken()

    def _tell(self, trouble: str) -> None:
        history = self._board.history
        if history.trouble != trouble:
            history.trouble = trouble
            self._board.history_changed()
