"""What the file remembers, within one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from tui.archive.sql.database import Reading, Rows, Values


class SqliteContents:
    """The :class:`~tui.archive.sql.contents.Contents` of a file."""

    def __init__(self, database: sqlite3.Connection, at: Reading) -> None:
        self._database = database
        self.at = at

    def execute(self, statement: str, values: Values = (), /) -> Rows:
        """Run one statement."""
        return self._database.execute(statement, values)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> Rows:
        """Run one statement for each of many rows."""
        return self._database.executemany(statement, values)

    def append(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Put many rows into a table that has none of them."""
        values = ", ".join("?" * len(columns))
        self._database.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})", rows)
