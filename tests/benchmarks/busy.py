"""How the demo feels at fifty events a second, beside itself with nothing happening: `python -m tests.benchmarks.busy`.

Both run at the same time, and a key is pressed in one and then in the other, so that both meet the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import percentile, spread, verdict
from tests.processes import processor_seconds, resident_bytes
from tests.pty.terminal import HELPDECK, LARGE, Terminal

SECONDS: Final = 60.0

PRESSES: Final = 40
"""Fewest keys, however short the run."""

BOUND: Final = 100.0
"""Milliseconds from a key to its effect, 95 of 100 times."""

GROWTH: Final = 1.05
"""The memory at the end, times that after the warm-up."""

WARM_UP: Final = 45.0
"""Seconds until what is bounded is full, as the 500 ended calls: from then on memory stays."""

MIDDLE: Final = 12
"""The line in the middle of the calls."""

QUIET: Final = """
seed = 11
[alpemix]
dates = "escaped"
[plot]
calls_per_minute = 0.001
calls_going = 150
calls_most = 400
talk_seconds = 100000
connections_today = 2000
connections_yesterday = 2000
accounts = 2000
"""
"""As much to show as in the scenario `busy`, and nothing happens."""

ALIKE: Final = 0.05
"""The share of the keys that may lead to a row that looks like the one before."""

_CURSOR: Final = re.compile(r"^▸(?:(ended|missed).*|.{12}(.{60}).*) (\d\d:\d\d:\d\d)", re.MULTILINE)
_ROW: Final = re.compile(_CURSOR.pattern.replace("▸", "."), re.MULTILINE)
"""Who calls and since when, in the line of the cursor, and all of an ended call: not what counts on by itself."""


@dataclass(slots=True)
class Watched:
    """A demo whose keys are timed."""

    terminal: Terminal
    key_to_paint: list[float] = field(default_factory=list)
    alike: int = 0

    async def open(self) -> None:
        """Wait for data, and leave the first row, which the cursor would stay on whatever comes."""
        await self.terminal.until("AltiGen live")
        await self.terminal.until(_CURSOR.search)
        self.terminal.send("jjjj")
        await self.terminal.watch(1)

    async def press(self) -> None:
        """Press j or k and wait until the cursor is on another call.

        A call that comes or ends meanwhile may put one that looks the same where the key leads to. Nobody can see
        that the cursor went there, so the key is not timed, and the next one has to have its effect.
        """
        try:
            await self._press()
        except AssertionError:
            self.alike += 1
            await self._press()

    async def _press(self) -> None:
        await self.terminal.watch(0.05)
        before = self._row()
        key = self._key()
        began = asyncio.get_running_loop().time()
        self.terminal.send(key)
        at = await self.terminal.until(lambda text: self._row(text) not in (None, before), 5)
        self.key_to_paint.append((at - began) * 1000)

    def _key(self) -> str:
        """The key with an effect: there is a row to go to, and it is not a second call of the same person."""
        rows = [_kept(found) if (found := _ROW.match(line)) else None for line in self.terminal.text.splitlines()]
        here = self._row()
        at = next((place for place, line in enumerate(self.terminal.text.splitlines()) if line.startswith("▸")), 0)
        below = at + 1 < len(rows) and rows[at + 1] not in (None, here)
        above = at > 0 and rows[at - 1] not in (None, here)
        return "j" if below and (at < MIDDLE or not above) else "k"

    def _row(self, text: str | None = None) -> tuple[str, ...] | None:
        found = _CURSOR.search(self.terminal.text if text is None else text)
        return None if found is None else _kept(found)


def _kept(found: re.Match[str]) -> tuple[str, ...]:
    state, caller, since = found.groups()
    return (caller, since) if state is None else (found[0][1:],)


async def measure(
    warm_up: float, seconds: float, presses: int, home: Path
) -> tuple[Watched, Watched, dict[str, float]]:
    """Run both for this many seconds."""
    quiet = home / "quiet.toml"
    quiet.write_text(QUIET)
    async with (
        Terminal([*HELPDECK, "demo", "--scenario", "busy"], LARGE, home=home) as loud,
        Terminal([*HELPDECK, "demo", "--scenario", str(quiet)], LARGE, home=home) as silent,
    ):
        busy, idle = Watched(loud), Watched(silent)
        await busy.open()
        await idle.open()
        loop = asyncio.get_running_loop()
        await asyncio.gather(loud.watch(warm_up), silent.watch(warm_up))
        began, written, computed = loop.time(), len(loud.raw), processor_seconds(loud.pid)
        warm = resident_bytes(loud.pid)
        pause = max(0.0, seconds / presses / 2 - 0.2)
        while (passed := loop.time() - began) < seconds or len(busy.key_to_paint) < presses:
            await busy.press()
            await idle.press()
            await asyncio.gather(loud.watch(pause), silent.watch(pause))
        figures = {
            "seconds": passed,
            "bytes": (len(loud.raw) - written) / passed,
            "cpu": (processor_seconds(loud.pid) - computed) / passed,
            "warm": warm,
            "end": resident_bytes(loud.pid),
        }
        return busy, idle, figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.busy", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--warm-up", type=float, default=WARM_UP, metavar="SECONDS")
    parser.add_argument("--presses", type=int, default=PRESSES)
    parser.add_argument("--bound", type=float, default=BOUND, help="milliseconds")
    parser.add_argument("--growth", type=float, default=GROWTH)
    parser.add_argument("--alike", type=float, default=ALIKE, metavar="SHARE")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        busy, idle, figures = asyncio.run(measure(asked.warm_up, asked.seconds, asked.presses, Path(home)))
    print(f"key to paint, {len(busy.key_to_paint)} presses in turn over {figures['seconds']:.0f} s")
    for name, watched in (("nothing happens", idle), ("50 events/s", busy)):
        times = watched.key_to_paint
        print(f"  {name:<16} {spread(times)}, 95th percentile {percentile(times, 95):.1f} ms")
    print(f"  output {figures['bytes'] / 1000:.1f} kB/s, processor {figures['cpu']:.1%} of a core")
    print(f"  memory {figures['warm'] / 2**20:.1f} MiB after the warm-up, {figures['end'] / 2**20:.1f} MiB at the end")
    presses, alike = len(busy.key_to_paint) + len(idle.key_to_paint), busy.alike + idle.alike
    kept = [
        verdict("share of keys that led to a row that looks the same", alike / presses, asked.alike),
        verdict("95th percentile of key to paint", percentile(busy.key_to_paint, 95), asked.bound, " ms"),
        verdict("memory at the end, times that after the warm-up", figures["end"] / figures["warm"], asked.growth),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
