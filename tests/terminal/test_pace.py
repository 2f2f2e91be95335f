"""Frames follow the terminal: never a second one while the first is still on its way."""

from __future__ import annotations

import pytest

from tui.terminal.pace import (
    DOUBT_SECONDS,
    FRAME_SECONDS,
    LEAST_BYTES,
    PATIENCE_SECONDS,
    PUT_OFF_SECONDS,
    QUEUE_SECONDS,
    SILENT_SECONDS,
    TYPING_BYTES,
    TYPING_SECONDS,
    Pace,
)


def answering(at: float = 0.0, round_trip: float = 0.1) -> Pace:
    """A terminal that has answered the first question."""
    pace = Pace()
    pace.sent(at, 0)
    pace.answered(at + round_trip)
    return pace


def slow() -> Pace:
    """A line that takes a thousand bytes a second."""
    pace = answering()
    pace.sent(1, 3000)
    pace.answered(4.1)
    return pace


def test_the_first_frame_goes_at_once() -> None:
    assert Pace().wait(0) == 0


def test_the_next_frame_waits_for_the_answer() -> None:
    pace = answering()
    pace.sent(1, 5000)
    assert pace.wait(1.01) > 10
    pace.answered(1.5)
    assert pace.wait(1.5) == 0


def test_a_line_that_stops_gets_no_more_than_a_frame_now_and_then() -> None:
    pace = answering()
    frames, now = 0, 1.0
    while now < 121:
        wait = pace.wait(now)
        if wait == 0:
            pace.sent(now, 100)
            frames += 1
        now += wait or 0.01
    assert frames <= 120 / PATIENCE_SECONDS + 1


def test_a_terminal_that_answers_nothing_is_asked_no_more_and_gets_frames_at_a_clock() -> None:
    pace = Pace()
    frames, now = 0, 0.0
    while now <= SILENT_SECONDS:
        wait = pace.wait(now)
        if wait == 0:
            pace.sent(now, 100)
            frames += 1
        now += wait or 0.01
    assert frames <= SILENT_SECONDS / DOUBT_SECONDS + 1
    now += 1
    assert pace.wait(now) == 0
    assert pace.is_silent
    pace.sent(now, 100)
    assert pace.answers_due == 0
    assert pace.wait(now) == pytest.approx(FRAME_SECONDS)


def test_a_terminal_that_answers_late_is_no_silent_one() -> None:
    pace = Pace()
    pace.sent(0, 0)
    pace.wait(SILENT_SECONDS + 1)
    assert pace.is_silent
    pace.answered(SILENT_SECONDS + 2)
    assert not pace.is_silent


def test_the_effect_of_a_key_goes_beside_a_small_frame_and_waits_for_a_large_one() -> None:
    for length, goes in ((TYPING_BYTES, True), (TYPING_BYTES + 1, False)):
        pace = answering()
        pace.sent(1, length)
        pace.typed(1.02)
        assert (pace.wait(1.03) == 0) is goes


def test_frames_for_a_slow_line_are_cut_and_grow_again_when_it_is_quick() -> None:
    pace = answering()
    assert pace.most == float("inf")
    pace.sent(1, 3000)
    pace.answered(4.1)  # a thousand bytes a second
    assert pace.most == pytest.approx(1000 * QUEUE_SECONDS)
    for second in range(5, 10):
        pace.sent(second, round(pace.most))
        pace.answered(second + 0.12)
    assert pace.most > 5000


def test_small_frames_that_a_slow_line_takes_at_once_do_not_make_a_large_one() -> None:
    pace = slow()
    for second in range(5, 50):
        pace.sent(second, 60)
        pace.answered(second + 0.12)
    assert pace.most == pytest.approx(1000 * QUEUE_SECONDS)


def test_two_frames_that_come_through_in_one_piece_do_not_make_a_slow_line_quick() -> None:
    pace = slow()
    pace.sent(5, 300)
    pace.typed(5.05)
    pace.sent(5.1, 400)
    pace.answered(5.8)
    pace.answered(5.8)
    assert pace.most == pytest.approx(1000 * QUEUE_SECONDS, rel=0.6)


def test_a_line_is_slow_from_its_first_late_answer_until_it_has_shown_otherwise() -> None:
    pace = answering()
    seen = [pace.is_slow]
    pace.sent(1, 3000)
    pace.answered(4.1)
    seen.append(pace.is_slow)
    for second in range(5, 10):
        pace.sent(second, round(pace.most))
        pace.answered(second + 0.12)
    assert [*seen, pace.is_slow] == [False, True, False]


def test_what_is_painted_soon_after_a_key_may_be_what_it_has_done() -> None:
    pace = Pace()
    assert not pace.typing(5)
    pace.typed(5)
    assert pace.typing(5.05) == pytest.approx(TYPING_SECONDS - 0.05)
    assert not pace.typing(5 + TYPING_SECONDS)


def test_what_no_key_has_done_may_be_put_off_for_a_key_but_not_for_ever() -> None:
    pace = answering()
    pace.sent(5, 200)
    assert pace.may_put_off_others(5.1)
    pace.sent(5.1, 200, is_for_the_key=True)
    assert not pace.may_put_off_others(5 + PUT_OFF_SECONDS)


def test_no_frame_is_cut_to_nothing() -> None:
    pace = answering()
    pace.sent(1, 100)
    pace.answered(100)
    assert pace.most == LEAST_BYTES


def test_another_terminal_is_asked_anew() -> None:
    pace = answering()
    pace.sent(1, 5000)
    pace.start_again()
    assert pace.wait(1.1) == 0
