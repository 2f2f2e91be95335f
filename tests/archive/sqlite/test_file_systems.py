"""An archive on a file system that is no disk of this machine: it may be a network's, which may never answer."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tui.archive.budget import Limit, new_id
from tui.archive.sql import ledger
from tui.archive.sqlite.engine import SqliteEngine
from tui.archive.sqlite.files import files_of, is_on_a_disk
from tui.models.clock import Uptime

LIMIT = Limit("desk", "reports", 3, 60.0)

MEMORY = Path("/dev/shm")
"""A file system without a device."""


@pytest.mark.parametrize(
    ("major", "is_one"), [(8, True), (253, True), (0, False)], ids=["a disk", "a volume", "as NFS has it"]
)
def test_a_disk_is_known_by_its_device(major: int, is_one: bool) -> None:
    assert is_on_a_disk([(os.makedev(major, 41), 7), None]) is is_one


@pytest.mark.skipif(not os.access(MEMORY, os.W_OK), reason="this system has no file system in memory")
async def test_elsewhere_what_others_store_is_noticed_too() -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path, clock = Path(folder) / "archive.sqlite", FakeClock()
        with closing(SqliteEngine(path, clock)) as ours, closing(SqliteEngine(path, clock)) as theirs:
            await ours.changed()
            assert not is_on_a_disk(files_of(path))
            for _ in range(3):
                clock.advance(60)
                assert not await ours.changed()
                clock.advance(60)
                assert not await ours.changed()
                await theirs.write(lambda database: ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id()))
                assert await ours.changed()
