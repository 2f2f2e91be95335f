"""The Pythons of this machine, and an environment of each to run the tests in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.tree import ROOT

OLDEST: Final = (3, 11)

Version = tuple[int, int]

_COMMAND: Final = re.compile(r"python3\.\d+")
_VERSION: Final = re.compile(r"Python (\d+)\.(\d+)\.\d+\s*")

_INSTALLED: Final = (".pyenv/versions/*/bin", ".local/share/uv/python/*/bin")
"""Below the home folder: where those who keep several Pythons have them, on the search path or not."""


def others() -> dict[Version, Path]:
    """One of each further version that the program is for."""
    folders = [Path(name) for name in os.environ.get("PATH", "").split(os.pathsep) if name]
    for pattern in _INSTALLED:
        folders += sorted(Path.home().glob(pattern), reverse=True)
    found = found_in(folders)
    return {version: found[version] for version in sorted(found) if version != sys.version_info[:2]}


def found_in(folders: Iterable[Path]) -> dict[Version, Path]:
    """The first command of each version that runs; some that bear its name only say that they do not."""
    found: dict[Version, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("python3.*")):
            version = _version_of(path) if _COMMAND.fullmatch(path.name) else None
            if version is not None and version >= OLDEST:
                found.setdefault(version, path)
    return found


def _version_of(path: Path) -> Version | None:
    try:
        ran = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    told = _VERSION.fullmatch(ran.stdout)
    return None if ran.returncode or told is None else (int(told[1]), int(told[2]))


@contextmanager
def environment(python: Path) -> Iterator[Path]:
    """The interpreter of an environment in a temporary folder, with this program and what its tests need."""
    with TemporaryDirectory(prefix="helpdeck-") as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        made = Path(folder) / "bin" / "python"
        subprocess.run([made, "-m", "pip", "install", "-q", "-e", ".[test]"], cwd=ROOT, env=_quiet(), check=True)
        yield made


def _quiet() -> Mapping[str, str]:
    return {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
