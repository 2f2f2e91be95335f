"""The connections of an account: every one that was ever seen, and what was said of it before it was changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final

from msgspec.structs import astuple

from tui.archive.keys import Key, key_of, uid_of
from tui.archive.records import SAME_DEVICE_LIMIT
from tui.archive.sql import search
from tui.archive.sql.columns import REPORTED, ROW_COLUMNS
from tui.archive.sql.database import Database
from tui.models.connections import Connection, ConnectionMode, Earlier
from tui.models.namesakes import Fixed, Namesakes
from tui.models.search import Kind

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

_OF_ACCOUNT: Final = "account = (SELECT id FROM accounts WHERE name = ?)"
"""No row's where nothing of the account was stored yet. In the statement itself: a server may be far away."""

_LOOKED_UP: Final = 500
"""Numbers that are looked for at once: SQLite 3.26 takes 999 values."""

MANY: Final = 500
"""A report that is as long was mostly kept before: it is quicker then to read the day than to write it."""

_READ: Final = f"SELECT uid, started, {', '.join(ROW_COLUMNS)} FROM connections"
_NEWEST_FIRST: Final = "ORDER BY day DESC, coalesce(started, '') DESC, uid DESC"

_MODES: Final = {str(mode): mode for mode in ConnectionMode}


def account_id(database: Database, account: str) -> int:
    """The number of an account in this database; 0, which none has, where nothing of it was stored yet."""
    found = database.execute("SELECT id FROM accounts WHERE name = ?", (account,)).fetchone()
    return 0 if found is None else int(found[0])


def namesakes_of(database: Database, account: str, day: str, uid: str = "") -> Namesakes:
    """The connections of a day that are known, or those of one number."""
    found = database.execute(
        f"SELECT uid, coalesce(started, ''), device, customer_device FROM connections"
        f" WHERE {_OF_ACCOUNT} AND day = ? {'AND uid >= ? AND uid < ?' if uid else ''} ORDER BY uid",
        (account, day, *((uid, f"{uid} ") if uid else ())),
    )
    return Namesakes((key, Fixed(*fixed)) for key, *fixed in found)


