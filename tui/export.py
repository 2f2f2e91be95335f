"""Writing rows into a file that a spreadsheet or a script reads."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\0")


def write_export(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """Write rows of texts as CSV or JSON, whole or not at all. Raises OSError, also when the file exists."""
    path = Path(name).expanduser().absolute()
    if path.suffix.lower() == ".json":
        text = json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=1) + "\n"
    else:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow(columns)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
        text = buffer.getvalue()
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # unlike a rename, this does not overwrite a file that came into being meanwhile
    finally:
        part.unlink(missing_ok=True)
    return path


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
