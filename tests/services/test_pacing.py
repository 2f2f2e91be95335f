"""Delays that grow."""

from __future__ import annotations

import random

from tui.services.pacing import FIRST_DELAY, LONGEST_DELAY, Backoff


def test_delays_double_up_to_the_longest_and_start_again_after_a_reset() -> None:
    backoff = Backoff(random.Random(5))
    ceilings = [1, 2, 4, 8, 16, LONGEST_DELAY, LONGEST_DELAY]
    for ceiling in ceilings:
        assert ceiling / 2 <= backoff.next_delay() <= ceiling
    backoff.reset()
    assert FIRST_DELAY / 2 <= backoff.next_delay() <= FIRST_DELAY


def test_delays_are_spread_out() -> None:
    first = {Backoff(random.Random(seed)).next_delay() for seed in range(20)}
    assert len(first) == 20
    assert max(first) - min(first) > 0.3