def put(database: Database, account: str, rows: dict[Key, Connection], at: float) -> None:
    """Keep these rows as they are now."""
    database.execute("INSERT INTO accounts (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (account,))
    number = account_id(database, account)
    is_new = not any(count_of(database, account, day) for day in {day for day, _ in rows})
    values: Iterable[Sequence[Any]] = _values(number, rows, at)
    if not is_new and len(rows) >= MANY:
        values = _not_kept(database, number, values)
    changed = database.executemany(_INSERT if is_new else _STORE, values)
    if changed.rowcount:
        search.mark(database, Kind.CONNECTION, ((str(number), day) for day, _ in rows), at)


def _not_kept(database: Database, account: int, values: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Those of these values that are not kept just so."""
    columns = ", ".join(_COLUMNS[1:-2])
    kept: dict[str, dict[str, Sequence[Any]]] = {}
    found: list[Sequence[Any]] = []
    for each in values:
        if (day := each[1]) not in kept:
            statement = f"SELECT {columns} FROM connections WHERE account = ? AND day = ?"
            kept[day] = {row[1]: row for row in database.execute(statement, (account, day))}
        if kept[day].get(each[2]) != each[1:-2]:
            found.append(each)
    return found


def knows_one_of(database: Database, account: str, day: str, uids: Sequence[str]) -> bool:
    """Whether at least one connection of these numbers was seen before on a day."""
    for start in range(0, len(uids), _LOOKED_UP):
        some = uids[start : start + _LOOKED_UP]
        statement = (
            f"SELECT 1 FROM connections WHERE {_OF_ACCOUNT} AND day = ? AND uid IN ({', '.join('?' * len(some))})"
        )
        if database.execute(f"{statement} LIMIT 1", (account, day, *some)).fetchone():
            return True
    return False


def count_of(database: Database, account: str, day: str) -> int:
    """How many connections of a day are known."""
    statement = f"SELECT count(*) FROM connections WHERE {_OF_ACCOUNT} AND day = ?"
    return int(database.execute(statement, (account, day)).fetchone()[0])


def rows_of(database: Database, account: str, day: str, zone: tzinfo) -> list[Connection]:
    """The connections of a day, newest first; those whose start cannot be read come last."""
    found = database.execute(f"{_READ} WHERE {_OF_ACCOUNT} AND day = ? {_NEWEST_FIRST}", (account, day))
    return [_row(values, zone) for values in found]


def of_keys(
    database: Database, keys: Sequence[tuple[int, str, str]], zone: tzinfo
) -> dict[tuple[int, str, str], tuple[str, Connection]]:
    """These connections, each with the name of its account. ``keys``: account, day, and number of that day."""
    if not keys:
        return {}
    columns = ", ".join(f"connections.{name}" for name in ("account", "day", "uid", "started", *ROW_COLUMNS))
    # CROSS: each of them is looked up, and the table never looked through.
    found = database.execute(
        f"WITH wanted (account, day, uid) AS (VALUES {', '.join(['(CAST(? AS BIGINT), ?, ?)'] * len(keys))})"
        f" SELECT name, {columns} FROM wanted CROSS JOIN connections CROSS JOIN accounts"
        " WHERE connections.account = wanted.account AND connections.day = wanted.day"
        " AND connections.uid = wanted.uid AND accounts.id = connections.account",
        [value for key in keys for value in key],
    )
    return {(account, day, uid): (name, _row((uid, *values), zone)) for name, account, day, uid, *values in found}


def earlier_of(database: Database, account: str, day: str, row: Connection, zone: tzinfo) -> list[Earlier]:
    """What was said before of the connection that a row is about, the latest first."""
    key = _key(database, account, day, row)
    found = database.execute(
        f"SELECT until, uid, started, {', '.join(ROW_COLUMNS)} FROM changes"
        f" WHERE {_OF_ACCOUNT} AND day = ? AND uid = ? ORDER BY id DESC",
        (account, day, key),
    )
    return [Earlier(until=until, row=_row(values, zone)) for until, *values in found]


def same_device(database: Database, account: str, row: Connection, zone: tzinfo) -> list[Connection]:
    """Other connections with the customer's device, the newest first."""
    if not row.customer_device:
        return []
    key = _key(database, account, row.day, row)
    found = database.execute(
        f"{_READ} WHERE {_OF_ACCOUNT} AND customer_device = ? AND customer_device <> ''"
        f" AND (uid <> ? OR ? NOT IN ('', day)) {_NEWEST_FIRST} LIMIT {SAME_DEVICE_LIMIT}",
        (account, row.customer_device, key, row.day),
    )
    return [_row(values, zone) for values in found]


def newest_with(database: Database, account: str, devices: Sequence[str], most: int, zone: tzinfo) -> list[Connection]:
    """The newest connections with any of these devices of customers."""
    some = [device for device in devices if device][:_LOOKED_UP]
    if not some:
        return []
    found = database.execute(
        f"{_READ} WHERE {_OF_ACCOUNT} AND customer_device IN ({', '.join('?' * len(some))}) AND customer_device <> ''"
        f" {_NEWEST_FIRST} LIMIT {most:d}",
        (account, *some),
    )
    return [_row(values, zone) for values in found]


def began_within(
    database: Database, account: str, spans: Sequence[tuple[datetime, datetime]], most: int, zone: tzinfo
) -> list[list[Connection]]:
    """The connections that began within each of these spans, by the server's clock."""
    wanted: list[object] = []
    for number, span in enumerate(spans):
        since, until = (time.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds") for time in span)
        for day in dict.fromkeys((since[:10], until[:10])):
            wanted += (number, day, since, until)
    found: list[list[Connection]] = [[] for _ in spans]
    if not wanted:
        return found
    columns = ", ".join(f"connections.{name}" for name in ("uid", "started", *ROW_COLUMNS))
    # CROSS: the few rows of each day are looked at, and never the table.
    rows = database.execute(
        "WITH wanted (number, day, since, until) AS"
        f" (VALUES {', '.join(['(CAST(? AS BIGINT), ?, ?, ?)'] * (len(wanted) // 4))})"
        f" SELECT wanted.number, {columns} FROM wanted CROSS JOIN connections WHERE {_OF_ACCOUNT}"
        " AND connections.day = wanted.day AND started >= wanted.since AND started <= wanted.until"
        f" ORDER BY wanted.number, started, uid LIMIT {most:d}",
        [*wanted, account],
    )
    for number, *values in rows:
        found[number].append(_row(values, zone))
    return found


def _key(database: Database, account: str, day: str, row: Connection) -> str:
    return key_of(row, namesakes_of(database, account, day, row.uid) if row.uid else Namesakes())


def _values(account: int, rows: dict[Key, Connection], at: float) -> Iterator[tuple[Any, ...]]:
    """What is stored of each row, the oldest first: a table grows fastest at its end."""
    for (day, uid), row in reversed(rows.items()):
        _, started, text, seconds, mode, *texts, extra = astuple(row)  # several times as fast as one field by one
        # The day is known already; of an aware time, isoformat() would ask for the offset that is not wanted here.
        at_server = None if started is None else f"{day}T{started.time().isoformat('seconds')}"
        written = json.dumps(extra, ensure_ascii=False) if extra else ""
        # SQLite takes a text at once, and asks around what a member of an enumeration might be.
        yield account, day, uid, at_server, text, seconds, mode._value_, *texts, written, at, at


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
