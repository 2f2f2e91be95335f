"""The files of an archive: where they lie, and whether they are still those that the next process would open.

SQLite keeps what was written last in a log beside the file (``-wal``), with an index of it in memory that is shared by
a second file (``-shm``). Whoever removes these two while a program uses them parts it from every program that opens
the file later: each then counts its own requests, and the limit is broken without a word.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

OPENING_SECONDS: Final = 2.0
"""A process that opens the file has made its log within this."""

_LOOK_EVERY: Final = 0.02

FINE_STEP: Final = 0.1
COARSE_STEP: Final = 2.0
"""Seconds in which two writes may get the same time: where parts of a second are counted, and where, as on FAT, not."""

FileId = tuple[int, int]
"""Device and inode."""

LOG: Final = "-wal"
BESIDE: Final = (LOG, "-shm")

_LOCK: Final = "hhqqi"
"""``struct flock`` of Linux on machines of 64 bits: type, whence, start, length, process."""

SHARED_FIRST: Final = 0x4000_0002
SHARED_SIZE: Final = 510
"""Where a program that has the file open holds a lock for as long as it does (sqlite.org/lockingv3.html)."""


def archive_path(configured: str) -> Path:
    """The file that ``archive.path`` names, else the one in the person's data folder."""
    if configured:
        return Path(configured)
    from platformdirs import user_data_path  # whoever names a file does not pay for it

    return user_data_path("helpdeck") / "archive.sqlite"


def files_of(path: Path | None) -> tuple[FileId | None, ...]:
    """The file and the two beside it, None for each that is not there."""
    if path is None:
        return ()
    return tuple(_id_of(each) for each in (path, *(path.with_name(path.name + suffix) for suffix in BESIDE)))


def is_on_a_disk(files: Sequence[FileId | None]) -> bool:
    """Whether these files are on a device of this machine; Linux gives a network's file system a number without one."""
    return all(file is None or os.major(file[0]) != 0 for file in files)


class Stamp(NamedTuple):
    """What is another after every write, and after a file was removed or replaced.

    Of two writes within one step of the file system's clock the second does not show.
    """

    files: tuple[FileId | None, ...]
    written: tuple[tuple[int, int], ...]
    """Size in bytes, and time of the last write in nanoseconds of the epoch: of the file, and of its log."""

    def is_settled(self, now: float) -> bool:
        """Whether every write from ``now`` on, in seconds of the epoch, leaves another stamp."""
        return all(now - at / 1e9 > (FINE_STEP if at % 1_000_000_000 else COARSE_STEP) for _, at in self.written)


def stamp_of(path: Path | None) -> Stamp:
    """That of the files now; the index beside is left out, which may change often."""
    if path is None:
        return Stamp((), ())
    written = (_written(each) for each in (path, path.with_name(path.name + LOG)))
    return Stamp(files_of(path), tuple(each for each in written if each is not None))


def has_lost_its_log(path: Path | None) -> bool:
    """Whether another process uses the file although its log is gone: call this before the file is opened.

    One that is just opening the file makes its log a moment later, so it is looked at for OPENING_SECONDS.
    """
    if path is None or not sys.platform.startswith("linux") or struct.calcsize("P") != 8:
        return False
    deadline = time.monotonic() + OPENING_SECONDS
    while _is_used_without_log(path):
        if time.monotonic() >= deadline:
            return True
        time.sleep(_LOOK_EVERY)
    return False


def _is_used_without_log(path: Path) -> bool:
    file, log, _ = files_of(path)
    if file is None or log is not None:
        return False
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            asked = struct.pack(_LOCK, fcntl.F_WRLCK, os.SEEK_SET, SHARED_FIRST, SHARED_SIZE, 0)
            kind, *_ = struct.unpack(_LOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
            return bool(kind != fcntl.F_UNLCK)
        finally:
            os.close(descriptor)
    return False


def _written(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


def _id_of(path: Path) -> FileId | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino
