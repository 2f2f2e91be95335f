"""Wrapping a text by cells, between words where there are any."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most this many cells; at least one line."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        # A character that is wider than the line makes Rich begin with an empty one.
        *full, line = [part for part in chop_cells(word, width) if part] or [""]
        lines += full
    return [*lines, line]
