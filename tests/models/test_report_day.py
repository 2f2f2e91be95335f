"""Which day a report is about."""

from __future__ import annotations

import pytest

from tui.models.report_day import report_day

TODAY, YESTERDAY, BEFORE, FAR = "2024-08-22", "2024-08-21", "2024-08-20", "2062-01-01"


@pytest.mark.parametrize(
    ("days", "day", "is_telling"),
    [
        ([], TODAY, True),
        ([TODAY] * 20, TODAY, True),
        ([""] * 20, TODAY, True),
        ([FAR, *[TODAY] * 20], TODAY, True),
        ([FAR], TODAY, False),
        ([FAR, FAR], TODAY, False),
        ([TODAY, FAR], TODAY, False),
        ([YESTERDAY], YESTERDAY, True),
        ([YESTERDAY] * 20, YESTERDAY, True),
        ([TODAY] * 3 + [YESTERDAY] * 21, YESTERDAY, False),
        ([TODAY] * 10 + [YESTERDAY] * 10, TODAY, False),
        ([BEFORE] * 3, BEFORE, True),
        (["2001-01-01"] * 9, "2001-01-01", True),
    ],
    ids=[
        "no row",
        "all of today",
        "no date can be read",
        "one from far away",
        "nothing but one from far away",
        "two from far away",
        "one of each",
        "one of the day before",
        "all of the day before",
        "cut by another zone",
        "half and half",
        "three that agree against the calendar",
        "a calendar that nobody has set",
    ],
)
def test_the_day_is_what_most_rows_and_the_calendar_say(days: list[str], day: str, is_telling: bool) -> None:
    found = report_day(days, TODAY)
    assert (found.day, found.is_telling) == (day, is_telling)
    assert found.own + found.apart == len([each for each in days if each])


def test_a_report_of_yesterday_is_never_about_today() -> None:
    found = report_day([TODAY] * 20 + [YESTERDAY] * 3, YESTERDAY, not_on=TODAY)
    assert (found.day, found.own, found.apart, found.is_telling) == (YESTERDAY, 3, 20, False)
