"""Which day a report is about: what most of its rows and the calendar say, and never a single row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from tui.models.connections import Connection

SURE_ROWS: Final = 3
"""This many rows that agree are believed against this machine's calendar, which may be wrong by years."""

STRAY_PART: Final = 0.05
"""A report with more rows of other days was cut by another midnight than ours: it proves nothing."""


class ReportDay(NamedTuple):
    """The day that a report is about."""

    day: str
    own: int
    """Rows that are of this day."""
    apart: int
    """Rows that are of another day."""

    @property
    def is_telling(self) -> bool:
        """Whether the report can prove something of its day: it has no rows, or nearly all of them are of it."""
        rows = self.own + self.apart
        return self.apart == 0 or (self.own > self.apart and self.apart <= max(1, rows * STRAY_PART))


def day_of(row: Connection, about: str) -> str:
    """The day of a row; one without a date belongs to the day that its report is about."""
    return row.day or about


def report_day(days: Sequence[str], expected: str, *, not_on: str = "") -> ReportDay:
    """The day of a report by the days of its rows, as ``2024-08-22``; rows without a date do not count.

    ``expected``: the day by this machine's calendar. It may be wrong by one around midnight, where two clocks differ,
    and by any number where nobody has set it. ``not_on``: a day that the report cannot be about.
    """
    counted = Counter(day for day in days if day)
    found = max(
        (day for day in counted if day != not_on and _is_credible(day, counted, expected)),
        key=lambda day: (counted[day], -_apart(day, expected), day),
        default=expected,
    )
    return ReportDay(found, counted[found], counted.total() - counted[found])


def _is_credible(day: str, counted: Counter[str], expected: str) -> bool:
    is_most = counted[day] * 2 > counted.total()
    return _apart(day, expected) == 0 or (is_most and (_apart(day, expected) == 1 or counted[day] >= SURE_ROWS))


def _apart(day: str, other: str) -> int:
    """How many days lie between."""
    return abs((date.fromisoformat(day) - date.fromisoformat(other)).days)
