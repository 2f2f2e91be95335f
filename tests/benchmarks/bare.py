"""The bare way to keep reports: the driver of an engine, one table, and nothing else."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

from tests.postgres.server import PostgresServer
from tui.archive.sqlite.database import open_database
from tui.config import ArchiveSettings

NAMES: Final = (
    *("uid", "dt", "dur", "dir", "exp", "supnum", "uname", "ip"),
    *("lip", "unum", "aid", "tuname", "tip", "tlip", "tunum", "taid"),
)


class Place(Protocol):
    """Where an archive is, and a bare table of the same engine beside it."""

    engine: str

    def fresh(self) -> ArchiveSettings:
        """Give an archive with its tables and no rows, and empty the bare table."""

    def put(self, body: bytes) -> None:
        """Read the JSON of a report and put its rows into the bare table: what cannot be saved."""

    def find(self, day: str, part: str) -> int:
        """Ask the archive with the bare driver for the rows of a day with this in the customer's name; count them."""


class SqlitePlace:
    """Files in a folder, another one each time."""

    engine = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()
        self._table: sqlite3.Connection | None = None

    def fresh(self) -> ArchiveSettings:
        number = next(self._numbers)
        self._archive = self._folder / f"ours-{number}.sqlite"
        open_database(self._archive).close()
        self.close()
        self._table = sqlite3.connect(self._folder / f"bare-{number}.sqlite", isolation_level=None)
        self._table.execute("PRAGMA journal_mode = WAL")
        self._table.execute("PRAGMA synchronous = NORMAL")
        self._table.execute(f"CREATE TABLE bare ({', '.join(NAMES)}, PRIMARY KEY (uid))")
        return ArchiveSettings(path=str(self._archive))

    def put(self, body: bytes) -> None:
        assert self._table is not None
        rows = _rows(body)
        self._table.execute("BEGIN")
        self._table.executemany(f"INSERT INTO bare VALUES ({', '.join('?' * len(NAMES))})", rows)
        self._table.execute("COMMIT")

    def find(self, day: str, part: str) -> int:
        query = "SELECT * FROM connections WHERE account = 1 AND day = ? AND customer LIKE ? ORDER BY started DESC"
        with contextlib.closing(sqlite3.connect(self._archive)) as archive:
            return len(archive.execute(query, (day, f"%{part}%")).fetchall())

    def close(self) -> None:
        """Leave the table."""
        if self._table is not None:
            self._table.close()


class PostgresPlace:
    """A database, emptied each time."""

    engine = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self._url = url
        self.connection = psycopg.connect(url, autocommit=True)
        columns = ", ".join(f"{name} {'INTEGER' if name in ('dur', 'dir') else 'TEXT'}" for name in NAMES)
        self.connection.execute(f"CREATE TABLE bare ({columns}, PRIMARY KEY (uid))".encode())

    def fresh(self) -> ArchiveSettings:
        self.connection.execute("DROP SCHEMA IF EXISTS helpdeck CASCADE")
        self.connection.execute("TRUNCATE bare")
        return ArchiveSettings(url=self._url)

    def put(self, body: bytes) -> None:
        statement = f"INSERT INTO bare VALUES ({', '.join(['%s'] * len(NAMES))})".encode()
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.executemany(statement, _rows(body))

    def copy(self, body: bytes) -> None:
        """Do the same with COPY, which is quicker and can do no more than add rows."""
        rows = _rows(body)
        self.connection.execute("TRUNCATE bare")
        with (
            self.connection.transaction(),
            self.connection.cursor() as cursor,
            cursor.copy("COPY bare FROM STDIN") as to,
        ):
            for row in rows:
                to.write_row(row)

    def find(self, day: str, part: str) -> int:
        query = (
            "SELECT * FROM helpdeck.connections WHERE account = 1 AND day = %s AND customer LIKE %s"
            " ORDER BY started DESC"
        )
        return len(self.connection.execute(query, (day, f"%{part}%")).fetchall())


@contextlib.contextmanager
def places(folder: Path) -> Iterator[tuple[SqlitePlace, PostgresPlace]]:
    """One of each engine."""
    with (
        contextlib.closing(SqlitePlace(folder)) as sqlite,
        PostgresServer() as server,
        server.database() as url,
    ):
        postgres = PostgresPlace(url)
        with postgres.connection:
            yield sqlite, postgres


def _rows(body: bytes) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in json.loads(body)["results"]]
