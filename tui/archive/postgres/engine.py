"""The connection to the server: used in a thread of its own, and watched for news while nobody uses it.

There is no fallback: while the server is away nothing can be counted, so nothing is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, TypeVar

import psycopg

from tui.archive.budget import Limit
from tui.archive.errors import StoreError
from tui.archive.postgres.database import CHANNEL, PostgresDatabase, connect, place_of
from tui.archive.postgres.errors import store_error
from tui.archive.postgres.schema import check_version, make_tables
from tui.archive.postgres.times import ServerTime
from tui.archive.sql.database import Database
from tui.config import Secret
from tui.models.clock import Clock

Result = TypeVar("Result")

ANSWER_SECONDS: Final = 15.0
"""A server that has not answered for this long is given up: it stands still, or the network swallows what it says."""

RETRY_SECONDS: Final = 8.0
"""How long what was cut off in the middle is tried again: a server that is started anew is back within a few."""

_TRY_EVERY: Final = 0.2

CLOSE_SECONDS: Final = 1.0
"""How long what is under way may still take when the store is closed."""

PAUSE_SECONDS: Final = 5.0
"""How often to look whether the machine has slept while news are waited for."""

_BEGIN_TO_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_LOOK: Final = "SELECT version, greatest(clock_at, server_clock()) + clock_shift FROM state"
_LOCK: Final = "SELECT 1 FROM state FOR UPDATE"
_GO_ON: Final = """
UPDATE state SET clock_at = now, clock_shift = clock_shift + greatest(clock_at - now, 0)
FROM (SELECT server_clock() AS now) AS clock
RETURNING version, clock_at + clock_shift
"""
"""The clock goes on from where it was, however far the server's was set back."""


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
        self._answer_seconds = answer_seconds
        self._parameters = parameters
        self._password = password
        self._clock = clock
        self._to_read = to_read
        self._place = place_of(parameters)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._connection: psycopg.Connection[Any] | None = None
        self._line: psycopg.Connection[Any] | None = None
        """The connection, from when it is made: before it is used it is looked at, which may take for ever, too."""
        self._is_closed = False
        self._snapshot: PostgresDatabase | None = None
        self._news = asyncio.Event()
        """Somebody else has stored something, or may have while nobody could tell."""
        self._users = 0
        """How many wait for the thread: while there are any, it is the thread that reads what the server says."""
        self._watched: int | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._answered_at = 0.0
        """When the server answered last, or the thread began to work, in monotonic seconds."""

    def close(self) -> None:
        """Close the connection once what is under way is done; nobody waits for it, and it does not wait for long."""
        self._is_closed = True
        self._unwatch(asyncio.get_running_loop())
        self._thread.submit(self._drop)
        self._thread.shutdown(wait=False)
        if self._users:  # Python itself waits at its end for a thread that waits for the server
            end = threading.Timer(CLOSE_SECONDS, self._cut_off)
            end.daemon = True
            end.start()

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
            with self._transaction(connection, _BEGIN_TO_READ, _LOOK) as database:
                return work(database)

        return await self._in_thread(run)

    async def write(self, work: Callable[[Database], Result]) -> Result:
        """Run it as one transaction with no other writer in between, and tell the others what has changed.

        Once more, where the connection broke: nobody knows then whether it was done, so it must be the same to do it
        twice.

        Raises:
            StoreError: nothing of it was done; or nobody knows, where the server has not come back.
        """

        def run(connection: psycopg.Connection[Any]) -> Result:
            with self._transaction(connection, "BEGIN", _LOCK, _GO_ON) as database:
                done = work(database)
                if database.has_written:
                    connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
                return done

        return await self._in_thread(run)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """Let everything that is read within be as at its beginning."""

        def begin(connection: psycopg.Connection[Any]) -> contextlib.ExitStack:
            with contextlib.ExitStack() as stack:
                self._snapshot = stack.enter_context(self._transaction(connection, _BEGIN_TO_READ, _LOOK))
                # Whoever reads takes their time, as a pager does.
                connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                return stack.pop_all()

        transaction = await self._in_thread(begin)
        try:
            yield
        finally:
            self._snapshot = None
            await self._in_thread(lambda _: transaction.close())

    async def changed(self, within: float = 0.0) -> bool:
        """Tell whether another process has stored something since this was last told; waits ``within`` seconds for it.

        Raises:
            StoreError: nobody can tell.
        """
        if self._connection is None:
            await self._in_thread(lambda _: None)  # it is connected, or that fails
        # By the uptime: a machine that has slept meanwhile has waited long enough.
        ends_at = self._clock.uptime().seconds + within
        while not self._news.is_set() and (left := ends_at - self._clock.uptime().seconds) > 0:
            async with asyncio.TaskGroup() as group:
                pause = self._clock.sleep(min(left, PAUSE_SECONDS))
                ways = group.create_task(self._news.wait()), group.create_task(pause)
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    way.cancel()
        has_changed = self._news.is_set()
        self._news.clear()
        return has_changed

    async def _in_thread(self, work: Callable[[psycopg.Connection[Any]], Result]) -> Result:
        loop = asyncio.get_running_loop()
        if not self._users:
            self._unwatch(loop)
            self._answered()
            self._patience = loop.call_later(self._answer_seconds, self._cut_off_if_silent, loop)
        self._users += 1

        def done() -> None:
            self._users -= 1
            if not self._users and self._patience is not None:
                self._patience.cancel()
                self._watch(loop)

        def tell(_: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is there to watch
                loop.call_soon_threadsafe(done)

        # Whoever waits may be cancelled; the thread goes on all the same, and nobody else may touch the connection.
        under_way = self._thread.submit(self._persistently, work, loop)
        under_way.add_done_callback(tell)
        return await asyncio.wrap_future(under_way)

    def _persistently(
        self, work: Callable[[psycopg.Connection[Any]], Result], loop: asyncio.AbstractEventLoop
    ) -> Result:
        give_up_at = 0.0
        while True:
            self._answered()
            try:
                return work(self._opened(loop))
            except (psycopg.Error, OSError) as error:
                was_cut_off = self._connection is not None and self._connection.closed
                if was_cut_off:
                    self._drop()
                    give_up_at = give_up_at or time.monotonic() + RETRY_SECONDS
                if self._snapshot is not None or self._is_closed or time.monotonic() >= give_up_at:
                    raise store_error(error, self._place) from error
                time.sleep(_TRY_EVERY)

    def _opened(self, loop: asyncio.AbstractEventLoop) -> psycopg.Connection[Any]:
        if self._connection is None:
            connection = self._line = connect(self._parameters, self._password)
            try:
                make_tables(connection, self._place, to_read=self._to_read)
                if not self._to_read:  # a copy of the database can be read, and takes no such order
                    connection.execute(f"LISTEN {CHANNEL}".encode())
            except BaseException:
                connection.close()
                raise
            own = connection.info.backend_pid

            def hear(notify: psycopg.Notify) -> None:
                if notify.pid != own:
                    loop.call_soon_threadsafe(self._news.set)

            connection.add_notify_handler(hear)
            self._connection = connection
            loop.call_soon_threadsafe(self._news.set)  # what was told before could not be heard
        return self._connection

    @contextmanager
    def _transaction(self, connection: psycopg.Connection[Any], *statements: str) -> Iterator[PostgresDatabase]:
        """Begin with these statements; the last one tells the version of the tables, and the time."""
        with connection.cursor() as cursor:
            try:
                for statement in statements:
                    cursor.execute(statement.encode())
                    self._answered()
                version, now = cursor.fetchone() or (0, 0.0)
                check_version(version, self._place)
                yield PostgresDatabase(connection, now, self._answered)
                cursor.execute(b"COMMIT")
            except BaseException:
                if not connection.closed:
                    with contextlib.suppress(psycopg.Error):
                        cursor.execute(b"ROLLBACK")
                raise

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the loop tell when the server says something by itself."""
        self._hear()  # it may have come with the last answer
        if self._connection is not None and not self._is_closed:
            self._watched = self._connection.fileno()
            loop.add_reader(self._watched, self._hear)

    def _unwatch(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._watched is not None:
            loop.remove_reader(self._watched)
            self._watched = None

    def _hear(self) -> None:
        """Read what the server has said by itself. It waits for nothing."""
        connection = self._connection
        if connection is None:
            return
        try:
            connection.pgconn.consume_input()
            while notify := connection.pgconn.notifies():
                if notify.be_pid != connection.info.backend_pid:
                    self._news.set()
        except psycopg.Error:
            self._unwatch(asyncio.get_running_loop())
            self._drop()
            self._news.set()  # whoever waits finds out that nobody can tell any more

    def _answered(self) -> None:
        self._answered_at = time.monotonic()

    def _cut_off_if_silent(self, loop: asyncio.AbstractEventLoop) -> None:
        """End the wait of the thread for a server that does not answer: it is told that nobody is there."""
        left = self._answered_at + self._answer_seconds - time.monotonic()
        if left <= 0:
            self._cut_off()
        self._patience = loop.call_later(max(left, 1.0), self._cut_off_if_silent, loop)

    def _cut_off(self) -> None:
        connection = self._line
        if connection is not None and not connection.closed:
            with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
