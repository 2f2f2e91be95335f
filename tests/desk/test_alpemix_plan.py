"""What is asked next, case by case."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tui.archive.records import FetchState, LastFetch
from tui.desk.alpemix.plan import AGAIN_SECONDS, WHOLE_SECONDS, Now, next_report, remarks, today_of
from tui.models.connections import ReportKind
from tui.models.days import Day

ZONE = ZoneInfo("Europe/Istanbul")
NOON = datetime(2024, 8, 22, 12, 0, tzinfo=ZONE)
TODAY, YESTERDAY = "2024-08-22", "2024-08-21"
LAST, ALL, BEFORE = ReportKind.LAST, ReportKind.TODAY, ReportKind.YESTERDAY
UPTIME = 100_000.0

CLOSED = Day(day=YESTERDAY, closed_at=NOON.timestamp() - 1, read_at=NOON.timestamp() - 1)
WHOLE = Day(day=TODAY, whole_at=NOON.timestamp() - 60, until=NOON.timestamp())


def fetched(seconds_ago: float, server_day: str = TODAY, at: datetime = NOON) -> LastFetch:
    return LastFetch(UPTIME - seconds_ago, at.timestamp() - seconds_ago, server_day, False, 0, 0)


def state(*days: Day, under_way: frozenset[str] = frozenset(), **last: LastFetch) -> FetchState:
    fetches = {ReportKind(kind): each for kind, each in last.items()}
    return FetchState({day.day: day for day in days}, fetches, under_way, {})


def in_vain(kind: ReportKind, seconds_ago: float) -> dict[ReportKind, float]:
    """It was asked for, and no report came."""
    return {kind: UPTIME - seconds_ago}


def now(at: datetime = NOON, since: float = UPTIME - 30) -> Now:
    return Now(at, UPTIME, since, 30.0)


def settled(**changed: Any) -> FetchState:
    """All of today and yesterday is known, the newest since ten seconds."""
    return state(CLOSED, WHOLE, last=fetched(10), today=fetched(60))._replace(**changed)


def test_at_the_first_start_all_of_today_comes_first_and_yesterday_next() -> None:
    assert next_report(state(), now()) is ALL
    assert next_report(state(WHOLE, today=fetched(1)), now()) is BEFORE
    assert next_report(state(WHOLE, CLOSED, today=fetched(1)), now()) is None


def test_the_newest_few_are_asked_for_when_what_is_known_is_too_old() -> None:
    assert next_report(settled(), now()) is None
    assert next_report(settled(), now(since=UPTIME - 9)) is LAST


def test_what_is_on_its_way_in_another_process_is_not_asked_for() -> None:
    for kind in (LAST, ALL):
        assert next_report(settled(under_way=frozenset({kind})), now(since=UPTIME)) is None
    assert next_report(state(WHOLE, under_way=frozenset({BEFORE}), today=fetched(1)), now()) is None
    assert next_report(state(under_way=frozenset({ALL})), now()) is BEFORE


def test_a_gap_is_closed_with_the_next_request_and_not_asked_for_again_and_again() -> None:
    gap = Day(day=TODAY, whole_at=NOON.timestamp() - 600, gap_since=NOON.timestamp() - 5)
    assert next_report(settled(days={TODAY: gap, YESTERDAY: CLOSED}), now()) is ALL
    unsettled = state(gap, CLOSED, last=fetched(10), today=fetched(2))
    assert next_report(unsettled, now()) is None


def test_all_of_today_is_read_now_and_then_for_what_is_written_late() -> None:
    late = state(CLOSED, WHOLE, last=fetched(40), today=fetched(WHOLE_SECONDS))
    assert next_report(late, now()) is ALL


@pytest.mark.parametrize(
    ("time", "read", "asked"),
    [
        ("00:04", "21 23:59", None),
        ("00:05", "21 23:59", BEFORE),
        ("06:59", "22 00:05", None),
        ("07:00", "22 00:05", BEFORE),
        ("21:59", "22 07:00", None),
        ("22:00", "22 07:00", BEFORE),
        ("23:00", "22 22:00", None),
        ("23:00", "22 06:00", BEFORE),
    ],
)
def test_yesterday_is_read_after_midnight_in_the_morning_and_before_it_is_forgotten(
    time: str, read: str, asked: ReportKind | None
) -> None:
    at = datetime.fromisoformat(f"2024-08-22 {time}").replace(tzinfo=ZONE)
    read_at = datetime.strptime(f"2024-08-{read}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).timestamp()
    before = Day(day=YESTERDAY, closed_at=read_at, read_at=read_at)
    known = state(before, WHOLE, last=fetched(1, at=at), today=fetched(60, at=at))
    assert next_report(known, now(at)) is asked


def test_a_yesterday_that_did_not_close_is_asked_for_again_after_a_while() -> None:
    at = NOON.replace(hour=0, minute=6)
    open_day = Day(day=YESTERDAY, rows=5)
    known = state(open_day, WHOLE, last=fetched(1, at=at), today=fetched(1, at=at), yesterday=fetched(60))
    assert next_report(known, now(at)) is None
    later = known._replace(fetched={**known.fetched, BEFORE: fetched(AGAIN_SECONDS)})
    assert next_report(later, now(at)) is BEFORE


def test_the_server_says_which_day_it_is() -> None:
    assert today_of(state(), NOON) == TODAY
    assert today_of(state(last=fetched(1, YESTERDAY)), NOON) == YESTERDAY
    assert today_of(state(last=fetched(1, "")), NOON) == TODAY


def test_while_the_server_has_not_passed_midnight_its_yesterday_is_not_ours() -> None:
    at = NOON.replace(hour=0, minute=6)
    whole = Day(day=YESTERDAY, whole_at=1.0)
    behind = state(whole, last=fetched(1, YESTERDAY, at), today=fetched(60, YESTERDAY, at))
    assert next_report(behind, now(at)) is None
    assert "for Alpemix it was Wed 21 Aug when this machine said Thu 22 Aug 00:05" in remarks(behind, None, at)


def test_when_the_server_has_passed_midnight_first_its_yesterday_is_over() -> None:
    at = NOON.replace(day=21, hour=23, minute=58)
    ahead = state(WHOLE, last=fetched(1, TODAY, at), today=fetched(60, TODAY, at))
    assert next_report(ahead, now(at)) is BEFORE
    started = at + timedelta(minutes=4)
    assert "Alpemix's clock is ahead of this machine's by 4 min or more" in remarks(ahead, started, at)


def test_what_was_fetched_in_an_earlier_boot_is_too_old() -> None:
    long_ago = LastFetch(-math.inf, NOON.timestamp() - 20, TODAY, False, 0, 0)
    assert next_report(state(CLOSED, WHOLE, last=long_ago, today=long_ago), now()) is ALL


def test_clocks_that_agree_are_not_spoken_of() -> None:
    assert remarks(settled(), NOON - timedelta(seconds=30), NOON) == []
    assert remarks(state(), None, NOON) == []


def test_after_a_failure_of_all_of_today_its_newest_few_are_asked_for_meanwhile() -> None:
    assert next_report(state(CLOSED)._replace(failed=in_vain(ALL, 1)), now()) is LAST
    assert next_report(state(CLOSED)._replace(failed=in_vain(ALL, 31)), now()) is ALL


def test_a_gap_whose_repair_fails_does_not_keep_the_newest_from_being_seen() -> None:
    gap = Day(day=TODAY, gap_since=NOON.timestamp() - 5, whole_at=NOON.timestamp() - 600)
    known = state(CLOSED, gap, last=fetched(40), today=fetched(900))
    assert next_report(known, now()) is ALL
    assert next_report(known._replace(failed=in_vain(ALL, 1)), now()) is LAST


def test_a_yesterday_that_cannot_be_read_does_not_keep_today_from_being_asked_for() -> None:
    known = state(WHOLE, last=fetched(40), today=fetched(60))
    assert next_report(known, now()) is BEFORE
    assert next_report(known._replace(failed=in_vain(BEFORE, 1)), now()) is LAST
    assert next_report(known._replace(failed=in_vain(BEFORE, AGAIN_SECONDS)), now()) is BEFORE


def test_rows_of_another_day_are_told() -> None:
    known = state(WHOLE, last=fetched(10)._replace(apart=1), yesterday=fetched(60)._replace(apart=3))
    assert remarks(known, None, NOON) == [
        "a row of today's report is of another day: is alpemix.timezone right?",
        "3 rows of yesterday's report are of another day: is alpemix.timezone right?",
    ]
