"""When somebody listened to an extension: nobody can ask later for the calls of another time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

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
