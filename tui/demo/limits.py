"""How often something may be asked within a sliding window."""

from collections import deque

from tui.demo.system import Clock


class Window:
    """At most this many within a number of seconds."""

    def __init__(self, clock: Clock, most: int, seconds: float) -> None:
        self._clock = clock
        self._most = most
        self._seconds = seconds
        self._granted: deque[float] = deque(maxlen=most)

    def grants(self) -> bool:
        """Whether one more is allowed now; a refusal does not count against the next."""
        at = self._clock()
        if len(self._granted) == self._most and at - self._granted[0] < self._seconds:
            return False
        self._granted.append(at)
        return True
