"""How a row that was found reads."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tui.models.connections import Connection
from tui.models.search import Found, Kind
from tui.widgets.found import day, time

AFTER_MIDNIGHT = datetime(2026, 11, 28, 0, 52, 12, tzinfo=ZoneInfo("Europe/Istanbul"))


def test_the_day_and_the_time_are_by_one_clock_whatever_day_it_is_for_the_server() -> None:
    row = Connection("1", AFTER_MIDNIGHT, "", 60)
    found = Found(kind=Kind.CONNECTION, account="", day="2026-11-28", at=row.started, row=row)
    assert (day(found, UTC), time(found, UTC)) == ("2026-11-27", "21:52:12")


def test_what_began_nobody_knows_when_has_the_day_that_it_is_kept_under() -> None:
    row = Connection("1", None, "soon", 60)
    found = Found(kind=Kind.CONNECTION, account="", day="2026-11-28", at=None, row=row)
    assert (day(found, UTC), time(found, UTC)) == ("2026-11-28", "")
