"""A command in a terminal of its own: a pty, an emulator behind it, and every byte with the time it came."""

from __future__ import annotations

import asyncio
import fcntl
import math
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyte

from tests.pty.modes import PLAIN, left_on
from tests.terminal.emulator import Screen
from tests.waiting import PATIENCE_SECONDS
from tui.terminal.typeahead import TOGETHER_SECONDS

ROOT: Final = Path(__file__).parents[2]

HELPDECK: Final = (sys.executable, "-m", "tui")

ESCAPE: Final = "\x1b[27u"
"""The key as a terminal with kitty's keyboard sends it. A lone escape character waits for what may follow it, and is
one key with what does so too soon: how soon, only the program's own clock knows."""

REDRAW: Final = "\x0c"
_REDRAWN: Final = re.compile(rb"\x1b\[\?1049h.*\x1b\[5n", re.DOTALL)
"""The modes and a whole screen, up to the question behind it."""

SMALL: Final = (80, 24)
LARGE: Final = (120, 40)

READ_MOST: Final = 65_536
SLOW_SECONDS: Final = 0.02
"""What a slow line takes in this time is read at once."""

SLICE: Final = 256
"""Bytes emulated before the line is read again: the emulator's own time must not show in the stamps."""

_HIDDEN: Final = ("COLUMNS", "LINES", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TMUX", "STY", "TERM_PROGRAM", "CI")
"""What would tell the program of the terminal in which the tests run."""

_UNFINISHED: Final = re.compile(rb"\x1b[^a-zA-Z]*$")
_NOT_FOR_PYTE: Final = re.compile(rb"\x1b\[(?:[<>=][0-9;]*[a-z]|\?[0-9;]*\$p)")
"""The kitty keyboard protocol and questions about modes, which pyte would draw as text."""

_CONTROL: Final = re.compile(rb"\x1b\[[0-9;?<=>]*[a-zA-Z]|\r")


class Terminal:
    """Runs a command as a person's terminal does: `async with Terminal([...]) as terminal`.

    It reads all the time; what came is emulated when a test looks. On leaving, the command is ended if it still runs.
    """

    def __init__(
        self,
        command: Sequence[str],
        size: tuple[int, int] = SMALL,
        *,
        home: Path | None = None,
        answers: Mapping[bytes, bytes] = PLAIN,
        environment: Mapping[str, str] | None = None,
        rate: float = math.inf,
    ) -> None:
        """``rate``: bytes a second that it reads at the most, as at the far end of a slow line."""
        self.size = size
        self._rate = rate
        self.raw = bytearray()
        """Everything that the command has written."""
        self.began = 0.0
        self._command = command
        self._answers = answers
        self._asked = b""
        self._set = environment or {}
        self._home = home
        self._screen = Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._rest = b""
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        self._line: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._line, theirs = os.openpty()
        self._set_size(*self.size)
        self.attributes = termios.tcgetattr(self._line)
        os.set_blocking(self._line, False)
        self.began = time.perf_counter()
        self._process = self._started(theirs)
        os.close(theirs)
        self._ending = os.pidfd_open(self.pid)
        loop.add_reader(self._ending, self._has_ended)
        loop.add_reader(self._line, self._arrived)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                self._process.send_signal(number)
                with suppress(TimeoutError):
                    await self.ended(6)
        self._has_ended()
        os.close(self._ending)
        self.hang_up()

    @property
    def pid(self) -> int:
        """The command's process."""
        assert self._process is not None
        return self._process.pid

    # What a person does.

    def send(self, keys: str) -> None:
        """Type."""
        assert self._line is not None
        os.write(self._line, keys.encode())

    async def press(self, keys: str, *seen: str, gone: str = "") -> None:
        """Type, and wait until the screen shows these texts one after the other, and one not any more."""
        self.send(keys)
        for text in seen:
            await self.until(text)
        if gone:
            await self.until(lambda text: gone not in text)

    async def pour(self, text: str) -> None:
        """Send a long text as fast as the command takes it."""
        assert self._line is not None
        left = memoryview(text.encode())
        while left:
            try:
                left = left[os.write(self._line, left[:READ_MOST]) :]
            except BlockingIOError:
                await asyncio.sleep(0.001)

    def signal(self, number: signal.Signals) -> None:
        """Send the command a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def resize(self, columns: int, lines: int) -> None:
        """Pull the window to another size."""
        self._set_size(columns, lines)
        self._screen.resize(lines, columns)

    def stall(self) -> None:
        """Read nothing any more, as a line does whose other end has gone to sleep."""
        assert self._line is not None
        asyncio.get_running_loop().remove_reader(self._line)

    def go_on(self) -> None:
        """Read again."""
        assert self._line is not None
        asyncio.get_running_loop().add_reader(self._line, self._arrived)

    def smudge(self) -> None:
        """Show something else, as after somebody's message to all or behind a multiplexer."""
        self._screen.reset()

    def hang_up(self) -> None:
        """Lose the line."""
        if self._line is not None:
            asyncio.get_running_loop().remove_reader(self._line)
            os.close(self._line)
            self._line = None

    # What a person sees.

    @property
    def text(self) -> str:
        """What the screen shows, as far as it was emulated."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def picture(self) -> list[tuple[Any, ...]]:
        """Every cell of the screen with its look, as far as it was emulated."""
        return [tuple(self._screen.buffer[y][x] for x in range(self.size[0])) for y in range(self.size[1])]

    async def until(self, seen: str | Callable[[str], object], seconds: float = PATIENCE_SECONDS) -> float:
        """Wait until the screen shows a text, or what is asked holds of it; gives when the bytes for it came."""
        holds = (lambda text: seen in text) if isinstance(seen, str) else seen
        at = 0.0
        try:
            async with asyncio.timeout(seconds):
                while not holds(self.text):
                    at = await self._emulate()
        except TimeoutError:
            raise AssertionError(f"not seen within {seconds:g} s: {seen!r} on\n{self.text}") from None
        await asyncio.sleep(2 * TOGETHER_SECONDS)  # what is typed next is a key by itself, and may be an order
        return at

    async def caught_up(self) -> None:
        """Wait until every key that was typed has done what it does.

        The program handles keys in their order; the last one is to have the whole screen sent again. On a line that a
        busy machine makes slow, the screen comes in parts, and this waits for the first.
        """
        before = len(self.raw)
        self.send(REDRAW)
        await self.until(lambda _: _REDRAWN.search(self.raw, before) and not self._waiting)

    async def quiet(self, silent: float, seconds: float = 10.0) -> None:
        """Wait until nothing has come for ``silent`` seconds; for measurements of what a key brings at last."""
        async with asyncio.timeout(seconds):
            while True:
                try:
                    async with asyncio.timeout(silent):
                        await self._emulate()
                except TimeoutError:
                    return

    async def watch(self, seconds: float) -> None:
        """Look at the screen for a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    await self._emulate()

    async def ended(self, seconds: float = 10.0) -> int:
        """The command's exit code once it has ended; minus n where signal n killed it."""
        assert self._process is not None
        async with asyncio.timeout(seconds):
            await self._over.wait()
        return self._process.wait()

    @property
    def last_words(self) -> str:
        """The text that was written after the screen was given back, or all where it was never taken."""
        return _CONTROL.sub(b"", self.raw.rpartition(b"\x1b[?1049l")[2]).decode()

    @property
    def left_on(self) -> set[str]:
        """What the command did not restore; empty where the terminal is as it was."""
        on = left_on(self.raw)
        if self._line is not None and termios.tcgetattr(self._line) != self.attributes:
            on.add("terminal attributes")
        return on

    # How it works.

    def _started(self, terminal: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["setsid", "--ctty", *self._command],  # it replaces itself by the command, which leads the session then
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=self._home,
            env=self._environment(),
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _HIDDEN}
        kept |= {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        if self._home is not None:
            kept = {name: value for name, value in kept.items() if not name.startswith("XDG_")}
            kept["HOME"] = str(self._home)
        return {**kept, **self._set}

    def _set_size(self, columns: int, lines: int) -> None:
        assert self._line is not None
        fcntl.ioctl(self._line, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, columns * 8, lines * 16))

    def _has_ended(self) -> None:
        asyncio.get_running_loop().remove_reader(self._ending)
        if self._line is not None:
            self._arrived()
        self._over.set()
        self._news.set()

    def _arrived(self) -> None:
        """Read what is there; an error means that nobody has the other end open."""
        if self._line is None:
            return
        while True:
            try:
                data = os.read(self._line, READ_MOST if self._rate == math.inf else int(self._rate * SLOW_SECONDS))
            except BlockingIOError:
                return
            except OSError:
                asyncio.get_running_loop().remove_reader(self._line)
                return
            self._waiting.append((time.perf_counter(), data))
            self._answer(data)
            self.raw += data
            self._news.set()
            if self._rate < math.inf:
                self.stall()
                asyncio.get_running_loop().call_later(len(data) / self._rate, self._read_on)
                return

    def _read_on(self) -> None:
        if self._line is not None and not self._over.is_set():
            self.go_on()

    def _answer(self, data: bytes) -> None:
        asked = self._asked + data
        for question, answer in self._answers.items():
            for _ in range(asked.count(question)):
                self.send(answer.decode())
        beginning = asked[asked.rfind(b"\x1b") :]
        is_parted = any(question.startswith(beginning) and question != beginning for question in self._answers)
        self._asked = beginning if is_parted else b""

    async def _emulate(self) -> float:
        """Take the next piece of what came, waiting for it where there is none; gives when it came."""
        while not self._waiting:
            if self._over.is_set():
                raise AssertionError(f"it has ended: {self.last_words}")
            self._news.clear()
            await self._news.wait()
        at, data = self._waiting.popleft()
        data = self._rest + data
        unfinished = _UNFINISHED.search(data)
        data, self._rest = (data, b"") if unfinished is None else (data[: unfinished.start()], unfinished[0])
        data = _NOT_FOR_PYTE.sub(b"", data)
        while data:
            self._stream.feed(data[:SLICE])
            data = data[SLICE:]
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:  # who waited has given up; what is left belongs to whoever looks next
                self._waiting.appendleft((at, data + self._rest))
                self._rest = b""
                raise
        return at
