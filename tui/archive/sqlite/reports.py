"""Storing a report: its rows, and what it proves of the day that it is about."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, NamedTuple

from tui.archive.sqlite import connections, ledger
from tui.archive.sqlite.ledger import Limit, Slot
from tui.models.budget import Budget
from tui.models.clock import Uptime
from tui.models.connections import Report, ReportKind
from tui.models.days import Day
from tui.models.report_day import report_day

STORING_SECONDS: Final = 2.0
"""What was answered is stored within this: meanwhile nobody else need ask for it."""

TODAY_SECONDS: Final = 15 * 60.0
"""What the server took for today holds so long."""

_DAY_COLUMNS: Final = ", ".join(Day.__struct_fields__)


class RequestedReport(NamedTuple):
    """A report that was asked for."""

    kind: ReportKind
    most: int
    """How many rows at the most; 0: all."""
    page: int
    """How many rows a look at the newest few has: that many without a known one are a gap."""
    began: Uptime
    today: str
    """The day by our own clock in the server's zone, when the answer came."""


class LastFetch(NamedTuple):
    """The last good answer of a kind."""

    began: float
    """On this boot's uptime; what was fetched in an earlier boot began long before zero."""
    at: float
    server_day: str
    """The day that its newest row is of; empty where it had no row."""
    repaired: bool
    unreadable: int
    apart: int
    """Its rows that are of another day than the report."""


class FetchState(NamedTuple):
    """What is known of an account, for deciding what to ask next."""

    days: dict[str, Day]
    """The newest few."""
    fetched: dict[ReportKind, LastFetch]
    under_way: frozenset[str]
    """Kinds of reports that some process is waiting for, or is about to store. It empties as time passes."""
    failed: dict[ReportKind, float]
    """When a report of a kind was last asked for in vain, on this boot's uptime."""


class Claim(NamedTuple):
    """What may be asked now, if anything."""

    kind: ReportKind | None
    """What is to be asked next; None while nothing is."""
    slot: Slot | None
    """The permission to ask for it; None while the budget is used up."""
    budget: Budget
    state: FetchState


def claim(
    database: sqlite3.Connection, limit: Limit, now: Uptime, choose: Callable[[FetchState], ReportKind | None]
) -> Claim:
    """Decide what to ask next and take a slot for it, with no other process in between."""
    state = fetch_state_of(database, limit, now)
    kind = choose(state)
    slot = None if kind is None else ledger.reserve(database, limit, now, kind)
    return Claim(kind, slot if isinstance(slot, Slot) else None, ledger.look(database, limit, now), state)


def fetch_state_of(database: sqlite3.Connection, limit: Limit, now: Uptime) -> FetchState:
    """What is known of the account of this limit."""
    account = limit.account
    # Not those that only a stray row has named: one of 2062 would be the newest for long.
    newest = database.execute(
        f"SELECT {_DAY_COLUMNS} FROM days WHERE account = ? AND coalesce(until, gap_since, closed_at) IS NOT NULL"
        " ORDER BY day DESC LIMIT 4",
        (account,),
    )
    fetches = database.execute(
        "SELECT what, boot, began, at, server_day, repaired, unreadable, apart FROM fetches WHERE account = ?",
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
            "sent": now.seconds - ledger.UNDER_WAY_SECONDS,
            "answered": now.seconds - STORING_SECONDS,
        },
    )
    failures = database.execute("SELECT what, boot, began FROM failures WHERE account = ?", (account,))
    return FetchState(
        {values[0]: _day(values) for values in newest},
        {
            ReportKind(what): LastFetch(
                min(began, now.seconds) if boot == now.boot else float("-inf"),
                at,
                day,
                bool(repaired),
                unreadable,
                apart,
            )
            for what, boot, began, at, day, repaired, unreadable, apart in fetches
        },
        frozenset(what for (what,) in under_way if what),
        {ReportKind(what): min(began, now.seconds) for what, boot, began in failures if boot == now.boot},
    )


def fail(database: sqlite3.Connection, limit: Limit, now: Uptime, kind: ReportKind, slot: Slot) -> None:
    """A request for a report ended without one: nothing of it will be stored, and nobody need wait for it."""
    sent = database.execute(
        "UPDATE requests SET what = '' WHERE account = ? AND kind = ? AND what = ? AND boot = ? AND reserved >= ?",
        (limit.account, limit.kind, kind, now.boot, slot.reserved.seconds),
    )
    if sent.rowcount:
        database.execute(
            "INSERT OR REPLACE INTO failures (account, what, boot, began) VALUES (?, ?, ?, ?)",
            (limit.account, kind, now.boot, slot.reserved.seconds),
        )


