"""What every test begins with: a home of its own, and no way out of this machine."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.tree import ROOT

if TYPE_CHECKING:
    from tests.postgres.server import PostgresServer

_FOLDERS = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
    "XDG_RUNTIME_DIR": "run",
}

# A shell lets what it starts in the background ignore an interruption, and nohup a hang-up, and so would all that the
# tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
for _number in (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
    signal.signal(_number, signal.SIG_DFL)

# Beside other tests and on a busy machine an example may take a while: pytest's own limit ends what hangs.
settings.register_profile("helpdeck", deadline=None)
settings.load_profile("helpdeck")


def pytest_collection_finish() -> None:
    """Leave the modules and tests, which stay, out of each collection of garbage: a sixth of the time of a test."""
    gc.freeze()


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, and the one that the test is in: none reads or writes where whoever runs it is."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    # What a test starts is this program, and a warning ends it as it ends the test.
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    for name, below in _FOLDERS.items():
        monkeypatch.setenv(name, str(folder / below))
    # PG: what libpq reads, of somebody's own server.
    for name in [name for name in os.environ if name.startswith(("HELPDECK_", "PG"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HELPDECK_SYSTEM_CONFIG", str(folder / "etc" / "config.toml"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def device() -> Iterator[str]:
    """A device that a fault would do no harm to: the system lets no file take the place of a terminal."""
    ours, theirs = os.openpty()
    yield os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[PostgresServer]:
    """The server of this process of tests, made for the first one that asks."""
    from tests.postgres.server import PostgresServer  # a tenth of a second that the other tests do not pay

    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres(shared_postgres: PostgresServer) -> Iterator[PostgresServer]:
    """A PostgreSQL that a test may stop, kill and freeze: the next one finds it running."""
    yield shared_postgres
    shared_postgres.revive()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A fresh, empty database of an account that may do nothing else."""
    with postgres.database() as url:
        yield url


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """A connection that would leave this machine is an error at once, not a timeout on somebody's train."""

    def refusing(connect: Any) -> Any:
        def guarded(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
                raise PermissionError(f"a test tried to reach {address[0]}")
            return connect(self, address)

        return guarded

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refusing(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", refusing(socket.socket.connect_ex))
        yield


def _is_loopback(host: str) -> bool:
    return host.startswith("127.") or host in ("::1", "localhost")
