"""What tells whose a number may be: its calls, and the connections that began meanwhile or have its name."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from tui.archive.sql import calls, connections, contacts
from tui.archive.sql.database import Database, TextIndex
from tui.models.callers import Evidence
from tui.models.connections import Connection
from tui.models.contacts import name_key
from tui.models.overlaps import AFTER, BEFORE, TALKS_READ, Talk
from tui.models.search import Kind, search_of

CONNECTIONS_MOST: Final = 500
"""Connections that are looked at, of all calls together."""

NAMES_MOST: Final = 3
"""Names by which the exchange called a number that are looked for, the last ones."""

NAMED_MOST: Final = 20
"""Contacts and connections of one name that are looked at."""


def evidence_of(database: Database, index: TextIndex, line: str, account: str, zone: tzinfo) -> Evidence:
    """What the archive has on a number."""
    if not line:
        return Evidence()
    talked = calls.newest(database, "line = ? AND talk_at IS NOT NULL", (line,), TALKS_READ)
    spans = [(_at((call.talk_at or call.start) - BEFORE), _at(call.known_at + AFTER)) for call in talked]
    began = connections.began_within(database, account, spans, CONNECTIONS_MOST, zone)
    talks = tuple(
        Talk(
            talk_at=call.talk_at or call.start,
            known_at=call.known_at,
            extension=call.extension,
            connections=tuple(rows),
        )
        for call, rows in zip(talked, began, strict=True)
    )
    names = tuple(dict.fromkeys(call.name for call in talked if call.name))[:NAMES_MOST]
    return Evidence(
        talks=talks,
        names=names,
        customers=tuple(row for name in names for row in _named(database, index, name, zone)),
        contacts=tuple(
            contact for name in names for contact in contacts.named(database, name, NAMED_MOST) if contact.line != line
        ),
    )


def _named(database: Database, index: TextIndex, name: str, zone: tzinfo) -> list[Connection]:
    """Connections with a customer of this name, the newest first; none where only a look at every text finds some."""
    wanted = search_of(name)
    if wanted is None or index.why_slow(database):
        return []
    hits = [hit for hit in index.hits(database, wanted, NAMED_MOST) if hit.kind == Kind.CONNECTION.value]
    kept = connections.of_keys(database, [(hit.account, hit.day, hit.key) for hit in hits], zone)
    rows = (kept[hit.account, hit.day, hit.key][1] for hit in hits if (hit.account, hit.day, hit.key) in kept)
    return [row for row in rows if name_key(row.customer) == name_key(name)]


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
