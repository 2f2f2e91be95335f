"""What is remembered: the connections that Alpemix forgets after two days, and how often it was asked.

:class:`Store` is the port, :func:`open_store` its only constructor, which loads the engine: not before the first frame.
:class:`Upkeep` is the port of whoever looks after the archive itself, :func:`upkeep_of` its constructor; :func:`move`
brings what a file remembers into a database.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.archive.store import Store
from tui.archive.upkeep import Brought, Progress, Upkeep
from tui.config import ArchiveSettings
from tui.models.clock import Clock

if TYPE_CHECKING:
    from tui.archive.postgres.upkeep import PostgresUpkeep
    from tui.archive.sqlite.upkeep import SqliteUpkeep

__all__ = ["Store", "Upkeep", "move", "open_store", "upkeep_of"]


def open_store(settings: ArchiveSettings | None, clock: Clock | None = None, *, to_read: bool = False) -> Store:
    """Choose the engine by the settings; it is opened at its first use.

    ``settings`` None: in memory, for a program that is alone with its system, as a demo is.
    ``to_read``: only what is there is read: no archive is made, and no fallback takes the place of one.
    """
    from tui.archive.sql.store import SqlStore

    clock = clock or Clock()
    if settings is not None and settings.url:
        from tui.archive.postgres import PostgresEngine

        engine = PostgresEngine(settings.connection, settings.password, clock, to_read=to_read)
        return SqlStore(engine, clock)
    from tui.archive.sqlite import SqliteEngine
    from tui.archive.sqlite.files import archive_path

    path = None if settings is None else archive_path(settings.path)
    return SqlStore(SqliteEngine(path, clock, to_read=to_read), clock)


def upkeep_of(settings: ArchiveSettings, clock: Clock | None = None) -> Upkeep:
    """Choose by the settings what looks after the archive."""
    return _database(settings, clock or Clock()) if settings.url else _file(settings.path, clock or Clock())


def move(source: ArchiveSettings, target: ArchiveSettings, progress: Progress, clock: Clock | None = None) -> Brought:
    """Bring all that a file remembers into a database, wholly or not at all; the file is only read.

    What the database has already is merged with it. To do it once more changes nothing.

    Raises:
        StoreError: nothing was changed.
    """
    from tui.archive.sql.transfer import transfer

    clock = clock or Clock()
    database = _database(target, clock)
    with _file(source.path, clock).reading() as old, database.filling() as new:
        return transfer(old, new, database.place, progress)


def _file(path: str | Path, clock: Clock) -> SqliteUpkeep:
    from tui.archive.sqlite.files import archive_path
    from tui.archive.sqlite.upkeep import SqliteUpkeep

    return SqliteUpkeep(archive_path(str(path)), clock)


def _database(settings: ArchiveSettings, clock: Clock) -> PostgresUpkeep:
    from tui.archive.postgres.upkeep import PostgresUpkeep

    return PostgresUpkeep(settings.connection, settings.password, clock, lambda path: _file(path, clock).making())
