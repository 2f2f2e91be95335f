"""Looking after the database on the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Final

import psycopg

from tui.archive.errors import Cause, StoreError
from tui.archive.postgres.database import PostgresDatabase, connect, place_of
from tui.archive.postgres.errors import store_error
from tui.archive.postgres.schema import check_version, version_of
from tui.archive.sql.counts import counts_of
from tui.archive.upkeep import Client, Status
from tui.config import Secret

ENGINE: Final = "postgresql"

_BEGIN_TO_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_SIZE: Final = """
SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
WHERE relnamespace = 'helpdeck'::regnamespace AND relkind = 'r'
"""

_CLIENTS: Final = """
SELECT nullif(application_name, ''), pid, usename,
       CASE WHEN client_port = -1 THEN 'socket' ELSE host(client_addr) END, backend_start
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL AND leader_pid IS NULL
ORDER BY pid
"""
"""Of other users one may see no more than the name of the application, unless one is a member of pg_read_all_stats."""


class PostgresUpkeep:
    """An :class:`~tui.archive.upkeep.Upkeep` of a database."""

    def __init__(self, parameters: Mapping[str, str], password: Secret) -> None:
        self._parameters = parameters
        self._password = password
        self._place = place_of(parameters)

    def status(self) -> Status:
        """Tell how it stands."""
        status = Status(ENGINE, self._place)
        try:
            with self._connected() as connection:
                connection.execute(_BEGIN_TO_READ)
                status = status._replace(clients=_clients(connection))
                version = self._version(connection)
                status = status._replace(version=version, size=_number(connection, _SIZE))
                check_version(version, self._place)
                status = status._replace(counts=counts_of(PostgresDatabase(connection, 0.0, _answered)))
        except StoreError as error:
            return status._replace(trouble=error)
        return status

    def _version(self, connection: psycopg.Connection[Any]) -> int:
        """Of which version the tables are; raises StoreError where there are none."""
        version = version_of(connection)
        if version is None:
            raise StoreError(Cause.MISSING, self._place)
        return version

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with closing(connect(self._parameters, self._password)) as connection:
                yield connection
        except psycopg.Error as error:
            raise store_error(error, self._place) from error


def _clients(connection: psycopg.Connection[Any]) -> tuple[Client, ...]:
    return tuple(Client(*found) for found in connection.execute(_CLIENTS))


def _number(connection: psycopg.Connection[Any], statement: str) -> int | None:
    found = connection.execute(statement.encode()).fetchone()
    return None if found is None or found[0] is None else int(found[0])


def _answered() -> None:
    """Nobody watches how long the server takes: a person is there, who can end it."""
