"""Looking after the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tui.archive.errors import Cause, StoreError
from tui.archive.sql.search import days_left
from tui.archive.sqlite.contents import SqliteContents
from tui.archive.sqlite.copies import copy, counts_at, new_file
from tui.archive.sqlite.database import connect, make_tables, open_to_read, refuse_newer, transaction, version_of
from tui.archive.sqlite.engine import MachineTime
from tui.archive.sqlite.errors import store_error
from tui.archive.sqlite.files import BESIDE
from tui.archive.sqlite.schema import CALLS, VERSION
from tui.archive.sqlite.trigrams import Trigrams
from tui.archive.sqlite.users import clients_of
from tui.archive.upkeep import Counts, Progress, Searched, Status, Upgraded
from tui.models.clock import Clock
from tui.models.text import BAD_SIGN

ENGINE: Final = "sqlite"


class SqliteUpkeep:
    """An :class:`~tui.archive.upkeep.Upkeep` of a file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def status(self) -> Status:
        """Tell how it stands."""
        path = self._path
        status = Status(ENGINE, str(path))
        try:
            with self._opened() as database:
                database.execute("BEGIN")
                version = version_of(database)
                status = status._replace(version=version, is_older=version < VERSION)
                status = status._replace(size=_size(path), clients=clients_of(path))
                refuse_newer(database, path)
                if version > 0:
                    status = status._replace(counts=counts_at(database, version))
                if version >= CALLS:
                    status = status._replace(searched=Searched(days_left(database), Trigrams().why_slow(database)))
        except StoreError as error:
            return status._replace(trouble=error)
        return status

    def backup(self, path: Path, progress: Progress) -> Counts:
        """Copy all of it into a new file."""
        with self._opened() as database:
            refuse_newer(database, self._path)
            return copy(database, path, progress)

    def upgrade(self) -> Upgraded:
        """Bring the tables up to date, after a copy."""
        with self._opened() as database:
            refuse_newer(database, self._path)
            before = version_of(database)
        with self._told(), closing(connect(self._path)) as database:
            return Upgraded(before, VERSION, make_tables(database, self._path))

    @contextmanager
    def reading(self) -> Iterator[SqliteContents]:
        """All that it remembers now, whatever others write meanwhile; nothing of it can be changed.

        Raises:
            StoreError: it cannot be read, or its tables are not those of today.
        """
        with self._opened() as database:
            database.execute("BEGIN")
            version = version_of(database)
            if version != VERSION:
                raise StoreError(Cause.NEWER if version > VERSION else Cause.OLDER, self._path)
            database.text_factory = _text
            yield SqliteContents(database, MachineTime(self._clock.uptime()))

    @contextmanager
    def making(self) -> Iterator[SqliteContents]:
        """An archive that is made in the block: it is there when all of it is, and else nothing.

        Raises:
            OSError: there is something of that name, or it cannot be written.
        """
        with new_file(self._path) as database:
            make_tables(database)
            with transaction(database):
                yield SqliteContents(database, MachineTime(self._clock.uptime()))

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._told():
            database = open_to_read(self._path)
        # Not around the block: what else is opened there has errors of its own.
        with closing(database):
            try:
                yield database
            except sqlite3.Error as error:
                raise store_error(error, self._path) from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise store_error(error, self._path) from error


def _size(path: Path) -> int:
    files = (path, *(path.with_name(path.name + suffix) for suffix in BESIDE))
    return sum(each.stat().st_size for each in files if each.exists())


def _text(written: bytes) -> str:
    """A text as a server takes it: an older Helpdeck may have kept a zero byte, or what is no UTF-8."""
    return written.decode("utf-8", "replace").replace("\0", BAD_SIGN)
