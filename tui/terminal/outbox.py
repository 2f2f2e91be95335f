"""What waits to go out to the terminal: control sequences, and what differs in the picture, as fast as it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rich.color import ColorSystem

from tui.terminal import modes
from tui.terminal.canvas import Canvas, Priority
from tui.terminal.pace import ASK, Pace
from tui.terminal.toolkit import CompositorUpdate

WAITING_MOST: Final = 262_144
"""Bytes that wait for a stalled line beside the frame, about."""


class Outbox:
    """Keeps what is painted as cells; each frame is the difference to the newest of them."""

    def __init__(self, width: int, height: int, time: Callable[[], float]) -> None:
        self._time = time
        self.canvas = Canvas(width, height)
        self.pace = Pace()
        self.is_synchronised = False
        """Whether the terminal shows what is marked as a frame at once."""
        self._beside: list[str] = []
        """Control sequences that go out with the next frame."""

    def add(self, sequence: str) -> bool:
        """Take a control sequence; False where it waits already, or too many do."""
        if sequence in self._beside or sum(map(len, self._beside)) > WAITING_MOST:
            return False
        self._beside.append(sequence)
        return True

    def paint(self, update: CompositorUpdate, colours: ColorSystem, cursor: tuple[int, int]) -> None:
        """Take what the compositor painted."""
        self.canvas.paint(update, colours, is_urgent=self.pace.typing(self._time()) > 0)
        self.canvas.cursor = cursor

    @property
    def is_key_pending(self) -> bool:
        """Whether what is painted now would go out with the effect of a key, over a line that is slow."""
        return self.pace.is_slow and self.pace.typing(self._time()) > 0

    def prioritise(self) -> None:
        """Let what is painted from now on go out before all else: a key has come."""
        self.pace.typed(self._time())
        self.canvas.prioritise()

    def start_again(self) -> None:
        """Another terminal may be there now: nothing is known of it, nor of what it shows."""
        self.pace.start_again()
        self.canvas.forget()

    def take(self) -> tuple[str, float | None]:
        """Take out what may go now, which counts as sent.

        Also in how many seconds to ask again; None: when something else happens.
        """
        if not (self.canvas.is_behind or self._beside):
            return "", None
        now = self._time()
        wait = self.pace.wait(now)
        if wait > 0:
            return "", wait
        typing = self.pace.typing(now)
        priority = Priority.ALL
        if self.pace.is_slow and (typing > 0 or self.canvas.is_urgent):
            priority = Priority.KEY if self.pace.may_put_off_others(now) else Priority.OTHERS
        frame = self.canvas.frame(self.pace.most, priority)
        if self.is_synchronised and frame:
            frame = modes.SYNC_BEGIN + frame + modes.SYNC_END
        frame = "".join([*self._beside, frame])
        self._beside.clear()
        if not frame:
            return "", typing if priority is Priority.KEY else None
        if not self.pace.is_silent:
            frame += ASK
        self.pace.sent(now, len(frame), is_for_the_key=priority is Priority.KEY)
        return frame, None
