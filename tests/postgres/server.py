"""A PostgreSQL of the tests' own: on loopback and on a Unix socket, in a temporary folder that goes with it."""

from __future__ import annotations

import os
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self
from urllib.parse import quote

import psycopg
from psycopg.sql import SQL, Composed, Identifier
from psycopg.sql import Literal as Value

from tests.postgres import keeper
from tests.postgres.programs import programs
from tests.processes import runs
from tests.waiting import PATIENCE_SECONDS

SUPERUSER: Final = "postgres"
OWNER: Final = "helpdeck"
"""Whom the databases belong to: an account as a team's, which may do nothing else."""

SECURED: Final = "secured"
"""Members of this role need their password."""

PORTS: Final = range(15_000, 32_000)
"""Below those that the system lends, so that nobody has taken the port when a server comes back."""

Mode = Literal["smart", "fast", "immediate"]
MODES: Final[Mapping[Mode, signal.Signals]] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}

# What was committed outlives every end of the server, only not one of the machine: nothing is flushed to the disk.
SETTINGS: Final[Mapping[str, str]] = {
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",  # in the data folder: it goes with it
    "fsync": "off",
    "full_page_writes": "off",
    "huge_pages": "off",
    "io_method": "sync",
    "listen_addresses": "127.0.0.1",
    "log_checkpoints": "off",
    "max_connections": "60",
    "max_logical_replication_workers": "0",
    "max_wal_senders": "0",
    "shared_buffers": "8MB",
    "timezone": "UTC",
    "wal_level": "replica",  # a standby reads no less
}

INITDB: Final = (
    *("--username", SUPERUSER),
    *("--auth", "trust"),
    *("--encoding", "UTF8"),
    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
    *("--wal-segsize", "1"),
    *("--set", "autovacuum=off"),
    *("--no-sync", "--no-instructions"),
)

_HBA: Final = f"""\
local all +{SECURED} scram-sha-256
host all +{SECURED} 127.0.0.1/32 scram-sha-256
host all {SUPERUSER} 127.0.0.1/32 reject
host all all 127.0.0.1/32 trust
local all all trust
"""
"""Other users of this machine may come in, but for one who may do all: the socket's folder is closed to them."""


