"""When somebody listened to an extension: nobody can ask later for the calls of another time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from operator import itemgetter
from typing import Final

from msgspec import Struct

DAY_HOURS: Final = 24

HOUR_SECONDS: Final = 3_600

GAP_SECONDS: Final = 1.0
"""Two spells that are no further apart are one: a channel that is opened anew brings the calls that exist."""


class Spell(Struct, frozen=True, kw_only=True):
    """One Helpdeck listened to an extension without a break. Times are seconds of the epoch."""

    id: str
    extension: str
    host: str
    """Empty where whoever listens is to be on no board of the team."""
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
        return f"listened {begun:%H:%M} to {until}{self.gaps_told}"

    @property
    def gaps_told(self) -> str:
        """``, 2 gaps, 4 min``; empty where there are none."""
        if not self.gaps:
            return ""
        return f", {'1 gap' if self.gaps == 1 else f'{self.gaps} gaps'}, {length_told(self.gap_seconds)}"


class Listened(Struct, frozen=True, kw_only=True):
    """How much of some time was listened to, on any extension."""

    coverage: Coverage | None
    """None where nobody listened at all."""
    reporting: int
    """Extensions that somebody listens to now; where the time is over, that somebody listened to in it."""
    of: int
    """Extensions that somebody has listened to in that time, or in all of the time of which it is a part."""

    def told(self, zone: tzinfo | None) -> str:
        """``listened since Thu 12 Nov 08:02, 12 gaps, 6 d 14 h; 2 of 3 extensions now``."""
        if self.coverage is None:
            return "nobody listened in that time"
        begun = datetime.fromtimestamp(self.coverage.listened_from, UTC).astimezone(zone)
        said = f"listened since {begun:%a %d %b %H:%M}{self.coverage.gaps_told}"
        extensions = "extension" if self.of == 1 else "extensions"
        return f"{said}; {self.reporting} of {self.of} {extensions} now"


def bounds_of(day: str, zone: tzinfo | None) -> tuple[float, float]:
    """The first moment of a day, as ``2024-08-22``, and that of the next. ``zone``: None is this machine's."""
    first = date.fromisoformat(day)
    begin, end = (datetime.combine(each, time(), zone) for each in (first, first + timedelta(days=1)))
    return begin.astimezone().timestamp(), end.astimezone().timestamp()


def length_told(seconds: int) -> str:
    """``40 s``, ``4 min``, ``2 h 5 min``, ``6 d 14 h``."""
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    if hours >= DAY_HOURS:
        return f"{hours // DAY_HOURS} d {hours % DAY_HOURS} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def hours_of(since: float, until: float, zone: tzinfo | None) -> dict[int, list[tuple[float, float]]]:
    """The hours between two moments, by the hour of the day that the clocks of a zone show (None: this machine's)."""
    hours: dict[int, list[tuple[float, float]]] = {}
    begin = since
    while begin < until:
        shown = datetime.fromtimestamp(begin, UTC).astimezone(zone)
        end = min(
            until, begin + HOUR_SECONDS - (begin + (shown.utcoffset() or timedelta()).total_seconds()) % HOUR_SECONDS
        )
        hours.setdefault(shown.hour, []).append((begin, end))
        begin = end
    return hours


def coverage_of(spells: Iterable[Spell], since: float, until: float) -> Coverage | None:
    """How much was listened to between two moments, by whomever; None where nobody listened at all."""
    return coverage_within(heard_in(spells), [(since, until)])


def heard_in(spells: Iterable[Spell]) -> list[tuple[float, float]]:
    """When somebody listened, by whomever, in the order of time; none of it touches the next."""
    heard: list[tuple[float, float]] = []
    for began, ended in sorted((spell.began, spell.until) for spell in spells if spell.began <= spell.until):
        if heard and began - heard[-1][1] <= GAP_SECONDS:
            heard[-1] = heard[-1][0], max(heard[-1][1], ended)
        else:
            heard.append((began, ended))
    return heard


def coverage_within(heard: Sequence[tuple[float, float]], times: Iterable[tuple[float, float]]) -> Coverage | None:
    """How much of some times was listened to, which follow one another: what lies between two of them is no gap.

    ``heard``: as :func:`heard_in` gives it.
    """
    begun: float | None = None
    end = lost = 0.0
    gaps = 0
    silences: list[float] = []
    """Since it was last heard: they are gaps where it is heard again."""
    for since, until in times:
        silent_from = since
        first, last = bisect_left(heard, since, key=itemgetter(1)), bisect_right(heard, until, key=itemgetter(0))
        for began, ended in heard[first:last]:
            again = max(began, since)
            if begun is None:
                begun = again
            else:
                silences.append(again - silent_from)
                gaps += sum(silence > GAP_SECONDS for silence in silences)
                lost += sum(silence for silence in silences if silence > GAP_SECONDS)
            silences.clear()
            end = silent_from = min(ended, until)
        silences.append(until - silent_from)
    if begun is None:
        return None
    return Coverage(listened_from=begun, listened_until=end, gaps=gaps, gap_seconds=round(lost))
