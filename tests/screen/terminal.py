"""A terminal without a window: takes what the program writes, and shows it as a person would read it."""

from __future__ import annotations

import base64
import re
import time
from typing import Any, Final

import pyte
from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size

from tests.terminal.emulator import Screen
from tui.terminal.keyboard import Keyboard
from tui.terminal.toolkit import ToolkitDriver

_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


class _Picture(Screen):
    rung = 0

    def bell(self, *_: Any) -> None:
        self.rung += 1


class Terminal(ToolkitDriver, HeadlessDriver):
    """The driver of the program under test: everything is painted, and pyte keeps the picture."""

    @property
    def is_headless(self) -> bool:
        """Whether nothing is painted. Everything is."""
        return False

    def __init__(self, app: Any, *, size: tuple[int, int] | None = None, **others: Any) -> None:
        super().__init__(app, size=size, **others)
        assert size is not None
        self.written: list[str] = []
        """Everything since the start."""
        self._unread: list[str] = []
        self._lines = [""] * size[1]
        self._picture = _Picture(*size)
        self._stream = pyte.Stream(self._picture)
        self._keyboard = Keyboard()

    def write(self, data: str) -> None:
        """Take what the program writes."""
        self.written.append(data)
        self._unread.append(data)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, line by line."""
        if self._unread:
            for data in self._unread:
                self._stream.feed(data)
            self._unread.clear()
            self._lines = [line.rstrip() for line in self._picture.display]
        return self._lines

    @property
    def bells(self) -> int:
        """How often it rang."""
        return self._picture.rung if self.lines else 0

    @property
    def clipboard(self) -> str:
        """What was last copied (OSC 52)."""
        copied = re.findall(r"\x1b\]52;c;([^\x07]*)\x07", "".join(self.written))
        return base64.b64decode(copied[-1]).decode() if copied else ""

    @property
    def texts(self) -> str:
        """Everything that was written since the start, without the sequences that place and colour it."""
        return _CONTROL.sub("", "".join(self.written))

    def styles(self, text: str) -> set[str]:
        """How the first occurrence of a text is drawn: names of colours and attributes."""
        for y, line in enumerate(self.lines):
            if text in line:
                cells = [self._picture.buffer[y][line.index(text) + x] for x in range(len(text))]
                return {
                    name
                    for cell in cells
                    for name in (
                        cell.fg,
                        "bold" if cell.bold else "",
                        "reverse" if cell.reverse else "",
                        "underlined" if cell.underscore else "",
                    )
                    if name and name != "default"
                }
        raise AssertionError(f"{text!r} is not on the screen:\n" + "\n".join(self.lines))

    def resize(self, width: int, height: int) -> None:
        """The person drags the window to another size."""
        self.set_size(width, height)
        self._picture.resize(height, width)
        self._picture.erase_in_display(2)
        self._unread.append("")  # the lines are others
        size = Size(width, height)
        self.process_message(events.Resize(size, size))

    def arrive(self, data: str) -> None:
        """Bytes of the keyboard arrive in one piece, as a slow line delivers them."""
        for message in self._keyboard.feed(data.encode(), time.monotonic())[0]:
            self.process_message(message)
