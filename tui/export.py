"""Writing rows into a file that a spreadsheet or a script reads."""

from __future__ import annotations

import contextlib
import csv
import errno
import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final, TextIO

from tui.models.cell import Cell, json_object
from tui.private_file import NOT_PLAIN, move_new, new_private, unfinished

Progress = Callable[[int], object]
Rows = Iterable[Sequence[Cell]]
Writer = Callable[[TextIO, Sequence[str], Rows], None]

PROGRESS_ROWS: Final = 1_000
"""How many rows are written between two messages about the progress."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")

_PHONE_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")
"""E.164: as a formula it is this number and nothing else, and a script is to find it as it is."""


def export_path(name: str) -> Path:
    """The file that a typed name means. Raises OSError where it can mean none."""
    try:
        return Path(name).expanduser().absolute()
    except (RuntimeError, ValueError) as error:  # the home of nobody
        raise OSError(errno.EINVAL, str(error), name) from error


def replaced_by(name: str) -> Path | None:
    """The plain file that would go for one of this name: where it is a link, what that leads to. None: there is none.

    Raises:
        OSError: there is a folder, a pipe, a device; or the name can be none of a file.
    """
    path = export_path(name)
    if not path.exists():
        return None
    path = path.resolve(strict=True)
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError(errno.EINVAL, NOT_PLAIN, name)
    return path


def write_export(
    name: str,
    columns: Sequence[str],
    rows: Rows,
    *,
    write: Writer | None = None,
    replaces: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write rows as CSV or JSON, whole or not at all.

    ``write`` None: the ending of the name decides. ``replaces``: a plain file of this name may go. ``progress`` is told
    how many rows are written, now and then.

    Raises:
        OSError: it cannot be written, the file exists, or the name can be none of a file.
    """
    old = replaced_by(name) if replaces else None
    path = old or export_path(name)
    with unfinished(path) as part:
        with os.fdopen(new_private(part), "w", encoding="utf-8", newline="") as file:
            write = write or (write_json if path.suffix.lower() == ".json" else write_csv)
            write(file, columns, _counted(rows, progress))
            file.flush()
            os.fsync(file.fileno())
        if old is None:
            move_new(part, path)
        else:
            _put_instead(part, old)
    return path


def _put_instead(part: Path, path: Path) -> None:
    before = path.lstat()
    if not stat.S_ISREG(before.st_mode):
        raise OSError(errno.EINVAL, NOT_PLAIN, str(path))
    with contextlib.suppress(OSError):  # only root gives files away
        os.chown(part, before.st_uid, -1)
    with contextlib.suppress(OSError):  # of a group that is not ours: it stays private
        os.chown(part, -1, before.st_gid)
        part.chmod(stat.S_IMODE(before.st_mode) & 0o777)
    part.replace(path)


def _counted(rows: Rows, progress: Progress | None) -> Iterator[Sequence[Cell]]:
    for count, row in enumerate(rows, 1):
        yield row
        if progress is not None and count % PROGRESS_ROWS == 0:
            progress(count)


def write_csv(file: TextIO, columns: Sequence[str], rows: Rows) -> None:
    """Write rows as a spreadsheet and a script read them: times with their offset, lengths as numbers."""
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_in_csv(cell) for cell in row] for row in rows)


def write_json(file: TextIO, columns: Sequence[str], rows: Rows) -> None:
    """Write rows as one JSON document."""
    before = "["
    for row in rows:
        written = json.dumps(json_object(columns, row), ensure_ascii=False, indent=1)
        file.write(before + "\n " + written.replace("\n", "\n "))  # a line break in a text is written as \\n
        before = ","
    file.write("[]\n" if before == "[" else "\n]\n")


def write_json_lines(file: TextIO, columns: Sequence[str], rows: Rows) -> None:
    """Write rows as scripts read them: one JSON object a line."""
    for row in rows:
        file.write(json.dumps(json_object(columns, row), ensure_ascii=False) + "\n")


def _in_csv(cell: Cell) -> str:
    """A value as text; of a text, one that no spreadsheet takes for a formula."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.isoformat(timespec="seconds")
        case date() | int() | float():
            return str(cell)
        case tuple():
            cell = " ".join(cell)
    is_formula = cell.startswith(_FORMULA_STARTS) and not _PHONE_NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
