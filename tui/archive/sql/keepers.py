"""Who keeps the days of an account while nobody looks."""

from __future__ import annotations

from typing import Final

from tui.archive.records import KEEPER_SECONDS, Keeper
from tui.archive.sql.database import Database
from tui.models.clock import Uptime
from tui.models.text import clean

_NOTE: Final = f"""
INSERT INTO keepers (account, host, boot, at) VALUES (?, ?, ?, ?)
ON CONFLICT (account) DO UPDATE SET host = excluded.host, boot = excluded.boot, at = excluded.at
WHERE keepers.host = excluded.host OR keepers.boot <> excluded.boot
   OR keepers.at < excluded.at - {KEEPER_SECONDS} OR keepers.at > excluded.at
"""
"""Of several that keep them, the one that was there first is named for as long as it goes on."""


def note(database: Database, account: str, now: Uptime, host: str) -> None:
    """It is this host, unless another still does it."""
    database.execute(_NOTE, (account, host, *now))


def keeper_of(database: Database, account: str, now: Uptime) -> Keeper | None:
    """Who has said last that they keep the days, since this start of the machine."""
    found = database.execute("SELECT host, boot, at FROM keepers WHERE account = ?", (account,)).fetchone()
    if found is None or found[1] != now.boot:
        return None
    return Keeper(clean(found[0]), min(found[2], now.seconds))
