"""What a search over all days finds: the rows of the texts, as they are known now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from tui.archive.sql import calls, connections, search
from tui.archive.sql.database import Database, Hit, TextIndex
from tui.models.search import Answer, Found, Kind, Search


def find(database: Database, index: TextIndex, wanted: Search, most: int, zone: tzinfo) -> Answer:
    """The newest rows in which something is found. ``zone``: that of the connections."""
    hits = index.hits(database, wanted, most)
    known = {
        **_calls(database, [hit for hit in hits if hit.kind == Kind.CALL.value]),
        **_connections(database, [hit for hit in hits if hit.kind == Kind.CONNECTION.value], zone),
    }
    found = [known[hit.id] for hit in hits if hit.id in known]
    # Once more: the numbers of the texts go by the clock of each server, whatever its zone.
    found.sort(key=lambda each: (each.at is not None, each.at or each.day), reverse=True)
    return Answer(found=tuple(found), days_left=search.days_left(database), why_slow=index.why_slow(database))


def _calls(database: Database, hits: Sequence[Hit]) -> dict[int, Found]:
    kept = {call.id: call for call in calls.of_ids(database, [hit.key for hit in hits])}
    return {
        hit.id: Found(kind=Kind.CALL, account="", day=call.day, at=datetime.fromtimestamp(call.start, UTC), row=call)
        for hit in hits
        if (call := kept.get(hit.key)) is not None
    }


def _connections(database: Database, hits: Sequence[Hit], zone: tzinfo) -> dict[int, Found]:
    kept = connections.of_keys(database, [(hit.account, hit.day, hit.key) for hit in hits], zone)
    found: dict[int, Found] = {}
    for hit in hits:
        if (known := kept.get((hit.account, hit.day, hit.key))) is not None:
            account, row = known
            found[hit.id] = Found(kind=Kind.CONNECTION, account=account, day=hit.day, at=row.started, row=row)
    return found
