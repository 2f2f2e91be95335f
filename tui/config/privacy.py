"""Whether a file that holds a secret is the person's alone."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

from tui.config.problems import Problem, shown


def exposures(path: Path, key: str = "") -> list[Problem]:
    """What to do before a file with a secret in it is private; empty when it is, or is no file on a disk."""
    try:
        facts = path.stat()
    except OSError:
        return []
    if not stat.S_ISREG(facts.st_mode):
        return []
    found = []
    if facts.st_uid not in (os.geteuid(), 0):
        found.append(Problem(path, key, f"belongs to another user (uid {facts.st_uid}), who can read and change it"))
    if facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        command = f"chmod 600 {shown(shlex.quote(str(path)))}"
        found.append(Problem(path, key, f"holds a secret and is open to {_others(facts.st_mode)}: {command}"))
    return found


def _others(mode: int) -> str:
    group, everybody = mode & stat.S_IRWXG, mode & stat.S_IRWXO
    return "every user of this machine" if everybody else "its group" if group else ""
