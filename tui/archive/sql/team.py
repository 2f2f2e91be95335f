"""The calls of a day of all extensions, and when somebody listened to each: what the board of a team is made of."""

from __future__ import annotations

from typing import Final

from tui.archive.sql import calls, contacts
from tui.archive.sql.columns import CALL_COLUMNS
from tui.archive.sql.database import Database
from tui.models.calls import Outcome
from tui.models.listening import Spell
from tui.models.team import KNOWN_DAYS, LastSpell, TeamDay


def _extensions(table: str) -> str:
    """From one extension to the next in an index: there are some dozen, and a thousand times as many rows."""
    return f"""
WITH RECURSIVE found (extension) AS (
    SELECT min(extension) FROM {table}
    UNION ALL
    SELECT (SELECT min(extension) FROM {table} WHERE extension > found.extension) FROM found
    WHERE extension IS NOT NULL
)"""


_COLUMNS: Final = ", ".join(f"calls.{name}" for name in CALL_COLUMNS)

CALLS_OF_DAY: Final = f"""
{_extensions("calls")}
SELECT {_COLUMNS} FROM found JOIN calls ON calls.extension = found.extension AND calls.day = :day
UNION ALL
SELECT {_COLUMNS} FROM calls WHERE outcome = '{Outcome.LIVE.value}' AND day <> :day
"""

SPELLS_OF_DAY: Final = f"""
{_extensions("spells")}, heard (extension, until) AS (
    SELECT extension, (SELECT max(until) FROM spells WHERE extension = found.extension) FROM found
)
SELECT spells.id, spells.extension, spells.host, spells.began, spells.until
FROM heard JOIN spells ON spells.extension = heard.extension
    AND spells.until >= CASE WHEN heard.until < :since THEN heard.until ELSE :since END
WHERE heard.until > :known_since
ORDER BY spells.until, spells.began
"""


def team_day(database: Database, day: str, since: float) -> TeamDay:
    """Read them. ``since``: the first moment of the day."""
    asked = {"since": since, "known_since": since - KNOWN_DAYS * 86_400}
    spells = [
        Spell(id=id, extension=extension, host=host, began=began, until=until)
        for id, extension, host, began, until in database.execute(SPELLS_OF_DAY, asked)
    ]
    found = calls.made_of(database.execute(CALLS_OF_DAY, {"day": day}))
    return TeamDay(
        calls=tuple(found),
        known=contacts.known_of(database, [call.line for call in found if call.outcome is Outcome.LIVE]),
        spells=tuple(spell for spell in spells if spell.until > since),
        last={spell.extension: LastSpell(spell.until, spell.host) for spell in spells},
    )
