"""Canaries: every secret is a text that is found nowhere else, every flow is run, and the program crashes on purpose.

Then no canary stands in any file that the program wrote, nor in any byte that the terminal got, but for the one place
where the person asked to see it.
"""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from tests.pty.terminal import LARGE, Terminal
from tui.demo import Simulation

EXTENSION: Final = "8305-canary-extension"
SECRET_KEY: Final = "canary-secret-key-5150"
API_KEY: Final = "canary-api-key-7741"
ACCOUNT: Final = "canary-account-2207"
NEW_PASSWORD: Final = "canary-new-password-9093"
WRONG_PASSWORD: Final = "canary-wrong-password-1418"

PROGRAM: Final = """
import logging
import sys
from pathlib import Path

from tui import app, cli, dashboard

logging.basicConfig(filename="debug.log", level=logging.DEBUG)

class Faulty(app.HelpdeckApp):
    CSS_PATH = Path(app.__file__).with_name("app.tcss")

    def frame(self):
        if Path("crash").exists():
            typed = [field.value for field in self.screen.query("Input")]
            password = self.desk.settings.altigen.password.reveal()
            assert typed and password
            raise RuntimeError("a fault of ours")
        super().frame()

dashboard.HelpdeckApp = Faulty
sys.exit(cli.main())
"""


def spellings(secret: str) -> list[bytes]:
    """A secret as it is, and inside of something that is base64, wherever it begins there."""
    raw = secret.encode()
    return [raw, *(base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3))]


@pytest.fixture
async def guarded() -> AsyncIterator[Simulation]:
    async with Simulation(
        "desk",
        scripted=False,
        opening=True,
        altigen={"password": EXTENSION, "licences": 1},
        alpemix={"secret_key": SECRET_KEY},
        remotepc={"api_key": API_KEY, "account_password": ACCOUNT},
    ) as running:
        yield running


@pytest.fixture
def faulty(guarded: Simulation, home: Path) -> Terminal:
    config = home / "config.toml"
    config.touch(0o600)
    config.write_text(guarded.config())
    program = home / "faulty.py"
    program.write_text(PROGRAM)
    return Terminal([sys.executable, str(program), "--config", str(config)], LARGE, home=home)


def leaks(home: Path, terminal: Terminal, secrets: list[str]) -> list[str]:
    """Where which secret was found; the config is where they belong."""
    places = {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    del places["config.toml"]
    places["the terminal"] = bytes(terminal.raw)
    assert places["debug.log"] is not None
    return [
        f"{secret} in {name}"
        for name, held in places.items()
        for secret in secrets
        if any(spelling in held for spelling in spellings(secret))
    ]


async def enter_password(terminal: Terminal, password: str) -> None:
    """Type a password, see it arrive, and send it."""
    terminal.send(password)
    await terminal.until(lambda text: re.search(rf"(?<!•)•{{{len(password)}}}(?!•)", text))
    terminal.send("\r")


async def test_no_secret_is_left_anywhere(faulty: Terminal, guarded: Simulation, home: Path) -> None:
    sessions: list[str] = []
    async with faulty as terminal:
        await terminal.until("AltiGen live")
        await terminal.until("RemotePC live")
        sessions += guarded.altigen.sessions
        # A call is placed and hung up.
        await terminal.press("c201", "will call")
        await terminal.press("\r", "AltiGen has taken it")
        # A sign-in with a wrong password, then the right one; the link is copied nowhere and not shown.
        await terminal.press("3l", "Sign-in link")
        await enter_password(terminal, WRONG_PASSWORD)
        await terminal.until("does not accept this password")
        await enter_password(terminal, ACCOUNT)
        await terminal.until("Sign-in link of")
        await terminal.press("q", gone="Sign-in link of")
        # An account whose answer is lost, and one that the server refuses, repeating what it was sent.
        guarded.remotepc.fault("reset_after", 1, "/add")
        await terminal.press("a", "Add a user")
        await terminal.press(f"Front\tDesk\ttill@example.com\t{NEW_PASSWORD}\t{NEW_PASSWORD}\t\t\r", "Add this user?")
        await terminal.press("y", "created after all")
        repeating = {"code": 400, "errors": [{"description": f"Bad password {NEW_PASSWORD} for {API_KEY}"}]}
        guarded.remotepc.fault("status", 1, "/add", status=400, body=repeating)
        await terminal.press("a", "Add a user")
        await terminal.press(f"Front\tDesk\ttwo@example.com\t{NEW_PASSWORD}\t{NEW_PASSWORD}\t\t\r", "Add this user?")
        await terminal.press("y", "Bad password ***")
        await terminal.press("\x1b", gone="Add a user")
        # A password that is made here, and not looked at.
        await terminal.press("a", "Add a user")
        await terminal.press("Front\tDesk\tmade@example.com\t\x07\t\t\t\r", "Add this user?")
        await terminal.press("y", "made@example.com was created: its password")
        await terminal.press("q", gone="made@example.com was created: its password")
        # Invitations, and a page of somebody else as the answer.
        guarded.remotepc.fault("html", 1, "/invite")
        await terminal.press("i", "Invite users")
        await terminal.press("\x1b[200~a@example.com\nb@example.com\x1b[201~\t\t\r", "What will be invited")
        await terminal.press("\r", "Allotted in all")
        await terminal.press("y", "Ended:")
        terminal.send("q")
        # What went over the wire, and everything about a row.
        for pane in "123":
            await terminal.press(f"{pane}T", "the last requests and frames")
            await terminal.press("q", gone="the last requests and frames")
        # The form is open with a password in it when the program fails.
        await terminal.press("3a", "Add a user")
        terminal.send(f"Front\tDesk\tthree@example.com\t{NEW_PASSWORD}\t{NEW_PASSWORD}")
        await terminal.until("•" * len(NEW_PASSWORD))
        (home / "crash").touch()
        assert await terminal.ended(10) == 1
        assert "Helpdeck ended by a fault of its own (RuntimeError)" in terminal.last_words
    assert len(list(home.rglob("crash-*"))) == 1
    links = [link.rpartition("/")[2] for link in guarded.remotepc.links]
    made = guarded.remotepc.users["made@example.com"].password
    secrets = [EXTENSION, SECRET_KEY, API_KEY, ACCOUNT, NEW_PASSWORD, WRONG_PASSWORD, made, *sessions, *links]
    assert len(secrets) == 9
    assert leaks(home, terminal, secrets) == []
    audits = list(home.rglob("audit.jsonl"))
    assert len(audits) == 1
    assert "till@example.com (0 computers)" in audits[0].read_text()


async def test_what_the_person_asks_to_see_is_seen_there_alone(
    faulty: Terminal, guarded: Simulation, home: Path
) -> None:
    async with faulty as terminal:
        await terminal.until("RemotePC live")
        await terminal.press("3l", "Sign-in link")
        await enter_password(terminal, ACCOUNT)
        await terminal.until("Sign-in link of")
        token = guarded.remotepc.links[-1].rpartition("/")[2]
        assert token.encode() not in terminal.raw
        terminal.send("v")
        await terminal.until(lambda text: token in re.sub(r"\s", "", text))
        await terminal.press("q", gone="Sign-in link of")
        terminal.send("q")
        assert await terminal.ended(10) == 0
    assert {each.rpartition(" in ")[2] for each in leaks(home, terminal, [token, ACCOUNT])} == {"the terminal"}
