"""What goes over the line: `python -m tests.benchmarks.line`.

The same program three times side by side: as it is, without the layer of `tui/terminal`, and without it within tmux,
counting what tmux sends. Beside each figure stands what a plain comparison of the cells would have sent (`ideal`).
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.figures import verdict
from tests.processes import processor_seconds
from tests.pty.modes import PLAIN
from tests.pty.terminal import HELPDECK, LARGE, Terminal

WITHOUT: Final = {"TEXTUAL_DRIVER": "textual.drivers.linux_driver:LinuxDriver"}

NEARLY: Final = 1.5
"""A figure is good if it is no more than this many times the ideal."""

Picture = list[tuple[Any, ...]]

STILL: Final = """
seed = 11
[alpemix]
dates = "escaped"
[plot]
calls_per_minute = 0.001
calls_going = 0
talk_seconds = 1
connections_today = 300
accounts = 300
"""
"""Lists to scroll in, and nothing that happens but a count of seconds in a title."""

IS_OVER: Final = re.compile(r"^.(ended|missed) ", re.MULTILINE)
"""The one call that every script begins with."""

TICKING: Final = STILL.replace(
    "calls_going = 0\ntalk_seconds = 1", "calls_going = 150\ncalls_most = 400\ntalk_seconds = 100000"
)
"""A call in every line, each with its duration; zoomed, 36 of them show."""


@dataclass(frozen=True)
class Operation:
    """Something that a person does, and what it may send at most."""

    name: str
    key: str
    bound: int
    before: str = ""
    """Keys that lead there."""


OPERATIONS: Final = (
    Operation("focus to the next pane", "3", 3_300),
    Operation("focus to the next pane", "2", 3_300),
    Operation("a row down", "j", 260, "g"),
    Operation("a notice", "r", 405),
    Operation("the help opens", "?", 8_300),
    Operation("the help closes", "\x1b", 10_600),
    Operation("a form opens", "a", 8_300, "3"),
    Operation("a letter typed in it", "x", 86),
    Operation("the form closes", "\x1b", 10_600),
    Operation("a row scrolled into view", "j", 500, "2zg" + "j" * 36),
    Operation("back to three panes", "z", 10_600),
)


@dataclass
class Seen:
    """One of the programs, and what it has sent."""

    name: str
    terminal: Terminal
    figures: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    async def do(self, operation: Operation) -> None:
        """Press its keys, and count what the last one sends until all is quiet."""
        if operation.before:
            self.terminal.send(operation.before)
            await self.terminal.quiet(0.5)
        before, sent = self.terminal.picture(), len(self.terminal.raw)
        self.terminal.send(operation.key)
        await self.terminal.quiet(0.35)
        figure = len(self.terminal.raw) - sent, ideal(before, self.terminal.picture())
        self.figures.setdefault(operation.name, []).append(figure)

    def most(self, name: str) -> tuple[int, int]:
        """The costliest time."""
        return max(self.figures[name])


def ideal(before: Picture, after: Picture) -> int:
    """Bytes of a plain painter of changed cells: a move for each run, a whole look for each change of it, the text.

    Runs less than four cells apart are one.
    """
    cost = 0
    look: tuple[Any, ...] | None = None
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        end: int | None = None
        for x in (x for x, cell in enumerate(new) if cell != old[x]):
            if end is None or x - end > 4:
                cost += len(f"\x1b[{y + 1};{x + 1}H")
                end = x - 1
            for cell in new[end + 1 : x + 1]:
                if cell[1:] != look:
                    look = cell[1:]
                    colours = [str(each) for each in look[:2] if each != "default"]
                    cost += 3 + 2 * sum(map(bool, look[2:])) + sum(len(c) if len(c) < 6 else 15 for c in colours)
                cost += len(cell[0].encode())
            end = x
    return cost


async def stream(terminal: Terminal, seconds: float) -> tuple[float, float]:
    """Bytes a second, and what they ideally would be."""
    loop = asyncio.get_running_loop()
    began, sent, best = loop.time(), len(terminal.raw), 0
    before = terminal.picture()
    while (passed := loop.time() - began) < seconds:
        await terminal.watch(0.01)
        await terminal.quiet(0.004)
        after = terminal.picture()
        best += ideal(before, after)
        before = after
    return (len(terminal.raw) - sent) / passed, best / passed


def demo(scenario: str) -> list[str]:
    return [*HELPDECK, "demo", "--scenario", scenario]


def in_tmux(command: Sequence[str], home: Path) -> list[str]:
    settings = home / "tmux.conf"
    settings.write_text("set -g status off\nset -s escape-time 0\nset -g destroy-unattached on\n")
    return ["tmux", "-f", str(settings), "-S", str(home / "tmux"), "new-session", *command]


async def operations(home: Path, rounds: int) -> list[Seen]:
    """Do everything in all three, in turn."""
    scenario = home / "still.toml"
    scenario.write_text(STILL)
    async with AsyncExitStack() as stack:
        every: list[Seen] = []
        kinds: list[tuple[str, Sequence[str], Mapping[str, str]]] = [
            ("with the layer", demo(str(scenario)), {}),
            ("without", demo(str(scenario)), WITHOUT),
        ]
        if shutil.which("tmux"):
            stack.callback(subprocess.run, ["tmux", "-S", str(home / "tmux"), "kill-server"], capture_output=True)
            kinds.append(("without, in tmux", in_tmux(demo(str(scenario)), home), WITHOUT))
        for name, command, environment in kinds:
            opened = Terminal(command, LARGE, home=home, answers=PLAIN, environment=environment)
            seen = Seen(name, await stack.enter_async_context(opened))
            await seen.terminal.until("300 users", 30)
            await seen.terminal.quiet(0.5)
            first = len(seen.terminal.raw), ideal(blank(), seen.terminal.picture())
            seen.figures["the first screen"] = [first]
            await seen.terminal.until(IS_OVER.search, 60)
            await seen.terminal.quiet(0.5)
            every.append(seen)
        for _ in range(rounds):
            for operation in OPERATIONS:
                for seen in every:
                    await seen.do(operation)
        return every


def blank() -> Picture:
    return [((" ", "default", "default", *[False] * 6),) * LARGE[0]] * LARGE[1]


def only_ticks(text: str) -> bool:
    """Whether the calls of the opening have all been answered, so that no row moves any more."""
    return not re.search("ringing|calling", text, re.IGNORECASE)


async def streams(home: Path, seconds: float) -> dict[str, tuple[float, float]]:
    """What a stream sends: durations that tick, and fifty events a second."""
    ticking = home / "ticking.toml"
    ticking.write_text(TICKING)
    found: dict[str, tuple[float, float]] = {}
    for name, scenario, keys in (("36 ticking durations", str(ticking), "z"), ("50 events/s", "busy", "")):
        async with Terminal(demo(scenario), LARGE, home=home) as terminal:
            await terminal.until("AltiGen live", 30)
            terminal.send(keys)
            if "ticking" in name:
                await terminal.until(only_ticks, 60)
            await terminal.watch(3)
            found[name] = await stream(terminal, seconds)
    return found


async def cost(home: Path, seconds: float) -> tuple[float, float]:
    """Processor time with the layer and without, both at the same time."""
    async with (
        Terminal(demo("busy"), LARGE, home=home) as ours,
        Terminal(demo("busy"), LARGE, home=home, environment=WITHOUT) as plain,
    ):
        for terminal in (ours, plain):
            await terminal.until("AltiGen live", 30)
        await asyncio.sleep(3)
        before = [processor_seconds(terminal.pid) for terminal in (ours, plain)]
        await asyncio.sleep(seconds)
        after = [processor_seconds(terminal.pid) for terminal in (ours, plain)]
    return after[0] - before[0], after[1] - before[1]


def tell(every: Sequence[Seen]) -> bool:
    """The table of operations."""
    print(f"{'bytes of':<26}" + "".join(f"{seen.name:>18}" for seen in every) + f"{'ideal':>10}")
    for name in every[0].figures:
        row = "".join(f"{seen.most(name)[0]:>18,}" for seen in every)
        print(f"{name:<26}{row}{every[0].most(name)[1]:>10,}")
    kept = True
    for name, bound in {operation.name: operation.bound for operation in OPERATIONS}.items():
        kept &= verdict(name, every[0].most(name)[0], bound, " bytes")
        if len(every) > 2:
            # Half of what tmux sends; but tmux compares cells too, and less than the ideal cannot be asked for.
            sent, best = every[0].most(name)
            asked = max(0.5 * every[2].most(name)[0], NEARLY * best)
            kept &= verdict(f"{name}, beside tmux and the ideal", sent, asked, " bytes")
    first, whole = every[0].most("the first screen")
    return verdict("the first screen, times one paint", first / whole, 1.5) and kept


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.line", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each stream; 0 leaves them out")
    parser.add_argument("--cost-seconds", type=float, default=60.0, help="0 leaves it out")
    parser.add_argument("--cost-bound", type=float, default=1.02)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        kept = [tell(asyncio.run(operations(home, asked.rounds)))]
        if asked.seconds:
            for name, (sent, best) in asyncio.run(streams(home, asked.seconds)).items():
                print(f"{name:<26}{sent:>10,.0f} bytes/s, ideal {best:,.0f}")
                kept.append(verdict(f"{name}, times the ideal", sent / best, 3 if "ticking" in name else 2))
                kept.append(verdict(name, sent, 1_320 if "ticking" in name else 8_000, " bytes/s"))
        if asked.cost_seconds:
            ours, plain = asyncio.run(cost(home, asked.cost_seconds))
            print(f"processor at 50 events/s  {ours:.2f} s with the layer, {plain:.2f} s without, at the same time")
            kept.append(verdict("processor, times that without the layer", ours / plain, asked.cost_bound))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
