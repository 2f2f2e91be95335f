"""A slow line, a line that stops, a terminal that says nothing: the program goes on, and the screen comes right."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from tests.benchmarks.ingest import config_of, source
from tests.processes import resident_bytes
from tests.pty.harness import Opened
from tests.pty.modes import MODERN, SILENT
from tests.pty.terminal import HELPDECK, LARGE, Terminal
from tests.waiting import until
from tui.demo import Simulation

LIVE = "AltiGen live"

STALL_SECONDS = float(os.environ.get("HELPDECK_STALL", "3"))
"""With HELPDECK_STALL=120 a line stops for two minutes."""

PING_SECONDS = 0.1

PONG_SECONDS = 2.0
"""Servers wait ten times as long for an answer to a ping."""

ASKED = b"\x1b[5n"


async def test_a_line_that_stops_holds_up_nothing_and_is_right_when_it_goes_on(
    helpdeck: Opened, systems: Simulation
) -> None:
    async with helpdeck(LARGE) as terminal:
        await terminal.until(LIVE)
        await terminal.until("128 users")
        terminal.stall()
        before = resident_bytes(terminal.pid)
        sent_before = len(terminal.raw)
        asked_before = len(systems.remotepc.requests)
        over = time.monotonic() + STALL_SECONDS
        while time.monotonic() < over:
            await systems.altigen.ring("3125550199", "Later Bakery")
            terminal.send("zz3r1")  # whole screens, and a request
            await asyncio.sleep(0.05)
        assert len(systems.remotepc.requests) > asked_before
        assert len(systems.altigen.sessions) == 1
        assert len(terminal.raw) == sent_before
        began = time.monotonic()
        terminal.go_on()
        await terminal.until("Later Bakery", 1)
        assert time.monotonic() - began < 1
        # What waited is a frame or two, and not what was painted meanwhile.
        assert len(terminal.raw) - sent_before < 20_000
        assert resident_bytes(terminal.pid) < before * 1.2


async def test_while_a_line_stops_pings_are_answered(home: Path) -> None:
    def pongs() -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sent") as answer:
            return int(json.load(answer)["pongs"])

    async def one_more() -> None:
        before = pongs()
        await until(lambda: pongs() > before, PONG_SECONDS)

    with source("--ping", str(PING_SECONDS)) as port:
        async with Terminal([*HELPDECK, "--config", str(config_of(port, home))], LARGE, home=home) as terminal:
            await terminal.until(LIVE)
            terminal.stall()
            over = time.monotonic() + STALL_SECONDS
            while time.monotonic() < over:
                terminal.send("zz")
                await one_more()
            terminal.go_on()
            await terminal.until(LIVE, 1)


async def test_where_nothing_happens_nothing_is_sent(home: Path) -> None:
    async with Simulation("desk", scripted=False) as quiet:
        path = home / "config.toml"
        path.touch(0o600)
        path.write_text(quiet.config().partition("[alpemix]")[0])
        async with Terminal([*HELPDECK, "--config", str(path)], LARGE, home=home) as terminal:
            await terminal.until(LIVE)
            await terminal.until("no event yet")  # said once the opening calls are complete
            await terminal.caught_up()
            for _ in range(3):  # a busy machine may have been late with something
                before = len(terminal.raw)
                await terminal.watch(4)
                if len(terminal.raw) == before:
                    return
            raise AssertionError(bytes(terminal.raw[before:]))


async def test_a_terminal_that_answers_nothing_is_served(helpdeck: Opened) -> None:
    async with helpdeck(LARGE, answers=SILENT) as terminal:
        await terminal.until(LIVE)
        await terminal.watch(2.5)
        asked = terminal.raw.count(ASKED)
        await terminal.press("z", gone="Technician")
        await terminal.press("z", "Technician")
        assert terminal.raw.count(ASKED) == asked


async def test_an_answer_is_no_key(helpdeck: Opened) -> None:
    async with helpdeck() as terminal:
        await terminal.until(LIVE)
        await terminal.press("c", "Place a call")
        for part in ("\x1b", "[", "0", "n", "9", "\x1b[0n", "1", "\x1b[0", "n", "1"):
            terminal.send(part)
        await terminal.until(lambda text: re.search(r"Number +911 *$", text, re.MULTILINE))


async def test_half_a_frame_is_never_seen_where_the_terminal_can_hold_it_back(helpdeck: Opened) -> None:
    async with helpdeck(answers=MODERN) as terminal:
        await terminal.until(LIVE)
        await terminal.caught_up()
        before = len(terminal.raw)
        await terminal.press("z", "2 Connections")
        terminal.send("\x0c")
        await terminal.watch(0.3)
        frames = re.findall(rb"\x1b\[\?2026h(.*?)\x1b\[\?2026l", terminal.raw[before:], re.DOTALL)
        assert frames
        assert all(ASKED not in frame for frame in frames)


@pytest.mark.parametrize("way", ["ctrl+l", "the same size once more", "stopped and continued"])
async def test_everything_is_sent_again(helpdeck: Opened, way: str) -> None:
    async with helpdeck(LARGE) as terminal:
        await terminal.until("128 users")
        terminal.smudge()
        assert "128 users" not in terminal.text
        before = len(terminal.raw)
        if way == "ctrl+l":
            terminal.send("\x0c")
        elif way == "the same size once more":
            terminal.signal(signal.SIGWINCH)
        else:
            terminal.signal(signal.SIGSTOP)
            terminal.signal(signal.SIGCONT)
        await terminal.until("128 users", 3)
        await terminal.until(LIVE, 1)
        # The modes too: behind a multiplexer that keeps no screen it is another terminal.
        assert b"\x1b[?1049h" in terminal.raw[before:]
        assert b"\x1b[?2004h" in terminal.raw[before:]
        terminal.send("q")
        assert await terminal.ended(5) == 0
        assert terminal.left_on == set()


async def test_everything_is_sent_again_while_a_form_is_open(helpdeck: Opened) -> None:
    async with helpdeck() as terminal:
        await terminal.until(LIVE)
        await terminal.press("c", "Place a call")
        terminal.smudge()
        assert "Place a call" not in terminal.text
        terminal.send("\x0c")
        await terminal.until("Place a call", 3)
