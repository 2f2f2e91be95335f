"""What a search over all days finds: the rows of the texts, as they are known now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from tui.archive.sql import calls, connections, notes, search
from tui.archive.sql.database import ABOVE_ALL, Database, Hit, TextIndex
from tui.models.connections import Connection
from tui.models.kept_calls import KeptCall
from tui.models.notes import Note, SubjectKind
from tui.models.search import Answer, Found, Kind, Search
from tui.models.users import User

PAGES_MOST: Final = 20
"""How often more is asked for, until what is found is the newest in every zone: a day has fewer rows than that."""

_LAST: Final = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
"""Of a clock that is set to later than that, no date can be made."""


def find(database: Database, index: TextIndex, wanted: Search, most: int, zone: tzinfo) -> Answer:
    """The newest rows in which something is found. ``zone``: that of the connections."""
    hits = _newest(database, index, wanted, most, zone)
    known = {
        **_calls(database, [hit for hit in hits if hit.kind == Kind.CALL.value]),
        **_connections(database, [hit for hit in hits if hit.kind == Kind.CONNECTION.value], zone),
        **_notes(database, [hit for hit in hits if hit.kind == Kind.NOTE.value], zone),
    }
    found = [known[hit.id] for hit in hits if hit.id in known]
    # Once more: the numbers of the texts go by the clock of each server, whatever its zone.
    found.sort(key=lambda each: (each.at is not None, each.at or each.day), reverse=True)
    return Answer(found=tuple(found), days_left=search.days_left(database), why_slow=index.why_slow(database))


def _newest(database: Database, index: TextIndex, wanted: Search, most: int, zone: tzinfo) -> list[Hit]:
    """The newest texts. The numbers of connections go by the clock of their server, so some hours more are looked at
    than the first ``most`` numbers reach."""
    hits: list[Hit] = []
    below = ABOVE_ALL
    for _ in range(PAGES_MOST):
        page = index.hits(database, wanted, most, below)
        hits = sorted([*hits, *page], key=lambda hit: _began(hit, zone), reverse=True)[:most]
        if len(page) < most:
            break
        last = page[-1]
        below = last.id
        if _began(hits[-1], zone) >= max(_began(last._replace(kind=kind.value), zone) for kind in Kind):
            break  # whatever the rest is of
    return hits


def _began(hit: Hit, zone: tzinfo) -> float:
    """When the row of a text began, in seconds of the epoch."""
    seconds = search.seconds_of(hit.id)
    if hit.kind != Kind.CONNECTION.value:
        return seconds
    return datetime.fromtimestamp(min(seconds, _LAST), UTC).replace(tzinfo=zone).timestamp()


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


def _notes(database: Database, hits: Sequence[Hit], zone: tzinfo) -> dict[int, Found]:
    """Those of which is known what they are about."""
    kept = {note.id: (key, note) for key, note in notes.of_ids(database, [hit.key for hit in hits])}
    called = [key for key, note in kept.values() if note.about.kind is SubjectKind.CALL]
    by_sight = calls.by_sight(database, called) if called else {}
    accounts = {
        name: connections.account_id(database, name)
        for name in {note.about.account for _, note in kept.values() if note.about.kind is SubjectKind.CONNECTION}
    }
    keys = {
        note.id: (accounts[note.about.account], note.about.day, key)
        for key, note in kept.values()
        if note.about.kind is SubjectKind.CONNECTION
    }
    connected = connections.of_keys(database, list(keys.values()), zone)
    found: dict[int, Found] = {}
    for hit in hits:
        if hit.key not in kept:
            continue
        key, note = kept[hit.key]
        match note.about.kind:
            case SubjectKind.CALL:
                if (call := by_sight.get(key)) is not None:
                    found[hit.id] = _about(note, call, call.day)
            case SubjectKind.CONNECTION:
                if (known := connected.get(keys[note.id])) is not None:
                    found[hit.id] = _about(note, known[1], note.about.day)
            case SubjectKind.USER:
                found[hit.id] = _about(note, _named(key), "")
    return found


def _about(note: Note, row: KeptCall | Connection | User, day: str) -> Found:
    account = "" if isinstance(row, KeptCall) else note.about.account
    at = datetime.fromtimestamp(min(note.at, _LAST), UTC)
    return Found(kind=Kind.NOTE, account=account, day=day, at=at, row=row, note=note)


def _named(username: str) -> User:
    """A user of whom only the name is known here."""
    return User(username=username, allotted=None, used=None, active=None, created=None)
