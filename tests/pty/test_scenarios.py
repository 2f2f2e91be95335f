"""`helpdeck demo` in every scenario, for some seconds, with every key pressed; the five at the same time."""

from __future__ import annotations

import asyncio
import re
import shlex
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from tests.processes import family, is_there
from tests.pty.terminal import ESCAPE, HELPDECK, LARGE, SMALL, Terminal
from tui.demo import names

SECONDS: Final = 5.0

KEYS: Final = (
    *("j", "k", "G", "g", "\x1b[6~", "\x1b[5~", "\r", "j", ESCAPE, "z", "z", "1", "2", "3", "\t", "\x1b[Z"),
    *(">", ">", "=", "<", "<", "=", "p", "r", "p", "?", "j", ESCAPE, ":", "r", "e", ESCAPE),
    *("/", "a", "[", "/", "]", "\r", "j", ESCAPE, "y", "j", ESCAPE, "E", ESCAPE),
    *("1", "c", "9", "1", ESCAPE, "x", ESCAPE, "o", "m", "3", "a", "@", "\t", "\t", ESCAPE, "i", "x", ESCAPE),
    *("l", ESCAPE, "2", "\r", "G", ESCAPE, "y", ESCAPE, "\x10", "z", ESCAPE),
)
"""Every key of the design's table; nothing is sent, copied or written, since every dialog is left with escape."""

SIZES: Final = (LARGE, SMALL, (39, 9), (200, 60), (41, 11), LARGE)

DRAWN: Final = re.compile(
    rb"""\x1b\[ (?: [0-9;]* m                                       # colours
                  | [0-9;]* [HGdABCD]                             # where to draw
                  | [KJ] | [0-9;]* r                              # erase, move lines
                  | 5n                                            # has it been drawn?
                  | \? (?: 7 | 25 | 1004 | 1049 | 2004 | 2026 ) [hl]   # the modes of a full screen
                  | \? (?: 2026 | 2048 ) \$ p                       # and what is asked of them
                  | > [0-9]+ u | < u )                              # the keyboard of kitty
    | \x1bM                                                       # lines move down
    | \x1b\]22;[a-z-]+\x07                                        # the shape of the mouse's pointer
    | \x07                                                          # the bell of a call that rings
    | [\r\n\b]
    """,
    re.VERBOSE,
)

NEVER: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # controls, those of eight bits too
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u2028\u2029\u206a-\u206f\ufff9-\ufffb\U000e0000-\U000e007f]"  # lines, deprecated, annotations, tags
)


@dataclass(frozen=True, slots=True)
class Run:
    """What is left of a run."""

    code: int
    raw: bytes
    last_words: str
    left_on: set[str]
    left_behind: list[int]
    is_whole: bool
    """Whether it was still there after all the keys."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runs(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Run]]:
    async with asyncio.TaskGroup() as group:
        running = {name: group.create_task(_run(name, tmp_path_factory.mktemp(name))) for name in names()}
    yield {name: task.result() for name, task in running.items()}


async def _run(scenario: str, home: Path) -> Run:
    async with Terminal([*HELPDECK, "demo", "--scenario", scenario], LARGE, home=home) as terminal:
        await terminal.until("1 Calls")
        loop = asyncio.get_running_loop()
        over = loop.time() + SECONDS
        sizes = cycle(SIZES)
        whole = False
        for count, key in enumerate(cycle(KEYS)):
            if loop.time() > over and whole:
                break
            terminal.send(key)
            await asyncio.sleep(0.02)  # so that most find the screen painted, and some do not
            whole = whole or count >= len(KEYS)
            if count % 20 == 0:
                terminal.resize(*next(sizes))
        alive = list(family(terminal.pid))
        terminal.signal(signal.SIGTERM)
        code = await terminal.ended(8)
        left = [pid for pid in alive if is_there(pid)]
        return Run(code, bytes(terminal.raw), terminal.last_words, terminal.left_on, left, len(alive) == 1)


@pytest.mark.parametrize("scenario", names())
def test_a_scenario_ends_without_a_traceback(runs: dict[str, Run], scenario: str) -> None:
    run = runs[scenario]
    assert run.last_words == ""
    assert b"Traceback" not in run.raw
    assert run.code == 143
    assert run.is_whole
    assert run.left_on == set()


@pytest.mark.parametrize("scenario", names())
def test_no_fault_of_helpdeck_itself_shows(runs: dict[str, Run], scenario: str) -> None:
    assert b"a fault of Helpdeck" not in runs[scenario].raw


@pytest.mark.parametrize("scenario", names())
def test_no_process_is_left_after_a_scenario(runs: dict[str, Run], scenario: str) -> None:
    assert runs[scenario].left_behind == []


@pytest.mark.parametrize("scenario", names())
def test_only_what_the_drawing_layer_writes_reaches_the_terminal(runs: dict[str, Run], scenario: str) -> None:
    text = DRAWN.sub(b"", runs[scenario].raw).decode()  # an error where the bytes are no UTF-8
    found = [text[max(0, match.start() - 30) : match.end() + 30] for match in NEVER.finditer(text)]
    assert found == []


async def test_the_simulators_do_not_outlive_a_demo_that_was_killed(home: Path) -> None:
    async with Terminal([*HELPDECK, "demo"], home=home) as terminal:
        await terminal.until("AltiGen live")
        [simulators] = family(terminal.pid)
        terminal.signal(signal.SIGKILL)
        assert await terminal.ended() == -signal.SIGKILL
        async with asyncio.timeout(5):
            while is_there(simulators):
                await asyncio.sleep(0.01)


async def test_a_scenario_that_is_none_is_told_in_a_sentence(home: Path) -> None:
    path = home / "wrong.toml"
    path.write_text("nonsense = 3\n")
    async with Terminal([*HELPDECK, "demo", "--scenario", str(path)], home=home) as terminal:
        assert await terminal.ended() == 2
        assert terminal.last_words == f"helpdeck: the simulated systems ended: {path}: unknown keys: nonsense\n"
        assert terminal.left_on == set()


async def test_a_demo_speaks_the_words_of_its_scenarios_system(home: Path) -> None:
    path = home / "maxacd.toml"
    path.write_text('[altigen]\nsystem = "maxacd"\n')
    async with Terminal([*HELPDECK, "demo", "--scenario", str(path)], LARGE, home=home) as terminal:
        await terminal.until("pause rec")
        await terminal.until("AltiGen live")
        assert "mute" not in terminal.text


async def test_a_demo_draws_signs_of_ascii_where_the_locale_is_not_utf8(home: Path) -> None:
    command = f"PYTHONIOENCODING=iso-8859-9 exec {shlex.join(HELPDECK)} demo"
    async with Terminal(["/bin/sh", "-c", command], home=home) as terminal:
        await terminal.until("AltiGen live")
        await terminal.press("\r", ">State")
        assert terminal.raw.isascii()


async def test_leaving_a_demo_that_has_just_opened(home: Path) -> None:
    async with Terminal([*HELPDECK, "demo"], home=home) as terminal:
        async with asyncio.timeout(10):
            while not (simulators := list(family(terminal.pid))):
                await asyncio.sleep(0)
        terminal.send("q")  # they have not said yet where they listen
        assert await terminal.ended(5) == 0
        assert not any(map(is_there, simulators))
        assert terminal.last_words == ""
    assert not list(home.rglob("helpdeck")), "a demo must not change how the real dashboard opens"
