"""When this Helpdeck listens to its extension: each time without a break is told as one spell."""

from __future__ import annotations

import secrets

from msgspec.structs import replace

from tui.archive.records import SILENT_SECONDS
from tui.models.call_board import CallBoard
from tui.models.clock import Clock, Moment
from tui.models.kept_calls import Listener
from tui.models.links import Link
from tui.models.listening import Spell


class Spells:
    """What was listened to and is not stored yet, with the spell of now."""

    def __init__(self, board: CallBoard, link: Link, clock: Clock, listener: Listener) -> None:
        self._board = board
        self._link = link
        self._clock = clock
        self._listener = listener
        self._now: Spell | None = None
        self._heard_on: Moment | None = None
        """When the channel opened that the last spell is of."""
        self.unstored: dict[str, Spell] = {}
        """By id."""
        self._stored_last: Spell | None = None

    @property
    def goes_on(self) -> bool:
        """Whether one has begun and has not ended."""
        return self._now is not None

    @property
    def has_begun(self) -> bool:
        """Whether the one of now was not stored yet: that somebody listens is news, that they still do is none."""
        return self._now is not None and (self._stored_last is None or self._stored_last.id != self._now.id)

    def look(self, now: Moment) -> None:
        """Note whether it is listened to now."""
        if not self._link.is_live:
            self.end()
            return
        at = now.at.timestamp()
        host = self._listener.host if self._listener.is_on_board() else ""
        if self._now is not None and not 0 <= at - self._now.until <= SILENT_SECONDS:
            self._now = None  # the machine slept meanwhile, or somebody set its clock
        if self._now is not None and self._now.host != host:
            self._last_until(now)
            self._now = None
        if self._now is None:
            opened = self._board.opened
            begun = at if opened is None or opened is self._heard_on else opened.at.timestamp()
            self._heard_on = opened
            self._now = Spell(
                id=secrets.token_hex(8),
                extension=self._listener.extension,
                host=host,
                began=begun,
                until=begun,
            )
        self._last_until(now)

    def end(self) -> bool:
        """Nothing is heard since the link was last known to be good; tells whether something was until then."""
        if self._now is None:
            return False
        self._last_until(self._link.fresh or self._clock.now())
        self._now = None
        return True

    def stored(self) -> None:
        """All that there is was stored."""
        self._stored_last = self._now
        self.unstored = {} if self._now is None else {self._now.id: self._now}

    def _last_until(self, moment: Moment) -> None:
        assert self._now is not None
        self._now = replace(self._now, until=max(self._now.until, moment.at.timestamp()))
        self.unstored[self._now.id] = self._board.history.spells[self._now.id] = self._now
