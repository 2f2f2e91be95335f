"""However the program ends: the terminal is the person's again, and the licence is free."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from pathlib import Path

import pytest

from tests.pty.harness import Opened, log_offs
from tests.pty.modes import MODERN
from tests.pty.terminal import LARGE, Terminal
from tui.demo import Simulation

CTRL_C = "\x03"
ESCAPE = "\x1b"

LIVE = "AltiGen live"

Way = str | signal.Signals

WAYS = [
    pytest.param("q", 0, id="q"),
    pytest.param(CTRL_C, 0, id="ctrl+c"),
    pytest.param(signal.SIGINT, 130, id="SIGINT"),
    pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
    pytest.param(signal.SIGHUP, 129, id="SIGHUP"),
]


def leave(terminal: Terminal, way: Way) -> None:
    if isinstance(way, str):
        terminal.send(way)
    else:
        terminal.signal(way)


def assert_left_in_order(terminal: Terminal, systems: Simulation) -> None:
    assert terminal.left_on == set()
    assert terminal.last_words == ""
    assert systems.altigen.sessions == {}


@pytest.mark.parametrize(("way", "code"), WAYS)
async def test_it_logs_off_and_restores_the_terminal(
    helpdeck: Opened, systems: Simulation, way: Way, code: int
) -> None:
    async with helpdeck() as terminal:
        await terminal.until(LIVE)
        leave(terminal, way)
        assert await terminal.ended(5) == code
        assert log_offs(systems) == 1
        assert_left_in_order(terminal, systems)


async def test_a_modern_terminal_gets_every_mode_back(helpdeck: Opened, config: Path, systems: Simulation) -> None:
    with config.open("a") as file:
        file.write("[ui]\nmouse = true\n")
    async with helpdeck(LARGE, answers=MODERN) as terminal:
        await terminal.until(LIVE)
        assert {"mouse", "mouse in pixels", "in-band resize"} <= terminal.left_on
        terminal.send("q")
        assert await terminal.ended(5) == 0
        assert_left_in_order(terminal, systems)


async def test_a_lost_line_ends_it_within_two_seconds(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        await terminal.until(LIVE)
        terminal.hang_up()
        assert await terminal.ended(2) == 129
        assert log_offs(systems) == 1
        assert systems.altigen.sessions == {}


async def test_a_lost_line_ends_it_where_a_shell_in_between_keeps_the_hang_up_to_itself(
    systems: Simulation, config: Path, home: Path
) -> None:
    command = f"trap '' HUP; {sys.executable} -m tui --config {config}; exit $?"
    async with Terminal(["/bin/sh", "-c", command], home=home) as terminal:
        await terminal.until(LIVE)
        terminal.hang_up()
        assert await terminal.ended(3) == 129
        assert log_offs(systems) == 1
        assert systems.altigen.sessions == {}


async def test_a_stalled_line_does_not_keep_the_licence(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck(LARGE) as terminal:
        await terminal.until(LIVE)
        terminal.stall()
        for _ in range(40):
            terminal.send("z")  # every zoom is a whole screen: the line is full after some
            await asyncio.sleep(0.02)
        terminal.signal(signal.SIGTERM)
        assert await terminal.ended(5) == 143
        assert log_offs(systems) == 1
        assert systems.altigen.sessions == {}


async def test_a_log_off_that_hangs_is_given_up_and_the_terminal_is_free_before(
    helpdeck: Opened, systems: Simulation
) -> None:
    async with helpdeck() as terminal:
        await terminal.until(LIVE)
        systems.altigen.fault("slow", None, "/sessions/*", method="DELETE", seconds=30)
        terminal.send("q")
        async with asyncio.timeout(6):
            async with asyncio.timeout(2):
                while terminal.left_on:
                    await asyncio.sleep(0.01)
            for _ in range(3):
                terminal.signal(signal.SIGINT)  # an impatient person
            assert await terminal.ended() in (0, 130)
        assert log_offs(systems) == 1
        assert terminal.last_words == ""


@pytest.mark.parametrize(("way", "code"), [WAYS[0], WAYS[3]])
async def test_leaving_while_it_connects_frees_the_licence_that_is_just_being_given(
    helpdeck: Opened, systems: Simulation, way: Way, code: int
) -> None:
    systems.altigen.fault("late", 1, "/sessions", seconds=1.5)
    async with helpdeck() as terminal:
        await terminal.until("logging on")
        async with asyncio.timeout(5):
            while not systems.altigen.sessions:
                await asyncio.sleep(0.01)
        leave(terminal, way)
        assert await terminal.ended(5) == code
        assert_left_in_order(terminal, systems)


async def test_leaving_while_a_form_is_open(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        await terminal.until(LIVE)
        await terminal.press("c", "Place a call")
        terminal.send("q")
        await terminal.until(lambda text: re.search(r"Number +q$", text, re.MULTILINE))
        terminal.signal(signal.SIGTERM)
        assert await terminal.ended(5) == 143
        assert_left_in_order(terminal, systems)


@pytest.mark.parametrize("after", [0.005, 0.01])
async def test_leaving_while_a_form_is_just_opening(helpdeck: Opened, systems: Simulation, after: float) -> None:
    async with helpdeck() as terminal:
        await terminal.until(LIVE)
        terminal.send("c")
        await asyncio.sleep(after)
        terminal.signal(signal.SIGTERM)
        assert await terminal.ended(5) == 143
        assert "Traceback" not in terminal.last_words
        assert systems.altigen.sessions == {}


async def test_ctrl_c_closes_a_form_first(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        await terminal.until(LIVE)
        await terminal.press("c", "Place a call")
        terminal.send(CTRL_C)
        await terminal.until(LIVE)
        terminal.send(CTRL_C)
        assert await terminal.ended(5) == 0
        assert_left_in_order(terminal, systems)


async def test_leaving_while_every_system_is_down(helpdeck: Opened, systems: Simulation) -> None:
    for system in systems.systems:
        system.fault("down")
    async with helpdeck() as terminal:
        await terminal.until(lambda text: text.count("waiting") >= 3)
        terminal.send("q")
        assert await terminal.ended(5) == 0
        assert_left_in_order(terminal, systems)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_in_the_middle_of_starting_leaves_the_terminal_in_order(
    helpdeck: Opened, systems: Simulation, number: signal.Signals
) -> None:
    async with helpdeck() as terminal:
        async with asyncio.timeout(10):
            while not terminal.raw:
                await asyncio.sleep(0)
        terminal.signal(number)
        assert await terminal.ended(5) == 128 + number
        assert_left_in_order(terminal, systems)


def runs_our_code(pid: int) -> bool:
    """Whether a process has loaded a library of ours, and not only the interpreter's."""
    return "msgspec" in Path(f"/proc/{pid}/maps").read_text()


async def test_before_it_has_drawn_anything_a_signal_ends_it_without_a_word(
    helpdeck: Opened, systems: Simulation
) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        async with helpdeck() as terminal:
            # Our own code runs: what comes while the interpreter itself still starts is the interpreter's to answer.
            while not runs_our_code(terminal.pid):
                await asyncio.sleep(0.001)
            assert not terminal.text.strip()
            terminal.signal(number)
            assert await terminal.ended(5) in (-number, 128 + number)
            assert "Traceback" not in terminal.last_words
            assert terminal.left_on == set()
