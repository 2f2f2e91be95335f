"""What the calls of a day come to is what their rows say."""

from __future__ import annotations

from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, NOON
from tui.models.kept_calls import call_of
from tui.panes.call_sums import sums_of
from tui.widgets.times import duration


def test_the_talk_of_a_day_is_the_sum_of_what_its_rows_show() -> None:
    lengths = (14.9, 19.9, 12.3)
    calls = [call_of(replace(KEPT, talk_at=NOON + 5, known_at=NOON + 5 + length)) for length in lengths]
    shown = [duration(call.ended.seconds_since(call.connected)) for call in calls if call.ended and call.connected]
    assert shown == ["00:14", "00:19", "00:12"]
    assert sums_of(calls).line == "3 calls, 0 missed, 00:45 talk, longest ring 00:05"
