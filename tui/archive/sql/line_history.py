"""What came of a number before: its last calls, whoever had them, and what was done about those that were missed."""

from __future__ import annotations

from tui.archive.records import DONE_READ, LINE_CALLS_READ
from tui.archive.sql import callbacks, calls
from tui.archive.sql.database import Database
from tui.archive.sql.notes import ids_of
from tui.models.call_history import LineHistory


def line_history(database: Database, line: str, but: str, before: float) -> LineHistory:
    """The last calls with a number that began before this moment, but one: by any id that it is known by."""
    if not line:
        return LineHistory()
    own = ids_of(database, but)
    earlier = f"line = ? AND start < ? AND id NOT IN ({', '.join('?' * len(own))})"
    found = calls.newest(database, earlier, (line, before, *own), LINE_CALLS_READ)
    more = 0
    if len(found) == LINE_CALLS_READ:
        (count,) = database.execute(f"SELECT count(*) FROM calls WHERE {earlier}", (line, before, *own)).fetchone()
        more = int(count) - len(found)
    return LineHistory(calls=tuple(found), more=more, done=tuple(callbacks.done_of(database, line, DONE_READ)))
