"""The search over all days: the texts in which it looks, how they are kept current, and what is found.

Whoever stores rows only marks their day, which costs next to nothing. The texts of a marked day are brought up to date
in small steps, each a transaction of its own: a report of five thousand rows is stored as fast as before. The rows that
were there before the search was are marked in the same way.

Of each row there is one text in ``searched``. Its number grows with the time at which the row began, so the newest come
first in the order of the numbers, whatever was stored first. An engine keeps an index of three letters each beside it
(:class:`~tui.archive.sql.database.TextIndex`), where it can; what the index gives is compared with the text once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final, NamedTuple

from tui.archive.sql.database import Database, Hit, TextIndex
from tui.models.search import Kind, Search, searched, searched_note

ROWS_AT_ONCE: Final = 400
"""Rows of a step: it holds up other writers for some hundredths of a second. SQLite 3.26 takes 999 values."""

DAYS_AT_ONCE: Final = 40
"""Days of a step at the most: those of calls are short."""

_TIE_BITS: Final = 24
_LATEST: Final = 2**38 - 1
"""In seconds of the epoch: later than the last day that a date can name."""

MARK_ALL: Final = (
    f"""
    INSERT INTO unsearched (kind, owner, day, since, done)
    SELECT DISTINCT {Kind.CONNECTION.value}, CAST(account AS TEXT), day, 0, '' FROM connections WHERE true
    ON CONFLICT (kind, owner, day) DO UPDATE SET since = 0, done = ''
    """,
    f"""
    INSERT INTO unsearched (kind, owner, day, since, done)
    SELECT DISTINCT {Kind.CALL.value}, extension, day, 0, '' FROM calls WHERE true
    ON CONFLICT (kind, owner, day) DO UPDATE SET since = 0, done = ''
    """,
)
"""Marks every day that has a row: those of a search that begins."""

MARK_NOTES: Final = f"""
INSERT INTO unsearched (kind, owner, day, since, done)
SELECT DISTINCT {Kind.NOTE.value}, kind || ' ' || account, day, 0, '' FROM notes WHERE true
ON CONFLICT (kind, owner, day) DO UPDATE SET since = 0, done = ''
"""
"""Marks every page that has a note."""

_MARK: Final = """
INSERT INTO unsearched (kind, owner, day, since, done) VALUES (?, ?, ?, ?, '')
ON CONFLICT (kind, owner, day) DO UPDATE
SET since = CASE WHEN excluded.since < unsearched.since THEN excluded.since ELSE unsearched.since END, done = ''
"""

_NEXT: Final = (
    f"SELECT kind, owner, day, since, done FROM unsearched ORDER BY day DESC, kind, owner LIMIT {DAYS_AT_ONCE}"
)

_OF_CONNECTION: Final = (
    *("customer", "explanation", "support_number", "technician"),
    *("customer_device", "customer_alpemix_id"),
)
_OF_CALL: Final = ("name", "number", "line", "called", "user_data")


Place = tuple[str, str]
"""Whose rows, and of which day: the number of an account, an extension, or what :func:`owner_of_notes` gives."""


HIT: Final = ", ".join(f"searched.{name}" for name in Hit._fields)


class _Mark(NamedTuple):
    kind: int
    owner: str
    """Number of an account, an extension, or of which kind a page of notes is, and whose."""
    day: str
    since: float
    """Connections that were changed earlier are known, and calls that began earlier."""
    done: str
    """Up to which row the texts are up to date already."""

    @property
    def place(self) -> tuple[int, str, str]:
        return self.kind, self.owner, self.day


class _News(NamedTuple):
    id: int
    kind: int
    account: int
    day: str
    key: str
    text: str


class _Text(NamedTuple):
    at: int
    text: str


class _Reading(NamedTuple):
    """Some rows of marked days, and how far those are known with them."""

    place: tuple[int, int, str]
    """Kind, account and day of their texts."""
    rows: Mapping[str, _Text]
    """By their keys, the last one last."""
    known: Sequence[_Mark]
    begun: _Mark | None
    """The day of the last row, where it has more."""


def mark(database: Database, kind: Kind, places: Iterable[Place], since: float = 0.0) -> None:
    """Note that rows of these days were stored.

    ``since``: connections that were changed before this, and calls that began before it, are known already.
    """
    database.executemany(_MARK, [(kind.value, *place, since) for place in sorted(set(places))])


def owner_of_notes(kind: str, account: str) -> str:
    """Whose notes are on a page, as a mark names them. ``kind``: of what they are about."""
    return f"{kind} {account}"


def days_left(database: Database) -> int:
    """How many days are marked."""
    return int(database.execute("SELECT count(*) FROM unsearched").fetchone()[0])


def is_behind(database: Database) -> bool:
    """Whether a day is marked."""
    return database.execute("SELECT 1 FROM unsearched LIMIT 1").fetchone() is not None


def bring_on(database: Database, index: TextIndex) -> bool:
    """Bring some texts of the newest marked days up to date; whether there may be more to do from here."""
    if not index.is_writable(database):
        return False
    news: list[_News] = []
    gone: list[tuple[int, str]] = []
    known: list[_Mark] = []
    looked_at = 0
    marks = [_Mark(*found) for found in database.execute(_NEXT).fetchall()]
    for read in _readings(database, marks):
        _compare(database, read.place, read.rows, news, gone)
        looked_at += len(read.rows)
        known += read.known
        if read.begun is not None:
            statement = "UPDATE unsearched SET done = ? WHERE kind = ? AND owner = ? AND day = ?"
            database.execute(statement, (list(read.rows)[-1], *read.begun.place))
        if looked_at >= ROWS_AT_ONCE // 2:
            break
    database.executemany(
        "DELETE FROM unsearched WHERE kind = ? AND owner = ? AND day = ?", [marked.place for marked in known]
    )
    # All at once, in the order of their numbers: an index takes in no others as fast.
    _drop(database, index, sorted(gone))
    _put(database, index, sorted(news))
    return bool(marks)


def forget_calls(database: Database, index: TextIndex, before: str) -> None:
    """Drop the texts of the calls of the days before this one, and of the notes on them, which are still there."""
    gone = database.execute(
        "SELECT searched.id, searched.text FROM searched JOIN calls ON calls.id = searched.key"
        f" WHERE searched.kind = {Kind.CALL.value} AND searched.account = 0 AND searched.day = '' AND calls.day < ?"
        " UNION ALL SELECT searched.id, searched.text FROM searched JOIN notes ON notes.id = searched.key"
        f" WHERE searched.kind = {Kind.NOTE.value} AND searched.account = 0 AND searched.day = ''"
        " AND notes.kind = 'call' AND notes.day < ?",
        (before, before),
    ).fetchall()
    _drop(database, index, sorted(gone))
    for kind, owner in ((Kind.CALL, "%"), (Kind.NOTE, owner_of_notes("call", "%"))):
        database.execute(
            "DELETE FROM unsearched WHERE kind = ? AND owner LIKE ? AND day < ?", (kind.value, owner, before)
        )


def conditions(search: Search) -> tuple[str, list[str]]:
    """What a text has to be like to be found: a condition on ``text``, and its values."""
    ways = [" AND ".join(["searched.text LIKE ? ESCAPE '\\'"] * len(way)) for way in search.ways]
    return f"({' OR '.join(ways)})", [_like(word) for way in search.ways for word in way]


def _like(word: str) -> str:
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return f"%{word}%"


def _readings(database: Database, marks: Iterable[_Mark]) -> Iterator[_Reading]:
    """What the marked days hold, piece by piece; the days of calls are short and many, so they are one."""
    if calls := [marked for marked in marks if marked.kind == Kind.CALL.value]:
        yield _calls(database, calls)
    for marked in marks:
        if marked.kind == Kind.CONNECTION.value:
            yield _connections(database, marked)
        elif marked.kind == Kind.NOTE.value:
            yield _notes(database, marked)


def _connections(database: Database, marked: _Mark) -> _Reading:
    found = database.execute(
        f"SELECT uid, started, {', '.join(_OF_CONNECTION)} FROM connections"
        f" WHERE account = ? AND day = ? AND uid > ? AND changed_at >= ? ORDER BY uid LIMIT {ROWS_AT_ONCE}",
        (int(marked.owner), marked.day, marked.done, marked.since),
    )
    rows = {uid: _Text(_seconds(started or marked.day), searched(*texts)) for uid, started, *texts in found}
    return _of_one((marked.kind, int(marked.owner), marked.day), rows, marked)


def _notes(database: Database, marked: _Mark) -> _Reading:
    kind, _, account = marked.owner.partition(" ")
    found = database.execute(
        "SELECT id, at, text FROM notes WHERE kind = ? AND account = ? AND day = ? AND id > ? AND at >= ?"
        f" ORDER BY id LIMIT {ROWS_AT_ONCE}",
        (kind, account, marked.day, marked.done, marked.since),
    )
    rows = {id: _Text(_within(at), searched_note(text)) for id, at, text in found}
    return _of_one((marked.kind, 0, ""), rows, marked)


def _of_one(place: tuple[int, int, str], rows: Mapping[str, _Text], marked: _Mark) -> _Reading:
    is_begun = len(rows) == ROWS_AT_ONCE
    return _Reading(place, rows, () if is_begun else (marked,), marked if is_begun else None)


def _calls(database: Database, marks: Sequence[_Mark]) -> _Reading:
    wanted = ", ".join(f"({place}, ?, ?, ?, ?)" for place in range(len(marks)))
    found = database.execute(
        f"WITH wanted (place, extension, day, since, done) AS (VALUES {wanted})"
        f" SELECT place, id, start, {', '.join(f'calls.{name}' for name in _OF_CALL)}"
        " FROM wanted CROSS JOIN calls"
        " WHERE calls.extension = wanted.extension AND calls.day = wanted.day"
        " AND calls.start >= wanted.since AND calls.id > wanted.done"
        f" ORDER BY place, id LIMIT {ROWS_AT_ONCE}",
        [value for marked in marks for value in (marked.owner, marked.day, marked.since, marked.done)],
    ).fetchall()
    rows = {id: _Text(_within(start), searched(*texts)) for _, id, start, *texts in found}
    begun = marks[found[-1][0]] if len(found) == ROWS_AT_ONCE else None
    return _Reading((Kind.CALL.value, 0, ""), rows, marks if begun is None else marks[: marks.index(begun)], begun)


def _seconds(at_server: str) -> int:
    """A time of a server as if its zone was UTC: which zone it is may be corrected later."""
    try:
        return _within(datetime.fromisoformat(at_server).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return 0


def _within(seconds: float) -> int:
    return max(0, min(int(seconds), _LATEST))


def _compare(
    database: Database,
    place: tuple[int, int, str],
    rows: Mapping[str, _Text],
    news: list[_News],
    gone: list[tuple[int, str]],
) -> None:
    """Add which texts are new, and which are not there any more as they were."""
    if not rows:
        return
    known = database.execute(
        "SELECT key, id, text FROM searched"
        f" WHERE kind = ? AND account = ? AND day = ? AND key IN ({', '.join('?' * len(rows))})",
        (*place, *rows),
    ).fetchall()
    same = {key for key, id, text in known if rows[key] == _Text(seconds_of(id), text)}
    gone += [(id, text) for key, id, text in known if key not in same]
    news += [
        _News(_number_of(text.at, *place, key), *place, key, text.text) for key, text in rows.items() if key not in same
    ]


def _put(database: Database, index: TextIndex, news: Sequence[_News]) -> None:
    some = [news[start : start + ROWS_AT_ONCE] for start in range(0, len(news), ROWS_AT_ONCE)]
    numbered = [each for part in some for each in _apart(database, part)]
    if numbered:
        columns = ", ".join(_News._fields)
        database.executemany(f"INSERT INTO searched ({columns}) VALUES (?, ?, ?, ?, ?, ?)", numbered)
        index.put(database, [(each.id, each.text) for each in numbered])


def _drop(database: Database, index: TextIndex, gone: Sequence[tuple[int, str]]) -> None:
    index.drop(database, gone)
    database.executemany("DELETE FROM searched WHERE id = ?", [(id,) for id, _ in gone])


def seconds_of(number: int) -> int:
    """At which time the row of a text with this number began, by the clock that its system goes by."""
    return number >> _TIE_BITS


def _number_of(at: int, *row: object) -> int:
    tie = int.from_bytes(blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=_TIE_BITS // 8).digest())
    return (at << _TIE_BITS) + tie


def _apart(database: Database, news: Sequence[_News]) -> list[_News]:
    """The same texts, each with a number that no other has, the lowest first."""
    marks = ", ".join("?" * len(news))
    numbers = [each.id for each in news]
    taken = {id for (id,) in database.execute(f"SELECT id FROM searched WHERE id IN ({marks})", numbers)}
    found: dict[int, _News] = {}
    for each in news:
        id = each.id
        while id in found or id in taken:
            id += 1
            if database.execute("SELECT 1 FROM searched WHERE id = ?", (id,)).fetchone():
                taken.add(id)
        found[id] = each._replace(id=id)
    return [found[id] for id in sorted(found)]
