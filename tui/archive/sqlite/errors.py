"""What can be the matter with the file, as one sentence for the person."""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum
from pathlib import Path
from typing import Final


class Cause(StrEnum):
    """Why the archive cannot be used now."""

    LOCKED = "locked"
    FULL = "full"
    READ_ONLY = "read-only"
    DAMAGED = "damaged"
    FOREIGN = "foreign"
    """It is a database of another program."""
    NEWER = "newer"
    """A newer Helpdeck has written it."""
    CLOSED = "closed"
    """It cannot be opened at all."""


class StoreError(Exception):
    """The archive cannot be used now; nothing of what was asked of it has been done."""

    def __init__(self, cause: Cause, path: Path | None, words: str = "") -> None:
        self.cause = cause
        self.sentence = f"The archive {_SENTENCES[cause]} ({path or 'in memory'}{f': {words}' if words else ''})."
        super().__init__(self.sentence)


_SENTENCES: Final = {
    Cause.LOCKED: "is locked by another program: it is tried again",
    Cause.FULL: "cannot grow: the disk is full",
    Cause.READ_ONLY: "cannot be written: check who owns it and its folder, and their rights",
    Cause.DAMAGED: "is damaged: move it away, and a new one is begun",
    Cause.FOREIGN: "is a database of another program: name another file in archive.path",
    Cause.NEWER: "was written by a newer Helpdeck: use that one",
    Cause.CLOSED: "cannot be opened",
}

_CAUSES: Final = {
    sqlite3.SQLITE_BUSY: Cause.LOCKED,
    sqlite3.SQLITE_LOCKED: Cause.LOCKED,
    sqlite3.SQLITE_FULL: Cause.FULL,
    sqlite3.SQLITE_READONLY: Cause.READ_ONLY,
    sqlite3.SQLITE_PERM: Cause.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Cause.DAMAGED,
    sqlite3.SQLITE_NOTADB: Cause.DAMAGED,
}

_SYSTEM_CAUSES: Final = {
    errno.EACCES: Cause.READ_ONLY,
    errno.EPERM: Cause.READ_ONLY,
    errno.EROFS: Cause.READ_ONLY,
    errno.ENOSPC: Cause.FULL,
    errno.EDQUOT: Cause.FULL,
}


def store_error(error: sqlite3.Error | OSError, path: Path | None) -> StoreError:
    """The trouble behind an error of SQLite or of the system."""
    if isinstance(error, OSError):
        cause = _SYSTEM_CAUSES.get(error.errno or 0, Cause.CLOSED)
        return StoreError(cause, path, error.strerror or str(error))
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of the number are finer distinctions
    return StoreError(_CAUSES.get(primary, Cause.CLOSED), path, str(error))
