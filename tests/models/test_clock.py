"""One instant, seen by two clocks."""

from __future__ import annotations

from datetime import UTC, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.clock import START
from tui.models.clock import Clock, Moment

TICKS = st.floats(min_value=0, max_value=1e9)


@given(TICKS, TICKS)
def test_no_time_is_ever_negative(earlier: float, later: float) -> None:
    assert Moment(START, later).seconds_since(Moment(START, earlier)) == max(0, later - earlier)


def test_a_wall_clock_that_is_set_back_changes_no_duration() -> None:
    assert Moment(START - timedelta(days=1), 15.0).seconds_since(Moment(START, 10.0)) == 5.0


def test_the_machine_s_clock_is_aware_and_never_goes_back() -> None:
    clock = Clock()
    first, second = clock.now(), clock.now()
    assert first.at.tzinfo is UTC
    assert first.tick <= second.tick <= clock.tick()
