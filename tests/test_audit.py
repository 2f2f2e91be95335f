"""What is written of every change, and what happens where it cannot be."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import os
import pwd
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.clock import FakeClock
from tui import audit as audit_module
from tui.audit import ASKED, AUDIT_FILE, Audit, Record, last_changes
from tui.services.errors import Rejected, ServerFault, Unreachable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / AUDIT_FILE


@pytest.fixture
def audit(path: Path) -> Audit:
    return Audit(path, FakeClock())


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


async def one(audit: Audit, on: str = "201", *, can_wait: bool = True) -> None:
    async with audit.change("place call", on, can_wait=can_wait):
        pass


async def test_a_change_is_a_line_before_and_a_line_after(audit: Audit, path: Path) -> None:
    async with audit.change("add user", "till@example.com") as change:
        (before,) = lines(path)
        change.result = "created"
    first, second = lines(path)
    assert first == before
    assert first.pop("result") == ASKED
    assert second.pop("result") == "created"
    assert first == second
    user = pwd.getpwuid(os.getuid()).pw_name
    assert (first["at"], first["user"], first["uid"]) == ("2024-08-22T09:00:00.000+00:00", user, os.getuid())
    assert (first["what"], first["on"], first["process"]) == ("add user", "till@example.com", os.getpid())


async def test_many_things_at_once_are_a_line_each(audit: Audit, path: Path) -> None:
    async with audit.change("invite", "a@example.com", "b@example.com") as change:
        change.results["b@example.com"] = "EXISTS"
        change.result = "INVITED"
    assert [(line["on"], line["result"]) for line in lines(path)] == [
        ("a@example.com", ASKED),
        ("b@example.com", ASKED),
        ("a@example.com", "INVITED"),
        ("b@example.com", "EXISTS"),
    ]


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (Rejected("No."), "refused: No."),
        (Unreachable("Nobody."), "refused: Nobody."),
        (Unreachable("Gone.", may_have_acted=True), "unknown: Gone."),
        (ServerFault("Ill."), "unknown: Ill."),
        (RuntimeError("a password, perhaps"), "unknown: given up before it was over"),
        (asyncio.CancelledError(), "unknown: given up before it was over"),
    ],
)
async def test_what_went_wrong_is_the_result(audit: Audit, path: Path, error: BaseException, result: str) -> None:
    with pytest.raises(type(error)):
        async with audit.change("hang up", "201"):
            raise error
    assert [line["result"] for line in lines(path)] == [ASKED, result]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
async def test_the_file_is_the_persons_alone(audit: Audit, path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        await one(audit)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    await one(audit)
    assert path.stat().st_mode & 0o777 == 0o600


async def test_no_line_that_was_written_is_ever_changed(audit: Audit, path: Path) -> None:
    before = b""
    for number in range(5):
        await one(audit, str(number))
        assert path.read_bytes().startswith(before)
        before = path.read_bytes()


async def test_hostile_text_stays_one_harmless_line(audit: Audit, path: Path) -> None:
    await one(audit, "a\n\x1b[2J\u202eb\ud800" + "x" * 5_000)
    raw = path.read_bytes()
    assert raw.isascii()
    assert raw.decode().rstrip("\n").replace("\n", "").isprintable()
    assert raw.count(b"\n") == 2
    assert max(map(len, raw.splitlines())) < 4_096


async def test_without_a_path_nothing_is_kept(home: Path) -> None:
    await one(Audit(None, FakeClock()))
    assert not list(home.rglob("*"))


WRITER: Final = """
import asyncio, sys
from pathlib import Path
from tui.audit import Audit
from tui.models.clock import Clock

async def write():
    audit = Audit(Path(sys.argv[1]), Clock())
    for number in range(int(sys.argv[3])):
        async with audit.change("add user", f"{sys.argv[2]}-{number}-" + "x" * 300) as change:
            change.result = "created"

