"""What is polled: plain data with a version."""

from __future__ import annotations

from collections.abc import Callable


class Versioned:
    """Counts its changes, and tells of each that there is something to poll."""

    def __init__(self) -> None:
        self.version = 0
        """Grows with every change."""
        self.on_change: Callable[[], None] = _nobody
        """Called after every change; whoever is told only notes it, and polls later."""

    def _changed(self) -> None:
        self.version += 1
        self.on_change()


def _nobody() -> None:
    """Nobody polls yet."""
