"""Running a program that the person has named: no shell, in a session of its own, bounded in time and in what is kept.

Whatever it starts ends with it. What is to stay takes a session of its own, as ``setsid`` gives it.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

PIECE: Final = 65_536
"""Bytes read at once: as many as a pipe holds."""

LOOK_SECONDS: Final = 0.05
"""How often to look whether it has ended while something that it has started holds its output open."""


class Program:
    """One run of it. It blocks; :meth:`kill` may come from another thread, and before it has started."""

    def __init__(
        self,
        words: Sequence[str],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        hears_errors: bool = False,
    ) -> None:
        """``hears_errors``: what it complains of on its standard error is read, too."""
        self._words = words
        self._folder = folder
        self._environment = environment
        self._hears_errors = hears_errors
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_killed = False

    def run(self, seconds: float, keep: Callable[[bytes], object], given: bytes | None = None) -> int:
        """Run it to its end; gives its exit code, or -n after signal n.

        ``keep`` is told what it prints. ``given``: its standard input, None is an empty one.

        Raises:
            OSError, ValueError: it cannot be started.
            TimeoutError: it did not end within these seconds, and was killed.
        """
        deadline = time.monotonic() + seconds
        self._reach()
        process = subprocess.Popen(  # noqa: S603 - the person's own program
            self._words,
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if self._hears_errors else subprocess.DEVNULL,
            cwd=self._folder,
            env=self._environment,
            bufsize=0,
            start_new_session=True,
        )
        with self._guard:
            self._process = process
            if self._is_killed:
                _kill(process)
        try:
            return self._until_end(process, deadline, keep, memoryview(given or b""))
        finally:
            self.kill()
            process.wait()
            with self._guard:
                self._process = None  # its number may be another's from now on
            for pipe in filter(None, (process.stdin, process.stdout)):
                pipe.close()

    def _reach(self) -> None:
        """Read what is to be started.

        Where a file system hangs, that holds up this thread alone; to start a program holds up all until it runs.
        """
        path = shutil.which(self._words[0], path=None if self._environment is None else self._environment.get("PATH"))
        with contextlib.suppress(OSError):
            if self._folder is not None:
                self._folder.stat()
            if path is not None and stat.S_ISREG(Path(path).stat().st_mode):
                with Path(path).open("rb") as file:
                    file.read(PIECE)

    def kill(self) -> None:
        """End it, with all that it has started in its session."""
        with self._guard:
            self._is_killed = True
            if self._process is not None:
                _kill(self._process)

    def _until_end(
        self, process: subprocess.Popen[bytes], deadline: float, keep: Callable[[bytes], object], left: memoryview
    ) -> int:
        output = process.stdout
        assert output is not None
        os.set_blocking(output.fileno(), False)
        with selectors.DefaultSelector() as ready:
            ready.register(output, selectors.EVENT_READ)
            if process.stdin is not None:
                os.set_blocking(process.stdin.fileno(), False)
                ready.register(process.stdin, selectors.EVENT_WRITE)
            while ready.get_map() and process.poll() is None:
                for key, events in ready.select(min(LOOK_SECONDS, _left(deadline))):
                    if events & selectors.EVENT_WRITE:
                        left = _write(key.fd, left)
                        if not left:
                            ready.unregister(key.fd)
                            assert process.stdin is not None
                            process.stdin.close()
                    elif chunk := os.read(key.fd, PIECE):
                        keep(chunk)
                    else:
                        ready.unregister(key.fd)
        code = process.poll()
        if code is None:
            try:
                code = process.wait(_left(deadline))
            except subprocess.TimeoutExpired:
                raise TimeoutError from None
        self.kill()
        # What the pipe still holds. Whoever has left the session may hold it open for ever.
        with contextlib.suppress(BlockingIOError):
            if chunk := os.read(output.fileno(), PIECE):
                keep(chunk)
        return code


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _write(descriptor: int, left: memoryview) -> memoryview:
    """Give it what it takes now; gives the rest. Who reads no more has got all that it wants."""
    try:
        return left[os.write(descriptor, left) :]
    except BlockingIOError:
        return left
    except BrokenPipeError:
        return left[:0]


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody of them is left, or they are another's
        os.killpg(process.pid, signal.SIGKILL)
