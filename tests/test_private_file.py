"""A file that is one person's alone, whatever stands in its place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tui.private_file import open_private

MADE = os.O_RDWR | os.O_CREAT


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_made_with_its_folder_for_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "below" / "kept"
    os.close(open_private(path, MADE))
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


@pytest.mark.parametrize("before", [0o644, 0o660, 0o400, 0o700])
def test_one_that_others_could_read_is_taken_from_them(tmp_path: Path, before: int) -> None:
    path = tmp_path / "kept"
    path.write_text("kept")
    path.chmod(before)
    descriptor = open_private(path, os.O_RDONLY)
    assert os.read(descriptor, 10) == b"kept"
    os.close(descriptor)
    assert mode(path) == 0o600


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("")
    (tmp_path / "kept").symlink_to(elsewhere)
    with pytest.raises(OSError, match="symbolic links"):
        open_private(tmp_path / "kept", MADE)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "kept")
    before = set(Path("/proc/self/fd").iterdir())
    with pytest.raises(OSError, match="no plain file"):
        open_private(tmp_path / "kept", MADE)
    assert set(Path("/proc/self/fd").iterdir()) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_somebody_elses_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text("")
    os.chown(path, 12_345, -1)
    with pytest.raises(OSError, match="no file of this account"):
        open_private(path, MADE)
