"""The notes: what people wrote about calls, connections and users. They are added, and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from tui.archive.records import LINE_NOTES_READ, NOTES_READ
from tui.archive.sql import search
from tui.archive.sql.columns import NOTE_COLUMNS
from tui.archive.sql.connections import namesakes_of
from tui.archive.sql.database import Database
from tui.models.connections import Connection
from tui.models.namesakes import Fixed, number_of
from tui.models.notes import Note, Page, Subject, SubjectKind
from tui.models.search import Kind

_ADD: Final = f"""
INSERT INTO notes ({", ".join(NOTE_COLUMNS)}) VALUES ({", ".join("?" * len(NOTE_COLUMNS))})
ON CONFLICT (id) DO NOTHING
"""

_OF_NOTE: Final = ", ".join(f"notes.{name}" for name in NOTE_COLUMNS)

_OF_KEPT: Final = _OF_NOTE.replace("notes.key", "coalesce(sights.call, notes.key)")

_WITH_CONNECTION: Final = """
notes LEFT JOIN accounts ON notes.kind = 'connection' AND accounts.name = notes.account
LEFT JOIN connections ON connections.account = accounts.id AND connections.day = notes.day
    AND connections.uid = notes.key
"""
"""A note on a connection with what cannot change of that."""

_FIXED: Final = ", ".join(f"coalesce(connections.{name}, '')" for name in ("started", "device", "customer_device"))

_ON_PAGE: Final = "notes.kind = ? AND notes.account = ? AND notes.day = ?"

_OF_LINE: Final = f"""
SELECT {", ".join(NOTE_COLUMNS)} FROM (
    SELECT {_OF_NOTE} FROM calls CROSS JOIN notes
    WHERE calls.line = ? AND calls.id NOT IN ({{marks}}) AND notes.key = calls.id AND notes.kind = 'call'
    UNION ALL
    SELECT {_OF_NOTE} FROM calls CROSS JOIN sights CROSS JOIN notes
    WHERE calls.line = ? AND calls.id NOT IN ({{marks}}) AND sights.call = calls.id AND notes.key = sights.id
        AND notes.kind = 'call'
) AS found ORDER BY at DESC, id DESC LIMIT {LINE_NOTES_READ}
"""
"""Notes on calls with a number: those that name the call by its id, then those that name another sight of it.

