"""The terminal's device: modes of its driver, reading, and writing that never waits."""

from __future__ import annotations

import contextlib
import os
import select
import termios
import time
from collections.abc import Callable
from typing import Any, Final

READ_MOST: Final = 65_536

_INPUT, _OUTPUT, _LOCAL, _CHARACTERS = 0, 1, 3, 6
"""Places in what tcgetattr gives."""


def is_foreground(file_number: int) -> bool:
    """Whether this program is in the foreground of a terminal, and not put aside by the shell."""
    try:
        return os.tcgetpgrp(file_number) == os.getpgrp()
    except OSError:
        return True  # not the controlling terminal: no shell puts anything aside there


class Tty:
    """A terminal opened for this program alone, so that not waiting for it is not the shell's lot too.

    ``file_number`` is any open one of that terminal. Raises OSError where it cannot be opened.
    """

    def __init__(self, file_number: int) -> None:
        flags = os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            self._file = os.open(os.ttyname(file_number), flags)
        except OSError:
            self._file = os.open("/dev/tty", flags)  # the device belongs to who logged on, as after su
        self._before: list[Any] | None = None
        self._waiting = bytearray()

    def fileno(self) -> int:
        """The file's number."""
        return self._file

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines; 80x24 where the terminal does not say."""
        columns, lines = os.get_terminal_size(self._file)
        return columns or 80, lines or 24

    @property
    def has_waiting(self) -> bool:
        """Whether something could not be written yet."""
        return bool(self._waiting)

    def make_raw(self) -> None:
        """Let keys come at once and unchanged, and what is written go out unchanged."""
        with contextlib.suppress(termios.error):
            attributes = termios.tcgetattr(self._file)
            if self._before is None:
                self._before = termios.tcgetattr(self._file)
            attributes[_INPUT] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
            attributes[_OUTPUT] &= ~termios.OPOST
            attributes[_LOCAL] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
            attributes[_CHARACTERS][termios.VMIN] = 1
            termios.tcsetattr(self._file, termios.TCSANOW, attributes)

    def restore(self) -> None:
        """Put the modes of the terminal's driver back."""
        if self._before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._file, termios.TCSANOW, self._before)

    def read(self) -> bytes:
        """Read what was typed; nothing where nothing was. Raises OSError where the line is gone."""
        try:
            data = os.read(self._file, READ_MOST)
        except BlockingIOError:
            return b""
        if not data:
            raise OSError("hung up")
        return data

    def write(self, data: bytes) -> None:
        """Write what the line takes at once and keep the rest. Raises OSError where the line is gone."""
        self._waiting += data
        self.flush()

    def flush(self) -> bool:
        """Write more of what is kept; whether all has gone out."""
        while self._waiting:
            try:
                written = os.write(self._file, self._waiting)
            except BlockingIOError:
                return False
            del self._waiting[:written]
        return True

    def write_all(self, data: bytes, seconds: float) -> None:
        """Write everything, waiting at most ``seconds``; what does not go out then is given up."""
        until = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            self.write(data)
            while self._waiting and (left := until - time.monotonic()) > 0:
                select.select([], [self._file], [], left)
                self.flush()
            if self._waiting:
                # The line takes nothing. What the driver still holds goes, so that the last words find room.
                self._waiting.clear()
                termios.tcflush(self._file, termios.TCOFLUSH)
                os.write(self._file, b"\x1b\\" + data)

    def read_until(self, is_enough: Callable[[bytes], bool], seconds: float) -> None:
        """Read and hand over what comes until that is enough, or ``seconds`` are over."""
        until = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            while (left := until - time.monotonic()) > 0:
                if select.select([self._file], [], [], left)[0] and is_enough(self.read()):
                    return

    def forget_typed(self) -> None:
        """Drop what was typed and not read."""
        with contextlib.suppress(termios.error):
            termios.tcflush(self._file, termios.TCIFLUSH)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)
