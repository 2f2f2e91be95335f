"""What came of the programs that calls start."""

from __future__ import annotations

from collections import Counter, deque
from typing import Final

from msgspec import Struct

from tui.models.clock import Moment

EVENTS: Final = ("ring", "missed", "ended")
"""What of a call may start one."""

RUNS_KEPT: Final = 30
"""Runs that are remembered, the last ones."""

TOLD_MOST: Final = 20
"""Kinds of failures that are told of by themselves; others are only counted."""


class HookRun(Struct, frozen=True, kw_only=True):
    """One program that was started for a call, and what came of it."""

    at: Moment
    event: str
    key: int
    """Of the call on the board."""
    who: str
    """The other party."""
    why: str
    """What went wrong, in words; empty where nothing did."""
    seconds: float
    lines: tuple[str, ...]
    """The last that it printed, cleaned."""


class HookRuns:
    """Plain data: the last of them, and how many there were by event."""

    def __init__(self) -> None:
        self.last: deque[HookRun] = deque(maxlen=RUNS_KEPT)
        """Those that are over, the newest first."""
        self.running = 0
        self.over = Counter[str]()
        self.failed = Counter[str]()
        """How many of those that are over something went wrong with."""
        self.dropped = Counter[str]()
        """How many were not started, because others were still running."""
        self._told: set[str] = set()
        self._untold: list[str] = []

    def add(self, run: HookRun) -> None:
        """One is over."""
        self.last.appendleft(run)
        self.over[run.event] += 1
        if run.why:
            self.failed[run.event] += 1
            self._tell(f"{run.event}: {run.why}")

    def drop(self, event: str) -> None:
        """One was not started."""
        self.dropped[event] += 1
        self._tell(f"{event}: not started, as {self.running} were still running")

    def news(self) -> str:
        """What went wrong for the first time since this was asked last, in a sentence; empty where nothing did."""
        untold, self._untold = self._untold, []
        return f"hook {'; '.join(untold)}" if untold else ""

    def _tell(self, sentence: str) -> None:
        if sentence not in self._told and len(self._told) < TOLD_MOST:
            self._told.add(sentence)
            self._untold.append(sentence)
