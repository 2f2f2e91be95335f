"""Looking after the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from tui.archive.errors import StoreError
from tui.archive.sql.counts import counts_of
from tui.archive.sqlite.database import open_to_read, refuse_newer, version_of
from tui.archive.sqlite.errors import store_error
from tui.archive.sqlite.files import BESIDE
from tui.archive.sqlite.users import clients_of
from tui.archive.upkeep import Status

ENGINE: Final = "sqlite"


class SqliteUpkeep:
    """An :class:`~tui.archive.upkeep.Upkeep` of a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def status(self) -> Status:
        """Tell how it stands."""
        path = self._path
        status = Status(ENGINE, str(path))
        try:
            with closing(open_to_read(path)) as database:
                database.execute("BEGIN")
                version = version_of(database)
                status = status._replace(version=version, size=_size(path), clients=clients_of(path))
                refuse_newer(database, path)
                if version > 0:
                    status = status._replace(counts=counts_of(database))
        except StoreError as error:
            return status._replace(trouble=error)
        except (sqlite3.Error, OSError) as error:
            return status._replace(trouble=store_error(error, path))
        return status


def _size(path: Path) -> int:
    files = (path, *(path.with_name(path.name + suffix) for suffix in BESIDE))
    return sum(each.stat().st_size for each in files if each.exists())
