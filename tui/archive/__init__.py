"""What is remembered: the connections that Alpemix forgets after two days, and how often it was asked.

:class:`Store` is the port, :func:`open_store` its only constructor, which loads the engine: not before the first frame.
"""

from __future__ import annotations

from tui.archive.store import Store
from tui.config import ArchiveSettings
from tui.models.clock import Clock

__all__ = ["Store", "open_store"]


def open_store(settings: ArchiveSettings | None, clock: Clock | None = None, *, to_read: bool = False) -> Store:
    """Choose the engine by the settings; it is opened at its first use.

    ``settings`` None: in memory, for a program that is alone with its system, as a demo is.
    ``to_read``: only what is there is read: no archive is made, and no fallback takes the place of one.
    """
    from tui.archive.sql.store import SqlStore

    if settings is not None and settings.url:
        from tui.archive.postgres import PostgresEngine

        return SqlStore(PostgresEngine(settings.connection, settings.password, clock or Clock(), to_read=to_read))
    from tui.archive.sqlite import SqliteEngine
    from tui.archive.sqlite.files import archive_path

    path = None if settings is None else archive_path(settings.path)
    return SqlStore(SqliteEngine(path, clock or Clock(), to_read=to_read))
