"""Writing rows into a file that a spreadsheet or a script reads."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def export_path(name: str) -> Path:
    """The file that a typed name means. Raises OSError where it can mean none."""
    try:
        return Path(name).expanduser().absolute()
    except (RuntimeError, ValueError) as error:  # the home of nobody
        raise OSError(errno.EINVAL, str(error), name) from error


def write_export(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """Write rows of texts as CSV or JSON, whole or not at all.

    Raises:
        OSError: it cannot be written, the file exists, or the name can be none of a file.
    """
    path = export_path(name)
    try:
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        part.touch(exist_ok=False)
    except ValueError as error:  # a zero byte, no name at all
        raise OSError(errno.EINVAL, str(error), name) from error
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(_text(path, columns, rows))
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # unlike a rename, this does not overwrite a file that came into being meanwhile
    finally:
        part.unlink(missing_ok=True)
    return path


def _text(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if path.suffix.lower() == ".json":
        return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=1) + "\n"
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
