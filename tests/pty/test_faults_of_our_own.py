"""A fault of Helpdeck itself: the traceback is shown on a terminal in order, without what must stay secret."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final, Protocol

import pytest

from tests.pty.conftest import log_offs
from tests.pty.terminal import Terminal
from tui.demo import Simulation

PROGRAM: Final = """
import sys
from pathlib import Path

from textual import work

from tui import app, cli, dashboard
from tui.desk import Desk

class Faulty(app.HelpdeckApp):
    CSS_PATH = {css_path}

    def action_help(self):
        password = self.desk.settings.altigen.password.reveal()
        raise RuntimeError("a fault of ours")

    @work
    async def action_zoom(self):
        password = self.desk.settings.altigen.password.reveal()
        raise RuntimeError("a fault of ours")

class FaultyDesk(Desk):
    async def run(self):
        password = self.settings.altigen.password.reveal()
        raise RuntimeError("a fault of ours")

dashboard.HelpdeckApp = Faulty
dashboard.Desk = {desk}
sys.exit(cli.main())
"""

GOOD_STYLES: Final = "Path(app.__file__).with_name('app.tcss')"


class Faulty(Protocol):
    """Opens the program above."""

    def __call__(self, css_path: str = GOOD_STYLES, desk: str = "Desk") -> Terminal: ...


@pytest.fixture
def faulty(config: Path, home: Path) -> Faulty:
    def opened(css_path: str = GOOD_STYLES, desk: str = "Desk") -> Terminal:
        program = home / "faulty.py"
        program.write_text(PROGRAM.format(css_path=css_path, desk=desk))
        return Terminal([sys.executable, str(program), "--config", str(config)], home=home)

    return opened


@pytest.mark.parametrize("key", ["?", "z"], ids=["in an action", "in a worker"])
async def test_a_fault_while_it_runs(faulty: Faulty, systems: Simulation, key: str) -> None:
    async with faulty() as terminal:
        await terminal.until("AltiGen live")
        terminal.send(key)
        assert await terminal.ended(5) == 1
        assert terminal.left_on == set()
        assert "a fault of ours" in terminal.last_words
        assert systems.altigen.password not in terminal.last_words
        assert log_offs(systems) == 1
        assert systems.altigen.sessions == {}


async def test_a_fault_of_the_engine(faulty: Faulty, systems: Simulation) -> None:
    async with faulty(desk="FaultyDesk") as terminal:
        assert await terminal.ended(5) == 1
        assert terminal.left_on == set()
        assert "a fault of ours" in terminal.last_words
        assert systems.altigen.password not in terminal.last_words


async def test_a_fault_before_the_first_frame(faulty: Faulty, systems: Simulation) -> None:
    async with faulty(css_path="'nowhere.tcss'") as terminal:
        assert await terminal.ended(5) == 1
        assert terminal.left_on == set()
        assert "nowhere.tcss" in terminal.last_words
        assert systems.altigen.password not in terminal.last_words
