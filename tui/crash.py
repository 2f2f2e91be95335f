"""What is left of a fault of Helpdeck itself: one sentence for the person, and a report for whoever mends it.

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

LONGEST_SECRET: Final = 10_000
"""Characters left out at a cut: half a secret cannot be masked."""


def write_crash_report(error: BaseException, folder: Path) -> str:
    """Write the report of a fault; the sentence about it, with the report itself where no file could take it."""
    fault = _innermost(error)
    text = report(fault)
    is_written, where = _put(text, folder)
    sentence = f"Helpdeck ended by a fault of its own ({type(fault).__name__}). {where}"
    return sentence if is_written else f"{sentence}:\n\n{text}"


class FaultReports:
    """The reports of faults that the program outlives: one for each place where one happens."""

    def __init__(self, folder: Path | None) -> None:
        """``folder`` None: none is kept."""
        self._folder = folder
        self._told: dict[tuple[str, str, int], str] = {}

    def write(self, error: BaseException) -> str:
        """Write the report of a fault, unless it is known; the sentence about it says where it is."""
        fault = _innermost(error)
        sentence = f"a fault of Helpdeck itself ({type(fault).__name__})"
        if self._folder is None:
            return sentence
        place = type(fault).__name__, *_place(fault)
        if place not in self._told:
            if len(self._told) == KEPT:  # one more would push the first out of the folder
                return f"{sentence}. It is not reported: {KEPT} others were"
            _, self._told[place] = _put(report(fault), self._folder)
        return f"{sentence}. {self._told[place]}"


def report(error: BaseException) -> str:
    """Where it happened, with which versions; masked and cleaned line by line."""
    try:
        trace = _masked("".join(traceback.format_exception(error)))
    except Exception as failed:  # noqa: BLE001 - an error that cannot even be told must not hide that there was one
        trace = f"{type(error).__name__}, of which no more can be told ({type(failed).__name__})"
    lines = [
        f"Helpdeck {__version__}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"Python {platform.python_version()}, {platform.platform(terse=True)}",
        f"Textual {_version('textual')}, terminal {os.environ.get('TERM', 'unknown')}",
        "at {}, line {}".format(*_place(error)),
        "",
        *trace.splitlines(),
    ]
    return "\n".join(clean(line) for line in lines) + "\n"


def _masked(trace: str) -> str:
    """The trace without secrets; of one that is too long the beginning, which has the place, and the end."""
    secrets = Secret.living()
    if len(trace) <= LENGTH:
        return masked(trace, secrets)
    reach = LENGTH // 2 + LONGEST_SECRET
    begin, end = masked(trace[:reach], secrets), masked(trace[-reach:], secrets)
    return f"{begin[:-LONGEST_SECRET]}\n[…]\n{end[LONGEST_SECRET:]}"


def _innermost(error: BaseException) -> BaseException:
    """The fault itself, where it only came along in groups."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _place(error: BaseException) -> tuple[str, int]:
    """File and line in which it happened."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return (frames[-1][0].f_code.co_filename, frames[-1][1]) if frames else ("", 0)


def _put(text: str, folder: Path) -> tuple[bool, str]:
    """Whether the report could be written, and the sentence that says so."""
    try:
        return True, f"The report, without passwords, is in {_written(text, folder)}"
    except OSError as failed:
        return False, f"The report could not be written ({failed.strerror or failed})"


def _written(text: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in sorted(folder.glob("crash-*.txt"))[: -KEPT + 1 or None]:
        with contextlib.suppress(OSError):
            old.unlink()
    path = folder / f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{os.getpid()}.txt"
    with os.fdopen(new_private(path), "w", encoding="utf-8", errors="backslashreplace") as report_file:
        report_file.write(text)
    return path


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
