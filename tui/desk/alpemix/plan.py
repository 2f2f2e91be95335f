"""What to ask Alpemix next, decided by what all processes know together: pure, so that every case can be tried by hand.

Nothing here trusts this machine's calendar where the server has said which day it is.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from tui.archive.records import FetchState, LastFetch
from tui.models.connections import ReportKind
from tui.models.days import Day

READ_TIMES: Final = (time(0, 5), time(7), time(22))
"""When yesterday is read whole, by the server's clock: to close it, a little after midnight because two clocks differ;
in the morning, for what was written in the night; and before it cannot be asked for any more."""

WHOLE_SECONDS: Final = 15 * 60.0
"""How often to read the whole day instead of its newest rows, to pick up what is written late into older ones."""

AGAIN_SECONDS: Final = 5 * 60.0
"""Yesterday is not asked for more often, whatever came of it: the server may not have passed midnight yet."""

APART_SECONDS: Final = 60.0
"""Clocks that differ by less are taken for equal."""


class Now(NamedTuple):
    """This moment, and what is wanted."""

    at: datetime
    """By this machine's clock, in the server's zone."""
    uptime: float
    since: float
    """Today's connections are fresh enough when they were asked for after this uptime."""
    retry_seconds: float
    """All of today is not asked for again within this when the last answer did not settle it."""


def today_of(state: FetchState, at: datetime) -> str:
    """The day that it is for the server: by the rows it gave as today's, else by this machine's clock."""
    newest = newest_of(state)
    return (newest.server_day if newest is not None else "") or at.date().isoformat()


def newest_of(state: FetchState) -> LastFetch | None:
    """The last good answer about today, to whichever process; None before the first."""
    return max(_todays(state), key=lambda fetched: (fetched.began, fetched.at), default=None)


def next_report(state: FetchState, now: Now) -> ReportKind | None:
    """What is to be asked for now; None where all is known well enough, or is on its way."""
    today = today_of(state, now.at)
    is_on_its_way = bool(state.under_way & {ReportKind.LAST, ReportKind.TODAY})
    if not is_on_its_way and _needs_all(state, state.days.get(today), now):
        return ReportKind.TODAY
    if ReportKind.YESTERDAY not in state.under_way and _needs_yesterday(state, now):
        return ReportKind.YESTERDAY
    if is_on_its_way or _began(state) > now.since:
        return None
    is_long_ago = now.uptime - _tried(state, ReportKind.TODAY) >= WHOLE_SECONDS
    return ReportKind.TODAY if is_long_ago else ReportKind.LAST


def yesterday_of(state: FetchState, at: datetime) -> str:
    """The last day that is over, for the server."""
    return (date.fromisoformat(today_of(state, at)) - timedelta(days=1)).isoformat()


def lacks_yesterday(state: FetchState, at: datetime) -> bool:
    """Whether yesterday was not read whole since it last should have been."""
    due = _look_due(today_of(state, at), at)
    day = state.days.get(yesterday_of(state, at))
    return due is not None and (day is None or day.read_at is None or day.read_at < due.timestamp())


def seconds_to_due(state: FetchState, now: Now, interval: float) -> float:
    """Seconds until today's connections are too old; yesterday's turn may come earlier."""
    return max(0.0, min(_began(state) + interval - now.uptime, interval))


def remarks(state: FetchState, newest_start: datetime | None, at: datetime) -> list[str]:
    """What the two clocks do not agree on, and what was done with the last answer, in words."""
    newest = newest_of(state)
    if newest is None:
        return []
    said = []
    for which, last in (("today's", newest), ("yesterday's", state.fetched.get(ReportKind.YESTERDAY))):
        if last is not None and last.apart:
            rows = f"{last.apart} rows of {which} report are" if last.apart > 1 else f"a row of {which} report is"
            said.append(f"{rows} of another day: is alpemix.timezone right?")
    fetched = datetime.fromtimestamp(newest.at, at.tzinfo)
    if newest.server_day and newest.server_day != fetched.date().isoformat():
        there = date.fromisoformat(newest.server_day)
        said.append(f"for Alpemix it was {there:%a %d %b} when this machine said {fetched:%a %d %b %H:%M}")
    if newest_start is not None:
        ahead = newest_start.timestamp() - newest.at
        if ahead > APART_SECONDS:
            minutes = math.floor(ahead / 60)
            said.append(f"Alpemix's clock is ahead of this machine's by {minutes} min or more")
    return said


def _needs_all(state: FetchState, today: Day | None, now: Now) -> bool:
    if today is not None and today.gap_since is None and today.whole_at is not None:
        return False
    if now.uptime - state.failed.get(ReportKind.TODAY, -math.inf) < now.retry_seconds:
        return False  # meanwhile its newest few may be had
    last = state.fetched.get(ReportKind.TODAY)
    if last is None or (today is not None and today.gap_since is not None and last.at <= today.gap_since):
        return True
    return now.uptime - last.began >= now.retry_seconds  # it was answered, and yet that settled nothing


def _needs_yesterday(state: FetchState, now: Now) -> bool:
    return now.uptime - _tried(state, ReportKind.YESTERDAY) >= AGAIN_SECONDS and lacks_yesterday(state, now.at)


def _look_due(today: str, at: datetime) -> datetime | None:
    """The last time that yesterday should have been read by now; None where it is too early."""
    first = date.fromisoformat(today)
    if at.date() < first:  # the server has passed midnight, although this machine has not
        return datetime.combine(first, time(), at.tzinfo) - timedelta(hours=1)
    if at.date() > first:
        return None
    passed = [read for read in READ_TIMES if at.time() >= read]
    return datetime.combine(first, passed[-1], at.tzinfo) if passed else None


def _tried(state: FetchState, kind: ReportKind) -> float:
    """When a kind was last asked for, well or in vain."""
    last = state.fetched.get(kind)
    return max(state.failed.get(kind, -math.inf), -math.inf if last is None else last.began)


def _began(state: FetchState) -> float:
    return max((fetched.began for fetched in _todays(state)), default=-math.inf)


def _todays(state: FetchState) -> list[LastFetch]:
    kinds = (ReportKind.LAST, ReportKind.TODAY)
    return [state.fetched[kind] for kind in kinds if kind in state.fetched]
