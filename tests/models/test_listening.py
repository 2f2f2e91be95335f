"""How much of a day was listened to: what nobody heard cannot be asked for later."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.listening import Coverage, Listened, Spell, bounds_of, coverage_of, coverage_within, heard_in, hours_of

ISTANBUL = ZoneInfo("Europe/Istanbul")


def spells(*times: tuple[float, float]) -> list[Spell]:
    return [
        Spell(id=str(number), extension="201", host="desk1", began=began, until=until)
        for number, (began, until) in enumerate(times)
    ]


def coverage(listened_from: float, listened_until: float, gaps: int = 0, gap_seconds: int = 0) -> Coverage:
    return Coverage(listened_from=listened_from, listened_until=listened_until, gaps=gaps, gap_seconds=gap_seconds)


def test_where_nobody_listened_nothing_is_covered() -> None:
    assert coverage_of([], 0, 100) is None
    assert coverage_of(spells((200, 300)), 0, 100) is None


def test_a_day_is_covered_from_the_first_to_the_last_moment_but_for_its_gaps() -> None:
    assert coverage_of(spells((10, 20), (50, 60), (20.5, 30)), 0, 100) == coverage(10, 60, 1, 20)


def test_who_listens_beside_another_leaves_no_gap() -> None:
    assert coverage_of(spells((10, 60), (20, 30), (55, 90)), 0, 100) == coverage(10, 90)


def test_what_lies_beyond_the_day_is_not_of_it() -> None:
    assert coverage_of(spells((-50, 20), (90, 500)), 0, 100) == coverage(0, 100, 1, 70)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 40)), max_size=8))
def test_gaps_are_the_seconds_in_between_that_nobody_heard(times: list[tuple[int, int]]) -> None:
    made = [(float(began), float(began + lasted)) for began, lasted in times]
    heard = {second for began, until in made for second in range(int(began), int(until))}
    found = coverage_of(spells(*made), 0, 200)
    if found is None:
        assert not made
        return
    missed = [second for second in range(int(found.listened_from), int(found.listened_until)) if second not in heard]
    alone = {second for second in missed if second - 1 not in missed and second + 1 not in missed}
    assert found.gap_seconds == len(missed) - len(alone)


@pytest.mark.parametrize(
    ("gaps", "seconds", "said"),
    [
        (0, 0, ""),
        (1, 40, ", 1 gap, 40 s"),
        (2, 299, ", 2 gaps, 4 min"),
        (3, 7_500, ", 3 gaps, 2 h 5 min"),
    ],
)
def test_how_much_was_listened_to_is_told_in_a_line(gaps: int, seconds: int, said: str) -> None:
    begun, ended = (datetime(2026, 11, 20, *at, tzinfo=UTC).timestamp() for at in ((5, 2), (14, 31)))
    found = coverage(begun, ended, gaps, seconds)
    assert found.told(ISTANBUL) == f"listened 08:02 to 17:31{said}"


def test_what_was_listened_to_until_midnight_ends_with_the_day_and_not_at_its_beginning() -> None:
    assert coverage(*bounds_of("2026-11-20", ISTANBUL)).told(ISTANBUL) == "listened 00:00 to 24:00"


def test_a_day_is_as_long_as_its_zone_makes_it() -> None:
    begin, end = bounds_of("2026-10-25", ZoneInfo("Europe/Berlin"))
    assert (end - begin) / 3600 == 25


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "nobody listened in that time"),
        (coverage(0, 60), "listened since Thu 01 Jan 02:00; 1 of 2 extensions now"),
        (coverage(0, 9e5, 3, 570_000), "listened since Thu 01 Jan 02:00, 3 gaps, 6 d 14 h; 1 of 2 extensions now"),
    ],
)
def test_of_several_days_it_is_said_since_when_and_how_long_not(found: Coverage | None, said: str) -> None:
    assert Listened(coverage=found, reporting=1, of=2).told(ISTANBUL) == said


def test_what_lies_between_the_hours_that_are_asked_for_is_no_gap() -> None:
    heard = heard_in(spells((0, 15), (18, 40), (110, 120)))
    assert coverage_within(heard, [(10, 20), (100, 130)]) == coverage(10, 120, 2, 13)
    assert coverage_within(heard, [(20, 40), (110, 120)]) == coverage(20, 120)
    assert coverage_within(heard, [(50, 60), (110, 120), (200, 300)]) == coverage(110, 120)


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(2, 40)), max_size=8),
    st.lists(st.integers(0, 150), max_size=6, unique=True).map(sorted),
)
def test_the_gaps_of_some_times_are_their_seconds_that_nobody_heard(
    made: list[tuple[int, int]], bounds: list[int]
) -> None:
    """All at even seconds: a second alone is no gap."""
    heard = heard_in(spells(*((2.0 * began, 2.0 * (began + lasted)) for began, lasted in made)))
    times = [(2 * began, 2 * until) for began, until in zip(bounds[::2], bounds[1::2], strict=False)]
    found = coverage_within(heard, times)
    seconds = {second for began, until in heard for second in range(int(began), int(until))}
    asked = [second for began, until in times for second in range(began, until)]
    if found is not None:
        within = [second for second in asked if found.listened_from <= second < found.listened_until]
        assert found.gap_seconds == sum(second not in seconds for second in within)
        assert (found.gaps == 0) == (found.gap_seconds == 0)
    else:
        assert seconds.isdisjoint(asked)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"])
@pytest.mark.parametrize("day", ["2026-10-25", "2026-10-04", "2026-04-05", "2026-03-29", "2026-11-20"])
def test_the_hours_of_a_day_are_all_of_it_whatever_its_clocks_do(zone: str, day: str) -> None:
    begin, end = bounds_of(day, ZoneInfo(zone))
    hours = hours_of(begin, end, ZoneInfo(zone))
    times = sorted(time for of in hours.values() for time in of)
    assert [began for began, _ in times] == [begin, *(until for _, until in times[:-1])]
    assert times[-1][1] == end
    for hour, of in hours.items():
        assert {datetime.fromtimestamp(began, ZoneInfo(zone)).hour for began, _ in of} == {hour}
        assert {datetime.fromtimestamp(until - 1, ZoneInfo(zone)).hour for _, until in of} == {hour}
