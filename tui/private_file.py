"""Files of this machine: only plain ones are opened, and what is written is the person's alone.

What others could read, or could have put there, is not used. A file that is read may be reached by a link, as people
keep their configuration; one that is written never is. Only a configuration that a person names may be a pipe.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PIPE_SECONDS: Final = 10.0
"""How long somebody may take to begin, or to go on, writing into a pipe that we read."""

NOT_PLAIN: Final = "it is no plain file"

_HAS_NO_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
"""What a file system answers that has no hard links, as that of a memory stick."""


def open_private(path: Path, flags: int) -> int:
    """The descriptor of a file of this account that nobody else may read (0600); made where ``flags`` say so.

    Raises:
        OSError: it cannot be opened, is a link or no file, or is somebody else's.
    """
    if flags & os.O_CREAT:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = open_plain(path, flags | os.O_NOFOLLOW)
    try:
        _claim(descriptor, flags)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def open_plain(path: Path, flags: int = os.O_RDONLY) -> int:
    """The descriptor of a plain file, whoever owns it; a link is followed unless ``flags`` say otherwise.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe, a device.
    """
    # Not waiting: a pipe that somebody has put there would never open.
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY, 0o600)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
    os.close(descriptor)
    if is_folder:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, NOT_PLAIN, str(path))


def read_plain(path: Path, limit: int) -> bytes:
    """The first ``limit`` bytes of a plain file, which may be reached by a link.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe, a device.
    """
    with os.fdopen(open_plain(path), "rb") as file:
        return file.read(limit)


def read_in_time(path: Path, limit: int, seconds: float = PIPE_SECONDS) -> bytes:
    """The same of whatever a person names, as the pipe that a shell puts in the place of a file (``<(...)``).

    Raises:
        OSError: it cannot be opened, is a folder, or nothing comes for PIPE_SECONDS.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    came = bytearray()
    try:
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        while len(came) < limit:
            if not waiting.poll(seconds * 1000):
                raise OSError(errno.ETIMEDOUT, f"nothing came out of it for {seconds:g} s", str(path))
            piece = os.read(descriptor, limit - len(came))
            if not piece:
                break
            came += piece
    finally:
        os.close(descriptor)
    return bytes(came)


def check_plain(path: Path) -> None:
    """Make sure that a library which opens this file by itself finds a plain one.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe, a device.
    """
    os.close(open_plain(path))


def new_private(path: Path) -> int:
    """The descriptor of a file that was not there before, to be written (0600).

    Raises:
        OSError: there is something of that name, or it cannot be made.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    with contextlib.suppress(OSError):  # a stick for other systems keeps no rights
        os.fchmod(descriptor, 0o600)  # whatever the umask left of them
    return descriptor


def move_new(source: Path, path: Path) -> None:
    """Give a file of ours another name; never that of a file that exists, or was made meanwhile.

    Raises:
        OSError: there is something of that name, or it cannot be made.
    """
    try:
        os.link(source, path)  # unlike a rename, it does not overwrite
    except OSError as error:
        if error.errno not in _HAS_NO_LINKS:
            raise
        _take_name_and_move(source, path)
    else:
        source.unlink()


def _take_name_and_move(source: Path, path: Path) -> None:
    """Where the file system has no hard links: an empty file of ours holds the name until the other takes it."""
    os.close(new_private(path))
    try:
        if path.lstat().st_size:  # somebody has put another in its place
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))  # noqa: TRY301
        source.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            if path.lstat().st_size == 0:
                path.unlink()
        raise


@contextlib.contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """The name of a file beside this one, in which it is made before it takes its place; gone at the end.

    Raises:
        OSError: the name can be none of a file.
    """
    try:
        part = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
        part.lstat()
    except FileNotFoundError:
        pass
    except ValueError as error:  # a zero byte, no name at all
        raise OSError(errno.EINVAL, str(error), str(path)) from error
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def write_private(path: Path, written: bytes, *, is_lasting: bool = False) -> None:
    """Put a file there, in place of what was there: whole or not at all, for whoever reads it at any moment.

    ``is_lasting``: it is on the disk when this returns.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with unfinished(path) as part:
        with os.fdopen(new_private(part), "wb") as file:
            file.write(written)
            if is_lasting:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)


def _claim(descriptor: int, flags: int) -> None:
    found = os.fstat(descriptor)
    if found.st_uid != os.geteuid():
        raise OSError(errno.EPERM, "it is no file of this account")
    if stat.S_IMODE(found.st_mode) == 0o600:
        return
    try:
        os.fchmod(descriptor, 0o600)
    except OSError:
        if not flags & os.O_APPEND:  # one that the system lets grow only (chattr +a) keeps the mode it has
            raise
