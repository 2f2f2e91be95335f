"""How much of a day was listened to: what nobody heard cannot be asked for later."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.models.listening import Coverage, Spell, coverage_of


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


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 40)), max_size=8))
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
