"""The reports of an account: what was fetched, what is under way, and the days with their proof.

All functions that write belong into a transaction.
"""

from __future__ import annotations

from functools import cache, partial
from itertools import islice
from typing import Any, Final

from msgspec.structs import astuple

from tui.archive.budget import STORING_SECONDS, UNDER_WAY_SECONDS, Limit, Slot
from tui.archive.keys import keyed
from tui.archive.proof import counted, day_read, proved
from tui.archive.records import Claim, FetchState, LastFetch, RequestedReport
from tui.archive.sql import connections, keepers, ledger
from tui.archive.sql.database import Database
from tui.archive.store import Policy
from tui.models.clock import Uptime
from tui.models.connections import Report, ReportKind
from tui.models.days import Day

_DAY_COLUMNS: Final = ", ".join(Day.__struct_fields__)
_KEEP_DAY: Final = f"""
INSERT INTO days (account, {_DAY_COLUMNS}) VALUES (?, {", ".join("?" * len(Day.__struct_fields__))})
ON CONFLICT (account, day) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in Day.__struct_fields__[1:])}
"""
_FETCHED: Final = ("boot", "began", "at", "server_day", "repaired", "unreadable", "apart")
_KEEP_FETCH: Final = f"""
INSERT INTO fetches (account, what, {", ".join(_FETCHED)}) VALUES (?, ?, {", ".join("?" * len(_FETCHED))})
ON CONFLICT (account, what) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _FETCHED)}
"""


def claim(database: Database, limit: Limit, now: Uptime, policy: Policy, id: int) -> Claim:
    """Decide what to ask next and take a slot of this number for it, unless it was taken before."""
    state = fetch_state(database, limit, now)
    taken = ledger.kind_of(database, id)
    kind = policy(state) if taken is None else ReportKind(taken)
    slot = None if kind is None else ledger.reserve(database, limit, now, id, kind.value)
    return Claim(kind, slot, ledger.look(database, limit, now), state)


def fetch_state(database: Database, limit: Limit, now: Uptime) -> FetchState:
    """What is known of the account of this limit."""
    account = limit.account
    # Not those that only a stray row has named: one of 2062 would be the newest for long.
    newest = database.execute(
        f"SELECT {_DAY_COLUMNS} FROM days WHERE account = ? AND coalesce(until, gap_since, closed_at) IS NOT NULL"
        " ORDER BY day DESC LIMIT 4",
        (account,),
    )
    under_way = database.execute(
        "SELECT DISTINCT what FROM requests WHERE account = :account AND kind = :kind AND boot = :boot"
        " AND (completed IS NULL AND reserved > :sent OR completed > :answered AND NOT EXISTS ("
        " SELECT 1 FROM fetches WHERE account = :account AND what = requests.what AND boot = :boot"
        " AND began >= reserved))",
        {
            "account": account,
            "kind": limit.kind,
            "boot": now.boot,
            "sent": now.seconds - UNDER_WAY_SECONDS,
            "answered": now.seconds - STORING_SECONDS,
        },
    )
    failures = database.execute("SELECT what, boot, began FROM failures WHERE account = ?", (account,))
    return FetchState(
        {values[0]: _day(values) for values in newest},
        _fetched(database, account, now),
        frozenset(what for (what,) in under_way if what),
        {ReportKind(what): min(began, now.seconds) for what, boot, began in failures if boot == now.boot},
        keepers.keeper_of(database, account, now),
    )


def fail(database: Database, limit: Limit, now: Uptime, kind: ReportKind, slot: Slot) -> None:
    """A request for a report ended without one: nothing of it will be stored, and nobody need wait for it."""
    where = "WHERE account = ? AND kind = ? AND what = ? AND boot = ? AND reserved >= ?"
    taken = ledger.taken_at(database, slot.id) or slot.reserved
    sent = limit.account, limit.kind, kind.value, now.boot, taken.seconds
    (began,) = database.execute(f"SELECT max(reserved) FROM requests {where}", sent).fetchone()
    if began is not None:
        database.execute(f"UPDATE requests SET what = '' {where}", sent)
        database.execute(
            "INSERT INTO failures (account, what, boot, began) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (account, what) DO UPDATE SET boot = excluded.boot, began = excluded.began",
            (limit.account, kind.value, now.boot, began),
        )


def days(database: Database, account: str) -> list[Day]:
    """Every day of the archive, the oldest first."""
    found = database.execute(f"SELECT {_DAY_COLUMNS} FROM days WHERE account = ? ORDER BY day", (account,))
    return [_day(values) for values in found]


def store(database: Database, limit: Limit, now: Uptime, requested: RequestedReport, report: Report, at: float) -> None:
    """Keep a report and what it proves. ``at``: when the answer came, in seconds of the epoch."""
    account = limit.account
    own_days = [row.day for row in report.rows]
    found = day_read(requested, own_days, _fetched(database, account, now), at)
    about = found.day
    rows = keyed(report.rows, own_days, about, cache(partial(connections.namesakes_of, database, account)))
    newest = [uid for day, uid in islice(rows, requested.page) if day == about]
    meets_known = connections.knows_one_of(database, account, about, newest)
    connections.put(database, account, rows, at)
    for name in {about, *(day for day, _ in rows)}:
        before, count = _day_of(database, account, name), connections.count_of(database, account, name)
        if name == about:
            after = proved(before, count, requested, report, found, at, meets_known=meets_known)
        else:
            after = counted(before, count)
        database.execute(_KEEP_DAY, (account, *astuple(after)))
    own = about if found.own else ""
    began = ledger.taken_at(database, requested.slot_id) or requested.began
    proof = (*began, at, own, int(report.repaired), report.unreadable, found.apart)
    database.execute(_KEEP_FETCH, (account, requested.kind.value, *proof))


def _fetched(database: Database, account: str, now: Uptime) -> dict[ReportKind, LastFetch]:
    found = database.execute(f"SELECT what, {', '.join(_FETCHED)} FROM fetches WHERE account = ?", (account,))
    return {
        ReportKind(what): LastFetch(
            min(began, now.seconds) if boot == now.boot else float("-inf"), at, day, bool(repaired), unreadable, apart
        )
        for what, boot, began, at, day, repaired, unreadable, apart in found
    }


def _day_of(database: Database, account: str, day: str) -> Day:
    """What is known of a day."""
    where = "WHERE account = ? AND day = ?"
    found = database.execute(f"SELECT {_DAY_COLUMNS} FROM days {where}", (account, day)).fetchone()
    return Day(day=day) if found is None else _day(found)


def _day(values: tuple[Any, ...]) -> Day:
    return Day(**dict(zip(Day.__struct_fields__, values, strict=True)))
