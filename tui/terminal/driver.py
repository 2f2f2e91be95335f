"""A driver of Textual for terminals at the far end of a line."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from typing import Any, Final

from rich.color import ColorSystem
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput

from tui.terminal import modes
from tui.terminal.keyboard import Keyboard
from tui.terminal.outbox import Outbox
from tui.terminal.pace import ASK
from tui.terminal.reader import Reader
from tui.terminal.toolkit import CompositorUpdate, ToolkitDriver, is_ending
from tui.terminal.tty import Tty, is_foreground

ENDING_SECONDS: Final = 1.0
"""How long the end waits for a line that takes nothing, and for the terminal's last answers."""

BACKGROUND_SECONDS: Final = 0.2
"""How long the program goes on where the shell let it go on in the background."""

BESIDE_SECONDS: Final = 0.02
"""How long a bell waits for something that is painted, to go with it: alone it would cost a packet."""


class TtyDriver(ToolkitDriver):
    """Writes from the event loop what the line takes at once, and waits for nothing.

    What is painted is kept as cells; when the terminal has caught up, it gets the difference to the newest of them.
    """

    def __init__(
        self, app: Any, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.app = app
        self.loop = asyncio.get_running_loop()
        self.has_mouse = mouse
        assert sys.__stderr__ is not None
        self._stderr = sys.__stderr__.fileno()
        self._tty: Tty | None = None
        self._reader: Reader | None = None
        self._is_lost = False
        self._keyboard = Keyboard()
        self._encoding = sys.__stderr__.encoding or "utf-8"
        self._has_in_band_resize = False
        self._next_stop: asyncio.TimerHandle | None = None
        self.is_taken = asyncio.Event()
        """Whether the terminal is this program's: one that was started in the background waits for the shell."""
        self.next_poll: asyncio.TimerHandle | None = None
        """The timer for what may not go out yet."""
        self._next_key: asyncio.TimerHandle | None = None
        width, height = size or self._opened().size
        self.set_size(width, height)
        self.outbox = Outbox(width, height, self.loop.time)

    # What Textual asks of a driver.

    def write(self, data: str) -> None:
        """Send one control sequence in its turn, if it is one of those that may be sent."""
        if modes.is_passed_on(data) and self.outbox.add(data) and self.next_poll is None:
            self.next_poll = self.loop.call_later(BESIDE_SECONDS, self._poll)

    def start_application_mode(self) -> None:
        """Take the terminal, or wait for the shell to give it to this program."""
        self.loop.add_signal_handler(signal.SIGCONT, self._on_continue)
        tty = self._opened()
        if not is_foreground(tty.fileno()):
            tty.close()
            self._tty = None
            # Not at once: a shell that ends a stopped process lets it go on for that, and that must come first.
            if self._next_stop is not None:
                self._next_stop.cancel()
            self._next_stop = self.loop.call_later(BACKGROUND_SECONDS, self._stop_in_background)
            return
        tty.make_raw()
        self.loop.add_signal_handler(signal.SIGWINCH, self._on_window_change)
        self.loop.add_signal_handler(signal.SIGTSTP, self._on_stop)
        if self._reader is None:
            self._reader = Reader(tty, self.loop, self._take)
            self._reader.start()
        self._put(modes.switch_on(mouse=self.has_mouse, in_band_resize=self._has_in_band_resize))
        self._put(modes.questions() + ASK)
        self.outbox.pace.sent(self.loop.time(), 0)
        self.is_taken.set()

    def disable_input(self) -> None:
        """Read no more."""
        if self._reader is not None:
            self._reader.stop()
            self._reader = None

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        tty = self._tty
        if tty is None:
            return
        for timer in (self.next_poll, self._next_key):
            if timer is not None:
                timer.cancel()
        for number in (signal.SIGWINCH, signal.SIGTSTP):
            self.loop.remove_signal_handler(number)
        self.disable_input()
        self.loop.remove_writer(tty)
        last = modes.switch_off(mouse=self.has_mouse, in_band_resize=self._has_in_band_resize)
        tty.write_all(last.encode(), ENDING_SECONDS)
        if self.outbox.pace.answers_due:
            # An answer that comes later would stand in the shell's command line.
            tty.read_until(self._has_answered_all, ENDING_SECONDS)
        tty.forget_typed()
        tty.restore()
        tty.close()
        self._tty = None
        self.is_taken.clear()

    def close(self) -> None:
        """Give the terminal back, for good."""
        self.stop_application_mode()
        self.loop.remove_signal_handler(signal.SIGCONT)

    def send_message(self, message: Message) -> None:
        """Hand an event to the app: it comes from the loop, and needs no way around by a thread."""
        self.app.post_message(message)

    # Painting.

    def show(self, update: CompositorUpdate, colours: ColorSystem, cursor: tuple[int, int]) -> None:
        """Let the terminal show what the compositor painted, as soon as it has caught up."""
        self.outbox.paint(update, colours, cursor)
        self._poll()

    def show_everything_again(self) -> None:
        """Send the modes and the whole screen: what the terminal shows may be something else."""
        if self._tty is not None:
            self.outbox.canvas.forget()
            self._put(modes.switch_on(mouse=self.has_mouse, in_band_resize=self._has_in_band_resize))
            self._poll()

    def _poll(self) -> None:
        """Send what may go out now, and come back when more may."""
        if self.next_poll is not None:
            self.next_poll.cancel()
            self.next_poll = None
        if self._tty is None or self._tty.has_waiting:
            return
        text, again = self.outbox.take()
        if again is not None:
            self.next_poll = self.loop.call_later(again, self._poll)
        if text:
            self._put(text)

    # The line.

    def _opened(self) -> Tty:
        if self._tty is None:
            self._tty = Tty(self._stderr)
        return self._tty

    def _put(self, text: str) -> None:
        """Let the line take what it takes; the rest follows when it takes more."""
        assert self._tty is not None
        try:
            self._tty.write(text.encode(self._encoding, "replace"))
        except OSError:
            self._lose()
            return
        if self._tty.has_waiting:
            self.loop.add_writer(self._tty, self._drain)

    def _drain(self) -> None:
        tty = self._tty
        assert tty is not None
        try:
            if not tty.flush():
                return
        except OSError:
            self._lose()
            return
        self.loop.remove_writer(tty)
        self._poll()

    def _take(self, data: bytes | None, at: float) -> None:
        """Handle what was typed, and when; None when the line is gone."""
        if self._tty is None:
            return
        if data is None:
            self._lose()
            return
        now = self.loop.time()
        found, answers = self._keyboard.feed(data, at)
        for _ in range(answers):
            self.outbox.pace.answered(now)
        if any(isinstance(message, events.Key | events.Paste | events.MouseEvent) for message in found):
            self.outbox.prioritise()
        for message in found:
            self.process_message(message)
        if self._next_key is not None:
            self._next_key.cancel()
        patience = self._keyboard.patience
        self._next_key = None if patience is None else self.loop.call_later(patience, self._give_up)
        if answers:
            self._poll()

    def _give_up(self) -> None:
        self._next_key = None
        for message in self._keyboard.give_up():
            self.outbox.prioritise()
            self.process_message(message)

    def _has_answered_all(self, data: bytes) -> bool:
        _, answers = self._keyboard.feed(data, self.loop.time())
        for _ in range(answers):
            self.outbox.pace.answered(self.loop.time())
        return self.outbox.pace.answers_due == 0

    def _lose(self) -> None:
        """Note that the line is gone: nothing can be read or written any more."""
        assert self._tty is not None
        self.loop.remove_writer(self._tty)
        if not self._is_lost:
            self._is_lost = True
            signal.raise_signal(signal.SIGHUP)  # which may never come by itself

    # What the terminal tells.

    def process_message(self, message: Message) -> None:
        """Take what concerns the driver, and pass on the rest."""
        if isinstance(message, TerminalSupportsSynchronizedOutput):
            self.outbox.is_synchronised = True
        elif isinstance(message, events.Resize):
            self.set_size(*message.size)
            self.outbox.canvas.resize(*message.size)
        elif isinstance(message, InBandWindowResize) and message.supported and self._tty is not None:
            self._has_in_band_resize = True
            self._put(modes.IN_BAND_RESIZE if self.has_mouse else modes.IN_BAND_RESIZE[:8])
            message = InBandWindowResize(True, True)
        super().process_message(message)

    def _on_window_change(self) -> None:
        if self._tty is not None and not self._tell_size(self._tty.size):
            # The same size once more is how a multiplexer says that another terminal is there now.
            self.outbox.start_again()
            self.show_everything_again()

    def _tell_size(self, size: tuple[int, int]) -> bool:
        """Tell the app of another size; gives whether it is another."""
        if size == self.outbox.canvas.size:
            return False
        if not self._has_in_band_resize:
            self.process_message(events.Resize(Size(*size), Size(*size)))
        return True

    # Put aside by ctrl+z, and back by the shell's `fg`.

    @property
    def has_shell(self) -> bool:
        """Whether somebody is there who could continue the process: the shell that started it."""
        with contextlib.suppress(OSError):
            return os.getsid(os.getppid()) == os.getsid(0)
        return False

    async def suspend_to_shell(self) -> None:
        """Give the terminal back and stop the process; returns when the terminal is this program's again."""
        self.stop_application_mode()
        # What comes after the stop is done here, and once: where no shell is left, nothing stops and nobody continues.
        self.loop.remove_signal_handler(signal.SIGCONT)
        # Not SIGSTOP: this one is ignored by the kernel where no shell is left to continue the process. And to this
        # thread, so that it has stopped before the next line is reached.
        signal.pthread_kill(threading.get_ident(), signal.SIGTSTP)
        self._on_continue()
        await self.is_taken.wait()

    def _on_stop(self) -> None:
        """Somebody else sent the signal that ctrl+z is: the app does what the key does."""
        self.app.call_later(self.app.action_suspend_process)

    def _stop_in_background(self) -> None:
        """Do as every program does that wants the terminal and runs behind another: stop, until the shell gives it."""
        if self._tty is not None or is_ending(self.app):
            return
        if is_foreground(self._stderr):
            self._on_continue()  # the shell sends no signal to what it takes to be going on
        else:
            signal.pthread_kill(threading.get_ident(), signal.SIGTTIN)

    def _on_continue(self) -> None:
        """Take the terminal again: the shell has used it, whether or not this program knew that it stopped."""
        self.outbox.start_again()
        try:
            self.start_application_mode()
        except OSError:
            signal.raise_signal(signal.SIGHUP)
            return
        if self._tty is not None:
            self._tell_size(self._tty.size)
            self._poll()
