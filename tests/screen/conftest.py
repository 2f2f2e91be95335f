"""What every screen test begins with: a terminal like a technician's, a fast frame clock, the zone of the records."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.screen.stage import FRAME_SECONDS, PAINT_SECONDS, TOGETHER_SECONDS


@pytest.fixture(autouse=True)
def frame_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames, paints and keys follow each other faster than for a person."""
    monkeypatch.setattr("tui.app.FRAME_SECONDS", FRAME_SECONDS)
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", PAINT_SECONDS)
    monkeypatch.setattr("tui.terminal.typeahead.TOGETHER_SECONDS", TOGETHER_SECONDS)


@pytest.fixture(autouse=True)
def technicians_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """256 colours over SSH, no tmux, and times of day in UTC."""
    with monkeypatch.context() as patch:
        for name in ("TMUX", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TEXTUAL"):
            patch.delenv(name, raising=False)
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()
