"""Copies of the file: whole or not there at all, the person's alone, and one file each."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from tui.archive.errors import Cause, StoreError
from tui.archive.sql.counts import counts_of
from tui.archive.sql.database import Database
from tui.archive.sqlite.files import BESIDE
from tui.archive.sqlite.schema import APPLICATION_ID, CALLS, CONTACTS, VERSION
from tui.archive.upkeep import Counts, Progress
from tui.private_file import move_new, new_private, unfinished

PAGES_AT_ONCE: Final = 1_000
"""Copied before somebody is told how far it is: about 4 MB."""

COPIES_KEPT: Final = 3
"""Of those that are made before the file is changed."""

SPARE_BYTES: Final = 8 * 1024 * 1024
"""What a copy leaves free on the disk."""

_DISK_CODES: Final = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_CANTOPEN: errno.EIO,
}


@contextmanager
def new_file(path: Path) -> Iterator[sqlite3.Connection]:
    """A database that takes this name when the block ends well and it is whole; else nothing is left of it.

    Raises:
        OSError: there is something of that name, or it cannot be written.
        StoreError: what was written is not whole.
    """
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    with unfinished(path) as part:
        os.close(new_private(part))
        try:
            with closing(sqlite3.connect(part, isolation_level=None)) as database:
                database.execute("PRAGMA journal_mode = OFF")  # if it fails, all of it goes
                database.execute("PRAGMA synchronous = OFF")
                yield database
                database.execute("PRAGMA journal_mode = DELETE")  # whoever reads it need not write beside it
                _check(database, path)
        except sqlite3.Error as error:
            code = _DISK_CODES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
            if code is None:
                raise
            raise OSError(code, str(error), str(path)) from error
        finally:
            for suffix in (*BESIDE, "-journal"):
                part.with_name(part.name + suffix).unlink(missing_ok=True)
        _flush(part)
        move_new(part, path)


def copy(source: sqlite3.Connection, path: Path, progress: Progress) -> Counts:
    """Copy all that a database holds now into a new file, whatever others write meanwhile; gives what it holds.

    Raises:
        OSError: there is something of that name, or it cannot be written.
        sqlite3.Error: the database cannot be read.
        StoreError: the copy is not the same.
    """
    source.execute("BEGIN")
    try:
        version = int(source.execute("PRAGMA user_version").fetchone()[0])
        counts = counts_at(source, version)  # from here on it reads what was there at this moment
        pages, size = (int(source.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
        _check_room(path, pages * size)
        with new_file(path) as target:

            def tell(_status: int, remaining: int, total: int) -> None:
                progress(total - remaining, total)

            source.backup(target, pages=PAGES_AT_ONCE, progress=tell)
            if counts_at(target, version) != counts:
                raise StoreError(Cause.UNEQUAL, path)
    finally:
        source.execute("COMMIT")
    return counts


def counts_at(database: Database, version: int) -> Counts:
    """Count what a file of this version holds."""
    return counts_of(database, has_calls=version >= CALLS, has_contacts=version >= CONTACTS)


def keep_copy(path: Path, version: int) -> Path:
    """Copy a file beside itself before it is changed, named with its version and the time; gives the copy.

    Whoever calls it lets nobody write meanwhile.

    Raises:
        StoreError: there is none.
    """
    kept = path.with_name(f"{path.stem}.v{version}-{datetime.now().astimezone():%Y%m%d-%H%M%S}{path.suffix}")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as file:
            copy(file, kept, lambda _done, _total: None)
    except (sqlite3.Error, OSError) as error:
        words = (isinstance(error, OSError) and error.strerror) or str(error)
        raise StoreError(Cause.UNSAVED, kept, words) from error
    return kept


def drop_old_copies(path: Path) -> None:
    """Leave the last few that were made before the file was changed."""
    name = re.compile(rf"{re.escape(path.stem)}\.v\d+-(\d{{8}}-\d{{6}}){re.escape(path.suffix)}")
    found = {each: made for each in path.parent.iterdir() if (made := name.fullmatch(each.name))}
    for old in sorted(found, key=lambda each: found[each][1])[:-COPIES_KEPT]:
        with suppress(OSError):
            old.unlink()


def _check_room(path: Path, size: int) -> None:
    """Raise OSError where the disk would be full: whoever else writes on it would suffer, too."""
    if shutil.disk_usage(path.absolute().parent).free < size + SPARE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def _check(database: sqlite3.Connection, path: Path) -> None:
    facts = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    found = [said for (said,) in database.execute("PRAGMA integrity_check")]
    if found != ["ok"] or facts[0] != APPLICATION_ID or not 0 < facts[1] <= VERSION:
        raise StoreError(Cause.DAMAGED, path, found[0])


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
