"""Which Pythons the checks run on, and what one newer than ours would refuse."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.pythons import found_in, others


def command(path: Path, script: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_of_each_version_the_first_that_runs_is_taken(tmp_path: Path) -> None:
    command(tmp_path / "shims" / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    command(tmp_path / "shims" / "python3.14", "echo Python 3.14.0; exit 1")
    command(tmp_path / "bin" / "python3.13-config", "echo Python 3.13.1")
    command(tmp_path / "bin" / "python3.10", "echo Python 3.10.2")
    command(tmp_path / "bin" / "python3.15", "echo Something else")
    (tmp_path / "bin" / "python3.12").touch()
    good = command(tmp_path / "bin" / "python3.13", "echo Python 3.13.1")
    command(tmp_path / "later" / "python3.13", "echo Python 3.13.9")
    newest = command(tmp_path / "later" / "python3.14", "echo Python 3.14.2")
    folders = [tmp_path / name for name in ("nowhere", "shims", "bin", "later")]
    assert found_in(folders) == {(3, 13): good, (3, 14): newest}


def test_the_one_that_runs_the_checks_is_none_of_the_others() -> None:
    assert sys.version_info[:2] not in others()
