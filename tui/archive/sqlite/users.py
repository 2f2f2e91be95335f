"""Which programs have the file open, as the system tells it."""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui.archive.sqlite.files import SHARED_FIRST, SHARED_SIZE
from tui.archive.upkeep import Client
from tui.models.text import clean

_LOCKS: Final = Path("/proc/locks")


def clients_of(path: Path) -> tuple[Client, ...] | None:
    """The processes that hold SQLite's lock on the file, but for this one; None where the system does not tell.

    Those of another container are not seen.
    """
    try:
        inode = path.stat().st_ino
        locks = _LOCKS.read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    return tuple(_client(pid) for pid in sorted(set(_holders(locks, inode)) - {os.getpid()}))


def _holders(locks: list[str], inode: int) -> Iterator[int]:
    """Whoever holds a lock where only SQLite has one: by the inode alone, as a file system may number devices anew."""
    for line in locks:
        # 3: POSIX  ADVISORY  READ 30066 fe:00:2924487 1073741826 1073742335; "->" marks one who waits.
        fields = line.split()[1:]
        if len(fields) != 7 or fields[0] != "POSIX":
            continue
        _, _, _, pid, file, first, last = fields
        if file.rpartition(":")[2] == str(inode) and (first, last) == _SHARED and pid.isdigit():
            yield int(pid)


_SHARED: Final = (str(SHARED_FIRST), str(SHARED_FIRST + SHARED_SIZE - 1))


def _client(pid: int) -> Client:
    name = user = None
    with contextlib.suppress(OSError):  # it has ended meanwhile, or is hidden
        name = clean(Path(f"/proc/{pid}/comm").read_text("utf-8", "replace").strip())
        owner = Path(f"/proc/{pid}").stat().st_uid
        with contextlib.suppress(KeyError):
            user = pwd.getpwuid(owner).pw_name
    return Client(application=name, process=pid, user=user, host=None, since=None)
