"""Times and durations in the fewest cells that say them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tui.widgets.times import age, duration, local_date_time, local_time, time_of_day

AT = datetime(2026, 11, 21, 11, 2, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00"),
        (0.99, "00:00"),
        (9, "00:09"),
        (59.999, "00:59"),
        (130, "02:10"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (3730, "1:02:10"),
        (360_000, "100:00:00"),
    ],
)
def test_a_duration_is_minutes_and_seconds_and_hours_where_there_are_any(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (7199, "1 h"), (200_000, "55 h")],
)
def test_an_age_is_one_number_and_its_unit(seconds: float, text: str) -> None:
    assert age(seconds) == text


def test_a_time_of_day_is_read_in_the_zone_that_it_carries() -> None:
    assert time_of_day(AT) == "11:02:31"
    assert time_of_day(AT.astimezone(timezone(timedelta(hours=3)))) == "14:02:31"


def test_a_local_time_is_in_the_zone_of_this_machine_or_in_one_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "<+03>-3")
    time.tzset()
    try:
        assert local_time(AT, None) == "14:02:31"
        assert local_date_time(AT, None) == "2026-11-21 14:02:31 +03"
        assert local_time(AT, UTC) == "11:02:31"
        assert local_date_time(AT, UTC) == "2026-11-21 11:02:31 UTC"
    finally:
        monkeypatch.undo()
        time.tzset()
