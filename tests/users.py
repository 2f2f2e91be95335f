"""Being another user of this machine for a while, which only root can."""

from __future__ import annotations

import importlib
import os
import pkgutil
import pwd
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

ENGINE: Final = ("tui.archive", "tui.desk", "tui.models", "tui.services")

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")


@contextmanager
def as_nobody() -> Iterator[int]:
    """Be the user ``nobody``, with no group of ours; gives its number."""
    _load_the_engine()
    nobody = pwd.getpwnam("nobody")
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(nobody.pw_gid)
    os.seteuid(nobody.pw_uid)
    try:
        yield nobody.pw_uid
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def _load_the_engine() -> None:
    """Load what is loaded late otherwise: the program may lie where nobody else can read it."""
    for package in ENGINE:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(module.name)


@contextmanager
def folder_for_everybody() -> Iterator[Path]:
    """A folder that every user can enter and read: those of pytest are closed."""
    with tempfile.TemporaryDirectory(prefix="helpdeck-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
