"""What a key waits for while calls pour in, beside the same program at rest: `python -m tests.benchmarks.keys`.

In turn: at rest, at ten thousand events a second, and so once more with a terminal that reads 4 kB a second.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import percentile, spread, verdict
from tests.benchmarks.ingest import config_of, key_milliseconds, sent, source
from tests.pty.terminal import HELPDECK, LARGE, Terminal

ROUNDS: Final = 5
PRESSES: Final = 40
WARM_SECONDS: Final = 3.0

RATE: Final = 10_000
QUIET_RATE: Final = 1
"""The first frames come at once, and then none for a minute: as much to show, and nothing happens."""

SLOW: Final = 4_000
"""Bytes a second."""

TIMES_BOUND: Final = 2.0
SLOW_BOUND: Final = 250.0
TAKEN: Final = 0.98
"""Of the events that were to be sent: the source does not keep its rate better than that."""


async def pressed(port: int, presses: int, *, line: float = inf) -> tuple[list[float], float]:
    """Milliseconds from each key to its effect, and the events taken in a second meanwhile."""
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory() as home:
        command = [*HELPDECK, "--config", str(config_of(port, Path(home)))]
        async with Terminal(command, LARGE, home=Path(home), rate=line) as terminal:
            await terminal.until("AltiGen live")
            await terminal.watch(WARM_SECONDS)
            began, (before, _) = loop.time(), await asyncio.to_thread(sent, port)
            times = await key_milliseconds(terminal, presses)
            after, _ = await asyncio.to_thread(sent, port)
            return times, (after - before) / (loop.time() - began)


async def measure(rounds: int, presses: int, times_bound: float, slow_bound: float, taken_bound: float) -> bool:
    """Run the rounds, tell the figures, and whether each bound is kept."""
    rest: list[float] = []
    busy: list[float] = []
    slow: list[float] = []
    taken: list[float] = []
    with source("--rate", str(QUIET_RATE)) as quiet, source("--rate", str(RATE)) as loud:
        for _ in range(rounds):
            rest += (await pressed(quiet, presses))[0]
            times, rate = await pressed(loud, presses)
            busy += times
            taken.append(rate)
            times, rate = await pressed(loud, presses, line=SLOW)
            slow += times
            taken.append(rate)
    print(f"key to paint, {rounds} rounds of {presses} keys in turn")
    for what, times in (
        ("at rest", rest),
        (f"at {RATE:,} events/s", busy),
        (f"the same, read at {SLOW:,} bytes/s", slow),
    ):
        print(f"  {what:33} {spread(times)}, 95th percentile {percentile(times, 95):.1f} ms")
    print(f"  taken in                          {spread(taken, 'events/s')}")
    return all(
        [
            verdict("95th percentile, times that at rest", percentile(busy, 95) / percentile(rest, 95), times_bound),
            verdict("95th percentile on the slow line", percentile(slow, 95), slow_bound, " ms"),
            verdict("events that were to come, times those taken in", RATE / min(taken), 1 / taken_bound),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.keys", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--presses", type=int, default=PRESSES, help="in each round and state")
    parser.add_argument("--bound", type=float, default=TIMES_BOUND, help="under load, times at rest")
    parser.add_argument("--slow-bound", type=float, default=SLOW_BOUND, help="milliseconds on the slow line")
    parser.add_argument("--taken", type=float, default=TAKEN, help="share of the events that must be taken in")
    asked = parser.parse_args(arguments)
    bounds = asked.bound, asked.slow_bound, asked.taken
    return 0 if asyncio.run(measure(asked.rounds, asked.presses, *bounds)) else 1


if __name__ == "__main__":
    sys.exit(main())
