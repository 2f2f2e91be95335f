"""The program's own driver with an emulator for its terminal: what it sends is compared with what was meant."""

from __future__ import annotations

from typing import Any

from rich.cells import split_graphemes
from textual import events
from textual.geometry import Size

from tests.terminal.emulator import Emulator
from tests.toolkit import painted_whole
from tui.app import HelpdeckApp
from tui.terminal.driver import TtyDriver


class Line:
    """Stands for the terminal's device, and takes everything."""

    def __init__(self, emulator: Emulator, written: list[str]) -> None:
        self._emulator = emulator
        self._written = written
        self.has_waiting = False

    def write(self, data: bytes) -> None:
        """Show it."""
        text = data.decode()
        self._written.append(text)
        self._emulator.feed(text)


class EmulatedDriver(TtyDriver):
    """The driver with its pacing and its differences, and an emulator in the place of a terminal."""

    def __init__(self, app: Any, *, size: tuple[int, int] | None = None, **others: Any) -> None:
        assert size is not None
        super().__init__(app, size=size, **others)
        self.written: list[str] = []
        self.is_answering = True
        self.emulator = Emulator(*size)

    def start_application_mode(self) -> None:
        """Begin with an empty screen."""
        self._tty = Line(self.emulator, self.written)  # type: ignore[assignment]

    def disable_input(self) -> None:
        """There is none."""

    def stop_application_mode(self) -> None:
        """Send nothing more."""
        if self.next_poll is not None:
            self.next_poll.cancel()
        self._tty = None

    def close(self) -> None:
        """Nothing is open."""

    def _put(self, text: str) -> None:
        super()._put(text)
        if self.is_answering:
            self.loop.call_soon(self.answer)

    def answer(self) -> None:
        """Let the answers through that were held back."""
        if self._tty is not None and self.emulator.answers:
            answers = "".join(self.emulator.answers)
            self.emulator.answers.clear()
            self._take(answers.encode(), self.loop.time())

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, line by line."""
        return [line.rstrip() for line in self.emulator.display]

    def resize(self, width: int, height: int) -> None:
        """The person drags the window to another size."""
        self.emulator.resize(height, width)
        self.process_message(events.Resize(Size(width, height), Size(width, height)))


def meant(app: HelpdeckApp) -> Emulator:
    """The screen as Textual means it: painted as a whole, character by character, each at its place."""
    emulator = Emulator(*app.size)
    for y, line in enumerate(painted_whole(app)):
        x = 0
        for text, sgr in line:
            for start, end, width in split_graphemes(text)[0]:
                emulator.feed(f"\x1b[{y + 1};{x + 1}H\x1b[0;{sgr}m{text[start:end]}" if width else "")
                x += width
    return emulator
