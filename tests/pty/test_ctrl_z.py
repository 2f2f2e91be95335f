"""ctrl+z: the licence and the terminal are given back, and `fg` takes both again."""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.processes import family, state_of
from tests.pty.harness import Opened, log_offs
from tests.pty.terminal import HELPDECK, LARGE, SMALL, Terminal
from tests.waiting import PATIENCE_SECONDS, until
from tui.demo import Simulation

CTRL_Z = "\x1a"
ALTERNATE_SCREEN = b"\x1b[?1049h"
LIVE = "AltiGen live"
STOPPED = re.compile(r"Stopped")
PROMPT = "desk> "
PATIENT = (
    "import sys; from tui import cli; from tui.terminal import driver; "
    "driver.BACKGROUND_SECONDS = 2.0; sys.exit(cli.main())"
)
"""The program, with time enough for a shell to do something before it stops in the background."""


@asynccontextmanager
async def shell(home: Path, size: tuple[int, int] = SMALL) -> AsyncIterator[Terminal]:
    """A shell with job control, as a person has it."""
    command = ["/bin/bash", "--norc", "--noprofile", "-i"]
    async with Terminal(["/usr/bin/env", f"PS1={PROMPT}", *command], size, home=home) as terminal:
        await terminal.until(PROMPT.strip())
        try:
            yield terminal
        finally:
            for pid in family(terminal.pid):
                os.kill(pid, signal.SIGKILL)


@asynccontextmanager
async def helpdeck_in_a_shell(
    config: Path, home: Path, size: tuple[int, int] = SMALL, program: Sequence[str] = HELPDECK
) -> AsyncIterator[tuple[Terminal, int]]:
    """The terminal, and the process of the program that is live in it."""
    async with shell(home, size) as terminal:
        terminal.send(f"clear; {shlex.join([*program, '--config', str(config)])}; echo code=$?\r")
        await terminal.until(LIVE)
        (pid,) = family(terminal.pid)
        yield terminal, pid


async def suspend(terminal: Terminal, seconds: float = PATIENCE_SECONDS) -> None:
    terminal.send(CTRL_Z)
    await terminal.until(STOPPED.search, seconds)


def is_stopped(pid: int) -> bool:
    return state_of(pid) == "T"


async def test_ctrl_z_frees_the_licence_and_fg_takes_it_again(systems: Simulation, config: Path, home: Path) -> None:
    async with shell(home) as terminal:
        of_the_shell = terminal.left_on  # its line editor has modes of its own
    async with helpdeck_in_a_shell(config, home) as (terminal, pid):
        for times in (1, 2):
            terminal.send(CTRL_Z)
            await terminal.until(re.compile(rf"Stopped.*^{PROMPT.strip()}", re.MULTILINE | re.DOTALL).search)
            assert is_stopped(pid)
            assert systems.altigen.sessions == {}
            assert log_offs(systems) == times
            assert terminal.left_on == of_the_shell
            terminal.send("clear; echo the shell is free\r")
            await terminal.until(re.compile("^the shell is free", re.MULTILINE).search)
            await systems.altigen.ring(caller_name=f"Away {times}")
            before = len(terminal.raw)
            terminal.send("fg\r")
            await terminal.until(LIVE)
            await terminal.until(f"Away {times}")
            assert terminal.raw.count(ALTERNATE_SCREEN, before) == 1  # the terminal is taken once, and painted once
        terminal.send("j")
        await terminal.caught_up()
        terminal.send("q")
        await until(lambda: pid not in family(terminal.pid))
        assert systems.altigen.sessions == {}
        assert systems.altigen.sessions_most == 1


async def test_a_stop_signal_of_somebody_else_frees_the_licence_too(
    systems: Simulation, config: Path, home: Path
) -> None:
    async with helpdeck_in_a_shell(config, home, LARGE) as (terminal, pid):
        os.kill(pid, signal.SIGTSTP)
        await terminal.until(STOPPED.search)
        assert systems.altigen.sessions == {}
        terminal.send("fg\r")
        await terminal.until(LIVE)
        await until(lambda: len(systems.altigen.sessions) == 1)


