"""What an error of SQLite or of the system means for the archive."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Final

from tui.archive.errors import Cause, StoreError

IN_MEMORY: Final = "in memory"
"""The place of an archive that has no file."""

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
    """Give an error of SQLite or of the system the archive's words."""
    if isinstance(error, OSError):
        cause = _SYSTEM_CAUSES.get(error.errno or 0, Cause.CLOSED)
        return StoreError(cause, path or IN_MEMORY, error.strerror or str(error))
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of the number are finer distinctions
    return StoreError(_CAUSES.get(primary, Cause.CLOSED), path or IN_MEMORY, str(error))
