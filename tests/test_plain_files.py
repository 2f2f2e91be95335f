"""Files are private whatever the umask, never written through a link, and only plain ones are opened to be read."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tui.archive.errors import StoreError
from tui.archive.sqlite.database import open_database
from tui.audit import Audit, last_changes
from tui.config import Secret
from tui.config.problems import ConfigError
from tui.config.reader import read_config
from tui.config.writer import write_config
from tui.crash import write_crash_report
from tui.export import write_export
from tui.private_file import open_plain, read_in_time, read_plain
from tui.services.alpemix.token_file import TokenFile
from tui.services.altigen.session_file import SessionFile
from tui.state import State, load_state, save_state


def _export(path: Path) -> None:
    write_export(str(path), ["user"], [["desk@example.com"]], replaces=True)


def _state(path: Path) -> None:
    save_state(path, State(theme="ansi-dark"))


def _token(path: Path) -> None:
    TokenFile(path, "desk").write(Secret("t0ken"), 1.0)


def _session(path: Path) -> None:
    kept = SessionFile(path)
    kept.open()
    kept.write("http://pbx", "201", Secret("s3ssion"))
    kept.close()


def _audit(path: Path) -> None:
    async def change() -> None:
        async with Audit(path, FakeClock()).change("call", "201"):
            pass

    asyncio.run(change())


def _crash(path: Path) -> None:
    write_crash_report(RuntimeError("here"), path.parent)


def _archive(path: Path) -> None:
    open_database(path).close()


def _config(path: Path) -> None:
    write_config(path, {"remotepc": {"api_key": "k3y"}})


WRITERS: list[Callable[[Path], None]] = [_export, _state, _token, _session, _audit, _crash, _archive, _config]
WRITING_LINKS: list[Callable[[Path], None]] = [_state, _token, _session]


@pytest.fixture(params=[0o000, 0o022, 0o277, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(0)
    yield request.param
    os.umask(before)


@pytest.mark.parametrize("write", WRITERS)
def test_what_is_written_is_private_whatever_the_umask(
    write: Callable[[Path], None], umask: int, tmp_path: Path
) -> None:
    os.umask(umask)
    write(tmp_path / "kept.csv")
    os.umask(0o022)
    files = [each for each in tmp_path.iterdir() if not each.name.endswith((".lock", "-wal", "-shm"))]
    assert [stat.S_IMODE(each.stat().st_mode) for each in files] == [0o600]


@pytest.mark.parametrize("write", WRITING_LINKS)
@pytest.mark.parametrize("name", ["{}", "{}.{pid}", ".{}.part"])
def test_what_a_link_leads_to_is_never_written(write: Callable[[Path], None], name: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("precious")
    mine.chmod(0o644)
    (tmp_path / "kept.csv").with_name(name.format("kept.csv", pid=os.getpid())).symlink_to(mine)
    write(tmp_path / "kept.csv")
    assert mine.read_text() == "precious"
    assert stat.S_IMODE(mine.stat().st_mode) == 0o644


@pytest.mark.parametrize("write", [_state, _token])
def test_nothing_is_written_through_a_hard_link(write: Callable[[Path], None], tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("precious")
    for name in ("kept.csv", f"kept.csv.{os.getpid()}"):
        os.link(mine, tmp_path / name)
    write(tmp_path / "kept.csv")
    assert mine.read_text() == "precious"


def _read_state(path: Path) -> None:
    assert load_state(path) == State()


def _read_token(path: Path) -> None:
    assert TokenFile(path, "desk").read() is None


def _read_session(path: Path) -> None:
    kept = SessionFile(path)
    kept.open()
    assert kept.read("http://pbx", "201") is None
    kept.close()


def _read_audit(path: Path) -> None:
    with pytest.raises(OSError, match=r"plain file|directory|address"):
        last_changes(path, 10)


def _read_secret(path: Path) -> None:
    config = path.with_name("config.toml")
    config.write_text(f'[remotepc]\napi_key = {{ file = "{path}" }}\n')
    with pytest.raises(ConfigError, match="something else of that name"):
        read_config(config)


def _read_archive(path: Path) -> None:
    with pytest.raises((OSError, StoreError, sqlite3.Error)):
        open_database(path)


READERS: list[Callable[[Path], None]] = [
    _read_state,
    _read_token,
    _read_session,
    _read_audit,
    _read_secret,
    _read_archive,
]


def _pipe(path: Path) -> object:
    os.mkfifo(path)
    return None


def _socket(path: Path) -> object:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    return listening


def _device(path: Path) -> object:
    path.symlink_to("/dev/zero")
    return None


def _folder(path: Path) -> object:
    path.mkdir()
    return None


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("make", [_pipe, _socket, _device, _folder])
def test_what_is_no_plain_file_is_neither_read_nor_waited_for(
    read: Callable[[Path], None], make: Callable[[Path], object], tmp_path: Path
) -> None:
    before = set(Path("/proc/self/fd").iterdir())
    held = make(tmp_path / "kept")
    read(tmp_path / "kept")
    if isinstance(held, socket.socket):
        held.close()
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_a_state_in_whose_place_a_pipe_stands_is_written_in_its_stead(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "state.json")
    _state(tmp_path / "state.json")
    assert load_state(tmp_path / "state.json").theme == "ansi-dark"


def test_a_file_that_is_read_may_be_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "dotfiles" / "key").write_text("k3y")
    (tmp_path / "key").symlink_to(tmp_path / "dotfiles" / "key")
    (tmp_path / "dotfiles" / "config.toml").write_text('[remotepc]\napi_key = { file = "key" }\n')
    (tmp_path / "config.toml").symlink_to(tmp_path / "dotfiles" / "config.toml")
    settings = read_config(tmp_path / "config.toml").remotepc
    assert settings is not None
    assert settings.api_key.reveal() == "k3y"


def test_a_pipe_into_which_nobody_writes_is_not_read_for_ever(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="nothing came"):
        read_in_time(tmp_path / "pipe", 100, seconds=0.01)


def test_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100)
    assert read_plain(tmp_path / "file", 10) == b"x" * 10
    assert read_in_time(tmp_path / "file", 10) == b"x" * 10
    assert read_in_time(Path("/dev/zero"), 10) == bytes(10)
    with pytest.raises(OSError, match="plain file"):
        open_plain(Path("/dev/null"))


def test_the_database_of_another_program_is_left_as_it_was(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.sqlite"
    database = sqlite3.connect(theirs)
    database.execute("CREATE TABLE theirs (x)")
    database.commit()
    database.close()
    (tmp_path / "text").write_text("no database at all")
    for path in (theirs, tmp_path / "text"):
        path.chmod(0o644)
        (tmp_path / f"{path.name}.link").symlink_to(path)
        for named in (path, tmp_path / f"{path.name}.link"):
            with pytest.raises((StoreError, sqlite3.Error)):
                open_database(named)
            assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_an_archive_that_is_kept_elsewhere_is_used_and_made_private(tmp_path: Path) -> None:
    open_database(tmp_path / "elsewhere.sqlite").close()
    (tmp_path / "elsewhere.sqlite").chmod(0o644)
    (tmp_path / "archive.sqlite").symlink_to(tmp_path / "elsewhere.sqlite")
    open_database(tmp_path / "archive.sqlite").close()
    assert stat.S_IMODE((tmp_path / "elsewhere.sqlite").stat().st_mode) == 0o600


def test_the_report_of_a_fault_never_fails_itself(tmp_path: Path) -> None:
    class Untold(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    class Broken(Exception):
        @property
        def __cause__(self) -> BaseException | None:  # type: ignore[override]
            raise RuntimeError("no cause")

    secret = Secret("to\ud800ken")
    for fault in (Untold(), Broken(), RuntimeError(f"it was {secret.reveal()}"), RuntimeError("\udcff")):
        assert "to\ud800ken" not in write_crash_report(fault, tmp_path)
        write_crash_report(fault, tmp_path).encode()
    assert secret
