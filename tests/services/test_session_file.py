"""The session id that is kept for a restart: whose file it is, and what may stand in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tui.config import Secret
from tui.services.altigen.session_file import SessionFile

URL = "http://127.0.0.1:8080/webproxy"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "session.json"


def opened(path: Path | None) -> SessionFile:
    kept = SessionFile(path)
    kept.open()
    return kept


def written(path: Path, session: str = "abc", url: str = URL, user: str = "201") -> None:
    kept = opened(path)
    kept.write(url, user, Secret(session))
    kept.close()


def read(path: Path, url: str = URL, user: str = "201") -> str | None:
    kept = opened(path)
    found = kept.read(url, user)
    kept.close()
    return None if found is None else found.reveal()


def test_an_id_is_there_after_a_restart_until_it_was_logged_off(path: Path) -> None:
    written(path)
    assert read(path) == "abc"
    kept = opened(path)
    kept.clear()
    kept.close()
    assert read(path) is None


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_file_is_the_persons_alone_whatever_the_umask(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        written(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    written(path)
    path.chmod(0o644)
    written(path)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_neither_read_nor_written(path: Path) -> None:
    written(path)
    before = path.read_text()
    os.chown(path, 65534, 65534)
    assert read(path) is None
    written(path, "other")
    assert path.read_text() == before


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text("precious")
    path.parent.mkdir()
    path.symlink_to(elsewhere)
    assert read(path) is None
    written(path)
    assert elsewhere.read_text() == "precious"


@pytest.mark.parametrize(("url", "user"), [("http://127.0.0.1:8081/webproxy", "201"), (URL, "202")])
def test_an_id_belongs_to_one_server_and_one_user(path: Path, url: str, user: str) -> None:
    written(path)
    assert read(path, url, user) is None


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x00\xff",
        b"{",
        b"[]",
        b"null",
        b"[" * 4096,
        b'{"url": {}}',
        b"x" * 10_000_000,
        *(
            json.dumps({"url": URL, "user": "201", "session": session}).encode()
            for session in (7, None, "", ["abc"], "\ud800", "a\u202eb", "a\r\nb")
        ),
    ],
    ids=range(15),
)
def test_garbage_is_ignored_and_replaced(path: Path, garbage: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(garbage)
    assert read(path) is None
    written(path)
    assert read(path) == "abc"


def test_while_one_program_runs_another_one_neither_uses_nor_clears_its_id(path: Path) -> None:
    first = opened(path)
    first.write(URL, "201", Secret("abc"))
    second = opened(path)
    assert second.read(URL, "201") is None
    second.write(URL, "201", Secret("other"))
    second.clear()
    second.close()
    first.close()
    assert read(path) == "abc"


@pytest.mark.parametrize("kind", ["folder", "pipe", "nowhere"])
def test_what_is_no_file_is_left_alone(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path = Path("/proc/nowhere/session.json")
    written(path)
    assert read(path) is None
