"""What every screen test begins with: a terminal like a technician's, fast paints, the zone of the records."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final
from zlib import crc32

import pytest

from tests.screen.app_driver import PAINT_SECONDS, TOGETHER_SECONDS
from tests.toolkit import SCREEN_PERIOD

SLOPPY_TURNS: Final = 2
"""How often a test with the mark ``sloppy`` runs once more. Its name makes the seeds: each meets other forms."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let the tests with the mark ``sloppy`` see the same when the systems answer in other forms."""
    if metafunc.definition.get_closest_marker("sloppy"):
        name = metafunc.definition.name
        seeds = [crc32(f"{name} {turn}".encode()) for turn in range(SLOPPY_TURNS)]
        ids = ["strict", *(f"sloppy {seed}" for seed in seeds)]
        metafunc.parametrize("sloppiness", [None, *seeds], ids=ids, indirect=True)


@pytest.fixture(autouse=True)
def sloppiness(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How the systems of this test write."""
    monkeypatch.setattr("tests.screen.app_driver.sloppiness", getattr(request, "param", None))


@pytest.fixture(autouse=True)
def paint_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paints and keys follow each other faster than for a person."""
    monkeypatch.setattr(SCREEN_PERIOD, PAINT_SECONDS)
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
