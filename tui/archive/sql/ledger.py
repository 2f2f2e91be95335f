"""The slots of the request budget: taken before anything is sent. All functions belong into a transaction."""

from __future__ import annotations

from typing import Final

from tui.archive.budget import Limit, Slot, budget_of, ended_at
from tui.archive.sql.database import Database
from tui.models.budget import Budget
from tui.models.clock import Uptime

_REQUEST_AHEAD: Final = "boot = :boot AND (reserved > :now OR completed > :now)"
_BLOCK_AHEAD: Final = "boot = :boot AND until > :now + seconds"


def reserve(database: Database, limit: Limit, now: Uptime, id: int, what: str = "") -> Slot | None:
    """Take a slot of this number, if one is free, or if it was taken before."""
    if (taken := taken_at(database, id)) is not None:
        return Slot(id, taken)
    if look(database, limit, now).left(now.seconds) <= 0:
        return None
    database.execute(
        "INSERT INTO requests (id, account, kind, what, boot, reserved) VALUES (?, ?, ?, ?, ?, ?)",
        (id, limit.account, limit.kind, what, now.boot, now.seconds),
    )
    return Slot(id, now)


def complete(database: Database, limit: Limit, now: Uptime, slot: Slot) -> None:
    """Its answer came, or never will: it counts for one more window from now."""
    # Written anew where a process that stood still for long was taken for dead.
    database.execute(
        "INSERT INTO requests (id, account, kind, what, boot, reserved, completed) VALUES (?, ?, ?, '', ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET completed = excluded.completed",
        (slot.id, limit.account, limit.kind, now.boot, slot.reserved.seconds, now.seconds),
    )


def release(database: Database, slot: Slot) -> None:
    """It never left this machine: it costs nothing."""
    database.execute("DELETE FROM requests WHERE id = ?", (slot.id,))


def block(database: Database, limit: Limit, now: Uptime, seconds: float, reason: str) -> None:
    """Let nothing of this kind go for this many seconds: all processes obey. A longer block that holds is kept."""
    if look(database, limit, now).blocked_until < now.seconds + seconds:
        database.execute(
            "INSERT INTO cooldowns (account, kind, boot, seconds, until, reason) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (account, kind) DO UPDATE SET boot = excluded.boot, seconds = excluded.seconds,"
            " until = excluded.until, reason = excluded.reason",
            (limit.account, limit.kind, now.boot, seconds, now.seconds + seconds, reason),
        )


def taken_at(database: Database, id: int | None) -> Uptime | None:
    """When the slot of this number was taken. As it is stored: a time that was told and stored again may be another."""
    found = database.execute("SELECT boot, reserved FROM requests WHERE id = ?", (id,)).fetchone()
    return None if found is None else Uptime(*found)


def kind_of(database: Database, id: int) -> str | None:
    """What the slot of this number is to bring; None where it was not taken."""
    found = database.execute("SELECT what FROM requests WHERE id = ?", (id,)).fetchone()
    return None if found is None else str(found[0])


def was_ever_blocked(database: Database, limit: Limit) -> bool:
    """Whether a cool-down was ever written, over or not."""
    of_kind = (limit.account, limit.kind)
    return database.execute("SELECT 1 FROM cooldowns WHERE account = ? AND kind = ?", of_kind).fetchone() is not None


def look(database: Database, limit: Limit, now: Uptime) -> Budget:
    """How many may go, and when the next."""
    blocks = [_block(database, of, now) for of in ((limit.account, limit.kind), limit.under) if of is not None]
    until, reason = max(blocks, key=lambda block: block[0])
    return budget_of(limit, _ends(database, limit, now).values(), until, reason, now.seconds)


def forget(database: Database, limit: Limit, now: Uptime) -> None:
    """Forget what counts no more; and where boots cannot be told apart, what lies ahead was now, from now on."""
    values = {"now": now.seconds, "boot": now.boot}
    database.execute(
        "UPDATE requests SET reserved = :now, completed = CASE WHEN completed IS NULL THEN NULL ELSE :now END"
        f" WHERE {_REQUEST_AHEAD}",
        values,
    )
    database.execute(f"UPDATE cooldowns SET until = :now + seconds WHERE {_BLOCK_AHEAD}", values)
    over = [(id,) for id, end in _ends(database, limit, now).items() if end <= now.seconds]
    if over:
        database.executemany("DELETE FROM requests WHERE id = ?", over)


def lies_ahead(database: Database, now: Uptime) -> bool:
    """Whether something was asked or blocked later than now: it is of an earlier boot, and is to be forgotten first."""
    values = {"now": now.seconds, "boot": now.boot}
    ahead = f"SELECT 1 FROM requests WHERE {_REQUEST_AHEAD} UNION SELECT 1 FROM cooldowns WHERE {_BLOCK_AHEAD}"
    return database.execute(ahead, values).fetchone() is not None


def _ends(database: Database, limit: Limit, now: Uptime) -> dict[int, float]:
    """When each slot counts no more."""
    found = database.execute(
        "SELECT id, boot, reserved, completed FROM requests WHERE account = ? AND kind = ?",
        (limit.account, limit.kind),
    )
    # What happened in an earlier boot happened before zero of this one.
    return {
        id: limit.window + (ended_at(reserved, completed) if boot == now.boot else 0.0)
        for id, boot, reserved, completed in found
    }


def _block(database: Database, of_kind: tuple[str, str], now: Uptime) -> tuple[float, str]:
    """Until when nothing of a kind may go, and why."""
    statement = "SELECT boot, seconds, until, reason FROM cooldowns WHERE account = ? AND kind = ?"
    boot, seconds, until, reason = database.execute(statement, of_kind).fetchone() or (now.boot, 0.0, 0.0, "")
    # One of an earlier boot began before zero of this one, so it ends no later than its length.
    return (until if boot == now.boot else seconds), reason
