"""PostgreSQL's programs and its folder are where the account that runs it can reach them."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres.programs import SOCKET_BYTES, account, as_account, copied, is_reachable, new_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = new_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("is_linked", [True, False], ids=["linked", "on another file system"])
def test_a_copy_of_the_programs_runs(folder: Path, monkeypatch: pytest.MonkeyPatch, is_linked: bool) -> None:
    def refuse(source: object, target: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    if not is_linked:
        monkeypatch.setattr(os, "link", refuse)
    command = [str(copied(folder) / "initdb"), "--version"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, **as_account())
    assert ran.stdout.startswith("initdb (PostgreSQL) 18.")


def test_it_never_runs_as_root() -> None:
    assert 0 not in account()


@pytest.mark.parametrize("name", ["closed", "long" * 30], ids=["closed", "long"])
def test_a_temporary_folder_that_it_cannot_use_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    place = tmp_path / name
    place.mkdir(0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    folder = new_folder()
    try:
        assert is_reachable(folder.parent)
        assert len(os.fsencode(folder / ".s.PGSQL.12345")) <= SOCKET_BYTES
    finally:
        shutil.rmtree(folder)
