"""The sums below the connections: how many and how long, in all and of each technician."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from tui.models.connections import Connection
from tui.widgets.times import duration

NAME_CELLS: Final = 20
"""Cells of a technician's name in them; what is longer is cut, for the figures must not be."""


class Sums(NamedTuple):
    """What some rows come to."""

    in_all: tuple[str, ...]
    technicians: tuple[str, ...]
    """Each with the number of connections and their time; who worked longest first."""

    def line(self, width: int) -> str:
        """As many whole figures as fit into ``width`` cells, and how many technicians did not."""
        line = self.in_all[0]
        for part in self.in_all[1:]:
            if cell_len(f"{line}, {part}") > width:
                return line
            line = f"{line}, {part}"
        separator = ": "
        for place, part in enumerate(self.technicians):
            left = len(self.technicians) - place
            rest = f", +{left - 1} more" if left > 1 else ""
            if cell_len(f"{line}{separator}{part}{rest}") > width:
                more = f"{separator}+{left} more" if place else f": {left} technicians"
                return f"{line}{more}" if cell_len(f"{line}{more}") <= width else line
            line, separator = f"{line}{separator}{part}", ", "
        return line


def sums_of(rows: Sequence[Connection]) -> Sums:
    """Add up what is shown."""
    counts: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for row in rows:
        counts[row.technician] += 1
        seconds[row.technician] += row.seconds or 0
    unfinished = sum(1 for row in rows if not (row.explanation and row.support_number))
    unknown = sum(1 for row in rows if row.seconds_text)
    in_all = [f"{len(rows)} shown", f"{duration(sum(seconds.values()))} in all"]
    in_all += [f"{unfinished} unfinished"] if unfinished else []
    in_all += [f"{unknown} of unknown length"] if unknown else []
    longest = sorted(counts, key=lambda name: (-seconds[name], -counts[name], name))
    each = (f"{_short(name or 'nobody')} {counts[name]}/{duration(seconds[name])}" for name in longest)
    return Sums(tuple(in_all), tuple(each))


def _short(name: str) -> str:
    return name if cell_len(name) <= NAME_CELLS else f"{set_cell_size(name, NAME_CELLS - 1)}…"
