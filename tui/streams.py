"""Standard output and standard error: the only place that prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


def say(text: str = "", *, end: str = "\n") -> None:
    """Show what was asked for."""
    print(text, end=end, flush=True)


def complain(text: str = "", *, end: str = "\n") -> None:
    """Show what is wrong, beside what was asked for."""
    with suppress(OSError):
        print(text, end=end, file=sys.stderr, flush=True)


@contextmanager
def utf8_output() -> Iterator[TextIO]:
    """Standard output for a program to read: UTF-8 whatever the terminal has, and lines as they are written."""
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False)  # noqa: SIM115 - closed below
    try:
        yield out
    finally:
        with suppress(OSError):  # it was told already
            out.close()


def give_up_unwritten(stream: TextIO | None) -> None:
    """Spare the person the interpreter's own complaint about what it cannot flush at its end."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