async def test_what_is_sent_to_the_background_stops_until_it_gets_the_terminal(
    systems: Simulation, config: Path, home: Path
) -> None:
    async with helpdeck_in_a_shell(config, home) as (terminal, pid):
        await suspend(terminal)
        # The shell waits until it has heard of the stop itself: before, its `fg` would let nothing go on.
        terminal.send("clear; bg; wait %1; echo it has stopped\r")
        await terminal.until(re.compile("^it has stopped", re.MULTILINE).search)
        assert is_stopped(pid)
        assert systems.altigen.sessions == {}
        assert LIVE not in terminal.text
        terminal.send("fg\r")
        await terminal.until(LIVE)


async def test_what_gets_the_terminal_before_it_has_stopped_in_the_background_takes_it(
    systems: Simulation, config: Path, home: Path
) -> None:
    program = [sys.executable, "-c", PATIENT]
    async with helpdeck_in_a_shell(config, home, program=program) as (terminal, pid):
        await suspend(terminal)
        terminal.send("clear; bg; sleep 0.2; fg\r")  # no signal comes with this `fg`: what it is for goes on already
        await terminal.until(LIVE)
        assert not is_stopped(pid)


async def test_it_ends_where_it_is_ended_while_it_is_aside(systems: Simulation, config: Path, home: Path) -> None:
    async with helpdeck_in_a_shell(config, home) as (terminal, pid):
        await suspend(terminal)
        terminal.send("kill %1\r")
        await until(lambda: pid not in family(terminal.pid))
        await terminal.press("echo all has been 's'aid\r", "all has been said")
        assert "Traceback" not in terminal.text
        assert systems.altigen.sessions == {}


async def test_a_line_lost_while_it_is_aside_ends_it(systems: Simulation, config: Path, home: Path) -> None:
    async with helpdeck_in_a_shell(config, home) as (terminal, pid):
        await suspend(terminal)
        terminal.hang_up()
        await until(lambda: not Path(f"/proc/{pid}").exists())
        assert systems.altigen.sessions == {}


async def test_a_log_off_that_hangs_delays_the_shell_by_a_few_seconds_only(
    systems: Simulation, config: Path, home: Path
) -> None:
    async with helpdeck_in_a_shell(config, home) as (terminal, _):
        systems.altigen.fault("slow", None, "/sessions/*", method="DELETE", seconds=30)
        await terminal.press(CTRL_Z, "giving the licence back")
        await suspend(terminal, 7)  # an impatient person
        systems.altigen.heal()
        terminal.send("fg\r")
        await terminal.until(LIVE)
        assert systems.altigen.sessions_most == 1


async def test_without_a_shell_ctrl_z_stops_nothing_and_says_so(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        await terminal.until(LIVE)
        await terminal.press(CTRL_Z, "there is no shell")
        assert not is_stopped(terminal.pid)
        assert len(systems.altigen.sessions) == 1
        assert log_offs(systems) == 0


@pytest.mark.parametrize(
    ("key", "footer"),
    [
        ("c", "esc close without sending"),
        ("?", "y copy the line's text"),
        ("/", "words that must occur, field:word, field>5m, !word; ? lists the fields"),
    ],
    ids=["a form", "a card", "the filter"],
)
async def test_what_is_open_is_still_open_afterwards(
    systems: Simulation, config: Path, home: Path, key: str, footer: str
) -> None:
    async with helpdeck_in_a_shell(config, home) as (terminal, _):
        terminal.send(key)
        await terminal.until(footer)
        await suspend(terminal)
        terminal.send("clear; fg\r")
        await terminal.until(lambda text: text.splitlines()[-1].endswith(footer))
        await until(lambda: len(systems.altigen.sessions) == 1)


async def test_started_in_the_background_it_takes_no_licence_before_it_gets_the_terminal(
    systems: Simulation, config: Path, home: Path
) -> None:
    async with shell(home) as terminal:
        terminal.send(f"{shlex.join([*HELPDECK, '--config', str(config)])} &\r")
        await until(lambda: any(map(is_stopped, family(terminal.pid))))
        assert systems.altigen.sessions == {}
        terminal.send("clear; fg\r")
        await terminal.until(LIVE)
