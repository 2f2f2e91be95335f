"""What is left of a fault of Helpdeck itself: one sentence on the terminal, and a report for whoever mends it.

A report holds where it happened and what was said of it: no local variable, and nothing that the program holds as a
secret. It goes into the folder of the state, for the person alone.
"""

from __future__ import annotations

import contextlib
import os
import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tui import __version__
from tui.config import Secret, masked
from tui.models.text import clean
from tui.private_file import new_private

KEPT: Final = 10
"""Reports that stay in the folder."""

LENGTH: Final = 200_000
"""Characters of a report at most: a fault in a fault in a fault has no end."""


def write_crash_report(error: BaseException, folder: Path) -> str:
    """Write the report of a fault; the sentence about it, with the report itself where no file could take it."""
    fault = _innermost(error)
    text = report(fault)
    sentence = f"Helpdeck ended by a fault of its own ({type(fault).__name__})."
    try:
        path = _written(text, folder)
    except OSError as failed:
        return f"{sentence} The report could not be written ({failed.strerror or failed}):\n\n{text}"
    return f"{sentence} The report, without passwords, is in {path}"


def report(error: BaseException) -> str:
    """Where it happened, with which versions; masked and cleaned line by line."""
    try:
        trace = "".join(traceback.format_exception(error))[-LENGTH:]
    except Exception as failed:  # noqa: BLE001 - an error that cannot even be told must not hide that there was one
        trace = f"{type(error).__name__}, of which no more can be told ({type(failed).__name__})"
    lines = [
        f"Helpdeck {__version__}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"Python {platform.python_version()}, {platform.platform(terse=True)}",
        f"Textual {_version('textual')}, terminal {os.environ.get('TERM', 'unknown')}",
        "",
        *masked(trace, Secret.living()).splitlines(),
    ]
    return "\n".join(clean(line) for line in lines) + "\n"


def _innermost(error: BaseException) -> BaseException:
    """The fault itself, where it only came along in groups."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _written(text: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in sorted(folder.glob("crash-*.txt"))[: -KEPT + 1 or None]:
        with contextlib.suppress(OSError):
            old.unlink()
    path = folder / f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    with os.fdopen(new_private(path), "w", encoding="utf-8", errors="backslashreplace") as report_file:
        report_file.write(text)
    return path


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
