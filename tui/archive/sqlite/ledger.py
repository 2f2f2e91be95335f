"""The request budget that all processes of an account share: a slot is taken before anything is sent.

A slot counts from the time its answer came, on the clock of the machine's uptime. One whose process died in between
stays used: the request may have arrived. All functions belong into a :func:`~tui.archive.sqlite.database.transaction`.
"""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple

from tui.models.budget import Budget
from tui.models.clock import Uptime

UNDER_WAY_SECONDS: Final = 65.0
"""A request that was sent is answered or given up within this; one without an end arrived no later."""


class Slot(NamedTuple):
    """A request that may be sent now."""

    id: int
    reserved: Uptime


class Limit(NamedTuple):
    """At most ``most`` requests of a kind in ``window`` seconds, for whoever uses this account."""

    account: str
    kind: str
    most: int
    window: float


def reserve(database: sqlite3.Connection, limit: Limit, now: Uptime, what: str = "") -> Slot | Budget:
    """Take a slot; where there is none, the budget says when there will be one."""
    budget = look(database, limit, now)
    if budget.left(now.seconds) <= 0:
        return budget
    cursor = database.execute(
        "INSERT INTO requests (account, kind, what, boot, reserved) VALUES (?, ?, ?, ?, ?)",
        (limit.account, limit.kind, what, now.boot, now.seconds),
    )
    assert cursor.lastrowid is not None
    return Slot(cursor.lastrowid, now)


def complete(database: sqlite3.Connection, slot: Slot, limit: Limit, now: Uptime) -> None:
    """Its answer came, or never will: it counts for one more window from now."""
    # Written anew where a process that stood still for long was taken for dead.
    database.execute(
        "INSERT INTO requests (id, account, kind, what, boot, reserved, completed) VALUES (?, ?, ?, '', ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET completed = excluded.completed",
        (slot.id, limit.account, limit.kind, now.boot, slot.reserved.seconds, now.seconds),
    )


def release(database: sqlite3.Connection, slot: Slot) -> None:
    """It never left this machine: it costs nothing."""
    database.execute("DELETE FROM requests WHERE id = ?", (slot.id,))


def block(database: sqlite3.Connection, limit: Limit, seconds: float, reason: str, now: Uptime) -> None:
    """Let nothing of this kind go for so many seconds: all processes obey. A longer one that holds is kept."""
    if look(database, limit, now).blocked_until < now.seconds + seconds:
        database.execute(
            "INSERT OR REPLACE INTO cooldowns (account, kind, boot, seconds, until, reason) VALUES (?, ?, ?, ?, ?, ?)",
            (limit.account, limit.kind, now.boot, seconds, now.seconds + seconds, reason),
        )


def was_ever_blocked(database: sqlite3.Connection, limit: Limit) -> bool:
    """Whether a cool-down was ever written, over or not."""
    of_kind = (limit.account, limit.kind)
    return database.execute("SELECT 1 FROM cooldowns WHERE account = ? AND kind = ?", of_kind).fetchone() is not None


def look(database: sqlite3.Connection, limit: Limit, now: Uptime) -> Budget:
    """How many may go, and when the next; forgets what counts no more."""
    of_kind = (limit.account, limit.kind)
    _never_ahead(database, now)
    found = database.execute(
        "SELECT id, boot, reserved, completed FROM requests WHERE account = ? AND kind = ?", of_kind
    ).fetchall()
    ends = {
        id: _at(boot, reserved + UNDER_WAY_SECONDS if completed is None else completed, now) + limit.window
        for id, boot, reserved, completed in found
    }
    over = [(id,) for id, end in ends.items() if end <= now.seconds]
    if over:
        database.executemany("DELETE FROM requests WHERE id = ?", over)
    cooldown = database.execute(
        "SELECT boot, seconds, until, reason FROM cooldowns WHERE account = ? AND kind = ?", of_kind
    ).fetchone()
    until, reason = 0.0, ""
    if cooldown is not None:
        boot, seconds, until, reason = cooldown
        # One of an earlier boot began before zero of this one, so it ends no later than its length.
        until = until if boot == now.boot else seconds
    return Budget(
        limit=limit.most,
        window=limit.window,
        frees_at=tuple(sorted(end for end in ends.values() if end > now.seconds)),
        blocked_until=until if until > now.seconds else 0.0,
        reason=reason if until > now.seconds else "",
    )


def _at(boot: str, seconds: float, now: Uptime) -> float:
    """A time on this boot's clock; what happened in an earlier one happened before its zero."""
    return seconds if boot == now.boot else 0.0


def _never_ahead(database: sqlite3.Connection, now: Uptime) -> None:
    """Where boots cannot be told apart, a time that lies ahead is one of an earlier boot: from now on it was now."""
    values = {"now": now.seconds, "boot": now.boot}
    database.execute(
        "UPDATE requests SET reserved = :now, completed = CASE WHEN completed IS NULL THEN NULL ELSE :now END"
        " WHERE boot = :boot AND (reserved > :now OR completed > :now)",
        values,
    )
    database.execute(
        "UPDATE cooldowns SET until = :now + seconds WHERE boot = :boot AND until > :now + seconds", values
    )
