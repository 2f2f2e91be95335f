"""The server as one process uses it: in a thread of its own, and listened to while nobody uses it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import psycopg

from tui.archive.postgres.errors import store_error
from tui.archive.sql.database import Told

Result = TypeVar("Result")

ANSWER_SECONDS: Final = 15.0
"""A server that has not answered for this long is given up: it stands still, or the network swallows what it says."""

RETRY_SECONDS: Final = 8.0
"""How long what was cut off in the middle is tried again: a server that is started anew is back within a few."""

_TRY_EVERY: Final = 0.2

CLOSE_SECONDS: Final = 1.0
"""How long what is under way may still take at the end."""


_PAYLOADS: Final = {Told.REQUESTS: "requests", Told.ANYTHING: ""}
"""What is said with a notice. An older Helpdeck says nothing with any, and looks for everything."""


def payload_of(told: Told) -> str:
    """What is said to the others."""
    return _PAYLOADS[told]


def _told_by(payload: str) -> Told:
    """What others have said; anything, where that is not known here."""
    return next((told for told, said in _PAYLOADS.items() if said == payload), Told.ANYTHING)


class Server:
    """One connection, made at its first use and again whenever it was lost."""

    def __init__(
        self,
        place: str,
        connect: Callable[[], psycopg.Connection[Any]],
        prepare: Callable[[psycopg.Connection[Any]], None],
        answer_seconds: float,
    ) -> None:
        """``prepare``: called in the thread with each new connection, before it is used."""
        self.news = asyncio.Event()
        """Somebody else has stored something, or may have while nobody could tell."""
        self._told = Told.NOTHING
        self._place = place
        self._connect = connect
        self._prepare = prepare
        self._answer_seconds = answer_seconds
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._connection: psycopg.Connection[Any] | None = None
        self._line: psycopg.Connection[Any] | None = None
        """The connection, from when it is made: before it is used it is looked at, which may take for ever, too."""
        self._is_closed = False
        self._users = 0
        """How many wait for the thread: while there are any, it is the thread that reads what the server says."""
        self._watched: int | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._answered_at = 0.0
        """When the server answered last, or the thread began to work, in monotonic seconds."""

    @property
    def is_connected(self) -> bool:
        """Whether what others store is told here."""
        return self._connection is not None

    def take_told(self) -> Told:
        """Give what others have stored since this was last asked, as far as it is known."""
        told, self._told = self._told, Told.NOTHING
        self.news.clear()
        return told

    def _tell(self, told: Told = Told.ANYTHING) -> None:
        self._told = max(self._told, told)
        self.news.set()

    def answered(self) -> None:
        """Note that it lives."""
        self._answered_at = time.monotonic()

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

    async def use(self, work: Callable[[psycopg.Connection[Any]], Result], *, once: bool = False) -> Result:
        """Run it in the thread; anew with another connection where the first was lost in the middle.

        ``once``: not anew, because it rests on what was done with this connection before.

        Raises:
            StoreError: why it cannot be done.
        """
        loop = asyncio.get_running_loop()
        if not self._users:
            self._unwatch(loop)
            self.answered()
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
        under_way = self._thread.submit(self._persistently, work, loop, once=once)
        under_way.add_done_callback(tell)
        return await asyncio.wrap_future(under_way)

    def _persistently(
        self, work: Callable[[psycopg.Connection[Any]], Result], loop: asyncio.AbstractEventLoop, *, once: bool
    ) -> Result:
        give_up_at = 0.0
        while True:
            self.answered()
            try:
                return work(self._opened(loop))
            except (psycopg.Error, OSError) as error:
                was_cut_off = self._connection is not None and self._connection.closed
                if was_cut_off:
                    self._drop()
                    loop.call_soon_threadsafe(self._tell)  # whoever waits finds out that nobody can tell any more
                    give_up_at = give_up_at or time.monotonic() + RETRY_SECONDS
                if once or self._is_closed or time.monotonic() >= give_up_at:
                    raise store_error(error, self._place) from error
                time.sleep(_TRY_EVERY)

    def _opened(self, loop: asyncio.AbstractEventLoop) -> psycopg.Connection[Any]:
        if self._connection is None:
            connection = self._line = self._connect()
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            own = connection.info.backend_pid

            def hear(notify: psycopg.Notify) -> None:
                if notify.pid != own:
                    loop.call_soon_threadsafe(self._tell, _told_by(notify.payload))

            connection.add_notify_handler(hear)
            self._connection = connection
            loop.call_soon_threadsafe(self._tell)  # what was told before could not be heard
        return self._connection

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
                    self._tell(_told_by(bytes(notify.extra).decode(errors="replace")))
        except psycopg.Error:
            self._unwatch(asyncio.get_running_loop())
            self._drop()
            self._tell()  # whoever waits finds out that nobody can tell any more

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
