"""The proof of a day in words: which of its times are of another day."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tui.models.days import Day

ISTANBUL = ZoneInfo("Europe/Istanbul")
BERLIN = ZoneInfo("Europe/Berlin")


def at(*when: int, zone: ZoneInfo = ISTANBUL) -> float:
    return datetime(*when, tzinfo=zone).timestamp()  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        (at(2024, 8, 23, 23, 58), "closed 23:58"),
        (at(2024, 8, 24, 0, 7), "closed Sat 00:07"),
        (at(2024, 8, 24, 23, 58), "closed Sat 23:58"),
        (at(2024, 8, 29, 9, 0), "closed Thu 09:00"),
        (at(2024, 8, 30, 9, 0), "closed 30 Aug 09:00"),
        (at(2025, 8, 22, 9, 0), "closed 22 Aug 2025 09:00"),
        (at(2024, 8, 22, 23, 58), "closed 22 Aug 23:58"),
    ],
)
def test_the_day_is_said_where_it_is_another(closed: float, said: str) -> None:
    day = Day(day="2024-08-23", rows=2, closed_at=closed, read_at=closed)
    assert day.proof(ISTANBUL) == f"2 rows, {said}"


def test_every_time_of_a_proof_is_of_the_day_that_it_says() -> None:
    day = Day(
        day="2024-12-31",
        rows=63,
        until=at(2024, 12, 31, 23, 50),
        repaired=2,
        repaired_at=at(2025, 1, 1, 0, 2),
        closed_at=at(2025, 1, 1, 0, 2),
        read_at=at(2025, 1, 2, 0, 2),
        late=1,
    )
    said = "63 rows, 2 gaps repaired Wed 00:02, closed Wed 00:02, read again Thu 00:02, 1 came later"
    assert day.proof(ISTANBUL) == said


def test_a_gap_and_what_is_known_have_their_day_too() -> None:
    day = Day(day="2024-02-29", rows=1, until=at(2024, 2, 29, 23, 0), gap_since=at(2024, 3, 1, 0, 30))
    assert day.proof(ISTANBUL) == "1 row, GAP since Fri 00:30, NOT CLOSED, known until 23:00"


def test_the_day_is_that_of_the_servers_zone_and_not_of_the_epoch() -> None:
    midnight = at(2024, 10, 28, zone=BERLIN)
    before, after = midnight - 60, midnight + 60
    assert Day(day="2024-10-27", closed_at=before, read_at=before).proof(BERLIN) == "0 rows, closed 23:59"
    assert Day(day="2024-10-27", closed_at=after, read_at=after).proof(BERLIN) == "0 rows, closed Mon 00:01"


def test_of_a_proof_that_fills_the_line_its_zone_goes_first_and_no_figure() -> None:
    closed = at(2026, 11, 21, 0, 7)
    day = Day(
        day="2026-11-20", rows=63, repaired=1, repaired_at=at(2026, 11, 20, 14, 2), closed_at=closed, read_at=closed
    )
    proof = "63 rows, 1 gap repaired 11:02, closed 21:07"
    for width, line in (
        (119, f"Fri 20 Nov 2026: {proof} · day of Europe/Istanbul +0300"),
        (79, f"Fri 20 Nov 2026: {proof} · day of +0300"),
        (70, f"Fri 20: {proof} · day of +0300"),
        (60, f"Fri 20: {proof}"),
        (20, f"Fri 20: {proof}"),
    ):
        assert day.proof_line(UTC, ISTANBUL, "Europe/Istanbul", width) == line


def test_where_the_times_are_of_the_servers_zone_none_is_named() -> None:
    day = Day(day="2026-11-20", rows=63, until=at(2026, 11, 20, 14, 2))
    said = "Fri 20 Nov 2026: 63 rows, no gap until 14:02"
    assert day.proof_line(ISTANBUL, ISTANBUL, "Europe/Istanbul", 119, is_today=True) == said
    moscow = ZoneInfo("Europe/Moscow")  # another name for the same time
    assert day.proof_line(moscow, ISTANBUL, "Europe/Istanbul", 119, is_today=True) == said
