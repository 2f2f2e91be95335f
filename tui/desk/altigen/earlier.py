"""What the archive knows of the calls of an extension: those of any day, and of today from before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta, tzinfo

from tui.archive import Store
from tui.models.call_board import CallBoard
from tui.models.call_history import CallDay
from tui.models.clock import Clock
from tui.models.kept_calls import RESUMED_SECONDS, KeptCall, Listener, call_of, is_over, same_as
from tui.models.listening import Spell, bounds_of, coverage_of


class EarlierCalls:
    """Reads them, and puts those of today beside the board."""

    def __init__(self, board: CallBoard, archive: Store, clock: Clock, listener: Listener, days_kept: int) -> None:
        """``days_kept``: older calls are forgotten; 0: never."""
        self._board = board
        self._archive = archive
        self._clock = clock
        self._listener = listener
        self._days_kept = days_kept
        self._looked_at: tuple[str, tzinfo | None, bool] | None = None
        """Today, in which zone, and whether it was settled, when the archive was last read."""

    async def day(self, day: str) -> CallDay:
        """The calls of a day with how much of it was listened to. Raises StoreError."""
        zone = self._listener.zone
        begin, end = bounds_of(day, zone)
        kept, spells = await self._archive.day_of_calls(self._listener.extension, day, begin, end)
        return CallDay(day, [call_of(call, zone) for call in kept], coverage_of(spells, begin, end), spells)

    @property
    def is_due(self) -> bool:
        """Whether today is another, or more is known of its calls, than when the archive was last read."""
        return self._looked_at != (self._today, self._listener.zone, self._is_settled)

    @property
    def has_settled(self) -> bool:
        """Whether it was not known then which of the calls of before go on, and is known now."""
        return self._looked_at is not None and not self._looked_at[-1] and self._is_settled

    async def look_up(self, unstored: Mapping[str, Spell]) -> None:
        """Find what is known of today from before. ``unstored``: what was listened to besides. Raises StoreError."""
        looked_at = today, zone, _ = self._today, self._listener.zone, self._is_settled
        if self._days_kept:
            first = date.fromisoformat(today) - timedelta(days=self._days_kept)
            await self._archive.forget_calls(first.isoformat())
        days = await self._archive.call_days(self._listener.extension)
        begin, end = bounds_of(today, zone)
        found, spells = await self._archive.day_of_calls(self._listener.extension, today, begin, end)
        self._looked_at = looked_at
        now = self._clock.now()
        history = self._board.history
        ours = [self._listener.sight(history.ids.get(call.key, ""), call, now) for call in self._board]
        by_handle: dict[int, list[KeptCall]] = {}
        for kept in found:
            by_handle.setdefault(kept.handle, []).append(kept)
        shown = {same.id for sight in ours if (same := same_as(sight, by_handle.get(sight.handle, ()))) is not None}
        earlier = [kept for kept in found if kept.id not in shown]
        if not looked_at[-1]:  # these may be among the calls that are told just now
            at = now.at.timestamp()
            earlier = [kept for kept in earlier if is_over(kept) or at - kept.known_at > RESUMED_SECONDS]
        history.day = today
        history.days = frozenset(days)
        history.earlier = [call_of(kept, zone) for kept in earlier if kept.listener != self._listener.id]
        history.bounds = begin, end
        history.spells = {spell.id: spell for spell in spells} | dict(unstored)
        history.stored += 1
        self._board.history_changed()

    @property
    def _is_settled(self) -> bool:
        """Whether it is known which of the calls of before go on."""
        return self._board.opened is not None and not self._board.is_settling

    @property
    def _today(self) -> str:
        return self._clock.now().at.astimezone(self._listener.zone).date().isoformat()