CROSS JOIN: SQLite then begins with the few calls of the number, and not with all notes on calls.
"""

_LOOKED_UP: Final = 400
"""Ids that are looked for at once: SQLite 3.26 takes 999 values."""


def add(database: Database, notes: Iterable[Note]) -> None:
    """Keep these; one that is there already stays as it is."""
    put(database, [_values(note, _key(database, note.about)) for note in notes])


def put(database: Database, rows: Sequence[Sequence[Any]]) -> None:
    """Keep these rows."""
    database.executemany(_ADD, rows)
    kept = [dict(zip(NOTE_COLUMNS, row, strict=True)) for row in rows]
    places = {(search.owner_of_notes(row["kind"], row["account"]), row["day"]) for row in kept}
    search.mark(database, Kind.NOTE, places, min((row["at"] for row in kept), default=0.0))


def of_ids(database: Database, ids: Sequence[str]) -> list[tuple[str, Note]]:
    """These notes, in any order, each with the key that its subject is kept under."""
    if not ids:
        return []
    columns = ", ".join(NOTE_COLUMNS)
    found = database.execute(f"SELECT {columns} FROM notes WHERE id IN ({', '.join('?' * len(ids))})", ids)
    place = NOTE_COLUMNS.index("key")
    return [(values[place], _note([*values, "", "", ""])) for values in found]


def notes_of(database: Database, subject: Subject) -> list[Note]:
    """The last notes on a subject, the newest last."""
    if subject.kind is SubjectKind.CALL:
        keys = ids_of(database, subject.key)
        where = f"notes.kind = '{SubjectKind.CALL}' AND notes.key IN ({', '.join('?' * len(keys))})"
    else:
        keys = [*subject.page, _key(database, subject)]
        where = f"{_ON_PAGE} AND notes.key = ?"
    found = database.execute(
        f"SELECT {_OF_NOTE}, {_FIXED} FROM {_WITH_CONNECTION} WHERE {where}"
        f" ORDER BY notes.at DESC, notes.id DESC LIMIT {NOTES_READ}",
        keys,
    )
    return [_note(values) for values in found][::-1]


def notes_of_line(database: Database, line: str, but: Subject) -> list[Note]:
    """The last notes on calls with a number but this one, the newest last."""
    if not line:
        return []
    own = ids_of(database, but.key)
    marks = ", ".join("?" * len(own))
    found = database.execute(_OF_LINE.format(marks=marks), (line, *own, line, *own))
    return [_note([*values, "", "", ""]) for values in found][::-1]


def notes_on(database: Database, page: Page) -> list[Note]:
    """All notes on what stands on a page, the newest last; a call by the id that it is kept under."""
    found = database.execute(
        f"SELECT {_OF_KEPT}, {_FIXED} FROM {_WITH_CONNECTION}"
        f" LEFT JOIN sights ON notes.kind = 'call' AND sights.id = notes.key"
        f" WHERE {_ON_PAGE} ORDER BY notes.at, notes.id",
        page,
    )
    return [_note(values) for values in found]


def noted(database: Database, pages: Iterable[Page]) -> set[Subject]:
    """Which subjects on these pages have notes; a call by each of its sights."""
    found: set[Subject] = set()
    for page in pages:
        keys = database.execute(f"SELECT DISTINCT notes.key, {_FIXED} FROM {_WITH_CONNECTION} WHERE {_ON_PAGE}", page)
        subjects = {_subject(*page, key, fixed) for key, *fixed in keys}
        if page.kind is SubjectKind.CALL:
            named = sorted(subject.key for subject in subjects)
            subjects |= {_subject(*page, key) for key in _others(database, named)}
        found |= subjects
    return found


def ids_of(database: Database, id: str) -> list[str]:
    """Every id that a call is known by, with this one."""
    return [id, *_others(database, [id])]


def _others(database: Database, ids: Sequence[str]) -> set[str]:
    """By which other ids these calls are known, which are named by any of their sights."""
    first = {*ids, *_looked_up(database, "SELECT call FROM sights WHERE id IN ({})", ids)}
    return {*first, *_looked_up(database, "SELECT id FROM sights WHERE call IN ({})", sorted(first))} - {*ids}


def _looked_up(database: Database, statement: str, ids: Sequence[str]) -> list[str]:
    found: list[str] = []
    for start in range(0, len(ids), _LOOKED_UP):
        some = ids[start : start + _LOOKED_UP]
        found += [each for (each,) in database.execute(statement.format(", ".join("?" * len(some))), some)]
    return found


def _key(database: Database, about: Subject) -> str:
    """Under which key a note on it is kept: of a connection, that of the connection."""
    if about.kind is not SubjectKind.CONNECTION or about.key.startswith("?"):
        return about.key
    started, device, customer_device = about.fixed
    row = Connection(
        uid=about.key,
        started=datetime.fromisoformat(started) if started else None,
        started_text="",
        seconds=None,
        device=device,
        customer_device=customer_device,
    )
    return namesakes_of(database, about.account, about.day, about.key).key_of(row)


def _values(note: Note, key: str) -> tuple[Any, ...]:
    about = note.about
    return note.id, about.kind.value, about.account, about.day, key, note.at, note.author, note.host, note.text


def _note(values: Sequence[Any]) -> Note:
    id, kind, account, day, key, at, author, host, text, *fixed = values
    about = _subject(kind, account, day, key, fixed)
    return Note(id=id, about=about, at=at, author=author, host=host, text=text)


def _subject(kind: str, account: str, day: str, key: str, fixed: Sequence[str] = ("", "", "")) -> Subject:
    is_nameless = key.startswith("?")
    return Subject(SubjectKind(kind), account, day, number_of(key), Fixed("", "", "") if is_nameless else Fixed(*fixed))


# What is brought into another archive.


def after(database: Database, id: str, most: int) -> list[tuple[Any, ...]]:
    """The rows of all notes in the order of their ids, from behind this one on."""
    columns = ", ".join(NOTE_COLUMNS)
    found = database.execute(f"SELECT {columns} FROM notes WHERE id > ? ORDER BY id LIMIT {most:d}", (id,))
    return [tuple(values) for values in found]


def not_held(database: Database, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Those of these rows of which the note is not kept."""
    there = set(_looked_up(database, "SELECT id FROM notes WHERE id IN ({})", [row[0] for row in rows]))
    return [row for row in rows if row[0] not in there]
