"""What the database remembers, within one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from tui.archive.postgres.database import PostgresDatabase
from tui.archive.sql.database import Reading


class PostgresContents(PostgresDatabase):
    """The :class:`~tui.archive.sql.contents.Contents` of a database."""

    def __init__(self, connection: psycopg.Connection[Any], at: Reading) -> None:
        super().__init__(connection, at.now.seconds, _answered)
        self.at = at

    def append(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Put many rows into a table that has none of them."""
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


def _answered() -> None:
    """Nobody watches how long the server takes: a person is there, who can end it."""
