"""When somebody listened to an extension: nobody can ask later for the calls of another time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from msgspec import Struct

DAY_HOURS: Final = 24

GAP_SECONDS: Final = 1.0
"""Two spells that are no further apart are one: a channel that is opened anew brings the calls that exist."""


class Spell(Struct, frozen=True, kw_only=True):
    """One Helpdeck listened to an extension without a break. Times are seconds of the epoch."""

    id: str
    extension: str
    host: str
    began: float
    until: float


class Coverage(Struct, frozen=True, kw_only=True):
    """How much of some time was listened to."""

    listened_from: float
    listened_until: float
    gaps: int
    gap_seconds: int
    """Seconds between the first and the last moment in which nobody listened."""

    def told(self, zone: tzinfo | None) -> str:
        """``listened 08:02 to 17:31, 2 gaps, 4 min``; times of day in a zone (None: this machine's)."""
        begun, ended = (
            datetime.fromtimestamp(at, UTC).astimezone(zone) for at in (self.listened_from, self.listened_until)
        )
        until = "24:00" if ended.date() > begun.date() else f"{ended:%H:%M}"
        said = f"listened {begun:%H:%M} to {until}"
        if not self.gaps:
            return said
        return f"{said}, {'1 gap' if self.gaps == 1 else f'{self.gaps} gaps'}, {_length(self.gap_seconds)}"


class Listened(Struct, frozen=True, kw_only=True):
    """How much of the last days was listened to, on any extension."""

    coverage: Coverage | None
    """None where nobody listened at all."""
    reporting: int
    """Extensions that somebody listens to now."""
    of: int
    """Extensions that somebody has listened to in that time."""

    def told(self, zone: tzinfo | None) -> str:
        """``listened since Thu 12 Nov 08:02, 12 gaps, 6 d 14 h; 2 of 3 extensions now``."""
        if self.coverage is None:
            return "nobody listened in that time"
        begun = datetime.fromtimestamp(self.coverage.listened_from, UTC).astimezone(zone)
        said = [f"listened since {begun:%a %d %b %H:%M}"]
        if gaps := self.coverage.gaps:
            said += [f"{gaps} {'gap' if gaps == 1 else 'gaps'}", _length(self.coverage.gap_seconds)]
        extensions = "extension" if self.of == 1 else "extensions"
        return f"{', '.join(said)}; {self.reporting} of {self.of} {extensions} now"


def bounds_of(day: str, zone: tzinfo | None) -> tuple[float, float]:
    """The first moment of a day, as ``2024-08-22``, and that of the next. ``zone``: None is this machine's."""
    first = date.fromisoformat(day)
    begin, end = (datetime.combine(each, time(), zone) for each in (first, first + timedelta(days=1)))
    return begin.astimezone().timestamp(), end.astimezone().timestamp()


def _length(seconds: int) -> str:
    """``40 s``, ``4 min``, ``2 h 5 min``, ``6 d 14 h``."""
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    if hours >= DAY_HOURS:
        return f"{hours // DAY_HOURS} d {hours % DAY_HOURS} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def coverage_of(spells: Iterable[Spell], since: float, until: float) -> Coverage | None:
    """How much was listened to between two moments, by whomever; None where nobody listened at all."""
    clipped = sorted((max(spell.began, since), min(spell.until, until)) for spell in spells)
    begun: float | None = None
    end = lost = 0.0
    gaps = 0
    for began, ended in clipped:
        if ended < began:
            continue
        if begun is None:
            begun = began
        elif began - end > GAP_SECONDS:
            gaps += 1
            lost += began - end
        end = max(end, ended)
    if begun is None:
        return None
    return Coverage(listened_from=begun, listened_until=end, gaps=gaps, gap_seconds=round(lost))
