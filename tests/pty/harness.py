"""What the tests in a terminal do alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tests.pty.modes import PLAIN
from tests.pty.terminal import SMALL, Terminal
from tui.demo import Simulation


class Opened(Protocol):
    """Opens `helpdeck --config FILE` in a terminal."""

    def __call__(self, size: tuple[int, int] = SMALL, *, answers: Mapping[bytes, bytes] = PLAIN) -> Terminal: ...


def log_offs(systems: Simulation) -> int:
    """How often AltiGen was asked to end a session."""
    return sum(asked.method == "DELETE" and asked.path.count("/") == 2 for asked in systems.altigen.requests)
