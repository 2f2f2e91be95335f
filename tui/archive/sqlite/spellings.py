"""Joins what older files kept of one account under several spellings of its address."""

from __future__ import annotations

import sqlite3
from typing import Final

from tui.archive.sql.columns import ROW_COLUMNS
from tui.config.hosts import canonical_address

_BETWEEN: Final = " at "
"""Between the user and the address in the name of an account."""

_COLUMNS: Final = ("day", "uid", "started", *ROW_COLUMNS, "seen_at", "changed_at")

# The later value of a row stays, and the trigger keeps the earlier one. WHERE true: else ON would belong to the SELECT.
_JOIN_CONNECTIONS: Final = f"""
INSERT INTO connections (account, {", ".join(_COLUMNS)})
SELECT :new, {", ".join(_COLUMNS)} FROM connections WHERE account = :old AND true
ON CONFLICT (account, day, uid) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in ("started", *ROW_COLUMNS, "changed_at"))}
WHERE excluded.changed_at > connections.changed_at
"""

_JOIN_DAYS: Final = """
INSERT INTO days (account, day, rows, whole_at, until, gap_since, repaired, repaired_at, closed_at, read_at, late)
SELECT :new, day, rows, whole_at, until, gap_since, repaired, repaired_at, closed_at, read_at, late
FROM days WHERE account = :old AND true
ON CONFLICT (account, day) DO UPDATE SET
    whole_at = max(coalesce(whole_at, excluded.whole_at), coalesce(excluded.whole_at, whole_at)),
    until = max(coalesce(until, excluded.until), coalesce(excluded.until, until)),
    gap_since = CASE WHEN closed_at IS NULL AND excluded.closed_at IS NULL
        THEN min(coalesce(gap_since, excluded.gap_since), coalesce(excluded.gap_since, gap_since)) END,
    repaired = repaired + excluded.repaired,
    repaired_at = max(coalesce(repaired_at, excluded.repaired_at), coalesce(excluded.repaired_at, repaired_at)),
    closed_at = min(coalesce(closed_at, excluded.closed_at), coalesce(excluded.closed_at, closed_at)),
    read_at = max(coalesce(read_at, excluded.read_at), coalesce(excluded.read_at, read_at)),
    late = max(late, excluded.late)
"""

_COUNT_DAYS: Final = """
UPDATE days SET rows = (SELECT count(*) FROM connections
    WHERE connections.account = :number AND connections.day = days.day)
WHERE account = :new
"""

_JOIN_COOLDOWNS: Final = """
INSERT INTO cooldowns (account, kind, boot, seconds, until, reason)
SELECT :new, kind, boot, seconds, until, reason FROM cooldowns WHERE account = :old AND true
ON CONFLICT (account, kind) DO UPDATE
SET boot = excluded.boot, seconds = excluded.seconds, until = excluded.until, reason = excluded.reason
WHERE excluded.until > until
"""

_JOIN_FETCHES: Final = """
INSERT INTO fetches (account, what, boot, began, at, server_day, repaired, unreadable)
SELECT :new, what, boot, began, at, server_day, repaired, unreadable FROM fetches WHERE account = :old AND true
ON CONFLICT (account, what) DO UPDATE
SET boot = excluded.boot, began = excluded.began, at = excluded.at, server_day = excluded.server_day,
    repaired = excluded.repaired, unreadable = excluded.unreadable
WHERE excluded.at > at
"""


def join_spellings(database: sqlite3.Connection) -> None:
    """Let every account of the file have one name."""
    found = database.execute(
        "SELECT name FROM accounts UNION SELECT account FROM days UNION SELECT account FROM requests"
        " UNION SELECT account FROM cooldowns UNION SELECT account FROM fetches"
    ).fetchall()
    for (old,) in found:
        if (new := _canonical(old)) != old:
            _rename(database, old, new)


def _canonical(name: str) -> str:
    user, between, address = name.rpartition(_BETWEEN)
    return f"{user}{between}{canonical_address(address)}"


def _rename(database: sqlite3.Connection, old: str, new: str) -> None:
    names = {"old": old, "new": new}
    for statement in (_JOIN_DAYS, _JOIN_COOLDOWNS, _JOIN_FETCHES):
        database.execute(statement, names)
    database.execute("UPDATE requests SET account = :new WHERE account = :old", names)
    for table in ("days", "cooldowns", "fetches"):
        database.execute(f"DELETE FROM {table} WHERE account = :old", names)
    database.execute("INSERT OR IGNORE INTO accounts (name) VALUES (:new)", names)
    numbers = dict(database.execute("SELECT name, id FROM accounts WHERE name IN (:old, :new)", names).fetchall())
    if old in numbers:
        joined = {"old": numbers[old], "new": numbers[new]}
        database.execute(_JOIN_CONNECTIONS, joined)
        database.execute("UPDATE changes SET account = :new WHERE account = :old", joined)
        database.execute("DELETE FROM connections WHERE account = :old", joined)
        database.execute("DELETE FROM accounts WHERE name = :old", names)
    database.execute(_COUNT_DAYS, {"new": new, "number": numbers[new]})
