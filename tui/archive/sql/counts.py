"""How much an archive holds."""

from __future__ import annotations

from tui.archive.sql.database import Database
from tui.archive.upkeep import Counts


def counts_of(database: Database, *, has_calls: bool = True, has_contacts: bool = True) -> Counts:
    """Count what is there, of all accounts. ``has_calls``: whether it has tables of calls and notes."""

    def count(table: str) -> int:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    accounts, rows, earlier = map(count, ("accounts", "connections", "changes"))
    calls, notes = map(count, ("calls", "notes")) if has_calls else (0, 0)
    contacts = count("contacts") if has_contacts else 0
    days, gaps, first, last = database.execute(
        "SELECT count(*), count(gap_since), min(day), max(day) FROM days"
    ).fetchone()
    return Counts(accounts, rows, earlier, days, gaps, first, last, calls, notes, contacts)
