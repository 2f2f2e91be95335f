"""The calls that AltiGen tells of when a channel opens: ordinary events with no end marker ("Web API Events").

What goes on comes again. What is not repeated has ended while nobody listened.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tui.models.clock import Moment

SETTLE_SECONDS: Final = 1.0
"""Quiet time after which it is taken as complete."""

SETTLE_EMPTY: Final = 5.0
"""Quiet time after which one of which nothing came is taken as empty: a slow server may still be gathering."""

SETTLE_MOST: Final = 10.0
"""It is taken as complete after this time on the busiest channel: it comes in one burst."""


class Snapshot:
    """What is still open since the channel opened. It knows calls by their keys only."""

    def __init__(self) -> None:
        self.opened: Moment | None = None
        """When the channel opened that tells of the calls now."""
        self.is_settling = False
        """Whether its calls may still be coming in."""
        self.is_first = True
        """Whether none was complete yet: its calls may have been known to whoever listened before."""
        self._last_event: Moment | None = None
        self._has_begun = False  # a call came since the channel opened
        self._known_until: dict[int, Moment] = {}

    def begin(self, now: Moment, live: Iterable[int], known_until: Moment) -> None:
        """The channel stands. ``live``: the calls that went on when that was last known."""
        self.opened = self._last_event = now
        self.is_settling = True
        self._has_begun = False
        self._known_until = dict.fromkeys(live, known_until)

    def came(self, now: Moment, *, is_call: bool) -> None:
        """An event has come."""
        self._last_event = now
        self._has_begun = self._has_begun or is_call

    def awaits(self, key: int) -> bool:
        """Whether this call has not been repeated yet."""
        return key in self._known_until

    def known_until(self, key: int, now: Moment) -> Moment:
        """Up to when a call that goes on is known to: not until now where it has not been repeated yet."""
        return self._known_until.get(key, now)

    def confirm(self, key: int) -> bool:
        """This call was told of, or is over; tells whether that was awaited."""
        return self._known_until.pop(key, None) is not None

    def settle(self, now: Moment) -> list[int]:
        """Give the calls that were not repeated, the oldest first, once it is complete; nothing before."""
        if not self.is_settling or self._last_event is None or self.opened is None:
            return []
        is_quiet = now.seconds_since(self._last_event) >= (SETTLE_SECONDS if self._has_begun else SETTLE_EMPTY)
        if is_quiet or now.seconds_since(self.opened) >= SETTLE_MOST:
            self.is_settling = self.is_first = False
        return [] if self.is_settling else sorted(self._known_until)
