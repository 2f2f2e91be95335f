"""What systemd is told of a service, where it has asked to be (sd_notify(3)); nothing otherwise.

Written here because it is a datagram: the packages that do it are two files long, and none has been looked after for
years.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

STATUS_LIMIT: Final = 400
"""Characters of a status line."""


class ServiceManager:
    """The socket that systemd named, and when it wants to hear that the program is alive."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # One that begins with @ is no file: Linux knows it by a zero byte in its place.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.ping_seconds = _ping_seconds(environment)
        """How often it is to be told that the program is alive; 0 where it does not ask."""
        self._pinged = float("-inf")

    def ready(self) -> None:
        """The service does its work from now on."""
        self._tell("READY=1")

    def status(self, text: str) -> None:
        """How it stands, in a line for people."""
        self._tell(f"STATUS={' '.join(text.split())[:STATUS_LIMIT]}")

    def stopping(self) -> None:
        """It has been asked to end, and does."""
        self._tell("STOPPING=1")

    def ping(self) -> None:
        """It is alive; call this again and again from what must not stand still."""
        now = time.monotonic()
        if self.ping_seconds and now - self._pinged >= self.ping_seconds:
            self._pinged = now
            self._tell("WATCHDOG=1")

    def _tell(self, text: str) -> None:
        if not self._address.startswith(("/", "\0")):
            return
        # A manager that does not listen is no reason to stop, nor to wait.
        with suppress(OSError, ValueError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto(text.encode("utf-8", "replace"), self._address)


def _ping_seconds(environment: Mapping[str, str]) -> float:
    """Half of what the manager waits for; 0 where it waits for another process, or for none."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    text = environment.get("WATCHDOG_USEC", "")
    return int(text) / 2e6 if text.isascii() and text.isdigit() and len(text) < 19 else 0.0
