"""Brings the calls into another archive, when somebody listened for them, and what was done about those missed."""

from __future__ import annotations

from typing import Final

from tui.archive.errors import Cause, StoreError
from tui.archive.sql import callbacks, calls, search
from tui.archive.sql.columns import CALL_COLUMNS
from tui.archive.sql.contents import Contents
from tui.archive.sql.database import Database
from tui.models.search import Kind

AT_ONCE: Final = 1_000
"""Calls that are held in memory."""


def bring_calls(source: Database, target: Contents, place: str) -> tuple[int, int]:
    """Bring over what is not there yet, and compare; gives how many calls there are, and were written.

    Raises:
        StoreError: the target does not hold what was brought.
    """
    is_empty = not calls.after(target, "", 1)
    known = written = 0
    last = ""
    while some := calls.after(source, last, AT_ONCE):
        last = some[-1].id
        known += len(some)
        news = calls.not_held(target, some)
        written += len(news)
        if is_empty:  # none of them can be one that another has told of
            target.append("calls", CALL_COLUMNS, map(calls.values_of, news))
            search.mark(target, Kind.CALL, ((call.extension, call.day) for call in news))
        else:
            calls.put(target, news)
        if calls.not_held(target, some):
            raise StoreError(Cause.UNEQUAL, place)
        calls.put_sights(target, calls.sights_of(source, some))
    calls.put_spells(target, calls.all_spells(source))
    return known, written


def bring_callbacks(source: Database, target: Database) -> None:
    """Bring over what people have done about missed calls."""
    last = ""
    while some := callbacks.after(source, last, AT_ONCE):
        last = some[-1].id
        callbacks.put(target, some)
