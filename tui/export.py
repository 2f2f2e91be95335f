"""Writing rows into a file that a spreadsheet or a script reads."""

from __future__ import annotations

import csv
import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO

from tui.private_file import new_private, unfinished

Progress = Callable[[int], object]

PROGRESS_ROWS: Final = 1_000
"""After so many rows each the progress is told."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def export_path(name: str) -> Path:
    """The file that a typed name means. Raises OSError where it can mean none."""
    try:
        return Path(name).expanduser().absolute()
    except (RuntimeError, ValueError) as error:  # the home of nobody
        raise OSError(errno.EINVAL, str(error), name) from error


def write_export(
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    as_json: bool | None = None,
    replaces: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write rows of texts as CSV or JSON, whole or not at all.

    ``as_json`` None: the ending of the name decides. ``replaces``: a file of this name may go. ``progress`` is told how
    many rows are written, now and then.

    Raises:
        OSError: it cannot be written, the file exists, or the name can be none of a file.
    """
    path = export_path(name)
    with unfinished(path) as part:
        with os.fdopen(new_private(part), "w", encoding="utf-8", newline="") as file:
            write = _write_json if (path.suffix.lower() == ".json" if as_json is None else as_json) else _write_csv
            write(file, columns, _counted(rows, progress))
            file.flush()
            os.fsync(file.fileno())
        if replaces:
            part.replace(path)
        else:
            os.link(part, path)  # unlike a rename, this does not overwrite a file that came into being meanwhile
    return path


def _counted(rows: Iterable[Sequence[str]], progress: Progress | None) -> Iterator[Sequence[str]]:
    for count, row in enumerate(rows, 1):
        yield row
        if progress is not None and count % PROGRESS_ROWS == 0:
            progress(count)


def _write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)


def _write_json(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    before = "["
    for row in rows:
        written = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, indent=1)
        file.write(before + "\n " + written.replace("\n", "\n "))  # a line break in a text is written as \\n
        before = ","
    file.write("[]\n" if before == "[" else "\n]\n")


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
