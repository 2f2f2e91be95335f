"""How a technician of the team reads: nothing is said of what is not known, and a day of another zone is named."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from tests.clock import START
from tui.models.clock import Moment
from tui.models.days import Day
from tui.models.figures import Figures
from tui.models.listening import Coverage
from tui.models.team import Technician
from tui.panes.team_facts import connections_known, reports, sums

NOW = START.timestamp()
HEARD = Coverage(listened_from=NOW - 3_480, listened_until=NOW - 1_200, gaps=0, gap_seconds=0)
SHOWN = Moment(START, 0.0)


def test_whether_they_report_is_said_with_since_when_or_until_when() -> None:
    silent = Technician(name="Ada", extensions=("201",), coverage=HEARD, last_heard=NOW - 1_200)
    assert reports(replace(silent, reports=True), SHOWN, UTC) == "since 08:02"
    assert reports(silent, SHOWN, UTC) == "until 08:40"
    before = Technician(name="Ada", extensions=("201",), last_heard=NOW - 86_400)
    assert reports(before, SHOWN, UTC) == "Wed 09:00"
    assert reports(Technician(name="Ada", extensions=("201",)), SHOWN, UTC) == "not lately"
    assert reports(Technician(name="Ada"), SHOWN, UTC) == ""


def test_sums_leave_out_what_is_not_known() -> None:
    figures = Figures(calls=1, missed=1, connections=2, unfinished=1, connection_seconds=61)
    assert sums(figures, 0, has_connections=True) == "1 call, 1 missed, 00:00 talk, 2 connections, ≥01:01"
    assert sums(figures, None, has_connections=True) == "2 connections, ≥01:01"
    assert sums(figures, None, has_connections=False) == ""


def test_a_day_that_is_another_at_alpemix_is_named() -> None:
    until = datetime(2024, 8, 22, 8, 30, tzinfo=UTC).timestamp()
    day = Day(day="2024-08-22", rows=3, until=until)
    assert connections_known(day, "2024-08-22", UTC) == "connections: 3 rows, no gap until 08:30"
    assert connections_known(day, "2024-08-21", UTC) == "connections of Thu 22 Aug 2024: 3 rows, no gap until 08:30"
    assert connections_known(None, "2024-08-21", UTC) == "connections: nothing is known of them here"
