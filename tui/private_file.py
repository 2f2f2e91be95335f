"""Files that are one person's alone: what others could read, or could have put there, is not used."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def open_private(path: Path, flags: int) -> int:
    """The descriptor of a file of this account that nobody else may read (0600); made where ``flags`` say so.

    Raises:
        OSError: it cannot be opened, is a link or no file, or is somebody else's.
    """
    if flags & os.O_CREAT:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Not waiting: a pipe that somebody has put there would never open.
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    try:
        _claim(descriptor, flags)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _claim(descriptor: int, flags: int) -> None:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise OSError(errno.EPERM, "it is no file of this account")
    if stat.S_IMODE(found.st_mode) == 0o600:
        return
    try:
        os.fchmod(descriptor, 0o600)
    except OSError:
        if not flags & os.O_APPEND:  # one that the system lets grow only (chattr +a) keeps the mode it has
            raise
