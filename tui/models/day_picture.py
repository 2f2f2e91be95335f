"""A day as a picture: what began in each of its hours, when somebody listened, and bars of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import UTC, datetime, tzinfo
from enum import Enum
from math import ceil
from typing import Final

from tui.models.calls import Call
from tui.models.connections import Connection
from tui.models.listening import GAP_SECONDS, Spell, coverage_of

HOUR: Final = 3_600

LATE_SECONDS: Final = 120.0
"""Up to this long ago somebody who listens now may have said so last."""

SIGNS: Final = " ▁▂▃▄▅▆▇█"
"""A cell of a bar, by how many eighths of it are filled."""

STEPS: Final = (1, 2, 3, 4, 6, 12)
"""Hours from one that is named to the next."""


class Heard(Enum):
    """How much of an hour somebody listened to the calls."""

    NOT_YET = " "
    """It is still to come."""
    NOT = "·"
    PARTLY = "╌"
    WHOLLY = "━"


class DayPicture:
    """Counts by hour, from the first moment of a day to that of the next: 23 or 25 hours where clocks are changed.

    Each call and connection counts once, in the hour in which it began.
    """

    def __init__(self, begin: float, end: float, zone: tzinfo | None) -> None:
        """Times are seconds of the epoch. ``zone``: that the hours are named by; None: this machine's."""
        self.begin = begin
        self.end = end
        count = max(0, ceil((end - begin) / HOUR))
        self.hours = [datetime.fromtimestamp(begin + hour * HOUR, UTC).astimezone(zone).hour for hour in range(count)]
        """The hour of the day that each has by the clock."""
        self.answered = [0] * count
        """Calls that somebody talks in or has talked in; not those whose end nobody saw."""
        self.missed = [0] * count
        self.connections = [0] * count

    def copy(self) -> DayPicture:
        """Another with the same counts, to which more can be added."""
        made = copy(self)
        made.answered, made.missed, made.connections = [*self.answered], [*self.missed], [*self.connections]
        return made

    def has(self, at: float) -> bool:
        """Whether a moment is of this day."""
        return self.begin <= at < self.end

    def add_calls(self, calls: Iterable[Call]) -> list[Call]:
        """Count calls; gives those that are of this day."""
        found = []
        for call in calls:
            at = call.seen.at.timestamp()
            if self.has(at):
                found.append(call)
                hour = int((at - self.begin) // HOUR)
                if call.connected is not None and not call.note:
                    self.answered[hour] += 1
                elif call.is_missed:
                    self.missed[hour] += 1
        return found

    def add_connections(self, rows: Iterable[Connection]) -> list[Connection]:
        """Count connections; gives those that are of this day. One without a time belongs to it, and to no hour."""
        found = []
        for row in rows:
            if row.started is None:
                found.append(row)
            elif self.has(at := row.started.timestamp()):
                found.append(row)
                self.connections[int((at - self.begin) // HOUR)] += 1
        return found

    def heard(self, spells: Sequence[Spell], now: float) -> list[Heard]:
        """How much of each hour somebody listened."""
        known = max((spell.until for spell in spells), default=now)
        if known < now <= known + LATE_SECONDS:
            now = known
        return [self._heard(spells, self.begin + hour * HOUR, now) for hour in range(len(self.hours))]

    def _heard(self, spells: Sequence[Spell], begin: float, now: float) -> Heard:
        if begin >= now:
            return Heard.NOT_YET
        end = min(begin + HOUR, self.end, now)
        coverage = coverage_of((spell for spell in spells if spell.until > begin and spell.began < end), begin, end)
        if coverage is None:
            return Heard.NOT
        is_whole = coverage.listened_from - begin <= GAP_SECONDS and end - coverage.listened_until <= GAP_SECONDS
        return Heard.WHOLLY if is_whole and not coverage.gaps else Heard.PARTLY


def bars(values: Sequence[int], most: int, height: int) -> list[str]:
    """Bars side by side, one cell wide, in lines from the top to the bottom; of ``most`` one is full.

    What is more than nothing is seen.
    """
    filled = [max(1, value * height * 8 // most) if value else 0 for value in values]
    return [
        "".join(SIGNS[max(0, min(8, eighths - 8 * (height - 1 - line)))] for eighths in filled)
        for line in range(height)
    ]


def spread(line: str, cells: int) -> str:
    """A line of one sign for each hour, with ``cells`` cells for each: the last of them divides it from the next."""
    return "".join(sign * (cells - 1) + " " if cells > 1 else sign for sign in line)


def hour_names(hours: Sequence[int], cells: int) -> str:
    """The names of the hours below them; of narrow ones not all, but of an hour that comes twice both."""
    step = next(step for step in STEPS if step * cells > 2)
    line = ""
    for place, hour in enumerate(hours):
        if hour % step == 0 and len(line) <= place * cells:
            line = f"{line:<{place * cells}}{hour}"
    return f"{line:<{len(hours) * cells}}"[: len(hours) * cells]
