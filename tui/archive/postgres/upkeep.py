"""Looking after the database on the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

from tui.archive.errors import Cause, StoreError
from tui.archive.postgres.contents import PostgresContents
from tui.archive.postgres.database import CHANNEL, connect, place_of
from tui.archive.postgres.errors import store_error
from tui.archive.postgres.schema import VERSION, check_version, upgrade, version_of
from tui.archive.postgres.times import BEGIN_TO_READ, GO_ON, LOCK, LOOK, ServerTime
from tui.archive.postgres.trigrams import Trigrams
from tui.archive.sql.contents import Contents
from tui.archive.sql.counts import counts_of
from tui.archive.sql.search import days_left
from tui.archive.sql.transfer import transfer
from tui.archive.upkeep import Client, Counts, Progress, Searched, Status, Upgraded
from tui.config import Secret
from tui.models.clock import Clock
from tui.models.text import clean

ENGINE: Final = "postgresql"

NewFile = Callable[[Path], AbstractContextManager[Contents]]

_UNHURRIED: Final = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '60s'"
"""Much is read and written at once; who stands still all the same holds up the others no longer than this."""

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

    def __init__(self, parameters: Mapping[str, str], password: Secret, clock: Clock, new_file: NewFile) -> None:
        """``new_file``: makes an SQLite file."""
        self._parameters = parameters
        self._password = password
        self._clock = clock
        self._new_file = new_file
        self.place = place_of(parameters)

    def status(self) -> Status:
        """Tell how it stands."""
        status = Status(ENGINE, self.place)
        try:
            with self._connected() as connection:
                connection.execute(BEGIN_TO_READ)
                status = status._replace(clients=_clients(connection))
                version = self._version(connection)
                status = status._replace(version=version, size=_number(connection, _SIZE))
                check_version(version, self.place)
                contents = self._contents(connection)
                why_slow = Trigrams().why_slow(contents)
                searched = Searched(days_left(contents), why_slow, may_be_indexed=bool(why_slow))
                status = status._replace(counts=counts_of(contents), searched=searched)
        except StoreError as error:
            return status._replace(trouble=error, is_older=error.cause is Cause.OLDER)
        return status

    def backup(self, path: Path, progress: Progress) -> Counts:
        """Copy all of it into a new SQLite file."""
        with self.reading() as source, self._new_file(path) as target:
            transfer(source, target, str(path), progress)
            return counts_of(target)

    def upgrade(self) -> Upgraded:
        """Bring the tables up to date, and tell those who use them."""
        with self._connected() as connection:
            version = self._version(connection)
            if version > VERSION:
                raise StoreError(Cause.NEWER, self.place)
            connection.execute("SET statement_timeout = 0")
            before, after = upgrade(connection)
            connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
            return Upgraded(before, after)

    @contextmanager
    def reading(self) -> Iterator[PostgresContents]:
        """All that it remembers now, whatever others write meanwhile.

        Raises:
            StoreError: it cannot be read, or its tables are not those of today.
        """
        with self._connected() as connection:
            connection.execute(BEGIN_TO_READ)
            connection.execute(_UNHURRIED)
            self._version(connection)
            yield self._contents(connection)

    @contextmanager
    def filling(self) -> Iterator[PostgresContents]:
        """What is written in the block is there when it ends well, and else nothing of it. Others wait to write.

        Raises:
            StoreError: it cannot be written.
        """
        with self._connected() as connection:
            connection.execute("BEGIN")
            connection.execute(_UNHURRIED)
            if version_of(connection) is None:
                upgrade(connection)
            connection.execute(LOCK)
            # Read before the server's clock: what is brought over counts a little longer than before, never shorter.
            uptime = self._clock.uptime()
            yield PostgresContents(connection, ServerTime(self._seconds(connection, GO_ON), uptime))
            connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
            connection.execute("COMMIT")

    def _contents(self, connection: psycopg.Connection[Any]) -> PostgresContents:
        now = self._seconds(connection, LOOK)
        return PostgresContents(connection, ServerTime(now, self._clock.uptime()))

    def _seconds(self, connection: psycopg.Connection[Any], clock: str) -> float:
        """Read the server's clock; raises StoreError where the tables are not those of today."""
        version, now = connection.execute(clock.encode()).fetchone() or (0, 0.0)
        check_version(version, self.place)
        return float(now)

    def _version(self, connection: psycopg.Connection[Any]) -> int:
        """Of which version the tables are; raises StoreError where there are none."""
        version = version_of(connection)
        if version is None:
            raise StoreError(Cause.MISSING, self.place)
        return version

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with closing(connect(self._parameters, self._password)) as connection:
                yield connection
        except psycopg.Error as error:
            raise store_error(error, self.place) from error


def _clients(connection: psycopg.Connection[Any]) -> tuple[Client, ...]:
    return tuple(
        Client(application and clean(application), process, clean(user), host, since)
        for application, process, user, host, since in connection.execute(_CLIENTS)
    )


def _number(connection: psycopg.Connection[Any], statement: str) -> int | None:
    found = connection.execute(statement.encode()).fetchone()
    return None if found is None or found[0] is None else int(found[0])