class PostgresServer:
    """`with PostgresServer() as server`, then `with server.database() as url`.

    Another process keeps it, and ends it also where this one is killed.
    """

    def __init__(self) -> None:
        self.port = _free_port()
        self._settings: Mapping[str, str] = {}
        self._is_standby = False
        self._is_frozen = False

    def __enter__(self) -> Self:
        self._keeper = keeper.Keeper()
        self.folder = self._keeper.folder
        try:
            self._programs = programs(self.folder)
            self._make()
            self.start()
            self._run(SQL("CREATE ROLE {}").format(Identifier(SECURED)))
            self._run(SQL("CREATE ROLE {} LOGIN").format(Identifier(OWNER)))
        except BaseException:
            self._keeper.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keeper.close()

    @property
    def log(self) -> str:
        """What it has said so far."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def url(
        self,
        database: str,
        *,
        user: str = OWNER,
        password: str = "",
        port: int | None = None,
        over_socket: bool = False,
    ) -> str:
        """Where to find a database; the port may be that of a relay."""
        who = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        if over_socket:
            return f"postgresql://{who}@/{database}?host={quote(str(self.folder), safe='')}&port={self.port}"
        return f"postgresql://{who}@127.0.0.1:{port or self.port}/{database}"

    def superuser_url(self, database: str = "postgres") -> str:
        """Where one may do everything."""
        return self.url(database, user=SUPERUSER, over_socket=True)

    def start(self, *, as_standby: bool = False, **settings: str) -> None:
        """Start, with these settings over the usual ones, and wait until it takes connections.

        As a standby it reads only, and waits for a primary that never comes.
        """
        self._settings = settings
        self._is_standby = as_standby
        self._is_frozen = False
        if as_standby:
            self._standby_file.touch()
        else:
            self._standby_file.unlink(missing_ok=True)
        where = ["-D", str(self._data), "-k", str(self.folder), "-p", str(self.port)]
        options = [f"--{name}={value}" for name, value in {**SETTINGS, **settings}.items()]
        self.pid = self._keeper.start([str(self._programs / "postgres"), *where, *options])
        self._wait(lambda: self._status() == "ready", "take connections")

    def stop(self, mode: Mode = "fast") -> None:
        """Stop as the system or a person would: a smart server waits for its clients, an immediate one for nothing."""
        assert self.is_running
        os.kill(self.pid, MODES[mode])
        self._wait(lambda: not self.is_running, "stop", is_to_run=False)

    def kill(self) -> None:
        """Kill all of its processes at once."""
        assert self.is_running
        keeper.kill(self.pid)
        self._wait(lambda: not self.is_running, "end", is_to_run=False)

    def freeze(self) -> None:
        """Stop all of its processes where they are: the system still takes connections and bytes, nobody answers."""
        assert self.is_running
        keeper.freeze(self.pid)
        self._is_frozen = True

    def thaw(self) -> None:
        """Go on from there."""
        keeper.thaw(self.pid)
        self._is_frozen = False

    def restart(self, mode: Mode = "fast", *, as_standby: bool = False, **settings: str) -> None:
        """Stop and start, with other settings where some are given."""
        self.stop(mode)
        self.start(as_standby=as_standby, **settings)

    def revive(self) -> None:
        """Be as at the beginning, whatever a test has done."""
        if self.is_running:
            if self._is_frozen:
                self.thaw()
            if not self._settings and not self._is_standby:
                return
            self.stop("immediate")
        self.start()

    @property
    def is_running(self) -> bool:
        """Whether its first process has not ended."""
        return runs(self.pid)

    @contextmanager
    def database(self, name: str = "helpdeck", *, owner: str = OWNER) -> Iterator[str]:
        """An empty database, dropped afterwards with whoever still uses it; gives its URL."""
        self._run(
            SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 STRATEGY file_copy").format(
                Identifier(name), Identifier(owner)
            )
        )
        try:
            yield self.url(name, user=owner)
        finally:
            self.revive()
            self._run(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    @contextmanager
    def account(self, name: str, password: str) -> Iterator[None]:
        """An account that has to say its password (SCRAM), dropped afterwards: what it owns has to be gone by then."""
        self._run(
            SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE {}").format(
                Identifier(name), Value(password), Identifier(SECURED)
            )
        )
        try:
            yield
        finally:
            self.revive()
            self._run(SQL("DROP ROLE {}").format(Identifier(name)))

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _standby_file(self) -> Path:
        return self._data / "standby.signal"

    def _make(self) -> None:
        self.pid = self._keeper.start([str(self._programs / "initdb"), "-D", str(self._data), *INITDB])
        self._wait(lambda: not self.is_running, "be made", is_to_run=False)
        assert self._data.is_dir(), self._failed("be made")
        (self._data / "pg_hba.conf").write_text(_HBA)

    def _status(self) -> str:
        """What the server that was started last has written beside its data, as `pg_ctl` reads it."""
        with suppress(FileNotFoundError):
            lines = (self._data / "postmaster.pid").read_text("utf-8").splitlines()
            if len(lines) > 7 and lines[0] == str(self.pid):
                return lines[7].strip()
        return ""

    def _wait(self, condition: Callable[[], bool], what: str, *, is_to_run: bool = True) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, self._failed(what)
            assert not is_to_run or self.is_running, self._failed(what)
            time.sleep(0.002)

    def _failed(self, what: str) -> str:
        return f"PostgreSQL did not {what}:\n{self.log}"

    def _run(self, statement: Composed) -> None:
        with psycopg.connect(self.superuser_url(), autocommit=True) as connection:
            connection.execute(statement)


def _free_port() -> int:
    """A port that nobody listens on now."""
    while True:
        port = random.choice(PORTS)
        with suppress(OSError), socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            return port
