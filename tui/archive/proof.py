"""What a report proves of the day that it is about. Pure, and the same for every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from tui.archive.records import LastFetch, RequestedReport
from tui.models.connections import Report, ReportKind
from tui.models.days import Day
from tui.models.report_day import ReportDay, report_day

TODAY_SECONDS: Final = 15 * 60.0
"""How long the server's word on which day it is counts."""


def expected_day(kind: ReportKind, today: str) -> str:
    """The day that a report is about, by the calendar."""
    return (date.fromisoformat(today) - timedelta(days=1)).isoformat() if kind is ReportKind.YESTERDAY else today


def day_read(
    requested: RequestedReport, days: Sequence[str], fetched: Mapping[ReportKind, LastFetch], at: float
) -> ReportDay:
    """The day that a report is about, by its rows, the calendar, and what was fetched before.

    ``days``: those of its rows. ``at``: when the answer came, in seconds of the epoch.
    """
    not_on = _servers_today(fetched, at) if requested.kind is ReportKind.YESTERDAY else ""
    return report_day(days, expected_day(requested.kind, requested.today), not_on=not_on)


def counted(day: Day, rows: int) -> Day:
    """The day with the number of rows that are known of it."""
    late = day.late if day.closed_at is None else day.late + max(0, rows - day.rows)
    return replace(day, rows=rows, late=late)


def proved(
    before: Day,
    rows: int,
    requested: RequestedReport,
    report: Report,
    found: ReportDay,
    at: float,
    *,
    meets_known: bool,
) -> Day:
    """The day of a report with what the report proves of it.

    ``before``: the day without the report. ``rows``: how many rows are known of it with the report.
    ``meets_known``: whether one of its newest rows was known before.
    """
    day = counted(before, rows)
    if not found.is_telling:
        return day
    if requested.kind is ReportKind.YESTERDAY:
        # An answer without a row closes only a day of which none is known: it may be about another day.
        return _closed(day, at) if found.own or not rows else day
    # A full page of the newest that does not meet what was known: some may have been missed before it.
    was_read = before.whole_at is not None or before.rows > 0
    is_gap = was_read and len(report.rows) >= requested.page and not meets_known
    if is_gap:
        day = replace(day, gap_since=at if day.gap_since is None else day.gap_since)
    if requested.most == 0 or 0 < len(report.rows) < requested.most:  # it is the whole day
        return _repaired(replace(day, whole_at=at, until=at), at)
    return day if day.gap_since is not None else replace(day, until=at)


def _servers_today(fetched: Mapping[ReportKind, LastFetch], at: float) -> str:
    """The day that it was for the server by its last report of today; empty where that is long ago."""
    todays = [last for kind, last in fetched.items() if kind is not ReportKind.YESTERDAY]
    last = max(todays, key=lambda each: each.at, default=None)
    return "" if last is None or at - last.at > TODAY_SECONDS else last.server_day


def _closed(day: Day, at: float) -> Day:
    return _repaired(replace(day, closed_at=at if day.closed_at is None else day.closed_at, read_at=at), at)


def _repaired(day: Day, at: float) -> Day:
    if day.gap_since is None:
        return day
    return replace(day, gap_since=None, repaired=day.repaired + 1, repaired_at=at)
