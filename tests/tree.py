"""The folder of the repository: what may stand in it, and what has changed there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

TOP_LEVEL: Final = frozenset(
    {"pyproject.toml", "tui", "tests", "config.example.toml", "README.md", "LICENSE", "CHANGELOG.md"}
)
"""What the design names; hidden files and folders may stand beside it."""


def ignored(root: Path = ROOT) -> tuple[str, ...]:
    """What building and caching leaves, as .gitignore names it; all of its patterns are plain names."""
    lines = (root / ".gitignore").read_text("utf-8").split()
    return (".git", *(line.rstrip("/") for line in lines))


def strangers(root: Path = ROOT) -> list[str]:
    """What stands at the top level and is not named by the design."""
    tolerated = ignored(root)
    return sorted(
        path.name
        for path in root.iterdir()
        if path.name not in TOP_LEVEL and not path.name.startswith(".") and not _is_one_of(path.name, tolerated)
    )


def standing(root: Path = ROOT) -> dict[str, tuple[int, int]]:
    """Every file that is not ignored, with its size and the time of its last change."""
    return dict(_files(root, root, ignored(root)))


def changes(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> list[str]:
    """A sentence for each file that came, went or was changed."""
    return [
        f"{name} {'is new' if name not in before else 'is gone' if name not in after else 'was changed'}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _files(folder: Path, root: Path, tolerated: tuple[str, ...]) -> Iterator[tuple[str, tuple[int, int]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if _is_one_of(entry.name, tolerated):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry), root, tolerated)
            else:
                facts = entry.stat(follow_symlinks=False)
                yield str(Path(entry).relative_to(root)), (facts.st_size, facts.st_mtime_ns)


def _is_one_of(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
