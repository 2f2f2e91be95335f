"""A line of RATE bytes a second, as ssh's ProxyCommand: `python -m tests.benchmarks.relay PORT RATE`.

Only towards the terminal; what is typed goes at once. It reads no more than it hands on, so that what is too much for
the line waits where it would wait behind a modem: in TCP's buffers and in ssh's window.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from typing import Final

BUFFER: Final = 65_536
"""Bytes that wait here for the line. Not less than a segment on loopback: TCP would wait for room for a whole one."""

PIECE_SECONDS: Final = 0.02


def relay(port: int, rate: float) -> None:
    """Hand on until one end closes."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        line.connect(("127.0.0.1", port))
        threading.Thread(target=_typed, args=(line,), daemon=True).start()
        free = time.monotonic()
        while data := line.recv(max(1, int(rate * PIECE_SECONDS))):
            free = max(free, time.monotonic()) + len(data) / rate
            time.sleep(max(0.0, free - time.monotonic()))
            os.write(sys.stdout.fileno(), data)


def _typed(line: socket.socket) -> None:
    while data := os.read(sys.stdin.fileno(), 4_096):
        line.sendall(data)


if __name__ == "__main__":
    relay(int(sys.argv[1]), float(sys.argv[2]))
