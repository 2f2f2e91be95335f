"""Keys over a real ssh on slow lines, while 50 events a second come: `python -m tests.benchmarks.slow_line`.

It needs OpenSSH's server and client and no rights of its own: an sshd that lives as long as the run listens on
loopback, and its client comes through a relay that hands on a number of bytes a second (what TCP adds to them is not
counted). The line that can bear it is measured once more without the differences, with Textual's own driver.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import spread, verdict
from tests.pty.terminal import HELPDECK, LARGE, ROOT, Terminal

KILOBITS: Final[Mapping[int, float]] = {1000: 0.09, 100: 0.2, 20: 0.75, 8: 1.5}
"""The lines, and in how many seconds a key's effect is to be seen over each."""

ROUNDS: Final = 5
SETTLE_SECONDS: Final = 8.0
BETWEEN_SECONDS: Final = 1.2
PATIENCE_SECONDS: Final = 60.0

PLAIN: Final = {"TEXTUAL_DRIVER": "textual.drivers.linux_driver:LinuxDriver"}

Step = tuple[str, str, Callable[[str], object]]
"""What it is called, the key, and what the screen shows when it has had its effect."""

KEYS: Final[Sequence[Step]] = (
    ("pause", "p", lambda text: "PAUSED" in text),
    ("go on", "p", lambda text: "PAUSED" not in text),
    ("another pane", "2", lambda text: "earlier" in text),
    ("and back", "1", lambda text: "hang up" in text),
)
IN_THE_FORM: Final[Sequence[Step]] = (("a letter in a form", "5", lambda text: re.search(r"Number +5", text)),)
SCREENS: Final[Sequence[Step]] = (
    ("one pane", "z", lambda text: "Technician" not in text),
    ("three panes", "z", lambda text: "Technician" in text),
    ("a form opens", "c", lambda text: "Place a call" in text),
    *IN_THE_FORM,
    ("it closes", "\x1b", lambda text: "Place a call" not in text),
    ("the help's title", "?", lambda text: "Keys in calls" in text),
    ("all of the help", "", lambda text: "Send the whole screen" in text),
    ("the panes again", "\x1b", lambda text: "Technician" in text and "Keys in calls" not in text),
)
EFFECTS: Final = {name for name, _, _ in (*KEYS, *IN_THE_FORM)}
"""Held to the bounds: some hundred bytes at most. Of the rest, a third of the screen or more has to come."""


def sshd() -> str | None:
    """Where the server is; None where it is not installed."""
    return shutil.which("sshd") or shutil.which("/usr/sbin/sshd")


@contextmanager
def server(folder: Path) -> Iterator[int]:
    """An sshd of one's own on loopback, with keys of one's own; gives its port."""
    program = sshd()
    if program is None:
        raise SystemExit("OpenSSH's server is not installed")
    for name in ("host", "person"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    (folder / "sshd.conf").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/person.pub\n"
        "StrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\nPidFile none\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    running = subprocess.Popen([program, "-D", "-e", "-f", str(folder / "sshd.conf")], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > until or running.poll() is not None:
                    raise
                time.sleep(0.05)
        yield port
    finally:
        running.terminate()
        running.wait(5)


def over_ssh(folder: Path, port: int, rate: float, environment: Mapping[str, str], *, is_compressed: bool) -> list[str]:
    """The command of a person who logs in over a line of this many bytes a second and starts the demo."""
    known = {"HOME": str(folder), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **environment}
    remote = ["env", *(f"{name}={value}" for name, value in known.items()), *HELPDECK, "demo", "--scenario", "busy"]
    relay = [sys.executable, "-m", "tests.benchmarks.relay", str(port), f"{rate:g}"]
    options = (
        f"ProxyCommand={shlex.join(relay)}", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null",
        "LogLevel=ERROR", f"Compression={'yes' if is_compressed else 'no'}", "IdentitiesOnly=yes",
        f"IdentityFile={folder}/person", "ControlPath=none",
    )  # fmt: skip
    given = [part for option in options for part in ("-o", option)]
    return ["ssh", "-F", "none", "-tt", *given, f"{getpass.getuser()}@127.0.0.1", shlex.join(remote)]


async def pressed(
    command: Sequence[str], home: Path, rounds: int, settle: float
) -> tuple[dict[str, list[float]], float]:
    """Seconds from each key to its effect, by step, and bytes a second meanwhile."""
    loop = asyncio.get_running_loop()
    took: dict[str, list[float]] = {name: [] for name, _, _ in (*KEYS, *SCREENS)}
    async with Terminal(command, LARGE, home=home) as terminal:
        await terminal.until(lambda text: "AltiGen live" in text and "Technician" in text, PATIENCE_SECONDS)
        await terminal.watch(settle)
        began, before = loop.time(), len(terminal.raw)
        pressed_at = 0.0
        for _ in range(rounds):
            for name, key, seen in (*KEYS, *SCREENS):
                if key:
                    await terminal.watch(BETWEEN_SECONDS)
                    pressed_at = time.perf_counter()
                    terminal.send(key)
                await terminal.until(seen, PATIENCE_SECONDS)
                took[name].append(time.perf_counter() - pressed_at)
        return took, (len(terminal.raw) - before) / (loop.time() - began)


def tell(line: str, took: Mapping[str, Sequence[float]], rate: float) -> float:
    """Say the figures of a line; gives the longest a key took to its effect."""
    print(f"{line}, {rate:,.0f} bytes/s came")
    for name, seconds in took.items():
        print(f"  {name:24} {spread(seconds, 's')}{'' if name in EFFECTS else '  (more than a key)'}")
    return max(each for name in EFFECTS for each in took[name])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.slow_line", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="on each line")
    parser.add_argument("--lines", type=int, nargs="*", default=list(KILOBITS), help="kbit/s")
    parser.add_argument("--compressed", action="store_true", help="as `ssh -C` does it")
    parser.add_argument("--settle", type=float, default=SETTLE_SECONDS, help="seconds before the first key")
    parser.add_argument("--times", type=float, default=1.0, help="the bounds, so many times")
    asked = parser.parse_args(arguments)
    kept = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with server(folder) as port:

            def run(kilobits: int, environment: Mapping[str, str], driver: str = "") -> float:
                command = over_ssh(folder, port, kilobits * 1000 / 8, environment, is_compressed=asked.compressed)
                took, came = asyncio.run(pressed(command, folder, asked.rounds, asked.settle))
                return tell(f"{kilobits} kbit/s{driver}", took, came)

            for kilobits in asked.lines:
                longest = run(kilobits, {})
                if kilobits == max(KILOBITS):
                    run(kilobits, PLAIN, ", Textual's own driver")
                bound = KILOBITS.get(kilobits, max(KILOBITS.values())) * asked.times
                kept = (
                    verdict(f"{kilobits} kbit/s: the longest from a key to its effect", longest, bound, " s") and kept
                )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
