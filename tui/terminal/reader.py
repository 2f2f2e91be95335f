"""Reads what is typed at the moment at which it comes, however busy the event loop is.

An escape and the key after it look like one key with alt, unless it is known that time has passed between them. A loop
that is busy reads both at once; so a thread reads and stamps, and sleeps in between.
"""

from __future__ import annotations

import asyncio
import os
import select
import threading
import time
from collections.abc import Callable

from tui.terminal.tty import Tty


class Reader(threading.Thread):
    """Hands what comes to the loop, with the time; and None when the line is gone, which ends it."""

    def __init__(self, tty: Tty, loop: asyncio.AbstractEventLoop, take: Callable[[bytes | None, float], None]) -> None:
        super().__init__(daemon=True, name="terminal-input")
        self._tty = tty
        self._loop = loop
        self._take = take
        self._wakened, self._waker = os.pipe()

    def stop(self) -> None:
        """End it at once; what was read before is still handed over."""
        os.write(self._waker, b"!")
        self.join()
        os.close(self._wakened)
        os.close(self._waker)

    def run(self) -> None:
        """Wait for input or the end, for as long as it takes."""
        poll = select.poll()
        poll.register(self._tty.fileno(), select.POLLIN)
        poll.register(self._wakened, select.POLLIN)
        while True:
            ready = [number for number, _ in poll.poll()]
            if self._wakened in ready:
                return
            try:
                data = self._tty.read()
            except OSError:
                self._loop.call_soon_threadsafe(self._take, None, time.monotonic())
                return
            if data:
                self._loop.call_soon_threadsafe(self._take, data, time.monotonic())
