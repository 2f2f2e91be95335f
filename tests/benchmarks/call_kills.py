"""Dashboards that are killed in the middle of calls: `python -m tests.benchmarks.call_kills`.

Each runs in a terminal of its own while calls ring, are taken and end, and is killed with SIGKILL at a moment of
chance. Every number that was on the screen until then must be in the archive once the next one runs, and each once.
``--postgres``: the archive is on a server.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import signal
import sys
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import tomli_w

from tests.benchmarks.figures import verdict
from tests.postgres.server import PostgresServer
from tests.pty.terminal import HELPDECK, LARGE, Terminal
from tests.waiting import until
from tui.archive import open_store
from tui.config import ArchiveSettings
from tui.demo import Altigen, Simulation

RUNS: Final = 200

LONGEST: Final = 2.0
"""Seconds that a dashboard lives at the most once it shows that it is live."""

NUMBER: Final = re.compile(r"\b31\d{8}\b")

EXTENSION: Final = "201"


class Calls:
    """Calls that come and go, each with a number of its own."""

    def __init__(self, altigen: Altigen, run: int, rng: random.Random) -> None:
        self._altigen = altigen
        self._run = run
        self._rng = rng
        self._made = 0

    async def go_on(self) -> None:
        """Let something happen again and again."""
        while True:
            await asyncio.sleep(self._rng.uniform(0.01, 0.25))
            calls = self._altigen.calls
            if len(calls) < 3 or self._rng.random() < 0.4:
                self._made += 1
                await self._altigen.ring(f"31{self._run:03}{self._made:05}")
                continue
            call = self._rng.choice(list(calls.values()))
            if call.state == "ring" and self._rng.random() < 0.6:
                await self._altigen.connect(call.handle)
            else:
                await self._altigen.disconnect(call.handle)

    async def end(self) -> None:
        """All of them end, heard by nobody: the next dashboard is not told of them."""
        for handle in list(self._altigen.calls):
            await self._altigen.disconnect(handle)


async def shown(config: Path, home: Path, altigen: Altigen, run: int, rng: random.Random) -> set[str]:
    """Run a dashboard and kill it; gives the numbers that its screen showed."""
    seen: set[str] = set()

    def look(text: str) -> bool:
        seen.update(NUMBER.findall(text))
        return False

    calls = Calls(altigen, run, rng)
    async with Terminal([*HELPDECK, "--config", str(config)], LARGE, home=home) as terminal:
        await terminal.until("AltiGen live")
        async with asyncio.TaskGroup() as group:
            going_on = group.create_task(calls.go_on())
            looking = group.create_task(_until_it_ends(terminal, look))
            await asyncio.sleep(rng.uniform(0.0, LONGEST))
            terminal.signal(signal.SIGKILL)
            going_on.cancel()
            await looking
    await calls.end()
    return seen


async def look_after(config: Path, home: Path) -> None:
    """Let one more dashboard store what the last one left, and end it as a person does."""
    async with Terminal([*HELPDECK, "--config", str(config)], LARGE, home=home) as terminal:
        await terminal.until("AltiGen live")
        await until(lambda: not any(home.rglob("calls-*.jsonl")))


async def _until_it_ends(terminal: Terminal, look: Callable[[str], bool]) -> None:
    with suppress(AssertionError):
        await terminal.until(look)


async def kept(archive: ArchiveSettings) -> list[str]:
    """The numbers of the calls in the archive."""
    async with open_store(archive, to_read=True) as store:
        days = await store.call_days(EXTENSION)
        return [call.number for day in days for call in await store.calls_of(EXTENSION, day)]


async def measure(runs: int, seed: int, *, on_postgres: bool) -> bool:
    """Kill them all, tell what is missing, and whether that is nothing."""
    rng = random.Random(seed)
    late = 0
    seen: set[str] = set()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        archive = ArchiveSettings(path=str(folder / "archive.sqlite"))
        if on_postgres:
            archive = ArchiveSettings(url=stack.enter_context(stack.enter_context(PostgresServer()).database()))
        async with Simulation("desk", scripted=False) as simulation:
            section = tomllib.loads(simulation.config())["altigen"]
            place = {"url": archive.url} if on_postgres else {"path": archive.path}
            config = folder / "config.toml"
            config.touch(0o600)
            config.write_text(tomli_w.dumps({"altigen": section, "archive": place}))
            for run in range(runs):
                now = await shown(config, folder, simulation.altigen, run, rng)
                late += len(now - {*await kept(archive)})
                seen |= now
            await look_after(config, folder)
        numbers = await kept(archive)
    lost = seen - {*numbers}
    print(*sorted(lost), sep="\n", end="\n" if lost else "")
    print(
        f"{runs} dashboards killed, {len(seen):,} calls on their screens, {len(numbers):,} kept,"
        f" {late} of them stored by the next dashboard"
    )
    return all(
        [
            verdict("calls that were on a screen and are not kept", len(lost), 0),
            verdict("calls that are kept twice", len(numbers) - len({*numbers}), 0),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, tell, and give 1 where something is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.call_kills", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args(arguments)
    return 0 if asyncio.run(measure(asked.runs, asked.seed, on_postgres=asked.postgres)) else 1


if __name__ == "__main__":
    sys.exit(main())
