"""A process that is stopped, and goes on: nobody knows when what it is told then has happened."""

from __future__ import annotations

from tests.clock import FakeClock
from tui.desk.altigen.standstill import LOOK_SECONDS, STILL_SECONDS, Standstill


class Machine:
    """One whose uptime is set by hand."""

    def __init__(self) -> None:
        self.uptime = 100.0
        self.clock = FakeClock()
        self.still = Standstill(self.clock, lambda: self.uptime)

    def pass_time(self, seconds: float) -> None:
        self.uptime += seconds
        self.clock.advance(seconds)


def test_what_comes_while_it_runs_happens_now() -> None:
    machine = Machine()
    for _ in range(100):
        machine.pass_time(LOOK_SECONDS + STILL_SECONDS)
        assert machine.still.since() is None


def test_what_comes_when_it_goes_on_may_have_happened_since_it_was_stopped() -> None:
    machine = Machine()
    stopped = machine.clock.now()
    machine.pass_time(60)
    assert machine.still.since() == stopped
    machine.pass_time(0.5)
    assert machine.still.since() == stopped, "the next read of what had come before"
    machine.pass_time(2)
    assert machine.still.since() is None


def test_a_clock_that_is_set_is_no_standstill() -> None:
    machine = Machine()
    machine.clock.advance(3_600)
    assert machine.still.since() is None
