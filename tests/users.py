"""Being another user of this machine for a while, which only root can."""

from __future__ import annotations

import os
import pwd
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")


@contextmanager
def as_nobody() -> Iterator[int]:
    """Be the user ``nobody``, with no group of ours; gives its number."""
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


@contextmanager
def folder_for_everybody() -> Iterator[Path]:
    """A folder that every user can enter and read: those of pytest are closed."""
    with tempfile.TemporaryDirectory(prefix="helpdeck-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