def days_of(database: sqlite3.Connection, account: str) -> list[Day]:
    """Every day of the archive, the oldest first."""
    found = database.execute(f"SELECT {_DAY_COLUMNS} FROM days WHERE account = ? ORDER BY day", (account,))
    return [_day(values) for values in found]


def store(
    database: sqlite3.Connection, limit: Limit, now: Uptime, asked: RequestedReport, report: Report, at: float
) -> FetchState:
    """Keep a report and what it proves. ``at``: when the answer came, in seconds of the epoch."""
    account = limit.account
    of_yesterday = asked.kind is ReportKind.YESTERDAY
    expected = _day_before(asked.today) if of_yesterday else asked.today
    found = report_day(
        [row.day for row in report.rows], expected, not_on=_today_of(database, account, at) if of_yesterday else ""
    )
    about = found.day
    rows = connections.keyed(database, account, report.rows, about)
    is_gap = not of_yesterday and _is_gap(database, account, list(rows)[: asked.page], asked.page, about)
    is_whole = asked.most == 0 or 0 < len(report.rows) < asked.most
    connections.put(database, account, rows, at)
    for day in {about, *(day for day, _ in rows)}:
        _count(database, account, day)
    where = (account, about)
    if not found.is_telling:
        pass  # what it holds is kept, and proves nothing
    elif of_yesterday:
        if found.own or _is_empty(database, account, about):
            _mark(database, "closed_at = coalesce(closed_at, :at), read_at = :at", at, where)
            _repair(database, at, where)
    elif is_whole:
        if is_gap:  # nobody has looked for long, and this answer has all that was missed meanwhile
            _mark(database, "gap_since = coalesce(gap_since, :at)", at, where)
        _mark(database, "whole_at = :at, until = :at", at, where)
        _repair(database, at, where)
    elif is_gap:
        _mark(database, "gap_since = coalesce(gap_since, :at)", at, where)
    else:
        _mark(database, "until = CASE WHEN gap_since IS NULL THEN :at ELSE until END", at, where)
    database.execute(
        "INSERT OR REPLACE INTO fetches (account, what, boot, began, at, server_day, repaired, unreadable, apart)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            account,
            asked.kind,
            *asked.began,
            at,
            about if found.own else "",
            report.repaired,
            report.unreadable,
            found.apart,
        ),
    )
    return fetch_state_of(database, limit, now)


def _today_of(database: sqlite3.Connection, account: str, at: float) -> str:
    """The day that it was for the server by its last report of today; empty where that is long ago."""
    last = database.execute(
        "SELECT server_day, at FROM fetches WHERE account = ? AND what <> ? ORDER BY at DESC LIMIT 1",
        (account, ReportKind.YESTERDAY),
    ).fetchone()
    return "" if last is None or at - last[1] > TODAY_SECONDS else str(last[0])


def _is_gap(database: sqlite3.Connection, account: str, newest: list[connections.Key], page: int, about: str) -> bool:
    """Whether a full page of the newest does not meet what was known of a day: some may have been missed before it."""
    looked = "SELECT 1 FROM days WHERE account = ? AND day = ? AND (whole_at IS NOT NULL OR rows > 0)"
    if len(newest) < page or database.execute(looked, (account, about)).fetchone() is None:
        return False
    return not connections.knows_one_of(database, account, (key for key in newest if key[0] == about))


def _is_empty(database: sqlite3.Connection, account: str, day: str) -> bool:
    """An answer without a row closes only a day of which none is known: it may be about another day."""
    return connections.count_of(database, account, day) == 0


def _count(database: sqlite3.Connection, account: str, day: str) -> None:
    rows = connections.count_of(database, account, day)
    database.execute(
        "INSERT INTO days (account, day, rows) VALUES (?, ?, ?) ON CONFLICT (account, day) DO UPDATE"
        " SET late = CASE WHEN closed_at IS NULL THEN late ELSE late + max(0, excluded.rows - rows) END,"
        " rows = excluded.rows",
        (account, day, rows),
    )


def _mark(database: sqlite3.Connection, change: str, at: float, where: tuple[str, str]) -> None:
    account, day = where
    database.execute(
        f"UPDATE days SET {change} WHERE account = :account AND day = :day", {"at": at, "account": account, "day": day}
    )


def _repair(database: sqlite3.Connection, at: float, where: tuple[str, str]) -> None:
    database.execute(
        "UPDATE days SET gap_since = NULL, repaired = repaired + 1, repaired_at = ?"
        " WHERE account = ? AND day = ? AND gap_since IS NOT NULL",
        (at, *where),
    )


def _day(values: tuple[object, ...]) -> Day:
    return Day(**dict(zip(Day.__struct_fields__, values, strict=True)))  # type: ignore[arg-type] # the columns are its fields


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
