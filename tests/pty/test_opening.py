"""What a person sees who starts the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.pty.harness import Opened
from tests.pty.terminal import HELPDECK, LARGE, SMALL, Terminal
from tui.demo import Simulation


async def test_live_data_of_every_system_shows_in_three_panes(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck(LARGE) as terminal:
        await terminal.until("AltiGen live")
        await terminal.until(lambda text: re.search(r"(talking|ringing) +(in|out) ", text))
        await terminal.until("Alpemix live")
        await terminal.until("RemotePC live")
        await terminal.until("128 users")


async def test_a_small_terminal_shows_one_pane_and_a_line_for_each_other(helpdeck: Opened) -> None:
    async with helpdeck(SMALL) as terminal:
        await terminal.until(lambda text: re.search(r"(talking|ringing) +(in|out) ", text))
        await terminal.until("128 users")
        lines = terminal.text.splitlines()
        assert [line[1:3] for line in lines if line[1:3] in ("1 ", "2 ", "3 ")] == ["1 ", "2 ", "3 "]
        assert lines.index(next(line for line in lines if line.startswith(" 2 "))) == len(lines) - 3


async def test_without_a_configuration_it_says_what_makes_one(home: Path) -> None:
    async with Terminal(HELPDECK, home=home) as terminal:
        assert await terminal.ended() == 2
        assert terminal.last_words.startswith("There is no configuration yet (")
        assert "`helpdeck init` makes one" in terminal.last_words
        assert terminal.left_on == set()


@pytest.mark.parametrize(
    "redirection",
    [
        "</dev/null",
        ">/dev/null",
        "2>/dev/null",
    ],
)
async def test_what_is_no_terminal_is_told_in_a_sentence(config: Path, home: Path, redirection: str) -> None:
    command = f"{shlex.join(HELPDECK)} --config {config} {redirection}"
    async with Terminal(["/bin/sh", "-c", command], home=home) as terminal:
        assert await terminal.ended(3) == 2
        assert redirection == "2>/dev/null" or "needs a terminal" in terminal.last_words
        assert terminal.left_on == set()


async def test_where_the_locale_is_not_utf8_nothing_but_ascii_is_drawn(config: Path, home: Path) -> None:
    command = f"PYTHONIOENCODING=iso-8859-9 exec {shlex.join(HELPDECK)} --config {config}"
    async with Terminal(["/bin/sh", "-c", command], home=home) as terminal:
        await terminal.until("AltiGen live")
        await terminal.until("talking")
        assert terminal.raw.isascii()


async def test_another_size_is_another_layout(helpdeck: Opened) -> None:
    async with helpdeck(LARGE) as terminal:
        await terminal.until("128 users")
        terminal.resize(*SMALL)
        await terminal.until(lambda text: re.search(r"^ 2 Connections .*\n 3 Users ", text, re.MULTILINE))
        terminal.resize(39, 9)
        await terminal.until("Helpdeck needs a terminal of 40x10.")
        terminal.resize(*LARGE)
        await terminal.until(lambda text: re.search(r"2 Connections .* 3 Users ", text))
