"""`helpdeck collect` as a service runs it: a process of its own, beside systems that are in the test's hands."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.waiting import PATIENCE_SECONDS, until


class Collector:
    """One that runs, and what it has said so far."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def read(self) -> None:
        """Take in what it says, to the end."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode().rstrip("\n"))

    async def until_said(self, text: str) -> None:
        """Wait until it says a line with this text."""
        try:
            await until(lambda: any(text in line for line in self.lines))
        except TimeoutError:
            raise AssertionError(f"not said: {text!r}, but {self.lines}") from None

    async def ended(self) -> int:
        """Wait for its end; gives the exit code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.process.wait()

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and wait for its end; gives the exit code."""
        self.process.send_signal(number)
        return await self.ended()


@asynccontextmanager
async def collecting(config: Path, *arguments: str, **environment: str) -> AsyncIterator[Collector]:
    """`helpdeck collect`, which is killed where the test does not end it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tui", "--config", str(config), "collect", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
    )
    collector = Collector(process)
    async with asyncio.TaskGroup() as group:
        group.create_task(collector.read())
        try:
            yield collector
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
    assert process.stdout is not None
    assert await process.stdout.read() == b""


class Manager:
    """The socket of a service manager, and what it was told."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._told: list[str] = []

    @property
    def told(self) -> list[str]:
        """Every message so far."""
        while True:
            try:
                self._told.append(self._line.recv(4096).decode())
            except BlockingIOError:
                return self._told


@contextmanager
def service_manager(address: str) -> Iterator[Manager]:
    """Listen at an address as systemd writes it: a path, or a name that begins with @."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        yield Manager(line)
