"""One value of an export: what it is, and not yet how a file writes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | tuple[str, ...] | None
"""None is not known. Lengths are whole seconds, times are aware. Several texts are a list; CSV has blanks between."""

Json = str | int | float | list[str] | None


def json_object(columns: Sequence[str], row: Sequence[Cell]) -> dict[str, Json]:
    """A row as JSON has it: each value by its name."""
    return {name: _in_json(cell) for name, cell in zip(columns, row, strict=True)}


def _in_json(cell: Cell) -> Json:
    """A value with its type; a time with its offset."""
    if isinstance(cell, tuple):
        return list(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else cell
