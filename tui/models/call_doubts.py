"""Whether a call still goes on as the board has it: what speaks against it, and since when.

AltiGen tells of each change once. What was lost on the way, or was never told, is told by the next opening snapshot
only. So nothing is ended for a doubt: the call is marked, and the person has all calls read anew.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from tui.models.calls import Call
from tui.models.clock import Moment

UNTOLD_SECONDS: Final = 20.0
"""What was done from here and is not told of within this time is told of never, perhaps."""

Change = Literal["a new call", "its end", "its recording"]


class Doubt(NamedTuple):
    """Why it is not certain how it stands with a call."""

    why: str
    since: Moment


class CallDoubts:
    """What speaks against the calls of a board, since their opening snapshot."""

    def __init__(self, quiet_seconds: float) -> None:
        self.quiet_seconds = quiet_seconds
        """After this time without a word of a call, nobody knows whether it goes on."""
        self.lost: Moment | None = None
        """When the last message came that could not be read and may have been about a call."""
        self.awaited: dict[tuple[Change, int], Doubt] = {}
        """What was done from here and is not told of yet."""

    def begin_anew(self) -> None:
        """All that exists is told again."""
        self.lost = None
        self.awaited.clear()

    def expect(self, change: Change, key: int, done: str, now: Moment) -> None:
        """Something was ``done`` from here that AltiGen has to tell of; ``key``: of which call, 0 for a new one."""
        self.awaited.setdefault((change, key), Doubt(done, now))

    def came(self, change: Change, key: int = 0) -> None:
        """It was told, or it was not done after all."""
        self.awaited.pop((change, key), None)

    def ended(self, key: int) -> None:
        """A call is over, and with it everything that was to be told of it."""
        self.came("its end", key)
        self.came("its recording", key)

    def untold(self, now: Moment) -> Doubt | None:
        """The first thing that was done from here and is not told of for long."""
        return next((each for each in self.awaited.values() if _is_overdue(each, now)), None)

    def of(self, call: Call, now: Moment) -> Doubt | None:
        """What speaks against a call; None where nothing does."""
        if not call.is_live:
            return None
        for change in ("its end", "its recording"):
            awaited = self.awaited.get((change, call.key))
            if awaited is not None and _is_overdue(awaited, now):
                return Doubt(f"{awaited.why} from here, and nothing was told of it", awaited.since)
        if self.lost is not None and call.heard.tick <= self.lost.tick:
            return Doubt("a message that may have been about it could not be read", self.lost)
        if now.seconds_since(call.heard) >= self.quiet_seconds:
            return Doubt("nothing was heard of it any more", call.heard)
        return None


def _is_overdue(awaited: Doubt, now: Moment) -> bool:
    return now.seconds_since(awaited.since) >= UNTOLD_SECONDS
