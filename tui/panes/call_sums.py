"""What the calls of a day come to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import NamedTuple

from tui.models.calls import Call
from tui.models.listening import Coverage
from tui.widgets.times import duration


class CallSums(NamedTuple):
    """Figures of some calls."""

    calls: int
    missed: int
    talk_seconds: int
    talk_at_least: bool
    """A call was talking before it was first heard of."""
    longest_ring: float

    @property
    def line(self) -> str:
        """``12 calls, 3 missed, 1:02:10 talk, longest ring 00:45``."""
        calls = "1 call" if self.calls == 1 else f"{self.calls} calls"
        sign = "≥" if self.talk_at_least else ""
        return (
            f"{calls}, {self.missed} missed, {sign}{duration(self.talk_seconds)} talk, "
            f"longest ring {duration(self.longest_ring)}"
        )

    def beside(self, more: CallSums) -> CallSums:
        """Those of both."""
        return CallSums(
            self.calls + more.calls,
            self.missed + more.missed,
            self.talk_seconds + more.talk_seconds,
            self.talk_at_least or more.talk_at_least,
            max(self.longest_ring, more.longest_ring),
        )


def sums_of(calls: Iterable[Call]) -> CallSums:
    """Add up what is shown. The lengths are those of calls that have ended: figures that count on say nothing."""
    count = missed = 0
    talk, longest = 0, 0.0
    at_least = False
    for call in calls:  # some hundred, four times a second: no call of a function for each that was taken
        count += 1
        if (ended := call.ended) is None:
            continue
        connected = call.connected
        if connected is None:
            missed += call.is_missed
        else:
            if (length := ended.tick - connected.tick) > 0:
                talk += int(length)  # as its row shows it
            at_least = at_least or call.connected_unseen or call.note != ""
        if call.rang and (length := (connected or ended).tick - call.seen.tick) > longest:
            longest = length
    return CallSums(count, missed, talk, at_least, longest)


def listened(coverage: Coverage | None, zone: tzinfo | None) -> str:
    """``listened 08:02 to 17:31, 2 gaps, 4 min``: what nobody heard cannot be asked for later."""
    return "nobody listened" if coverage is None else coverage.told(zone)
