"""A secret that a command prints, as ``pass show desk/altigen``: no shell, bounded in time and in size."""

from __future__ import annotations

import atexit
import contextlib
import os
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tui.config.problems import InvalidValue

SECONDS: Final = 10.0
"""How long a command may take."""

LIMIT: Final = 65_536
"""Bytes kept of what a command prints; the rest is read and forgotten."""


_running: Final[set[subprocess.Popen[bytes]]] = set()


@atexit.register
def _end_all() -> None:
    """Leave no command running when the program ends while it waits for one."""
    for process in list(_running):
        _kill(process)


def output_of(line: str, folder: Path, seconds: float = SECONDS, environment: Mapping[str, str] | None = None) -> bytes:
    """What the command printed, if it ended well; neither its output nor its complaints are ever repeated."""
    try:
        words = shlex.split(line)
    except ValueError:
        raise InvalidValue("has a command with an open quotation mark or a backslash at its end") from None
    if not words:
        raise InvalidValue("must name its command in a string")
    try:
        # A session of its own, so that everything it started can be ended with it: a forgotten child would hold the
        # pipe open for ever.
        process = subprocess.Popen(  # noqa: S603 - the person's own command
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder if folder.is_dir() else None,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise InvalidValue(f"cannot come from its command: {error.strerror}") from None
    except ValueError:
        raise InvalidValue("cannot come from its command: it cannot be started") from None
    _running.add(process)
    try:
        printed, code = _until_end(process, time.monotonic() + seconds)
    except TimeoutError:
        raise InvalidValue(f"cannot come from its command: no end after {seconds:g} s") from None
    finally:
        _end(process)
        _running.discard(process)
    if code:
        how = f"exit code {code}" if code > 0 else f"signal {-code}"
        raise InvalidValue(f"cannot come from its command: it failed with {how}")
    return printed


def _until_end(process: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, int]:
    pipe = process.stdout
    if pipe is None:
        raise RuntimeError("the command was started without a pipe")
    kept = b""
    with selectors.DefaultSelector() as ready:
        ready.register(pipe, selectors.EVENT_READ)
        while True:
            if not ready.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            chunk = os.read(pipe.fileno(), LIMIT)
            if not chunk:
                break
            kept += chunk[: LIMIT - len(kept)]
            if time.monotonic() > deadline:
                raise TimeoutError
    try:
        return kept, process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise TimeoutError from None


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        _kill(process)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
