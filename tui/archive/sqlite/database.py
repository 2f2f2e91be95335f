"""Opening the file: the person's alone, shared by their processes, of today's schema."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui.archive.budget import STORING_SECONDS
from tui.archive.errors import Cause, StoreError
from tui.archive.sql.search import MARK_ALL
from tui.archive.sqlite.copies import drop_old_copies, keep_copy
from tui.archive.sqlite.errors import IN_MEMORY
from tui.archive.sqlite.files import LOG
from tui.archive.sqlite.schema import APPLICATION_ID, CALLS, LASTING, MIGRATIONS, ONE_SPELLING, VERSION
from tui.archive.sqlite.spellings import join_spellings
from tui.private_file import NOT_PLAIN, open_plain

BUSY_SECONDS: Final = STORING_SECONDS
"""How long to wait for another process that is writing; a report is stored in a fraction of it."""

_TRY_EVERY: Final = 0.02

OWNER_AT: Final = 68
HEAD: Final = 72
"""Where a database names its application, and where that ends (SQLite's file format, 1.3)."""


def open_database(path: Path | None, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """The database of this file, made where there is none, with the tables of today; None is one in memory.

    Raises:
        sqlite3.Error, OSError, StoreError: it cannot be used; ``store_error`` says why.
    """
    database = connect(path, busy_seconds)
    try:
        make_tables(database, path)
    except BaseException:
        database.close()
        raise
    return database


def connect(path: Path | None, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """The database of this file with whichever tables it has, none in a new one; no newer ones.

    Raises:
        sqlite3.Error, OSError, StoreError: it cannot be used.
    """
    if path is not None:
        refuse_anothers(path)
        _make_private(path)
    database = sqlite3.connect(
        ":memory:" if path is None else path, timeout=busy_seconds, isolation_level=None, check_same_thread=False
    )
    try:
        _refuse_foreign(database, path)
        refuse_newer(database, path)
        _patiently(database, "PRAGMA journal_mode = WAL", busy_seconds)
        # A process that is killed loses nothing of what it wrote; a machine that loses its power the last moments.
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA cache_size = -8192")
    except BaseException:
        database.close()
        raise
    return database


def open_to_read(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """The database of a file that is there, of whichever version; nothing of it can be changed.

    Raises:
        sqlite3.Error, OSError, StoreError: it cannot be read; ``store_error`` says why.
    """
    refuse_anothers(path)
    try:
        is_plain = stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(Cause.MISSING, path) from None
    if not is_plain:
        raise OSError(errno.EINVAL, NOT_PLAIN, str(path))
    # SQLite makes a log beside the file also where it only reads, and removes it only where it may write: a reader that
    # finds one leaves it as it is, and one that finds none leaves none.
    mode = "ro" if os.path.lexists(path.with_name(path.name + LOG)) else "rw"
    where = f"{path.absolute().as_uri()}?mode={mode}"
    database = sqlite3.connect(where, uri=True, timeout=busy_seconds, isolation_level=None)
    try:
        database.execute("PRAGMA query_only = ON")
        _refuse_foreign(database, path)
    except BaseException:
        database.close()
        raise
    return database


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Write all of it or nothing, with no other writer in between."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield database
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # a full disk has ended it already
            database.execute("ROLLBACK")
        raise


def count_news(database: sqlite3.Connection) -> None:
    """Count what is written in this transaction as news to the others; what is not counted wakes nobody."""
    database.execute("UPDATE news SET count = count + 1")


def news_of(database: sqlite3.Connection) -> int:
    """How much of what was written so far was news."""
    return _number(database, "SELECT count FROM news")


def version_of(database: sqlite3.Connection) -> int:
    """Of which version the tables are; 0 where there are none."""
    return _number(database, "PRAGMA user_version")


def refuse_newer(database: sqlite3.Connection, path: Path | None) -> None:
    """Raise StoreError where a newer Helpdeck has changed the tables meanwhile."""
    if version_of(database) > VERSION:
        raise StoreError(Cause.NEWER, path or IN_MEMORY)


def refuse_anothers(path: Path) -> None:
    """Raise StoreError where the file is another user's, whatever its rights: in it that user's Helpdecks count.

    Shared by a group it would work until SQLite makes the two files beside it anew, with the rights of whoever is
    first. Root may do what it likes.
    """
    user = os.geteuid()
    if user == 0:
        return
    try:
        facts = path.stat()
    except PermissionError:
        if _owner_of_what_is_above(path) != user:
            raise StoreError(Cause.NOT_OURS, path) from None
    except OSError:
        pass  # opening it says what is the matter
    else:
        if stat.S_ISREG(facts.st_mode) and facts.st_uid != user:
            raise StoreError(Cause.NOT_OURS, path)


def _owner_of_what_is_above(path: Path) -> int | None:
    """Who owns the nearest folder above that can be looked at: the one that cannot be entered."""
    for folder in path.parents:
        with contextlib.suppress(OSError):
            return folder.stat().st_uid
    return None


def _make_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # SQLite gives its two files beside this one the same rights, so it is private before SQLite opens it.
    descriptor = open_plain(path, os.O_RDWR | os.O_CREAT)
    try:
        facts = os.fstat(descriptor)
        if facts.st_uid == os.geteuid() and facts.st_mode & 0o777 != 0o600 and _is_ours(os.pread(descriptor, HEAD, 0)):
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def _is_ours(head: bytes) -> bool:
    """Whether it is an archive, or nothing yet: what belongs to another program is left as it is."""
    return not head or (head.startswith(b"SQLite format 3\0") and head[OWNER_AT:HEAD] == APPLICATION_ID.to_bytes(4))


def _refuse_foreign(database: sqlite3.Connection, path: Path | None) -> None:
    database.execute("BEGIN")  # another process that makes its tables just now has made all of them or none
    owner = _number(database, "PRAGMA application_id")
    is_empty = _number(database, "SELECT count(*) FROM sqlite_master") == 0
    database.execute("COMMIT")
    if owner != APPLICATION_ID and not is_empty:
        raise StoreError(Cause.FOREIGN, path or IN_MEMORY)


def _patiently(database: sqlite3.Connection, statement: str, seconds: float) -> None:
    """SQLite does not wait for another process when the journal's mode changes: two that start together would fail."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            database.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_TRY_EVERY)
        else:
            return


def make_tables(database: sqlite3.Connection, path: Path | None = None) -> Path | None:
    """Make those of today, or make them of older ones, after a copy of what is in these; gives the copy.

    Raises:
        StoreError: no copy can be made: nothing was changed.
    """
    if version_of(database) == VERSION:
        return None
    copied = None
    with transaction(database):
        before = version_of(database)  # another may have done it meanwhile
        if path is not None and 0 < before < VERSION and _holds_something(database):
            copied = keep_copy(path, before)
        try:
            _step_up(database, before)
        except BaseException:
            if copied is not None:
                copied.unlink()  # the next try makes another
            raise
    if path is not None:
        drop_old_copies(path)
    return copied


def _step_up(database: sqlite3.Connection, before: int) -> None:
    for step in MIGRATIONS[before:]:
        for statement in step:
            database.execute(statement)
    if before < ONE_SPELLING:
        join_spellings(database)
    if before < CALLS:
        for statement in MARK_ALL:
            database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {VERSION}")


def _holds_something(database: sqlite3.Connection) -> bool:
    """Whether there is what cannot be asked for again, in those of its tables that are there."""
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return any(_number(database, f"SELECT EXISTS (SELECT 1 FROM {name})") == 1 for name in tables & LASTING)


def _number(database: sqlite3.Connection, statement: str) -> int:
    return int(database.execute(statement).fetchone()[0])
