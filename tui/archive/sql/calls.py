"""The calls of the extensions: each once, whoever saw it, and when who listened. All that write belong into a
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Final

from msgspec.structs import astuple

from tui.archive.records import SILENT_SECONDS
from tui.archive.sql import callbacks, search
from tui.archive.sql.columns import CALL_COLUMNS
from tui.archive.sql.database import Database
from tui.models.calls import Outcome
from tui.models.kept_calls import RESUMED_SECONDS, KeptCall, joined, same_as
from tui.models.listening import Spell
from tui.models.search import Kind

_READ: Final = f"SELECT {', '.join(CALL_COLUMNS)} FROM calls"

_PUT: Final = f"""
INSERT INTO calls ({", ".join(CALL_COLUMNS)}) VALUES ({", ".join("?" * len(CALL_COLUMNS))})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in CALL_COLUMNS if name != "id")}
"""

_SIGHT: Final = "INSERT INTO sights (id, call, listener) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"

_LISTENED: Final = """
INSERT INTO spells (id, extension, host, began, until) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET until = excluded.until WHERE spells.until < excluded.until
"""

_DAYS: Final = """
WITH RECURSIVE found (day) AS (
    SELECT min(day) FROM calls WHERE extension = ?
    UNION ALL
    SELECT (SELECT min(day) FROM calls WHERE extension = ? AND day > found.day) FROM found WHERE day IS NOT NULL
)
SELECT day FROM found WHERE day IS NOT NULL ORDER BY day
"""
"""From one day to the next in the index: a year has some hundred days, and a hundred times as many calls."""

_LOOKED_UP: Final = 400
"""Ids that are looked for at once: SQLite 3.26 takes 999 values."""

_CANDIDATES: Final = 20
"""Calls with one handle that may be the one that another saw: an exchange does not use one again as often as that."""

_LONGEST: Final = 86_400.0
"""Seconds of a call that another may come to in its middle."""

_LIVE, _UNSEEN = Outcome.LIVE.value, Outcome.ENDED_UNSEEN.value
_OUTCOMES: Final = {outcome.value: outcome for outcome in Outcome}


def store(database: Database, calls: Sequence[KeptCall], spells: Iterable[Spell], at: float) -> None:
    """Keep what was seen, and end what nobody listens to any more. ``at``: now, in seconds of the epoch."""
    put(database, calls)
    put_spells(database, spells)
    database.execute(
        f"UPDATE calls SET outcome = '{_UNSEEN}', at_least = 1 WHERE outcome = '{_LIVE}' AND known_at < ?",
        (at - SILENT_SECONDS,),
    )


def put(database: Database, calls: Sequence[KeptCall]) -> None:
    """Keep these, each joined with what is known of it."""
    for start in range(0, len(calls), _LOOKED_UP):
        _put(database, calls[start : start + _LOOKED_UP])


def put_spells(database: Database, spells: Iterable[Spell]) -> None:
    """Keep when somebody listened."""
    database.executemany(_LISTENED, map(astuple, spells))


def _put(database: Database, calls: Sequence[KeptCall]) -> None:
    known = by_sight(database, [call.id for call in calls])
    changed: dict[str, KeptCall] = {}
    sights: dict[str, tuple[str, str]] = {}
    news: set[str] = set()
    for seen in calls:
        kept = known.get(seen.id) or _seen_by_another(database, seen, changed, set(sights.values()))
        if kept is not None and seen.id not in known:
            sights[seen.id] = (kept.id, seen.listener)
        after = seen if kept is None else joined(changed.get(kept.id, kept), seen)
        if kept is None or _searched(kept) != _searched(after):
            news.add(after.id)
        known[seen.id] = changed[after.id] = after
    database.executemany(_PUT, map(values_of, changed.values()))
    database.executemany(_SIGHT, ((id, *sight) for id, sight in sights.items()))
    _mark(database, [changed[id] for id in news])


def _mark(database: Database, news: Sequence[KeptCall]) -> None:
    """Let the search look at these, and not at all that came before them on their days."""
    places = {(call.extension, call.day) for call in news}
    search.mark(database, Kind.CALL, places, min((call.start for call in news), default=0.0))


def _searched(call: KeptCall) -> tuple[object, ...]:
    """By what it is found, and where it stands among what is found."""
    return call.start, call.name, call.number, call.line, call.called, call.user_data


def by_sight(database: Database, ids: Sequence[str]) -> dict[str, KeptCall]:
    """The calls that are kept of these sights."""
    marks = ", ".join("?" * len(ids))
    found = {call.id: call for call in made_of(database.execute(f"{_READ} WHERE id IN ({marks})", ids))}
    columns = ", ".join(f"calls.{name}" for name in CALL_COLUMNS)
    for sight, *values in database.execute(
        f"SELECT sights.id, {columns} FROM sights JOIN calls ON calls.id = sights.call WHERE sights.id IN ({marks})",
        ids,
    ):
        found[sight] = _call(values)
    return found


def _seen_by_another(
    database: Database, seen: KeptCall, changed: Mapping[str, KeptCall], sights: Set[tuple[str, str]]
) -> KeptCall | None:
    """The call that another listener has told of already; not one of which this one has told by another sight.

    ``changed``, ``sights``: what is about to be written beside it.
    """
    near = database.execute(
        f"{_READ} WHERE extension = ? AND handle = ? AND start > ? AND start < ? AND listener <> ? AND NOT EXISTS ("
        f" SELECT 1 FROM sights WHERE sights.call = calls.id AND sights.listener = ?)"
        f" ORDER BY start DESC LIMIT {_CANDIDATES}",
        (
            *(seen.extension, seen.handle, seen.start - _LONGEST, seen.known_at + RESUMED_SECONDS),
            *(seen.listener, seen.listener),
        ),
    )
    candidates = {call.id: call for call in made_of(near)}
    candidates.update((id, call) for id, call in changed.items() if call.handle == seen.handle)
    others = (
        call
        for call in candidates.values()
        if call.listener != seen.listener and (call.id, seen.listener) not in sights
    )
    return same_as(seen, others)


def extensions(database: Database) -> list[str]:
    """Those that somebody listened to, or of which calls are kept."""
    found = database.execute("SELECT extension FROM spells UNION SELECT extension FROM calls", ())
    return sorted(extension for (extension,) in found)


def days(database: Database, extension: str) -> list[str]:
    """The days that have a call, the oldest first."""
    found = database.execute(_DAYS, (extension, extension))
    return [day for (day,) in found]


def calls_of(database: Database, extension: str, day: str) -> list[KeptCall]:
    """The calls of a day, the newest first."""
    return made_of(
        database.execute(f"{_READ} WHERE extension = ? AND day = ? ORDER BY start DESC, id DESC", (extension, day))
    )


def newest(database: Database, condition: str, values: Sequence[Any], most: int) -> list[KeptCall]:
    """The newest calls, of whichever extension, of which a condition holds."""
    return made_of(database.execute(f"{_READ} WHERE {condition} ORDER BY start DESC, id DESC LIMIT {most:d}", values))


def of_ids(database: Database, ids: Sequence[str]) -> list[KeptCall]:
    """These calls, of whichever extension, in any order."""
    return made_of(database.execute(f"{_READ} WHERE id IN ({', '.join('?' * len(ids))})", ids)) if ids else []


def spells_of(database: Database, extension: str, since: float, until: float) -> list[Spell]:
    """When somebody listened to an extension between two moments."""
    found = database.execute(
        "SELECT id, extension, host, began, until FROM spells WHERE extension = ? AND began < ? AND until > ?"
        " ORDER BY began",
        (extension, until, since),
    )
    return [_spell(values) for values in found]


def forget(database: Database, day: str) -> None:
    """Drop the calls of the days before this one, the notes on them, and what was done about them."""
    database.execute("DELETE FROM notes WHERE kind = 'call' AND day < ?", (day,))
    database.execute("DELETE FROM sights WHERE call IN (SELECT id FROM calls WHERE day < ?)", (day,))
    database.execute("DELETE FROM calls WHERE day < ?", (day,))
    callbacks.forget(database, datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp())


# What is brought into another archive.


def after(database: Database, id: str, most: int) -> list[KeptCall]:
    """The calls of all extensions in the order of their ids, from behind this one on."""
    return made_of(database.execute(f"{_READ} WHERE id > ? ORDER BY id LIMIT {most:d}", (id,)))


def not_held(database: Database, calls: Sequence[KeptCall]) -> list[KeptCall]:
    """Those of these calls of which something is not kept."""
    found: list[KeptCall] = []
    for start in range(0, len(calls), _LOOKED_UP):
        some = calls[start : start + _LOOKED_UP]
        known = by_sight(database, [call.id for call in some])
        found += [call for call in some if (kept := known.get(call.id)) is None or joined(kept, call) != kept]
    return found


def sights_of(database: Database, calls: Sequence[KeptCall]) -> list[tuple[str, str, str]]:
    """The sights by other listeners of these calls, which follow each other: (sight, call, listener)."""
    found = database.execute(
        "SELECT id, call, listener FROM sights WHERE call >= ? AND call <= ?", (calls[0].id, calls[-1].id)
    )
    return [tuple(values) for values in found]


def put_sights(database: Database, sights: Sequence[tuple[str, str, str]]) -> None:
    """Keep of which calls these sights are, however those are known here."""
    known = by_sight(database, [call for _, call, _ in sights]) if sights else {}
    database.executemany(_SIGHT, ((id, known[call].id, listener) for id, call, listener in sights if call in known))


def all_spells(database: Database) -> list[Spell]:
    """When somebody listened to any extension."""
    return [_spell(values) for values in database.execute("SELECT id, extension, host, began, until FROM spells")]


def _spell(values: Sequence[Any]) -> Spell:
    id, extension, host, began, until = values
    return Spell(id=id, extension=extension, host=host, began=began, until=until)


def values_of(call: KeptCall) -> tuple[Any, ...]:
    """A call as the columns hold it."""
    values = astuple(call)
    return tuple(
        value.value if isinstance(value, Outcome) else int(value) if isinstance(value, bool) else value
        for value in values
    )


def made_of(found: Iterable[Sequence[Any]]) -> list[KeptCall]:
    """The calls of rows that have all columns."""
    return [_call(values) for values in found]


def _call(values: Sequence[Any]) -> KeptCall:
    fields = dict(zip(CALL_COLUMNS, values, strict=True))
    fields["rang"], fields["at_least"] = bool(fields["rang"]), bool(fields["at_least"])
    fields["outcome"] = _OUTCOMES.get(fields["outcome"], Outcome.ENDED_UNSEEN)
    return KeptCall(**fields)
