"""The state of the link to one system, as plain data and in words."""

from __future__ import annotations

import math
from enum import StrEnum

from tui.models.clock import Clock, Moment
from tui.models.versioned import Versioned


class Phase(StrEnum):
    """Where a link is in its life."""

    OFF = "off"
    """Its section is absent from the config."""
    CONNECTING = "connecting"
    LIVE = "live"
    DEGRADED = "stale"
    """What is shown may be old: good data is overdue, or the server answers but what is behind it does not."""
    WAITING = "waiting"
    """It will be tried again by itself."""
    REFUSED = "refused"
    """The person has to mend something. It is not tried again before they ask, unless to look costs nothing."""


class Link(Versioned):
    """The state of one link. Feeds write it, the screen reads it; ``version`` grows with every change that is written.

    A link is live only as long as its data is fresh. That is decided when it is read, by the clock: a feed that stands
    still, whatever it waits for, cannot leave a link live.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__()
        self._clock = clock or Clock()
        self._phase = Phase.OFF
        self._reason = ""
        self._overdue = ""
        self._good_until = math.inf
        self.detail = ""
        """The system's own words."""
        self.setting = ""
        """Key of the config to look at."""
        self.fresh: Moment | None = None
        """When the last good data came."""
        self._until = 0.0

    def off(self) -> None:
        """Its section has left the config."""
        self.fresh = None
        self._become(Phase.OFF, "")

    def connecting(self, step: str) -> None:
        """The named step towards a live link is under way."""
        self._become(Phase.CONNECTING, step)

    def live(self, fresh: Moment, remark: str = "", *, good_for: float, overdue: str = "") -> None:
        """Good data comes in: this came at ``fresh``, and is stale ``good_for`` seconds after it.

        ``overdue``: the reason that is given then; empty for a general one.
        """
        self.fresh = fresh
        self._good_until = fresh.tick + good_for
        self._overdue = overdue or f"no good answer within {good_for:.0f} s"
        if self._phase is not Phase.LIVE or self._reason != remark:
            self._become(Phase.LIVE, remark)

    def degraded(self, reason: str) -> None:
        """The link stands but its data may be old."""
        if self._phase is not Phase.DEGRADED or self._reason != reason:
            self._become(Phase.DEGRADED, reason)

    def waiting(self, now: Moment, seconds: float, reason: str, *, detail: str = "", setting: str = "") -> None:
        """It will be tried again in this many seconds."""
        self._become(Phase.WAITING, reason, detail, setting)
        self._until = now.tick + seconds

    def refused(self, reason: str, *, detail: str = "", setting: str = "") -> None:
        """It was refused until the person changes something."""
        self._become(Phase.REFUSED, reason, detail, setting)

    @property
    def phase(self) -> Phase:
        """Where the link is in its life, at this moment."""
        return Phase.DEGRADED if self._is_overdue else self._phase

    @property
    def reason(self) -> str:
        """One sentence: what it is doing, waiting for, or was refused for."""
        return self._overdue if self._is_overdue else self._reason

    @property
    def is_on(self) -> bool:
        """Whether the config names this system at all."""
        return self.phase is not Phase.OFF

    @property
    def is_live(self) -> bool:
        """Whether good data comes in."""
        return self.phase is Phase.LIVE

    @property
    def is_trouble(self) -> bool:
        """Whether what is shown may be old."""
        return self.phase in (Phase.DEGRADED, Phase.WAITING, Phase.REFUSED)

    def seconds_left(self, now: Moment) -> int:
        """Whole seconds until the next try; 0 unless it waits."""
        if self.phase is not Phase.WAITING:
            return 0
        # Rounded first: the difference of two ticks is 8.0000000001 as easily as 8.
        return max(0, math.ceil(round(self._until - now.tick, 3)))

    def word(self, now: Moment) -> str:
        """The state in a word or two: ``logging on``, ``live``, ``waiting 8 s``, ``refused``."""
        if self.phase is Phase.WAITING:
            return f"waiting {self.seconds_left(now)} s"
        return self.reason if self.phase is Phase.CONNECTING else str(self.phase)

    def text(self, now: Moment) -> str:
        """The state with its reason: ``waiting 8 s: all licences are in use``."""
        word = self.word(now)
        return f"{word}: {self.reason}" if self.reason and self.reason != word else word

    @property
    def _is_overdue(self) -> bool:
        return self._phase is Phase.LIVE and self._clock.tick() >= self._good_until

    def _become(self, phase: Phase, reason: str, detail: str = "", setting: str = "") -> None:
        self._phase, self._reason, self.detail, self.setting = phase, reason, detail, setting
        self._changed()
