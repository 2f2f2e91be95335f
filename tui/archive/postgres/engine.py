"""The archive in a database of a server: its transactions, its clock, and who tells of a change.

There is no fallback: while the server is away nothing can be counted, so nothing is asked.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, TypeVar

import psycopg

from tui.archive.budget import Limit
from tui.archive.errors import StoreError
from tui.archive.postgres.database import CHANNEL, PostgresDatabase, connect, place_of
from tui.archive.postgres.schema import check_version, make_tables
from tui.archive.postgres.server import ANSWER_SECONDS, Server, payload_of
from tui.archive.postgres.times import BEGIN_TO_READ, GO_ON, LOCK, LOOK, ServerTime
from tui.archive.postgres.trigrams import Trigrams
from tui.archive.sql.database import Database, Told
from tui.config import Secret
from tui.models.clock import Clock
from tui.models.waiting import first_of

Result = TypeVar("Result")

PAUSE_SECONDS: Final = 5.0
"""How often to look whether the machine has slept while news are waited for."""


class PostgresEngine:
    """The database behind ``archive.url``; connected at its first use."""

    is_shared = True
    degraded_by: StoreError | None = None

    def __init__(
        self,
        parameters: Mapping[str, str],
        password: Secret,
        clock: Clock,
        *,
        to_read: bool = False,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """``parameters``: by libpq's names. ``to_read``: no tables are made."""
        self.index = Trigrams()
        self._clock = clock
        self.is_to_read = to_read
        self._place = place_of(parameters)
        self._server = Server(self._place, lambda: connect(parameters, password), self._prepare, answer_seconds)
        self._snapshot: PostgresDatabase | None = None
        self.close = self._server.close

    def guard(self, limit: Limit) -> None:
        """Do nothing: all count in one place, or not at all."""

    def reading(self, database: Database) -> ServerTime:
        """Read the machine's clock beside the server's."""
        assert isinstance(database, PostgresDatabase)
        return ServerTime(database.now, self._clock.uptime())

    async def read(self, work: Callable[[Database], Result]) -> Result:
        """Run what only reads, everything as at its beginning.

        Raises:
            StoreError: it cannot be read now.
        """

        def run(connection: psycopg.Connection[Any]) -> Result:
            if self._snapshot is not None:
                return work(self._snapshot)
            with self._transaction(connection, BEGIN_TO_READ, LOOK) as database:
                return work(database)

        return await self._server.use(run, once=self._snapshot is not None)

    async def write(self, work: Callable[[Database], Result], *, tells: Told = Told.ANYTHING) -> Result:
        """Run it as one transaction with no other writer in between, and tell the others what has changed.

        Once more, where the connection broke: nobody knows then whether it was done, so it must be the same to do it
        twice.

        Raises:
            StoreError: nothing of it was done; or nobody knows, where the server has not come back.
        """

        def run(connection: psycopg.Connection[Any]) -> Result:
            with self._transaction(connection, "BEGIN", LOCK, GO_ON) as database:
                done = work(database)
                if tells and database.has_written:
                    connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload_of(tells)))
                return done

        return await self._server.use(run)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """Let everything that is read within be as at its beginning."""

        def begin(connection: psycopg.Connection[Any]) -> tuple[PostgresDatabase, contextlib.ExitStack]:
            with contextlib.ExitStack() as stack:
                database = stack.enter_context(self._transaction(connection, BEGIN_TO_READ, LOOK))
                # Whoever reads takes their time, as a pager does.
                connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                return database, stack.pop_all()

        self._snapshot, transaction = await self._server.use(begin)
        try:
            yield
        finally:
            self._snapshot = None
            await self._server.use(lambda _: transaction.close(), once=True)

    async def changed(self, within: float = 0.0) -> Told:
        """Tell what other processes have stored since this was last told; waits ``within`` seconds for it.

        Raises:
            StoreError: nobody can tell.
        """
        if not self._server.is_connected:
            await self._server.use(lambda _: None)  # it is connected, or that fails
        # By the uptime: a machine that has slept meanwhile has waited long enough.
        ends_at = self._clock.uptime().seconds + within
        while not self._server.news.is_set() and (left := ends_at - self._clock.uptime().seconds) > 0:
            await first_of(self._server.news.wait(), self._clock.sleep(min(left, PAUSE_SECONDS)))
        return self._server.take_told()

    def _prepare(self, connection: psycopg.Connection[Any]) -> None:
        make_tables(connection, self._place, to_read=self.is_to_read)
        if not self.is_to_read:  # a copy of the database can be read, and takes no such order
            connection.execute(f"LISTEN {CHANNEL}".encode())

    @contextmanager
    def _transaction(self, connection: psycopg.Connection[Any], *statements: str) -> Iterator[PostgresDatabase]:
        """Begin with these statements; the last one tells the version of the tables, and the time."""
        with connection.cursor() as cursor:
            try:
                for statement in statements:
                    cursor.execute(statement.encode())
                    self._server.answered()
                version, now = cursor.fetchone() or (0, 0.0)
                check_version(version, self._place)
                yield PostgresDatabase(connection, now, self._server.answered)
                cursor.execute(b"COMMIT")
            except BaseException:
                if not connection.closed:
                    with contextlib.suppress(psycopg.Error):
                        cursor.execute(b"ROLLBACK")
                raise
