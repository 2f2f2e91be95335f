"""The connections of an account: every one that was ever seen, and what was said of it before it was changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from operator import attrgetter
from typing import Any, Final

from tui.archive.keys import Key, key_of, uid_of
from tui.archive.records import SAME_DEVICE_LIMIT
from tui.archive.sql.columns import REPORTED, ROW_COLUMNS
from tui.archive.sql.database import Database
from tui.models.connections import Connection, ConnectionMode, Earlier
from tui.models.namesakes import Fixed, Namesakes

_COLUMNS: Final = ("account", "day", "uid", "started", *ROW_COLUMNS, "seen_at", "changed_at")


def _compared(table: str) -> str:
    """What makes a row another; how its date is written does not, as long as it can be read."""
    texts = [f"{table}.{name}" for name in ROW_COLUMNS if name not in ("started_text", "seconds")]
    start = f"coalesce({table}.started, '-' || {table}.started_text)"
    return ", ".join([*texts, start, f"coalesce({table}.seconds, -1)"])


_INSERT: Final = f"INSERT INTO connections ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"

_STORE: Final = f"""
{_INSERT}
ON CONFLICT (account, day, uid) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in (*REPORTED, "changed_at"))}
WHERE ({_compared("connections")}) <> ({_compared("excluded")})
  AND (excluded.problem = '' OR connections.problem <> '')
"""
"""A row that can only be read in part never takes the place of one that could be read."""

_READ: Final = f"SELECT uid, started, {', '.join(ROW_COLUMNS)} FROM connections"
_NEWEST_FIRST: Final = "ORDER BY day DESC, coalesce(started, '') DESC, uid DESC"

_PLAIN: Final = ROW_COLUMNS[:-1]
# SQLite takes a text at once, and asks around what a member of an enumeration might be.
_reported: Final = attrgetter(*("mode._value_" if name == "mode" else name for name in _PLAIN))
_MODES: Final = {str(mode): mode for mode in ConnectionMode}


def account_id(database: Database, account: str) -> int:
    """The number of an account in this file; 0, which none has, where nothing of it was stored yet."""
    found = database.execute("SELECT id FROM accounts WHERE name = ?", (account,)).fetchone()
    return 0 if found is None else int(found[0])


def namesakes_of(database: Database, account: str, day: str, uid: str = "") -> Namesakes:
    """The connections of a day that are known, or those of one number."""
    found = database.execute(
        f"SELECT uid, coalesce(started, ''), device, customer_device FROM connections"
        f" WHERE account = ? AND day = ? {'AND uid >= ? AND uid < ?' if uid else ''} ORDER BY uid",
        (account_id(database, account), day, *((uid, f"{uid} ") if uid else ())),
    )
    return Namesakes((key, Fixed(*fixed)) for key, *fixed in found)


def put(database: Database, account: str, rows: dict[Key, Connection], at: float) -> None:
    """Keep these rows as they are now."""
    database.execute("INSERT INTO accounts (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (account,))
    number = account_id(database, account)
    # The oldest first: a table grows fastest at its end.
    values = [_values(number, key, rows[key], at) for key in reversed(rows)]
    is_new = not any(count_of(database, account, day) for day in {day for day, _ in rows})
    database.executemany(_INSERT if is_new else _STORE, values)


def knows_one_of(database: Database, account: str, keys: Iterable[Key]) -> bool:
    """Whether at least one of these was seen before."""
    statement = "SELECT 1 FROM connections WHERE account = ? AND day = ? AND uid = ?"
    number = account_id(database, account)
    return any(database.execute(statement, (number, *key)).fetchone() for key in keys)


def count_of(database: Database, account: str, day: str) -> int:
    """How many connections of a day are known."""
    statement = "SELECT count(*) FROM connections WHERE account = ? AND day = ?"
    return int(database.execute(statement, (account_id(database, account), day)).fetchone()[0])


def rows_of(database: Database, account: str, day: str, zone: tzinfo) -> list[Connection]:
    """The connections of a day, newest first; those whose start cannot be read come last."""
    where = (account_id(database, account), day)
    found = database.execute(f"{_READ} WHERE account = ? AND day = ? {_NEWEST_FIRST}", where)
    return [_row(values, zone) for values in found]


def earlier_of(database: Database, account: str, day: str, row: Connection, zone: tzinfo) -> list[Earlier]:
    """What was said before of the connection that a row is about, the latest first."""
    key = _key(database, account, day, row)
    found = database.execute(
        f"SELECT until, uid, started, {', '.join(ROW_COLUMNS)} FROM changes"
        " WHERE account = ? AND day = ? AND uid = ? ORDER BY id DESC",
        (account_id(database, account), day, key),
    )
    return [Earlier(until=until, row=_row(values, zone)) for until, *values in found]


def same_device(database: Database, account: str, row: Connection, zone: tzinfo) -> list[Connection]:
    """Other connections with the customer's device, the newest first."""
    if not row.customer_device:
        return []
    key = _key(database, account, row.day, row)
    found = database.execute(
        f"{_READ} WHERE account = ? AND customer_device = ? AND customer_device <> ''"
        f" AND (uid <> ? OR ? NOT IN ('', day)) {_NEWEST_FIRST} LIMIT {SAME_DEVICE_LIMIT}",
        (account_id(database, account), row.customer_device, key, row.day),
    )
    return [_row(values, zone) for values in found]


def _key(database: Database, account: str, day: str, row: Connection) -> str:
    return key_of(row, namesakes_of(database, account, day, row.uid) if row.uid else Namesakes())


def _values(account: int, key: Key, row: Connection, at: float) -> tuple[Any, ...]:
    # The day is known already; of an aware time, isoformat() would ask for the offset that is not wanted here.
    started = None if row.started is None else f"{key[0]}T{row.started.time().isoformat('seconds')}"
    extra = json.dumps(row.extra, ensure_ascii=False) if row.extra else ""
    return (account, *key, started, *_reported(row), extra, at, at)


def _row(values: Sequence[Any], zone: tzinfo) -> Connection:
    uid, started, started_text, seconds, mode, *texts, problem, extra = values
    return Connection(  # type: ignore[call-arg] # the columns stand in its order
        uid_of(uid),
        None if started is None else datetime.fromisoformat(started).replace(tzinfo=zone),
        started_text,
        seconds,
        _MODES.get(mode, ConnectionMode.UNKNOWN),
        *texts,
        problem,
        tuple((str(name), str(text)) for name, text in json.loads(extra)) if extra else (),
    )
