"""The program in a terminal, with the simulated systems in the tests' own process: their counters are the witness."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from tests.pty.harness import Opened
from tests.pty.modes import PLAIN
from tests.pty.terminal import HELPDECK, SMALL, Terminal
from tui.demo import Simulation


@pytest.fixture
async def systems() -> AsyncIterator[Simulation]:
    """The three systems as they are on a morning, with one licence."""
    async with Simulation("desk", altigen={"licences": 1}) as running:
        yield running


@pytest.fixture
def config(systems: Simulation, home: Path) -> Path:
    """A configuration that fits the systems."""
    path = home / "config.toml"
    path.touch(0o600)
    path.write_text(systems.config())
    return path


@pytest.fixture
def helpdeck(config: Path, home: Path) -> Opened:
    def opened(size: tuple[int, int] = SMALL, *, answers: Mapping[bytes, bytes] = PLAIN) -> Terminal:
        return Terminal([*HELPDECK, "--config", str(config)], size, home=home, answers=answers)

    return opened
