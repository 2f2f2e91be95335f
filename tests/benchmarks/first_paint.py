"""How long until the demo's first frame, beside the smallest Textual app: `python -m tests.benchmarks.first_paint`.

The two are started in turn, and so are `helpdeck` with the archive on a server and with one in a file, and
`helpdeck --version` and an interpreter that does nothing.
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
from tests.postgres.server import PostgresServer
from tests.pty.terminal import HELPDECK, LARGE, ROOT, Terminal

ROUNDS: Final = 9

BOUND: Final = 1.15
"""The first frame may take at most this many times what the smallest app takes."""

SERVER_BOUND: Final = 1.02
"""With the archive on a server it may take at most this many times what it takes with one in a file."""

CONFIG: Final = """
[alpemix]
url = "http://127.0.0.1:9/api"
user = "desk"
secret_key = "0123456789abcdef0123456789abcdef"
timezone = "Europe/Istanbul"
"""
"""Nobody answers there."""

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


async def two_archives(rounds: int, url: str, folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds to the first frame with the archive in a file, and with one on a server."""
    commands: list[Sequence[str]] = []
    for name, archive in (("file", f'path = "{folder / "archive.sqlite"}"'), ("server", f'url = "{url}"')):
        path = folder / f"{name}.toml"
        path.write_text(f"{CONFIG}\n[archive]\n{archive}\n", "utf-8")
        path.chmod(0o600)
        commands.append((*HELPDECK, "--config", str(path)))
    taken: tuple[list[float], list[float]] = [], []
    for _ in range(rounds):
        for command, into in zip(commands, taken, strict=True):
            into.append(await first_frame(command, folder))
    return taken


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
    parser.add_argument("--server-bound", type=float, default=SERVER_BOUND)
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
        with PostgresServer() as server, server.database() as url:
            in_file, on_server = asyncio.run(two_archives(asked.rounds, url, Path(home)))
    print(f"first frame, {asked.rounds} rounds in turn")
    print(f"  smallest Textual app  {spread(smallest)}")
    print(f"  helpdeck demo         {spread(demo)}")
    print(f"  archive in a file     {spread(in_file)}")
    print(f"  archive on a server   {spread(on_server)}")
    print(f"whole run, {asked.rounds} rounds in turn")
    print(f"  python -c pass        {spread(nothing)}")
    print(f"  helpdeck --version    {spread(version)}, {ratio(version, nothing):.2f} times as long")
    heavy = imports_of_version() & {"textual", "rich", "httpx", "websockets"}
    print(f"{'BROKEN' if heavy else 'kept'}: helpdeck --version imports {', '.join(sorted(heavy)) or 'no Textual'}")
    is_kept = verdict("first frame, times the smallest app's", ratio(demo, smallest), asked.bound)
    is_server_kept = verdict("archive on a server, times in a file", ratio(on_server, in_file), asked.server_bound)
    return 0 if is_kept and is_server_kept and not heavy else 1


if __name__ == "__main__":
    sys.exit(main())
