"""What dashboards need while nobody looks and nothing happens: `python -m tests.benchmarks.many_dashboards`.

As many of them as people work on one jump host, on one archive, beside one alone and the smallest Textual app.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from tests.benchmarks.figures import spread, verdict
from tests.benchmarks.first_paint import SMALLEST_APP
from tests.benchmarks.line import STILL
from tests.pty.terminal import HELPDECK, LARGE, Terminal
from tui.demo import Simulation

DASHBOARDS: Final = 20
SECONDS: Final = 60.0
SETTLE_SECONDS: Final = 20.0
"""Until what the beginning brings is over: the first reports, and the hints of the footer."""

PROCESSOR_BOUND: Final = 0.33
"""Percent of a core, each."""
WAKE_UPS_BOUND: Final = 5.0
"""A second, each."""
MEMORY_BOUND: Final = 30.0
"""MiB of each, shared pages in equal parts."""


class Needs(NamedTuple):
    """What one process needs."""

    wake_ups: float
    processor: float
    memory: float


@dataclass(frozen=True)
class Reading:
    """What the system has counted of a process so far."""

    pid: int
    wake_ups: int
    nanoseconds: int

    @classmethod
    def of(cls, pid: int) -> Reading:
        """Read it of all threads."""
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        wake_ups = [_number("voluntary_ctxt_switches", (thread / "status").read_text()) for thread in threads]
        ran = [int((thread / "schedstat").read_text().split()[0]) for thread in threads]
        return cls(pid, sum(wake_ups), sum(ran))

    def needs(self, seconds: float) -> Needs:
        """What it needed in the seconds since."""
        now = Reading.of(self.pid)
        return Needs(
            (now.wake_ups - self.wake_ups) / seconds,
            (now.nanoseconds - self.nanoseconds) / seconds / 1e7,
            _number("Pss", Path(f"/proc/{self.pid}/smaps_rollup").read_text()) / 1024,
        )


def _number(name: str, text: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    assert found is not None
    return int(found[1])


async def needs_of(terminals: Sequence[Terminal], seconds: float) -> list[Needs]:
    """What each of them needs while nothing happens."""
    readings = [Reading.of(terminal.pid) for terminal in terminals]
    await asyncio.sleep(seconds)
    return [reading.needs(seconds) for reading in readings]


async def measure(count: int, seconds: float, settle: float) -> dict[str, list[Needs]]:
    """One alone, then all of them; and the smallest app."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "still.toml"
        scenario.write_text(STILL)
        simulation = Simulation(scenario, scripted=False, opening=True, altigen={"licences": count})
        async with simulation, AsyncExitStack() as stack:
            config = Path(folder) / "config.toml"
            archive = f'[archive]\npath = "{folder}/archive.sqlite"\n'
            settings = simulation.config().replace("[alpemix]\n", "[alpemix]\nrefresh_seconds = 86400\n")
            config.write_text(settings.replace("[remotepc]\n", "[remotepc]\nrefresh_seconds = 86400\n") + archive)
            config.chmod(0o600)

            async def opened(command: Sequence[str], sign: str) -> Terminal:
                home = Path(tempfile.mkdtemp(dir=folder))
                terminal = await stack.enter_async_context(Terminal(command, LARGE, home=home))
                await terminal.until(sign, 60)
                return terminal

            async def dashboard() -> Terminal:
                terminal = await opened([*HELPDECK, "--config", str(config)], "AltiGen live")
                await terminal.until(lambda text: text.count("live") >= 3 and "300 users" in text, 60)
                return terminal

            smallest = await opened(SMALLEST_APP, "1 Calls")
            dashboards = [await dashboard()]
            await asyncio.sleep(settle)
            *alone, least = await needs_of([*dashboards, smallest], seconds)
            dashboards += [await dashboard() for _ in range(count - 1)]
            await asyncio.sleep(settle)
            return {"smallest app": [least], "one alone": alone, f"{count}": await needs_of(dashboards, seconds)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.many_dashboards", description=__doc__)
    parser.add_argument("--dashboards", type=int, default=DASHBOARDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--settle", type=float, default=SETTLE_SECONDS, metavar="SECONDS")
    parser.add_argument("--processor", type=float, default=PROCESSOR_BOUND, metavar="PERCENT")
    parser.add_argument("--wake-ups", type=float, default=WAKE_UPS_BOUND)
    parser.add_argument("--memory", type=float, default=MEMORY_BOUND, metavar="MIB")
    asked = parser.parse_args(arguments)
    found = asyncio.run(measure(asked.dashboards, asked.seconds, asked.settle))
    print(f"each, over {asked.seconds:.0f} s in which nothing happens")
    for name, all_needs in found.items():
        wake_ups, processor, memory = zip(*all_needs, strict=True)
        print(f"  {name:<12}  {spread(wake_ups, 'wake-ups/s')}, {spread(processor, '% of a core')}")
        print(f"  {'':<12}  {spread(memory, 'MiB')}")
    everyone = found[f"{asked.dashboards}"]
    print(f"  in all        {sum(needs.processor for needs in everyone):.3g} % of a core")
    middle = Needs(*(statistics.median(values) for values in zip(*everyone, strict=True)))
    kept = [
        verdict("wake-ups a second, each", middle.wake_ups, asked.wake_ups),
        verdict("processor, each", middle.processor, asked.processor, " % of a core"),
        verdict("memory, each", middle.memory, asked.memory, " MiB"),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
