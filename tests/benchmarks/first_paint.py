"""How long until the demo's first frame, beside the smallest Textual app: `python -m tests.benchmarks.first_paint`.

The two are started in turn, and so are `helpdeck --version` and an interpreter that does nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import compileall
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import ratio, spread, verdict
from tests.pty.terminal import HELPDECK, LARGE, ROOT, Terminal

ROUNDS: Final = 9

BOUND: Final = 1.15
"""The first frame may take at most this many times what the smallest app takes."""

SMALLEST: Final = """
from textual.app import App
from textual.widgets import Static

class Smallest(App):
    def compose(self):
        yield Static("1 Calls")

Smallest().run()
"""

SIGN: Final = "1 Calls"
"""The title of a pane: the frame is there."""

DEMO: Final = (*HELPDECK, "demo")
SMALLEST_APP: Final = (sys.executable, "-c", SMALLEST)
VERSION: Final = (*HELPDECK, "--version")
NOTHING: Final = (sys.executable, "-c", "pass")


async def first_frame(command: Sequence[str], home: Path) -> float:
    """Milliseconds from the start of the command to the bytes that brought the sign."""
    async with Terminal(command, LARGE, home=home) as terminal:
        return (await terminal.until(SIGN) - terminal.began) * 1000


def whole_run(command: Sequence[str]) -> float:
    """Milliseconds from the start of the command to its end."""
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1000


def imports_of_version() -> set[str]:
    """The packages that `helpdeck --version` imports."""
    command = (sys.executable, "-X", "importtime", "-m", "tui", "--version")
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in ended.stderr.splitlines()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.first_paint", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--bound", type=float, default=BOUND)
    asked = parser.parse_args(arguments)
    # As pip does when it installs: without it, and where the environment forbids to write bytecode, every start of ours
    # would compile our modules, and none of Textual's.
    compileall.compile_dir(ROOT / "tui", quiet=1)
    demo, smallest, version, nothing = list[float](), list[float](), list[float](), list[float]()
    with tempfile.TemporaryDirectory() as home:
        for _ in range(asked.rounds):
            smallest.append(asyncio.run(first_frame(SMALLEST_APP, Path(home))))
            demo.append(asyncio.run(first_frame(DEMO, Path(home))))
            nothing.append(whole_run(NOTHING))
            version.append(whole_run(VERSION))
    print(f"first frame, {asked.rounds} rounds in turn")
    print(f"  smallest Textual app  {spread(smallest)}")
    print(f"  helpdeck demo         {spread(demo)}")
    print(f"whole run, {asked.rounds} rounds in turn")
    print(f"  python -c pass        {spread(nothing)}")
    print(f"  helpdeck --version    {spread(version)}, {ratio(version, nothing):.2f} times as long")
    heavy = imports_of_version() & {"textual", "rich", "httpx", "websockets"}
    print(f"{'BROKEN' if heavy else 'kept'}: helpdeck --version imports {', '.join(sorted(heavy)) or 'no Textual'}")
    is_kept = verdict("first frame, times the smallest app's", ratio(demo, smallest), asked.bound)
    return 0 if is_kept and not heavy else 1


if __name__ == "__main__":
    sys.exit(main())
