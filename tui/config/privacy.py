"""Whether a file that the configuration stands in, or that holds a secret of it, is in the right hands."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path
from typing import Final

from tui.config.problems import Problem, shown

_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def exposures(path: Path, key: str = "") -> list[Problem]:
    """What to do before a file with a secret in it is private; empty when it is, or is no file on a disk."""
    facts = _facts(path)
    if facts is None or _is_credential(path):
        return []
    found = []
    if _is_strange(facts):
        found.append(Problem(path, key, f"{_belongs(facts)}, who can read and change it"))
    if facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        said = f"holds a secret and is open to {_others(facts.st_mode)}: chmod 600 {_quoted(path)}"
        found.append(Problem(path, key, said))
    return found


def intrusions(path: Path, key: str = "") -> list[Problem]:
    """Why a file that several people go by is not to be used: somebody besides root and us may change it."""
    facts = _facts(path)
    if facts is None:
        return []
    found = []
    if _is_strange(facts):
        said = f"{_belongs(facts)}, who could have you run commands: chown root {_quoted(path)}"
        found.append(Problem(path, key, said))
    if facts.st_mode & _OTHERS_WRITE:
        who = _others(facts.st_mode & _OTHERS_WRITE)
        said = f"can be changed by {who}, who could have you run commands: chmod go-w {_quoted(path)}"
        found.append(Problem(path, key, said))
    return found


def disclosures(path: Path, key: str = "") -> list[Problem]:
    """What to do before a secret that several people use is theirs alone: their group may read it, and nobody else."""
    facts = _facts(path)
    if facts is None or not facts.st_mode & stat.S_IRWXO:
        return []
    name = _quoted(path)
    said = f"holds a secret and is open to every user of this machine: chmod o= {name}, and chgrp to who may read it"
    return [Problem(path, key, said)]


def _facts(path: Path) -> os.stat_result | None:
    """The owner and the mode of a file on a disk."""
    try:
        facts = path.stat()
    except (OSError, ValueError):  # reading it says what is wrong
        return None
    return facts if stat.S_ISREG(facts.st_mode) else None


def _is_strange(facts: os.stat_result) -> bool:
    return facts.st_uid not in (os.geteuid(), 0)


def _belongs(facts: os.stat_result) -> str:
    return f"belongs to another user (uid {facts.st_uid})"


def _quoted(path: Path) -> str:
    return shown(shlex.quote(str(path)))


def _others(mode: int) -> str:
    group, everybody = mode & stat.S_IRWXG, mode & stat.S_IRWXO
    return "every user of this machine" if everybody else "its group" if group else ""


def _is_credential(path: Path) -> bool:
    """Whether systemd has laid it out for this service: whom it lets in stands in a list, and not in the mode."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    return bool(folder) and path.parent == Path(folder)
