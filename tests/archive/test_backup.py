"""A copy of the archive is of one moment and whole, or there is none."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.archive.keeping import keep, remembered, some_days
from tests.store.harness import NOON, row
from tests.store.test_notes import CALL, note
from tui.archive import open_store, upkeep_of
from tui.archive.errors import Cause, StoreError
from tui.archive.sqlite.copies import PAGES_AT_ONCE
from tui.config import ArchiveSettings

COPYING = """
import sys, time
from pathlib import Path
from tui.archive import upkeep_of
from tui.commands.foreground import interruptible
from tui.config import ArchiveSettings

def stop(done: int, total: int) -> None:
    print("under way", flush=True)
    while True:  # one long wait would not end by a signal that comes just before it
        time.sleep(0.01)

with interruptible():
    upkeep_of(ArchiveSettings(path=sys.argv[1], url=sys.argv[2])).backup(Path(sys.argv[3]), stop)
"""


@pytest.fixture(params=["sqlite", "postgres"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> ArchiveSettings:
    """An archive with two days in it."""
    if request.param == "postgres":
        archive = ArchiveSettings(url=request.getfixturevalue("postgres_url"))
    else:
        archive = ArchiveSettings(path=str(tmp_path / "archive.sqlite"))
    some_days(archive)
    return archive


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_that_is_interrupted_leaves_nothing(
    archive: ArchiveSettings, tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    command = [sys.executable, "-c", COPYING, archive.path, archive.url, str(folder / "copy.sqlite")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "under way\n"
        assert len(list(folder.iterdir())) == 1
        process.send_signal(number)
        said = process.stderr.read()
    assert process.returncode != 0
    assert said.splitlines()[-1].startswith("tui.exit_codes.Interrupted")
    assert list(folder.iterdir()) == []


def test_what_is_written_meanwhile_is_not_in_it(archive: ArchiveSettings, tmp_path: Path) -> None:
    for each in range(4):
        keep(archive, row(f"x{each}", extra=(("note", "x" * PAGES_AT_ONCE * 1100),)))
    before = remembered(archive)
    copy = tmp_path / "copy.sqlite"
    told = []

    def write(done: int, _total: int) -> None:
        told.append(done)
        if len(told) == 1:
            keep(archive, row("later"))

    counts = upkeep_of(archive).backup(copy, write)
    assert counts.rows == 8
    assert remembered(ArchiveSettings(path=str(copy))) == before
    assert remembered(archive) != before
    assert told == sorted(told)


async def test_notes_are_in_it(archive: ArchiveSettings, tmp_path: Path) -> None:
    async with open_store(archive) as store:
        await store.add_notes([note(CALL)])
    copy = tmp_path / "copy.sqlite"
    counts = await asyncio.to_thread(upkeep_of(archive).backup, copy, lambda _done, _total: None)
    async with open_store(ArchiveSettings(path=str(copy)), to_read=True) as store:
        assert (counts.notes, await store.notes_of(CALL)) == (1, [note(CALL)])


def test_it_is_one_file_that_can_be_read_where_nothing_can_be_written(archive: ArchiveSettings, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    upkeep_of(archive).backup(copy, lambda _done, _total: None)
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert [each.name for each in tmp_path.iterdir() if "copy" in each.name] == ["copy.sqlite"]


def take_the_name(copy: Path) -> None:
    copy.write_text("mine")


def test_a_file_that_takes_the_name_meanwhile_stays(archive: ArchiveSettings, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    with pytest.raises(FileExistsError):
        upkeep_of(archive).backup(copy, lambda _done, _total: take_the_name(copy))
    assert copy.read_text() == "mine"
    assert not list(tmp_path.glob(".*.part"))


def test_of_a_damaged_file_there_is_no_copy(tmp_path: Path) -> None:
    archive = ArchiveSettings(path=str(tmp_path / "archive.sqlite"))
    for number in range(40):
        keep(archive, row(str(number), NOON), at=NOON)
    path = Path(archive.path)
    content = bytearray(path.read_bytes())
    content[4096 * 3 + 8 : 4096 * 4] = b"\xa5" * 4088
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        upkeep_of(archive).backup(tmp_path / "copy.sqlite", lambda _done, _total: None)
    assert caught.value.cause is Cause.DAMAGED
    assert not list(tmp_path.glob("*copy*"))
