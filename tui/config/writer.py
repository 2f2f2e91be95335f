"""Writes a configuration that was asked for: whole or not at all, and readable by its owner only."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tui.config.files import mode_of
from tui.config.problems import shown
from tui.private_file import NOT_PLAIN, write_private

_HEAD: Final = """\
# Helpdeck's configuration, written by `helpdeck init`. Everything that may stand here, and what it means:
# config.example.toml. `helpdeck check` says what is wrong in it.

"""


def obstacle(path: Path) -> str:
    """Why no file could be written there; empty when one could. Asked first, so that nobody types passwords in vain."""
    try:
        if (found := mode_of(path)) and not stat.S_ISREG(found):
            return "it is a folder" if stat.S_ISDIR(found) else NOT_PLAIN
        folder = path.resolve().parent
        while not (mode := mode_of(folder)):
            folder = folder.parent
        if not stat.S_ISDIR(mode):
            return f"{shown(str(folder))} is no folder"
        return "" if os.access(folder, os.W_OK | os.X_OK) else f"you may not write in {shown(str(folder))}"
    except OSError as error:
        return "its links lead in a circle" if error.errno == errno.ELOOP else str(error.strerror)


def write_config(path: Path, table: Mapping[str, object]) -> None:
    """Write the table, in place of what was there; a reader sees the old file or the new one."""
    import tomli_w

    path = path.resolve()  # a link stays a link, and the file that it leads to changes
    write_private(path, (_HEAD + tomli_w.dumps(table)).encode(), is_lasting=True)
