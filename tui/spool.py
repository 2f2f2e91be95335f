"""What waits to be stored: lines in private files (0600), from the moment they are accepted until they are delivered.

A process writes into a file of its own and holds its lock for as long as it lives. Whoever finds a file that nobody
holds takes it over: its process is dead. A file goes when all of its lines were delivered. A process that is killed in
between leaves lines that are delivered once more, so whoever stores them has to know them again.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final
from zlib import crc32

from msgspec import Struct

from tui.config import ArchiveSettings
from tui.private_file import open_private

SPOOL_MOST: Final = 8 * 1024 * 1024
"""Bytes of a file: some thousand notes. Then nothing more is taken."""


def spool_name(what: str, archive: ArchiveSettings | None) -> str:
    """What the files of something are called that waits for an archive: nothing of it reaches another one."""
    place = "" if archive is None else archive.url or archive.path
    return f"{what}-{crc32(os.fsencode(place)):08x}"


class _File(Struct):
    """A file whose lock is held here."""

    path: Path
    descriptor: int
    lines: list[bytes]
    """Those that wait."""
    size: int

    def close(self) -> None:
        """Let go of it."""
        os.close(self.descriptor)


class Spool:
    """Lines that wait, the oldest first: those of dead processes, then our own. Threads may share it."""

    def __init__(self, folder: Path | None, name: str) -> None:
        """``name``: of what waits, and where it belongs. Without a folder nothing can wait."""
        self._folder = folder
        self._name = name
        self._files: list[_File] = []
        self._own: _File | None = None
        self._lock = threading.Lock()

    @property
    def waiting(self) -> list[bytes]:
        """The lines that wait, the oldest first."""
        with self._lock:
            return [line for file in self._files for line in file.lines]

    def append(self, *lines: bytes, flushes: bool = True) -> None:
        """Accept lines, which hold no line break; they are on the disk when this returns.

        ``flushes``: without, they outlive the process, not the machine; that is quick enough for an event loop.

        Raises:
            OSError: it cannot be written; nothing waits that did not before.
        """
        with self._lock:
            file = self._own or self._begin()
            written = b"".join(line + b"\n" for line in lines)
            try:
                if file.size + len(written) > SPOOL_MOST:
                    raise OSError(errno.EDQUOT, "too much waits already", str(file.path))  # noqa: TRY301
                if os.write(file.descriptor, written) < len(written):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file.path))  # noqa: TRY301
                if flushes:
                    os.fsync(file.descriptor)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(file.descriptor, file.size)
                self._drop_where_empty([file])
                raise
            file.lines += lines
            file.size += len(written)

    def take_over(self) -> bool:
        """Take the files of processes that are dead, before our own; tells whether there were any.

        Not while something is being delivered: what waits first would be something else.
        """
        if self._folder is None:
            return False
        with self._lock:
            held = {file.path for file in self._files}
            # By their names, which begin with the time.
            found = [_taken(path) for path in sorted(self._folder.glob(f"{self._name}-*.jsonl")) if path not in held]
            dead = [file for file in found if file is not None]
            self._files[:0] = dead
            self._drop_where_empty(dead)
            return bool(dead)

    def delivered(self, count: int) -> None:
        """Forget as many of the lines that wait, from the first on."""
        with self._lock:
            for file in self._files:
                gone = min(count, len(file.lines))
                del file.lines[:gone]
                count -= gone
            self._drop_where_empty(self._files)

    def close(self) -> None:
        """Let go of what waits: the next who looks takes it over."""
        with self._lock:
            for file in self._files:
                file.close()
            self._files.clear()
            self._own = None

    def _begin(self) -> _File:
        """A new file of our own."""
        if self._folder is None:
            raise OSError(errno.ENOENT, "there is no folder for it")
        while True:
            path = self._folder / f"{self._name}-{time.time_ns():020d}-{os.getpid()}.jsonl"
            descriptor = open_private(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL)
            if _is_locked(descriptor, path):
                self._own = _File(path, descriptor, [], 0)
                self._files.append(self._own)
                return self._own
            os.close(descriptor)  # somebody has taken it for one of a dead process

    def _drop_where_empty(self, files: Iterable[_File]) -> None:
        for file in list(files):
            if not file.lines:
                with suppress(OSError):  # what is left is delivered once more
                    file.path.unlink()
                file.close()
                self._files.remove(file)
                if file is self._own:
                    self._own = None


def _taken(path: Path) -> _File | None:
    """The file with what waits in it, if nobody holds it."""
    try:
        descriptor = open_private(path, os.O_RDWR | os.O_APPEND)
    except OSError:
        return None  # it has been delivered meanwhile, or is none of ours
    try:
        if _is_locked(descriptor, path):
            held = _read(descriptor)
            # What its process did not write to the end was accepted by nobody.
            return _File(path, descriptor, held.split(b"\n")[:-1], len(held))
    except OSError:
        pass
    os.close(descriptor)
    return None


def _read(descriptor: int) -> bytes:
    held = b""
    while len(held) < SPOOL_MOST and (piece := os.pread(descriptor, SPOOL_MOST - len(held), len(held))):
        held += piece
    return held


def _is_locked(descriptor: int, path: Path) -> bool:
    """Whether it is ours now, and still the file of this name."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False
