"""Terminals without colours, and people who want none: nothing coloured goes over the line, and all can be read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.pty.terminal import HELPDECK, SMALL, Terminal
from tests.terminal.emulator import coloured

ESCAPE: Final = "\x1b"

DESKTOP: Final = "? help"
"""What the footer says where no dialog is open."""

SESSION: Final = (
    *(("1", DESKTOP), ("z", ""), ("j", ""), ("\r", "details"), (ESCAPE, DESKTOP), ("z", "")),
    *(("?", "Keys in"), (ESCAPE, DESKTOP), ("m", ""), ("c", "Number"), ("9", ""), (ESCAPE, DESKTOP)),
    *(("y", "Copy"), (ESCAPE, DESKTOP), ("E", "Export"), ("\x1b[1;2D", ""), (ESCAPE, DESKTOP)),
    *(("/", ""), ("a", "/a:"), ("\r", ""), ("2", ""), ("\r", "details"), (ESCAPE, DESKTOP)),
    *(("3", ""), ("a", "First name"), ("x", ""), ("\t", ""), (ESCAPE, DESKTOP)),
    *(("i", "one a line"), ("x@y.example", ""), ("\x1b[1;2D", ""), (ESCAPE, DESKTOP), ("l", "Sign")),
    *((ESCAPE, DESKTOP), (":", "Search"), ("theme", "Change the theme"), ("\r", "dracula"), ("nord", ""), ("\r", "")),
    *(("1", DESKTOP), ("2", ""), ("3", ""), ("?", "Keys in"), (ESCAPE, DESKTOP)),
)
"""Keys, and what stands on the screen then: every pane, dialog, field and list, and another theme in between."""


async def seen(terminal: Terminal) -> list[list[tuple[Any, ...]]]:
    """What the screen shows at every step of a session."""
    await terminal.until("128 users")
    await terminal.until("AltiGen live")
    await terminal.caught_up()
    pictures = [terminal.picture()]
    for keys, text in SESSION:
        terminal.send(keys)
        await terminal.until(text)
        await terminal.caught_up()
        pictures.append(terminal.picture())
    return pictures


def with_theme(config: Path, theme: str) -> None:
    config.write_text(f'{config.read_text()}\n[ui]\ntheme = "{theme}"\n')


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("theme", "environment"),
    [
        ("ansi-dark", {"NO_COLOR": "1"}),
        ("textual-dark", {"NO_COLOR": "1", "COLORTERM": "truecolor"}),
        ("textual-light", {"NO_COLOR": "1", "FORCE_COLOR": "1"}),
        ("ansi-light", {"TERM": "dumb"}),
        ("gruvbox", {"TERM": "vt220", "COLORTERM": "truecolor"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(f"{n}={v}" for n, v in value.items()),
)
async def test_where_no_colours_are_wanted_none_is_sent_in_a_whole_session_and_all_is_seen(
    config: Path, home: Path, theme: str, environment: Mapping[str, str]
) -> None:
    with_theme(config, theme)
    command = [*HELPDECK, "--config", str(config)]
    async with Terminal(command, SMALL, home=home, environment=environment) as terminal:
        for picture in await seen(terminal):
            cells = [cell for line in picture for cell in line]
            assert {(cell.fg, cell.bg) for cell in cells} == {("default", "default")}
            assert any(cell.reverse for cell in cells)
        terminal.send("q")
        assert await terminal.ended() == 0
        assert coloured(terminal.raw.decode()) == []


@pytest.mark.parametrize(
    "environment",
    [
        {"NO_COLOR": ""},
        {"TERM": "xterm"},
        {"TERM": "unheard-of"},
        {"TERM": "vt100", "FORCE_COLOR": "1"},
    ],
    ids=lambda value: "-".join(f"{n}={v}" for n, v in value.items()),
)
async def test_colours_are_sent_where_nobody_says_that_there_are_none(
    config: Path, home: Path, environment: Mapping[str, str]
) -> None:
    async with Terminal([*HELPDECK, "--config", str(config)], SMALL, home=home, environment=environment) as terminal:
        await terminal.until("AltiGen live")
        await terminal.caught_up()
        assert any(cell.fg == "green" for line in terminal.picture() for cell in line)


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}], ids=str)
@pytest.mark.parametrize(
    "command", ["--help", "check", "check --trace alpemix", "audit", "export connections", "init", "nonsense"]
)
async def test_a_command_that_prints_prints_no_colours(
    config: Path, home: Path, command: str, environment: Mapping[str, str]
) -> None:
    words = command.split()
    asked = [*words, "--config", str(config)] if words[0] in ("check", "export", "init") else words
    async with Terminal([*HELPDECK, *asked], SMALL, home=home, environment=environment) as terminal:
        if command == "init":
            await terminal.until(str.strip)
            terminal.send("\x03")
        await terminal.ended(30)
        assert terminal.last_words
        assert "\x1b[" not in terminal.raw.decode()
