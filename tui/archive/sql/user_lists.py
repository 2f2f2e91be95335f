"""Brings the lists of users into another archive, one by one: a long one takes some memory."""

from __future__ import annotations

from tui.archive.errors import Cause, StoreError
from tui.archive.records import USER_LISTS_KEPT
from tui.archive.sql import users
from tui.archive.sql.database import Database


def bring_user_lists(source: Database, target: Database, place: str) -> tuple[int, int]:
    """Bring over those that are later than what is there, and compare; gives how many there are, and were written.

    Raises:
        StoreError: the target does not hold what was brought.
    """
    known = written = 0
    for (account,) in source.execute("SELECT DISTINCT account FROM user_lists ORDER BY account").fetchall():
        theirs = _days_of(source, account)
        kept = sorted(theirs | _days_of(target, account))[-USER_LISTS_KEPT:]
        for day in theirs.intersection(kept):
            known += 1
            at, packed = _list_of(source, account, day)
            if not _holds(target, account, day, at, packed):
                written += 1
                users.store(target, account, day, at, packed)
                if not _holds(target, account, day, at, packed):
                    raise StoreError(Cause.UNEQUAL, place)
    return known, written


def _days_of(database: Database, account: str) -> set[str]:
    return {day for (day,) in database.execute("SELECT day FROM user_lists WHERE account = ?", (account,))}


def _list_of(database: Database, account: str, day: str) -> tuple[float, bytes]:
    found = database.execute(
        "SELECT at, users FROM user_lists WHERE account = ? AND day = ?", (account, day)
    ).fetchone()
    return (float("-inf"), b"") if found is None else (found[0], bytes(found[1]))


def _holds(database: Database, account: str, day: str, at: float, packed: bytes) -> bool:
    """Whether it has this list of the day, or a later one."""
    there, found = _list_of(database, account, day)
    return there > at or (there == at and found == packed)
