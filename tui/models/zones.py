"""In which zone times are shown, and when that has to be said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo


def zone_to_say(at: datetime, zone: tzinfo | None, name: str, others: Iterable[tzinfo | None] = ()) -> str:
    """The zone of the times that are shown, where it is not this machine's or the systems have ``others``; else empty.

    ``zone``: None is this machine's, which has no ``name`` but what its clock says of itself, as ``UTC`` or ``+03``.
    """
    shown = at.astimezone(zone)
    if all(at.astimezone(other).utcoffset() == shown.utcoffset() for other in (None, *others)):
        return ""
    return name or f"{shown:%Z}"
