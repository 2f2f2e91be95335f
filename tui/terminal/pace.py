"""When the next frame may go out: as fast as the terminal shows them, never faster.

Between a program and a distant terminal lie buffers that the program cannot see. So each frame ends with a question
that every terminal answers (DSR 5); while the answer is out, the frame is still on its way, and another one would only
stand in the queue behind it.
"""

from __future__ import annotations

from collections import deque
from typing import Final

ASK: Final = "\x1b[5n"
ANSWER: Final = "\x1b[0n"

FRAME_SECONDS: Final = 1 / 60
"""A terminal that answers nothing gets frames no closer than this."""

DOUBT_SECONDS: Final = 0.5
"""How long a frame waits for the answer of a terminal that has not answered yet: it may be one that never does."""

SILENT_SECONDS: Final = 2.0
"""A terminal that has not answered by then is not asked any more."""

PATIENCE_SECONDS: Final = 15.0
"""How long a frame waits for the answer of a terminal that has answered before: another may have taken its place."""

TYPING_SECONDS: Final = 0.2
"""What is painted within this time after a key may be what the key has done."""

TYPING_BYTES: Final = 400
"""Bytes that may be on their way when the effect of a key is sent without waiting."""

QUEUE_SECONDS: Final = 0.3
"""A frame is cut to what the line takes in that time, so that the effect of a key has not to wait for all of it."""

QUICK_SECONDS: Final = 0.1
"""An answer that comes no later than this after the quickest tells nothing of the line but that it takes at least what
was sent in at most that time."""

SLOW_BYTES: Final = 3_000
"""A line that takes less in that time is slow: a screen takes longer than a key may."""

PUT_OFF_SECONDS: Final = 2.0
"""What no key has done is put off no longer than this, however fast keys come."""

LEAST_BYTES: Final = 200
"""A frame is not cut to less: what surrounds it on the line would outweigh it."""


class Pace:
    """Counts what is on its way to the terminal. All times are of one monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._underway: deque[tuple[float, int]] = deque()
        self._answers: bool | None = None
        """Whether the terminal answers; None while that is not known."""
        self._first_asked: float | None = None
        self._typed = self._sent = self._others_sent = self._answered = float("-inf")
        self._quickest = self._rate = float("inf")

    @property
    def is_silent(self) -> bool:
        """Whether the terminal answers nothing, so that it is not asked either."""
        return self._answers is False

    @property
    def answers_due(self) -> int:
        """How many answers are still to come."""
        return len(self._underway)

    @property
    def most(self) -> float:
        """Bytes that a frame should not exceed; infinite on a quick line."""
        return max(LEAST_BYTES, self._rate * QUEUE_SECONDS)

    @property
    def is_slow(self) -> bool:
        """Whether the line has been slow, and has not shown since that it no longer is."""
        return self.most < SLOW_BYTES

    def start_again(self) -> None:
        """Another terminal may be there now: nothing is known of it, and nothing of what was sent before counts."""
        self._underway.clear()
        self._answers = self._first_asked = None
        self._quickest = self._rate = float("inf")

    def typed(self, now: float) -> None:
        """Note that a key has come."""
        self._typed = now

    def typing(self, now: float) -> float:
        """Seconds that what is painted may still be what a key has done."""
        return max(0.0, self._typed + TYPING_SECONDS - now)

    def may_put_off_others(self, now: float) -> bool:
        """Whether what no key has done may wait once more."""
        return now - self._others_sent < PUT_OFF_SECONDS

    def sent(self, now: float, length: int, *, is_for_the_key: bool = False) -> None:
        """Note that ``length`` bytes have gone out, with the question behind them unless the terminal is silent."""
        self._sent = now
        if not is_for_the_key:
            self._others_sent = now
        if not self.is_silent:
            self._underway.append((now, length))
            if self._first_asked is None:
                self._first_asked = now

    def answered(self, now: float) -> None:
        """Note that the terminal has shown the oldest of what was on its way."""
        self._answers = True
        if self._underway:
            sent, length = self._underway.popleft()
            took = now - max(sent, self._answered)
            self._quickest = min(self._quickest, now - sent)
            late = took - self._quickest
            if late > QUICK_SECONDS:
                self._rate = length / late
            elif sent >= self._answered:  # alone on the line: what was sent behind another may come through with it
                self._rate = max(self._rate, length / QUICK_SECONDS)
        self._answered = now

    def wait(self, now: float) -> float:
        """Seconds until the next frame may go out, if no answer comes before."""
        if self._answers is None and self._first_asked is not None and now - self._first_asked >= SILENT_SECONDS:
            self._answers = False
            self._underway.clear()
        if self.is_silent:
            return max(0.0, self._sent + FRAME_SECONDS - now)
        if not self._underway:
            return 0.0
        if self.typing(now) and sum(length for _, length in self._underway) <= min(TYPING_BYTES, self.most):
            return 0.0
        newest = self._underway[-1][0]
        return max(0.0, newest + (PATIENCE_SECONDS if self._answers else DOUBT_SECONDS) - now)
