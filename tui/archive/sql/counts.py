"""How much an archive holds."""

from __future__ import annotations

from tui.archive.sql.database import Database
from tui.archive.upkeep import Counts


def counts_of(database: Database) -> Counts:
    """Count what is there, of all accounts."""
    accounts, rows, earlier = (
        int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in ("accounts", "connections", "changes")
    )
    days, gaps, first, last = database.execute(
        "SELECT count(*), count(gap_since), min(day), max(day) FROM days"
    ).fetchone()
    return Counts(accounts, rows, earlier, days, gaps, first, last)
