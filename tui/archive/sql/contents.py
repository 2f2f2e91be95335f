"""What an archive remembers, read and written day by day: for a copy of it, whatever the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple, Protocol

from msgspec import msgpack
from msgspec.structs import astuple

from tui.archive.merging import Kept, KeptDay, Said
from tui.archive.sql import search
from tui.archive.sql.columns import REPORTED
from tui.archive.sql.connections import account_id
from tui.archive.sql.database import Database, Reading
from tui.models.days import Day
from tui.models.search import Kind

ROWS_AT_ONCE: Final = 5_000
"""About how many rows are held in memory: whole days, of one account."""

_DAY_COLUMNS: Final = Day.__struct_fields__
_ROW_COLUMNS: Final = ("account", "day", "uid", *REPORTED, "seen_at", "changed_at")
_EARLIER_COLUMNS: Final = ("account", "day", "uid", "until", *REPORTED)
_PROBLEM: Final = REPORTED.index("problem")

_COUNTED: Final = """
SELECT name, day, sum(known) FROM (
    SELECT accounts.name, connections.day, 1 AS known
    FROM connections JOIN accounts ON accounts.id = connections.account
    UNION ALL SELECT account, day, 0 FROM days
) AS counted GROUP BY name, day ORDER BY name, day
"""

_WITHIN: Final = "account = ? AND day >= ? AND day <= ?"


class Contents(Database, Protocol):
    """The database of an archive within one transaction."""

    at: Reading

    def append(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Put many rows into a table that has none of them."""


class Span(NamedTuple):
    """Days of an account that follow each other."""

    account: str
    days: dict[str, int]
    """How many rows each has."""

    @property
    def rows(self) -> int:
        """How many rows all of them have."""
        return sum(self.days.values())


def spans_of(contents: Database) -> list[Span]:
    """All that there is, in pieces of about as many rows as are held in memory."""
    spans: list[Span] = []
    for account, day, rows in contents.execute(_COUNTED):
        if not spans or spans[-1].account != account or spans[-1].rows >= ROWS_AT_ONCE:
            spans.append(Span(account, {}))
        spans[-1].days[day] = int(rows)
    return spans


def days_of(contents: Database, span: Span) -> dict[str, KeptDay]:
    """The days of a span that are there, with all that is kept of them."""
    first, last = min(span.days), max(span.days)
    number = account_id(contents, span.account)
    earlier: dict[tuple[str, str], list[tuple[float, Said]]] = defaultdict(list)
    for day, uid, until, *said in contents.execute(
        f"SELECT day, uid, until, {', '.join(REPORTED)} FROM changes WHERE {_WITHIN} ORDER BY day, uid, id",
        (number, first, last),
    ):
        earlier[day, uid].append((until, tuple(said)))
    found: dict[str, KeptDay] = {}
    for values in contents.execute(
        f"SELECT {', '.join(_DAY_COLUMNS)} FROM days WHERE {_WITHIN}", (span.account, first, last)
    ):
        proof = Day(**dict(zip(_DAY_COLUMNS, values, strict=True)))
        found[proof.day] = KeptDay(proof, {})
    for day, uid, *said, seen_at, changed_at in contents.execute(
        f"SELECT {', '.join(_ROW_COLUMNS[1:])} FROM connections WHERE {_WITHIN} ORDER BY day, uid",
        (number, first, last),
    ):
        kept = Kept(tuple(said), said[_PROBLEM], seen_at, changed_at, tuple(earlier.get((day, uid), ())))
        found.setdefault(day, KeptDay(None, {})).rows[uid] = kept
    return found


def put_days(contents: Contents, account: str, days: Mapping[str, KeptDay], replaced: Iterable[str]) -> None:
    """Write these days. ``replaced``: those of which something is there."""
    contents.execute("INSERT INTO accounts (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (account,))
    number = account_id(contents, account)
    for day in replaced:
        for table, owner in (("changes", number), ("connections", number), ("days", account)):
            contents.execute(f"DELETE FROM {table} WHERE account = ? AND day = ?", (owner, day))
    proofs = [day.proof for day in days.values() if day.proof is not None]
    contents.append("days", ("account", *_DAY_COLUMNS), ((account, *astuple(proof)) for proof in proofs))
    contents.append("connections", _ROW_COLUMNS, (row for day in days for row in _rows(number, day, days[day].rows)))
    search.mark(contents, Kind.CONNECTION, ((str(number), day) for day in days))
    contents.append("changes", _EARLIER_COLUMNS, (row for day in days for row in _earlier(number, day, days[day].rows)))


def digest_of(day: KeptDay) -> bytes:
    """The same for two days that are the same in every value, and for no others."""
    proof = None if day.proof is None else astuple(day.proof)
    return blake2b(msgpack.encode((proof, sorted(day.rows.items()))), digest_size=16).digest()


def _rows(number: int, day: str, rows: Mapping[str, Kept]) -> Iterator[tuple[Any, ...]]:
    for uid in sorted(rows):
        kept = rows[uid]
        yield (number, day, uid, *kept.said, kept.seen_at, kept.changed_at)


def _earlier(number: int, day: str, rows: Mapping[str, Kept]) -> Iterator[tuple[Any, ...]]:
    for uid in sorted(rows):
        for until, said in rows[uid].earlier:
            yield (number, day, uid, until, *said)
