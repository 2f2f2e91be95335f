"""When the screen looks at the boards: often while something changes, and seldom while nothing does."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

FRAME_SECONDS: Final = 0.25
"""How often the panes are polled while something changes. A key's own effect is painted at once."""

REST_FRAMES: Final = 4
"""While nothing changes, one frame takes the place of this many: what only time changes is counted in seconds."""

AWAKE_FRAMES: Final = 8
"""After this many frames without a change the clock rests: a call that counts its seconds keeps it awake."""

HURRIES_MOST: Final = 4
"""Frames within a second that come at once at the most: a burst of calls must not cost more than its frames do."""


class FrameClock:
    """Calls for a frame, again and again. Each call comes only after the frame before is done."""

    def __init__(self, seconds: float, call: Callable[[Callable[[], None]], object], frame: Callable[[], None]) -> None:
        """``seconds``: between two frames. ``call``: has the frame done when its turn comes."""
        self._seconds = seconds
        self._call = call
        self._frame = frame
        self._last = self._planned = self._rests_from = 0.0
        self._has_changed = False
        """Since the last frame began."""
        self._hurried = deque[float](maxlen=HURRIES_MOST)
        """When the last frames were asked for that came at once."""
        self._timer: asyncio.TimerHandle | None = None
        """The next frame; None before the first, and while one is waited for."""

    def start(self) -> None:
        """Begin; the first frame comes after the usual time."""
        self._last = self._planned = asyncio.get_running_loop().time()
        self._rests_from = self._last + AWAKE_FRAMES * self._seconds
        self._plan()

    def wake(self) -> None:
        """Have the next frame come in its usual time: something has changed. At once, after a rest."""
        if self._has_changed:
            return  # of a burst of events, the first does it
        self._has_changed = True
        timer = self._timer
        if timer is not None and timer.when() > self._last + self._seconds:
            timer.cancel()
            self._begin_at(max(self._last + self._seconds, asyncio.get_running_loop().time()))

    def hurry(self) -> None:
        """Have the next frame come at once, a few times a second: a person waits for just this."""
        now = asyncio.get_running_loop().time()
        is_free = len(self._hurried) < HURRIES_MOST or now - self._hurried[0] >= 1.0
        if self._timer is None or not is_free:
            self.wake()  # or it comes already
            return
        self._hurried.append(now)
        self._has_changed = True
        self._timer.cancel()
        self._begin_at(now)

    def _plan(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        step = self._seconds if now < self._rests_from else REST_FRAMES * self._seconds
        # In step with those before, so that a count of seconds leaves none out. After one that came late there is time
        # for what else is to be done, however long each takes.
        planned = self._planned + step
        self._begin_at(planned if planned > now else now + step)

    def _begin_at(self, planned: float) -> None:
        self._planned = planned
        self._timer = asyncio.get_running_loop().call_at(planned, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._call(self._do)

    def _do(self) -> None:
        self._last = asyncio.get_running_loop().time()
        if self._has_changed:
            self._rests_from = self._last + AWAKE_FRAMES * self._seconds
            self._has_changed = False
        self._frame()
        self._plan()
