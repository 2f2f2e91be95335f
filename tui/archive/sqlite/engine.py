"""The file of the archive in use: everything happens in a thread of its own, so that the screen never waits for it.

Where the file cannot be used by anybody on this machine (damaged, read-only, no database), a fallback takes its place
that the person's processes share too, and requests are made with care: what was asked before is not known. Where only
this process cannot use it (locked, full, written by a newer Helpdeck, another user's), there is no fallback: another
process may be counting in it, and two counts are none.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from tui.archive.budget import Limit
from tui.archive.errors import Cause, StoreError
from tui.archive.sql import ledger
from tui.archive.sql.database import Told
from tui.archive.sqlite.database import BUSY_SECONDS, count_news, news_of, open_database, refuse_newer, transaction
from tui.archive.sqlite.errors import store_error
from tui.archive.sqlite.files import FileId, Stamp, files_of, has_lost_its_log, is_on_a_disk, stamp_of
from tui.archive.sqlite.trigrams import Trigrams
from tui.models.clock import Clock, Uptime

Result = TypeVar("Result")

POLL_SECONDS: Final = 1.0
"""How often to look for what other processes have stored: SQLite tells nobody."""

RETRY_SECONDS: Final = 30.0
"""How often a file that could not be used is tried again; until then some processes may still use the fallback."""

_FOR_EVERYBODY: Final = frozenset({Cause.DAMAGED, Cause.READ_ONLY, Cause.FOREIGN, Cause.CLOSED})
"""Causes that every process of the person meets alike when it opens the file."""


class MachineTime(NamedTuple):
    """The uptime of this machine, which is stored as it is told."""

    now: Uptime

    def told(self, value: Result) -> Result:
        """Give the same."""
        return value

    def stored(self, value: Result) -> Result:
        """Give the same."""
        return value


class _Seen(NamedTuple):
    """What was last seen of others."""

    openings: int = 0
    """How often a file was opened so far."""
    version: int = 0
    """Counts what others have written, news or not."""
    news: int = 0
    """Counts what others have written as news."""


class SqliteEngine:
    """The file behind ``archive.path``; opened at its first use."""

    def __init__(
        self,
        path: Path | None,
        clock: Clock,
        *,
        to_read: bool = False,
        busy_seconds: float = BUSY_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        """``path`` None: in memory, for a program that is alone with its system, as a demo is.

        ``to_read``: neither a file nor a fallback is made.
        ``retry_seconds``: how often a file that cannot be used is tried again while a fallback is used.
        """
        self.path = path
        self.is_shared = path is not None
        self.index = Trigrams()
        self._clock = clock
        self.degraded_by: StoreError | None = None
        """Why the fallback is used; None while the file itself is."""
        self.is_to_read = to_read
        self._busy_seconds = busy_seconds
        self._retry_seconds = retry_seconds
        self._tried = 0.0
        """When the file was last tried to be opened, in monotonic seconds."""
        self._first: list[Callable[[sqlite3.Connection, str], None]] = []
        self._unknown = ""
        """Why what was asked just before is unknown; empty once what must come first was done."""
        self._database: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._openings = 0
        self._seen = _Seen()
        self._ours = 0
        """How much news in the file is this process's own, since it was opened."""
        self._files: tuple[FileId | None, ...] = ()
        self._is_on_a_disk = path is None
        self._stamp: Stamp | None = None
        """That of the files when the database was last asked, which is cheap: no thread has to wake for it."""
        self._is_settled = False
        """Whether every write since then shows in the stamp."""

    def close(self) -> None:
        """Close the file once what is under way is done; nobody waits for it."""
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def reading(self, _database: object) -> MachineTime:
        """Read the machine's clock."""
        return MachineTime(self._clock.uptime())

    def on_first_open(self, work: Callable[[sqlite3.Connection, str], None]) -> None:
        """Run this before anything else wherever what was asked just before is unknown, with the sentence why."""
        self._first.append(work)

    def guard(self, limit: Limit) -> None:
        """Let nothing of a limit go for a window wherever what was asked just before is unknown."""

        def let_a_window_pass(database: sqlite3.Connection, why: str) -> None:
            # A fallback begins with such a wait, whichever of the processes that share it opens it first.
            is_degraded = self.degraded_by is not None
            if is_degraded and ledger.was_ever_blocked(database, limit):
                return
            # Others may go on counting in the fallback until they have noticed, too.
            seconds = limit.window + (0.0 if is_degraded else RETRY_SECONDS)
            ledger.block(database, limit, self._clock.uptime(), seconds, why)

        self.on_first_open(let_a_window_pass)

    async def write(self, work: Callable[[sqlite3.Connection], Result], *, tells: Told = Told.ANYTHING) -> Result:
        """Run it in the thread, as one transaction with no other writer in between.

        ``tells``: whether it is news to the others, who look for it once a second; of what, a file does not say.

        Raises:
            StoreError: nothing of it was done.
        """

        def run(database: sqlite3.Connection) -> Result:
            before = database.total_changes
            with transaction(database):
                refuse_newer(database, self.path)  # one that was started since may have changed its tables
                done = work(database)
                if is_news := tells is not Told.NOTHING and database.total_changes > before:
                    count_news(database)
            self._ours += is_news
            return done

        return await self._in_thread(run)

    async def read(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run what only reads in the thread; nobody who writes has to wait for it, nor it for them.

        Raises:
            StoreError: it cannot be read now.
        """
        return await self._in_thread(work)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """Let everything that is read within be as at its beginning."""
        await self._in_thread(_begin)
        try:
            yield
        finally:
            await self._in_thread(_end)

    async def changed(self, within: float = 0.0) -> Told:
        """Tell whether another process has written since this was last told; waits ``within`` seconds for it."""
        # By the uptime: a machine that has slept meanwhile has waited long enough.
        ends_at = self._clock.uptime().seconds + within
        while not (has_changed := await self._has_changed()):
            left = ends_at - self._clock.uptime().seconds
            if left <= 0:
                break
            await self._clock.sleep(min(left, POLL_SECONDS) if self.is_shared else left)
        return Told.ANYTHING if has_changed else Told.NOTHING

    async def _has_changed(self) -> bool:
        def look(database: sqlite3.Connection) -> _Seen:
            # Another file counts its changes anew, and may have come to the same number.
            opened = self._openings, int(database.execute("PRAGMA data_version").fetchone()[0])
            if opened == self._seen[:2]:
                return self._seen
            refuse_newer(database, self.path)
            return _Seen(*opened, news_of(database) - self._ours)

        # Any other file system may be a network's: its server may never answer, and only the thread may wait for it.
        stamp = stamp_of(self.path) if self._is_on_a_disk else None
        if stamp is not None and stamp == self._stamp and self._is_settled and self.degraded_by is None:
            return False
        is_settled = stamp is not None and stamp.is_settled(time.time())
        seen = await self._in_thread(look)
        before, self._seen = self._seen, seen  # here: whoever is cancelled before has been told nothing
        self._stamp, self._is_settled = stamp, is_settled
        return (seen.openings, seen.news) != (before.openings, before.news)

    async def _in_thread(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        def run() -> Result:
            try:
                return work(self._opened())
            except (sqlite3.Error, OSError) as error:
                raise store_error(error, self.path) from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    def _opened(self) -> sqlite3.Connection:
        if self._database is not None and (why := self._why_apart()):
            self._close()
            self._unknown = why
        if self.degraded_by is not None and time.monotonic() - self._tried >= self._retry_seconds:
            self._return_to_the_file()
        if self._database is None:
            try:
                self._use(*self._open())
            except (sqlite3.Error, OSError, StoreError) as error:
                failure = error if isinstance(error, StoreError) else store_error(error, self.path)
                if self.path is None or self.is_to_read or failure.cause not in _FOR_EVERYBODY:
                    raise failure from error
                fallback = open_database(_fallback_path(self.path), self._busy_seconds)
                self._tried = time.monotonic()
                self._use(fallback, failure.sentence, degraded_by=failure)
        assert self._database is not None
        if self._unknown:
            with transaction(self._database):
                for work in self._first:
                    work(self._database, self._unknown)
                count_news(self._database)
            self._ours += 1
            self._unknown = ""
        return self._database

    def _open(self) -> tuple[sqlite3.Connection, str]:
        """The file, and why what was asked just before is unknown, where it is."""
        if self.is_to_read and self.path is not None and not self.path.exists():
            raise StoreError(Cause.MISSING, self.path)
        is_apart = has_lost_its_log(self.path)
        return open_database(self.path, self._busy_seconds), _apart("another Helpdeck", self.path) if is_apart else ""

    def _return_to_the_file(self) -> None:
        """Leave the fallback if the file can be used again: somebody has mended it, or moved it away."""
        self._tried = time.monotonic()
        try:
            database = open_database(self.path, self._busy_seconds)
        except (sqlite3.Error, OSError, StoreError):
            return
        unknown = f"The archive can be used again ({self.path}): what was asked meanwhile is not in it."
        self._use(database, unknown)

    def _use(self, database: sqlite3.Connection, unknown: str, *, degraded_by: StoreError | None = None) -> None:
        """Use this database from now on. ``unknown``: why what was asked just before is not in it, or empty."""
        self._close()
        self._database = database
        self.degraded_by = degraded_by
        self._unknown = unknown or self._unknown
        self._files = files_of(self.path)
        self._is_on_a_disk = is_on_a_disk(self._files)
        self._openings += 1
        self._ours = 0

    def _why_apart(self) -> str:
        """Why the next process to start would count apart from this one; empty while it would not."""
        files = files_of(self.path)
        gone = [before is not None and before != now for before, now in zip(self._files, files, strict=True)]
        if self.degraded_by is not None or not any(gone):
            return ""
        if gone[0]:
            return f"The archive was moved away while it was in use ({self.path}): a new one is begun."
        return _apart("this Helpdeck", self.path)

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _begin(database: sqlite3.Connection) -> None:
    database.execute("BEGIN")


def _end(database: sqlite3.Connection) -> None:
    if database.in_transaction:
        database.execute("COMMIT")


def _apart(who: str, path: Path | None) -> str:
    removed = f"The files beside the archive ({path}) were removed while {who} used it"
    return f"{removed}: what was asked just before is unknown."


def _fallback_path(path: Path) -> Path:
    """A file that the person's processes share while the archive cannot be used; it is gone with the next start."""
    name = f"helpdeck-{blake2b(os.fsencode(path), digest_size=8).hexdigest()}.sqlite"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(runtime) if runtime and Path(runtime).is_dir() else _own_folder()
    return folder / name


def _own_folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"helpdeck-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    if facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
        raise PermissionError(0, "somebody else's folder", str(folder))  # everybody may make one of this name first
    return folder
