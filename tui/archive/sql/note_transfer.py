"""Brings the notes into another archive."""

from __future__ import annotations

from typing import Final

from tui.archive.errors import Cause, StoreError
from tui.archive.sql import notes
from tui.archive.sql.database import Database

AT_ONCE: Final = 1_000
"""Notes that are held in memory."""


def bring_notes(source: Database, target: Database, place: str) -> tuple[int, int]:
    """Bring over what is not there yet, and look for it; gives how many notes there are, and were written.

    Raises:
        StoreError: the target does not hold what was brought.
    """
    known = written = 0
    last = ""
    while some := notes.after(source, last, AT_ONCE):
        last = some[-1][0]
        known += len(some)
        news = notes.not_held(target, some)
        written += len(news)
        notes.put(target, news)
        if notes.not_held(target, some):
            raise StoreError(Cause.UNEQUAL, place)
    return known, written