asyncio.run(write())
"""


def written_by_several(path: Path, processes: int, changes: int) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(number), str(changes)])
        for number in range(processes)
    ]
    assert [each.wait(60) for each in running] == [0] * processes


def test_several_processes_write_whole_lines(path: Path) -> None:
    written_by_several(path, 4, 50)
    found = lines(path)
    assert len(found) == 4 * 50 * 2
    for number in range(4):
        own = [line["on"] for line in found if line["on"].startswith(f"{number}-") and line["result"] == "created"]
        assert [on.split("-")[1] for on in own] == [str(each) for each in range(50)]
    assert {change.result for change in last_changes(path, 1_000)} == {"created"}


def test_a_full_file_is_put_aside_by_one_of_several_and_no_line_is_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = WRITER.replace("async def write", "import tui.audit; tui.audit.PART_BYTES = 60_000\nasync def write")
    monkeypatch.setitem(globals(), "WRITER", program)
    written_by_several(path, 3, 60)
    assert len(list(path.parent.iterdir())) > 1
    changes = last_changes(path, 1_000)
    assert len(changes) == 3 * 60
    assert {change.result for change in changes} == {"created"}
    assert all(part.stat().st_mode & 0o777 == 0o600 for part in path.parent.iterdir())


async def test_of_the_parts_that_were_put_aside_the_newest_stay(
    audit: Audit, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "PART_BYTES", 1)
    monkeypatch.setattr(audit_module, "PARTS_KEPT", 3)
    for number in range(6):
        monkeypatch.setattr(time, "strftime", lambda *_, at=number: f"2024010{at}T000000")
        await one(audit, str(number))
    assert sorted(each.name for each in path.parent.iterdir()) == [
        f"audit-2024010{number}T000000.jsonl" for number in (3, 4, 5)
    ] + [AUDIT_FILE]  # the second line of the last change began a new one


@contextmanager
def full_disk(left: int) -> Iterator[None]:
    """No file may grow beyond this many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


async def test_a_full_file_is_put_aside_where_the_file_system_has_no_hard_links(
    audit: Audit, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: object, target: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    await one(audit, "201")
    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr(audit_module, "PART_BYTES", 1)
    await one(audit, "202")
    assert list(path.parent.glob("audit-*"))
    assert {line["on"] for line in lines(path)} == {"202"}
    assert [record.on for record in last_changes(path, 10)] == ["201", "202"]


async def test_what_can_wait_is_not_done_where_it_cannot_be_written(audit: Audit, path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to("/dev/null")
    done = False
    with pytest.raises(Rejected, match=r"Not done, because it could not be written into the audit .*audit\.jsonl: "):
        async with audit.change("add user", "till@example.com"):
            done = True
    assert not done
    assert audit.problem
    path.unlink()
    await one(audit)
    assert audit.problem == ""


async def test_what_a_live_call_needs_is_done_all_the_same(audit: Audit, path: Path) -> None:
    path.parent.mkdir()
    path.mkdir()
    done = False
    async with audit.change("hang up", "201", can_wait=False):
        done = True
    assert done
    assert audit.problem == "Is a directory"


@pytest.mark.parametrize("made", ["fifo", "folder is a file"])
async def test_whatever_stands_in_its_place_is_said_at_once(audit: Audit, path: Path, made: str) -> None:
    if made == "folder is a file":
        path.parent.touch()
    else:
        path.parent.mkdir()
        os.mkfifo(path)
    async with asyncio.timeout(1):
        with pytest.raises(Rejected):
            await one(audit)


async def test_a_line_that_a_full_disk_tore_spoils_no_other(audit: Audit, path: Path) -> None:
    await one(audit, "1")
    with full_disk(path.stat().st_size + 40), pytest.raises(Rejected):
        await one(audit, "2")
    assert not path.read_bytes().endswith(b"\n")
    await one(audit, "3")
    changes = last_changes(path, 10)
    assert [change.on for change in changes] == ["1", "", "3"]
    assert changes[1].result == "this line cannot be read"


async def test_who_holds_the_file_for_long_stops_what_can_wait(
    audit: Audit, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "LOCK_SECONDS", 0.05)
    await one(audit)
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Rejected, match="another program holds it"):
            await one(audit)
    await one(audit)


async def test_a_change_that_was_cut_off_shows_as_asked(audit: Audit, path: Path) -> None:
    await one(audit, "1")
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first)
    assert [change.result for change in last_changes(path, 10)] == [ASKED]
    path.write_bytes(first + second)
    assert [change.result for change in last_changes(path, 10)] == ["done"]


def test_what_somebody_else_wrote_into_it_is_made_safe(path: Path) -> None:
    path.parent.mkdir()
    whole = {"at": "\x1b[2J", "user": "\u202eroot", "id": "1", "what": "x\ny", "on": "[/]", "result": "\x07"}
    odd: list[Any] = [whole, {**whole, "on": 7}, [], None, "x", {"at": "x"}]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in odd) + '{"at": \n' + "[" * 50_000 + "\n\n\xff")
    for change in last_changes(path, 50):
        assert isinstance(change, Record)
        assert "".join(getattr(change, name) for name in Record.__struct_fields__).isprintable()
