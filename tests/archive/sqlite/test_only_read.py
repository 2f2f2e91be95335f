"""A file that is only read, as to back it up: nothing of it is changed, and nothing is left beside it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tui.archive import upkeep_of
from tui.archive.sqlite.database import open_database, open_to_read
from tui.archive.sqlite.files import LOG
from tui.archive.sqlite.schema import VERSION
from tui.config import ArchiveSettings


def log_of(path: Path) -> Path:
    return path.with_name(path.name + LOG)


def test_what_is_only_read_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    open_database(path).close()
    written = path.read_bytes()
    upkeep_of(ArchiveSettings(path=str(path))).status()
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == written


def test_what_is_only_read_is_left_as_a_killed_helpdeck_left_it(tmp_path: Path) -> None:
    path, left = tmp_path / "archive.sqlite", tmp_path / "left"
    left.mkdir()
    with closing(open_database(path)):
        for each in (path, log_of(path)):
            shutil.copy(each, left)
    copied = left / path.name
    written = [each.read_bytes() for each in (copied, log_of(copied))]
    assert len(written[1]) > 0
    assert upkeep_of(ArchiveSettings(path=str(copied))).status().version == VERSION
    assert [each.read_bytes() for each in (copied, log_of(copied))] == written


def test_nothing_can_be_written_where_it_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    open_database(path).close()
    with closing(open_to_read(path)) as database, pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.execute("DELETE FROM days")
