"""A note is there or not, and never a part of one, whenever the program is killed."""

from __future__ import annotations

import signal

from tests.pty.harness import Opened
from tests.pty.terminal import Terminal
from tui.panes.marks import NOTED
from tui.state import state_folder

LIVE = "RemotePC live"


async def write(terminal: Terminal, text: str) -> None:
    """Open the form on the first user and type into it."""
    await terminal.until(LIVE)
    terminal.send("3")
    await terminal.until("users,")
    terminal.send("n")
    await terminal.until("Write a note")
    terminal.send(text)
    await terminal.until(text)


async def kill(terminal: Terminal) -> None:
    terminal.signal(signal.SIGKILL)
    assert await terminal.ended(5) == -signal.SIGKILL


async def test_of_a_note_that_is_typed_nothing_is_there_and_of_one_that_was_sent_all_of_it(helpdeck: Opened) -> None:
    async with helpdeck() as terminal:
        await write(terminal, "half of it")
        await kill(terminal)
    assert list(state_folder().glob("notes-*")) == []
    async with helpdeck() as terminal:
        await write(terminal, "all of it")
        assert NOTED not in terminal.text
        terminal.send("\t")
        await terminal.caught_up()
        await terminal.press("\r", "the note is kept")
        await kill(terminal)
    async with helpdeck() as terminal:
        await terminal.until(LIVE)
        terminal.send("3")
        await terminal.until(NOTED)
        terminal.send("\r")
        await terminal.until("all of it")
        assert "half of it" not in terminal.text
    assert list(state_folder().glob("notes-*")) == []
