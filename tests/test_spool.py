"""What is accepted is delivered once and in order, whoever dies in between, and nobody else can read it."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui import spool as spool_module
from tui.spool import Spool

WRITER = """
import sys, threading
from pathlib import Path
from tui.spool import Spool
spool = Spool(Path(sys.argv[1]), "notes")
spool.take_over()
for number in range(int(sys.argv[2])):
    spool.append(f"{sys.argv[3]} {number}".encode())
print(len(spool.waiting), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def spool(folder: Path) -> Iterator[Spool]:
    spool = Spool(folder, "notes")
    yield spool
    spool.close()


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def left_by(folder: Path, *lines: bytes) -> None:
    """Let a process that is gone now have accepted these."""
    other = Spool(folder, "notes")
    for line in lines:
        other.append(line)
    other.close()


def test_what_waits_is_in_a_private_file_until_it_was_delivered(spool: Spool, folder: Path) -> None:
    assert files(folder) == []
    spool.append(b"one")
    spool.append(b"two")
    (file,) = files(folder)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"one\ntwo\n", 0o600)
    assert spool.waiting == [b"one", b"two"]
    spool.delivered(1)
    assert spool.waiting == [b"two"]
    spool.append(b"three")
    spool.delivered(2)
    assert (spool.waiting, files(folder)) == ([], [])
    spool.append(b"four")
    assert spool.waiting == [b"four"]


def test_what_the_dead_have_left_comes_before_what_is_accepted_here(spool: Spool, folder: Path) -> None:
    left_by(folder, b"one", b"two")
    left_by(folder, b"three")
    spool.append(b"four")
    spool.take_over()
    spool.take_over()
    assert spool.waiting == [b"one", b"two", b"three", b"four"]
    spool.delivered(3)
    spool.delivered(1)
    assert files(folder) == []


def test_what_the_living_hold_is_left_to_them(spool: Spool, folder: Path) -> None:
    other = Spool(folder, "notes")
    other.append(b"theirs")
    spool.take_over()
    assert spool.waiting == []
    other.close()
    spool.take_over()
    assert spool.waiting == [b"theirs"]


def test_what_belongs_elsewhere_stays_there(spool: Spool, folder: Path) -> None:
    other = Spool(folder, "calls")
    other.append(b"a call")
    other.close()
    spool.take_over()
    assert spool.waiting == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_of_a_process_that_is_killed_nothing_is_lost(spool: Spool, folder: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", WRITER, str(folder), "20", "killed"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"20\n"
        spool.take_over()
        assert spool.waiting == []
        process.send_signal(number)
    spool.take_over()
    assert spool.waiting == [f"killed {number}".encode() for number in range(20)]


def test_of_many_who_take_over_at_once_each_line_is_taken_by_one(folder: Path) -> None:
    for number in range(10):
        left_by(folder, f"left {number}".encode())
    command = [sys.executable, "-c", WRITER, str(folder), "0", "none"]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(4)]
    try:
        counts = [int(process.stdout.readline()) for process in started if process.stdout is not None]
    finally:
        for process in started:
            process.communicate()
    assert sum(counts) == 10


def test_a_line_that_was_torn_by_a_kill_was_accepted_by_nobody(spool: Spool, folder: Path) -> None:
    left_by(folder, b"whole")
    (file,) = files(folder)
    file.write_bytes(file.read_bytes() + b"to")
    spool.take_over()
    assert spool.waiting == [b"whole"]


def test_a_full_disk_leaves_what_waited(spool: Spool, folder: Path) -> None:
    spool.append(b"one")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))
    try:
        with pytest.raises(OSError) as caught:
            spool.append(b"a line that does not fit")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert caught.value.errno in (errno.ENOSPC, errno.EFBIG)
    spool.append(b"two")
    assert files(folder)[0].read_bytes() == b"one\ntwo\n"
    assert spool.waiting == [b"one", b"two"]


def test_it_is_bounded(spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "SPOOL_MOST", 10)
    spool.append(b"12345")
    with pytest.raises(OSError, match="too much waits"):
        spool.append(b"67890")
    assert spool.waiting == [b"12345"]
    with pytest.raises(OSError, match="too much waits"):
        Spool(folder / "new", "notes").append(b"more than ten bytes")
    assert files(folder / "new") == []


def test_links_folders_and_the_files_of_others_are_not_taken(spool: Spool, folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    secret = tmp_path / "secret"
    secret.write_bytes(b"not ours\n")
    (folder / "notes-1.jsonl").symlink_to(secret)
    (folder / "notes-2.jsonl").mkdir()
    os.mkfifo(folder / "notes-3.jsonl")
    spool.take_over()
    assert spool.waiting == []
    assert secret.read_bytes() == b"not ours\n"


def test_without_a_folder_nothing_can_wait() -> None:
    spool = Spool(None, "notes")
    spool.take_over()
    with pytest.raises(OSError, match="no folder"):
        spool.append(b"one")
