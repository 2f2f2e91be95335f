"""How many events the dashboard takes in beside a bare client that only decodes: `python -m tests.benchmarks.ingest`.

Both are given the same frames as fast as they take them, in turn. Beside that: a key's effect meanwhile, the memory
over a million events, and how soon an opening snapshot of a thousand calls is on the screen.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import percentile, ratio, spread, verdict
from tests.processes import resident_bytes
from tests.pty.terminal import HELPDECK, LARGE, Terminal

ROUNDS: Final = 5
SECONDS: Final = 6.0
PRESSES: Final = 20
SNAPSHOT: Final = 1_000
WARM: Final = 200_000
"""Events after which the memory must not grow any more."""

SHARE: Final = 0.8
KEY_BOUND: Final = 33.0
SNAPSHOT_BOUND: Final = 300.0
GROWTH: Final = 1.05

BARE: Final = """
import asyncio, sys, time, msgspec
from websockets.asyncio.client import connect
from tui.models.calls import CallEvent, RecordEvent, ServerStatusEvent
async def main(port, seconds):
    decode = msgspec.json.Decoder(CallEvent | RecordEvent | ServerStatusEvent).decode
    url = f"ws://127.0.0.1:{port}/webproxy/events"
    async with connect(url, compression=None, ping_interval=None, proxy=None) as ws:
        await ws.send("{}")
        taken, receive = 0, ws.recv
        for _ in range(20_000):
            decode(await receive(decode=False))
        begun = time.monotonic()
        while True:
            for _ in range(1_000):
                decode(await receive(decode=False))
            taken += 1_000
            if (passed := time.monotonic() - begun) >= seconds:
                print(taken / passed)
                ws.transport.abort()
                return
asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
"""
"""A bare receive loop: the same library, the same typed decoding, and nothing else."""


@contextmanager
def source(*options: str) -> Iterator[int]:
    """A server of events; gives its port."""
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.source", *options], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def sent(port: int) -> tuple[int, float]:
    """How many frames the server has sent, and when the last one was."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sent") as answer:
        told = json.load(answer)
    return told["sent"], told["last"]


def bare_rate(port: int, seconds: float) -> float:
    """Events a second of the bare loop."""
    run = subprocess.run(
        [sys.executable, "-c", BARE, str(port), str(seconds)], capture_output=True, text=True, check=True
    )
    return float(run.stdout)


def config_of(port: int, home: Path) -> Path:
    path = home / "config.toml"
    path.write_text(
        f'[altigen]\nurl = "http://127.0.0.1:{port}/webproxy"\nuser = "201"\npassword = "1357"\n[ui]\nbell = false\n'
    )
    path.chmod(0o600)
    return path


async def dashboard_rate(port: int, seconds: float, presses: int, home: Path) -> tuple[float, list[float], list[float]]:
    """Events a second of the dashboard, milliseconds from key to paint, and its memory when warm and at the end."""
    async with Terminal([*HELPDECK, "--config", str(config_of(port, home))], LARGE, home=home) as terminal:
        await terminal.until("AltiGen live")
        before, _ = await asyncio.to_thread(sent, port)
        while (await asyncio.to_thread(sent, port))[0] < before + WARM:
            await terminal.watch(0.1)
        memory = [float(resident_bytes(terminal.pid))]
        begun = time.monotonic()
        first, _ = await asyncio.to_thread(sent, port)
        await terminal.watch(seconds)
        last, _ = await asyncio.to_thread(sent, port)
        rate = (last - first) / (time.monotonic() - begun)
        memory.append(resident_bytes(terminal.pid))
        return rate, await key_milliseconds(terminal, presses), memory


async def key_milliseconds(terminal: Terminal, presses: int) -> list[float]:
    """From each press of the key that pauses, or goes on, to its effect."""
    rng = random.Random(7)
    times: list[float] = []
    for number in range(presses):
        await terminal.watch(rng.uniform(0.1, 0.2))
        pressed = asyncio.get_running_loop().time()
        terminal.send("p")
        at = await terminal.until(partial(shows_pause, is_paused=number % 2 == 0), 10)
        times.append((at - pressed) * 1000)
    return times


def shows_pause(text: str, *, is_paused: bool) -> bool:
    return ("PAUSED" in text) is is_paused


async def snapshot_milliseconds(port: int, home: Path) -> float:
    """From the last frame of a snapshot to the screen that shows all of it."""
    async with Terminal([*HELPDECK, "--config", str(config_of(port, home))], LARGE, home=home) as terminal:
        at = await terminal.until(f"{SNAPSHOT} live", 20)
        _, last = await asyncio.to_thread(sent, port)
        return (at - last) * 1000


async def measure(rounds: int, seconds: float, presses: int) -> bool:
    """Run the rounds, tell the figures, and whether each bound is kept."""
    bare: list[float] = []
    ours: list[float] = []
    times: list[float] = []
    growth: list[float] = []
    with source() as port, tempfile.TemporaryDirectory() as home:
        for _ in range(rounds):
            bare.append(await asyncio.to_thread(bare_rate, port, seconds))
            rate, pressed, memory = await dashboard_rate(port, seconds, presses, Path(home))
            ours.append(rate)
            times += pressed
            growth.append(memory[-1] / memory[0])
        total, _ = await asyncio.to_thread(sent, port)
    snapshots: list[float] = []
    for _ in range(rounds):
        with source("--snapshot", str(SNAPSHOT)) as port, tempfile.TemporaryDirectory() as home:
            snapshots.append(await snapshot_milliseconds(port, Path(home)))
    print(f"{rounds} rounds of {seconds:.0f} s in turn, {total:,} frames sent")
    print(f"  a bare loop       {spread(bare, 'events/s')}")
    print(f"  the dashboard     {spread(ours, 'events/s')}")
    print(f"  key to paint      {spread(times)}, 95th percentile {percentile(times, 95):.1f} ms, at full rate")
    print(f"  memory            {spread(growth, 'times')} what it was after {WARM:,} events")
    print(f"  {SNAPSHOT} calls shown  {spread(snapshots)} after the last frame")
    return all(
        [
            verdict("the bare loop, times the dashboard", 1 / ratio(ours, bare), 1 / SHARE),
            verdict("95th percentile of key to paint", percentile(times, 95), KEY_BOUND, " ms"),
            verdict("memory at the end, times that after the warm-up", max(growth), GROWTH),
            verdict("a snapshot on the screen", percentile(snapshots, 50), SNAPSHOT_BOUND, " ms"),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ingest", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--presses", type=int, default=PRESSES, help="in each round")
    asked = parser.parse_args(arguments)
    return 0 if asyncio.run(measure(asked.rounds, asked.seconds, asked.presses)) else 1


if __name__ == "__main__":
    sys.exit(main())
