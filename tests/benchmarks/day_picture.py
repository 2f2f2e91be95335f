"""What the day as a picture costs: `python -m tests.benchmarks.day_picture`.

- Over the line, at 80x24, where nothing else is seen: the picture opens, other days come into it, and it follows the
  calls of a busy day. Beside each figure stands what a plain comparison of the cells would have sent (`ideal`).
- To follow one call among thousands, beside what the frame of the pane takes for the same call.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import ratio, spread, verdict
from tests.benchmarks.line import demo, ideal, stream
from tests.clock import START
from tests.pty.modes import PLAIN
from tests.pty.terminal import SMALL, Terminal
from tests.screen.app_driver import app_driver
from tests.screen.test_call_days import call, filled
from tui.models.calls import Outcome
from tui.panes.calls import CallsPane
from tui.panes.day_picture import DaySource

DAY: Final = """
seed = 11
[alpemix]
dates = "escaped"
[plot]
calls_per_minute = 40
calls_going = 6
connections_today = 300
accounts = 30
"""


async def bytes_of(home: Path, rounds: int, seconds: float) -> dict[str, tuple[float, float]]:
    """What goes over the line, and what a comparison of the cells would send."""
    scenario = home / "day.toml"
    scenario.write_text(DAY)
    found: dict[str, tuple[float, float]] = {}
    async with Terminal(demo(str(scenario)), SMALL, home=home, answers=PLAIN) as terminal:
        await terminal.until(" today", 30)
        await terminal.until("AltiGen live", 30)
        terminal.send("2")
        await terminal.quiet(0.5)
        for _ in range(rounds):
            for name, key in (("the picture opens", "D"), ("the picture closes", "\x1b")):
                before, sent = terminal.picture(), len(terminal.raw)
                terminal.send(key)
                await terminal.quiet(0.2)
                figure = len(terminal.raw) - sent, ideal(before, terminal.picture())
                found[name] = max(found.get(name, figure), figure)
        terminal.send("D")
        await terminal.until("by the hour", 30)
        await terminal.quiet(0.3)
        found["the picture follows, a second"] = await stream(terminal, seconds)
    return found


async def frames_of(folder: Path, calls: int, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds to follow a call: of the picture, and of the frame of the pane."""
    hour = timedelta(hours=1)
    made = [call(number, START - hour + number * hour / calls, Outcome.ANSWERED) for number in range(calls)]
    path = await filled(folder / "archive.sqlite", *made)
    ours: list[float] = []
    theirs: list[float] = []
    async with app_driver(archive=path) as on:
        pane = on.app.query_one(CallsPane)
        await on.when(lambda: len(pane.counter.board.history.earlier) == calls)
        source = DaySource(pane)
        source.look(on.clock.now())
        await on.settle()
        source.look(on.clock.now())
        for _ in range(rounds):
            pane.counter.board.history_changed()
            now, began = on.clock.now(), time.perf_counter()
            source.look(now)
            drawn = time.perf_counter()
            pane.frame(now)
            ours.append((drawn - began) * 1000)
            theirs.append((time.perf_counter() - drawn) * 1000)
    return ours, theirs


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.day_picture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=15.0, help="how long it follows what comes in")
    parser.add_argument("--calls", type=int, default=5_000)
    parser.add_argument("--bound", type=float, default=1.2, help="times the bytes of the changed cells")
    parser.add_argument("--frame-bound", type=float, default=1.0, help="times the frame of the pane")
    asked = parser.parse_args(arguments)
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (sent, best) in asyncio.run(bytes_of(Path(folder), asked.rounds, asked.seconds)).items():
            print(f"{name:<32}{sent:>8,.0f} bytes, ideal {best:,.0f}")
            kept.append(verdict(f"{name}, times the ideal", sent / best, asked.bound))
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = asyncio.run(frames_of(Path(folder), asked.calls, 4 * asked.rounds))
        print(f"{asked.calls:,} calls followed     picture {spread(ours)}, pane {spread(theirs)}")
        kept.append(verdict("the picture, times the pane's frame", ratio(ours, theirs), asked.frame_bound))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
