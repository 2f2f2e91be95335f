"""Times and durations as the panes write them."""

from __future__ import annotations

from datetime import datetime, tzinfo


def duration(seconds: float) -> str:
    """``02:10``, or ``1:02:10`` from an hour on."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


def age(seconds: float) -> str:
    """``8 s``, ``3 min``, ``2 h``: how old something is."""
    if seconds < 60:
        return f"{int(seconds)} s"
    return f"{int(seconds // 60)} min" if seconds < 3600 else f"{int(seconds // 3600)} h"


def time_of_day(at: datetime) -> str:
    """``14:02:31`` in the zone that the time carries."""
    return f"{at:%H:%M:%S}"


def local_time(at: datetime, zone: tzinfo | None) -> str:
    """``14:02:31`` in the zone of the person (``ui.zone``; None: this machine's)."""
    return time_of_day(at.astimezone(zone))


def local_date_time(at: datetime, zone: tzinfo | None) -> str:
    """``2026-11-21 14:02:31 +03`` in the zone of the person."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def short_time(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """``14:02`` of today, ``Thu 14:02`` of this week, ``21 Nov`` of an earlier day, in the zone of the person."""
    at, now = at.astimezone(zone), now.astimezone(zone)
    days = (now.date() - at.date()).days
    return f"{at:%H:%M}" if days == 0 else f"{at:%a %H:%M}" if 0 < days < 7 else f"{at:%d %b}"
