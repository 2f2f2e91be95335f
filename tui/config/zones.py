"""The time zone of a server's clock."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from tui.config.problems import InvalidValue, nearest


def zone_of(name: str) -> tzinfo:
    """The time zone of this name.

    Raises:
        InvalidValue: this machine does not know it; not for one that settings were read with.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        if name == "Europe/Istanbul":  # a machine without zones; Turkey keeps UTC+3 all year
            return timezone(timedelta(hours=3), name)
    known = available_timezones()
    if not known:
        raise InvalidValue(
            "cannot be looked up: this machine has no time zones; install tzdata (its package, or with pip)"
        )
    raise InvalidValue("is no time zone, as Europe/Istanbul is one", nearest(name, known))
