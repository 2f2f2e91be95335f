"""A fault of Helpdeck itself: the traceback is shown on a terminal in order, without what must stay secret."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path
from typing import Final, Protocol

import pytest

from tests.pty.harness import log_offs
from tests.pty.terminal import Terminal
from tui.demo import Simulation

PROGRAM: Final = """
import sys
from pathlib import Path

from textual import work

from tui import app, cli, dashboard
from tui.desk import Desk
from tui.desk.remotepc import feed as remotepc_feed

class Faulty(app.HelpdeckApp):
    CSS_PATH = {css_path}

    def action_help(self):
        password = self.desk.settings.altigen.password.reveal()
        raise RuntimeError(f"a fault of ours at {{password}}")

    @work
    async def action_zoom(self):
        password = self.desk.settings.altigen.password.reveal()
        raise RuntimeError(f"a fault of ours at {{password}}")

    def key_ctrl_t(self):
        service = self.desk.counters['altigen'].feed.service
        raise RuntimeError(f"a fault with {{service._proxy_in_use.session.reveal()}} in it")

class FaultyDesk(Desk):
    async def run(self):
        password = self.settings.altigen.password.reveal()
        raise RuntimeError(f"a fault of ours at {{password}}")

class FaultyFeed(remotepc_feed.RemotePCFeed):
    async def _serve(self, service):
        raise RuntimeError(f"a fault of ours at {{self._settings.api_key.reveal()}}")

if {feed_fails}:
    remotepc_feed.RemotePCFeed = FaultyFeed
dashboard.HelpdeckApp = Faulty
dashboard.Desk = {desk}
sys.exit(cli.main())
"""

GOOD_STYLES: Final = "Path(app.__file__).with_name('app.tcss')"


class Faulty(Protocol):
    """Opens the program above."""

    def __call__(self, css_path: str = GOOD_STYLES, desk: str = "Desk", *, feed_fails: bool = False) -> Terminal: ...


@pytest.fixture
def faulty(config: Path, home: Path) -> Faulty:
    def opened(css_path: str = GOOD_STYLES, desk: str = "Desk", *, feed_fails: bool = False) -> Terminal:
        program = home / "faulty.py"
        program.write_text(PROGRAM.format(css_path=css_path, desk=desk, feed_fails=feed_fails))
        return Terminal([sys.executable, str(program), "--config", str(config)], home=home)

    return opened


def assert_reported(terminal: Terminal, home: Path, systems: Simulation, fault: str) -> None:
    """One sentence on the terminal that says where the report is; in neither what must stay secret."""
    assert terminal.left_on == set()
    words = " ".join(terminal.last_words.split())
    assert re.search(r"Helpdeck ended by a fault of its own \(\w+\)\. The report, without passwords, is in ", words)
    assert "Traceback" not in words
    (file,) = (home / ".local/state/helpdeck").glob("crash-*.txt")
    assert str(file).replace(" ", "") in words.replace(" ", "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text()
    assert fault in text
    assert "Traceback" in text
    for secret in (systems.altigen.password, systems.remotepc.api_key, systems.alpemix.secret_key):
        assert secret not in text + words


@pytest.mark.parametrize("key", ["?", "z"], ids=["in an action", "in a worker"])
async def test_a_fault_while_it_runs(faulty: Faulty, systems: Simulation, home: Path, key: str) -> None:
    async with faulty() as terminal:
        await terminal.until("AltiGen live")
        terminal.send(key)
        assert await terminal.ended(5) == 1
        assert_reported(terminal, home, systems, "a fault of ours at ***")
        assert log_offs(systems) == 1
        assert systems.altigen.sessions == {}


async def test_a_fault_of_the_engine(faulty: Faulty, systems: Simulation, home: Path) -> None:
    async with faulty(desk="FaultyDesk") as terminal:
        assert await terminal.ended(5) == 1
        assert_reported(terminal, home, systems, "a fault of ours at ***")


async def test_a_fault_in_a_feed_leaves_the_screen_and_the_others_as_they_are(
    faulty: Faulty, systems: Simulation, home: Path
) -> None:
    async with faulty(feed_fails=True) as terminal:
        await terminal.until(lambda text: "AltiGen live" in text and "RemotePC waiting" in text)
        terminal.send("3")
        await terminal.until(lambda text: "The report, without passwords, is in" in " ".join(text.split()))
        (file,) = (home / ".local/state/helpdeck").glob("crash-*.txt")
        text = file.read_text()
        assert "a fault of ours at ***" in text
        assert systems.remotepc.api_key not in text
        terminal.send("q")
        assert await terminal.ended(5) == 0


async def test_a_fault_before_the_first_frame(faulty: Faulty, systems: Simulation, home: Path) -> None:
    async with faulty(css_path="'nowhere.tcss'") as terminal:
        assert await terminal.ended(5) == 1
        assert_reported(terminal, home, systems, "nowhere.tcss")


async def test_a_fault_whose_report_finds_no_room_is_told_on_the_terminal(
    faulty: Faulty, systems: Simulation, home: Path
) -> None:
    state = home / ".local/state"
    async with faulty() as terminal:
        await terminal.until("AltiGen live")
        (state / "helpdeck").rename(state / "elsewhere")
        (state / "helpdeck").write_text("in the way")
        terminal.send("?")
        assert await terminal.ended(5) == 1
        assert "The report could not be written" in terminal.last_words
        assert "a fault of ours at ***" in terminal.last_words
        assert systems.altigen.password not in terminal.last_words
        assert systems.altigen.sessions == {}


async def test_the_session_is_as_secret_as_a_password(faulty: Faulty, systems: Simulation, home: Path) -> None:
    async with faulty() as terminal:
        await terminal.until("AltiGen live")
        (session,) = systems.altigen.sessions
        terminal.send("\x14")
        assert await terminal.ended(5) == 1
        assert_reported(terminal, home, systems, "a fault with *** in it")
        (file,) = (home / ".local/state/helpdeck").glob("crash-*.txt")
        assert session not in file.read_text() + terminal.last_words
