"""What is known of connections, in words: of one for its card, of many for the sums below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from tui.config.regions import NAMES
from tui.models.connections import Connection
from tui.widgets.times import duration, local_date_time, local_time
from tui.widgets.view import Entries

MISSING: Final = "-missing-"
"""Stands where the technician wrote nothing: the note and the number are what a connection is billed by."""


def start(row: Connection, zone: tzinfo | None) -> str:
    """When it started, in the zone of the person; as it came where that cannot be read."""
    return local_time(row.started, zone) if row.started else row.started_text


def connection_facts(row: Connection, zone: tzinfo | None) -> Entries:
    """Every key of the page. ``zone``: of the times that people read."""
    facts = [
        ("Started", _started(row, zone)),
        ("By Alpemix's clock", _by_its_clock(row, zone)),
        ("Lasted", _lasted(row)),
        ("Mode", str(row.mode)),
        ("Explanation", row.explanation or MISSING),
        ("Support number", row.support_number or MISSING),
        ("Technician", row.technician),
        ("Technician's IP", f"{row.ip} (local {row.local_ip})" if row.local_ip else row.ip),
        ("Technician's device", row.device),
        ("Technician's id", row.alpemix_id),
        ("Customer", row.customer),
        (
            "Customer's IP",
            f"{row.customer_ip} (local {row.customer_local_ip})" if row.customer_local_ip else row.customer_ip,
        ),
        ("Customer's device", row.customer_device),
        ("Customer's id", row.customer_alpemix_id),
        ("Unique number", row.uid),
        ("Could not be read", row.problem),
        *row.extra,
    ]
    return [(name, text) for name, text in facts if text]


def changed(before: Connection, after: Connection, zone: tzinfo | None) -> list[str]:
    """What a row said before, where a later report says something else."""
    now = dict(connection_facts(after, zone))
    was = dict(connection_facts(before, zone))
    return [f"{name}: {was.get(name, '-')}" for name in {**was, **now} if was.get(name) != now.get(name)]


def in_a_line(row: Connection, zone: tzinfo | None) -> str:
    """One of many connections with a device."""
    began = f"{row.started.astimezone(zone):%Y-%m-%d %H:%M}" if row.started else row.started_text
    parts = (began, _lasted(row), row.technician, row.customer, row.support_number, row.explanation)
    return " · ".join(part for part in parts if part)


def _lasted(row: Connection) -> str:
    return row.seconds_text if row.seconds is None else f"{duration(row.seconds)} ({row.seconds} s)"


def _started(row: Connection, zone: tzinfo | None) -> str:
    if row.started is None:
        return row.started_text
    return f"{local_date_time(row.started, zone)}{_odd_hour(row.started)}"


def _by_its_clock(row: Connection, zone: tzinfo | None) -> str:
    """The same as the server wrote it, where the person's zone is another: the day of a row goes by that."""
    if row.started is None or row.started.astimezone(zone).utcoffset() == row.started.utcoffset():
        return ""
    return f"{row.started:%Y-%m-%d %H:%M:%S %Z}"


def _odd_hour(at: datetime) -> str:
    """What there is to say where clocks were put forward or back: the server does not tell which hour it means."""
    first, second = at.replace(fold=0), at.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return ""
    if first.astimezone(UTC).astimezone(at.tzinfo).replace(tzinfo=None) != at.replace(tzinfo=None):
        return "; clocks were put forward over this hour: it did not exist"
    return "; clocks were put back: this hour came twice, which one is not known"


def numbers_in(row: Connection, region: str) -> Entries:
    """The phone numbers that somebody wrote into a row, as (where it stands, number); never the support number."""
    from tui.models.found_numbers import found_numbers

    found: dict[str, tuple[str, str]] = {}
    for where, text in (("Explanation", row.explanation), ("Customer", row.customer)):
        for number, written in found_numbers(text, region, besides=row.support_number).items():
            found.setdefault(number, (where, written))
    return list(found.values())


def why_no_number(region: str) -> str:
    """Which numbers would have been found in a row."""
    if not region:
        return "no number with + is in this row; for others set altigen.region"
    return f"no number of {NAMES[region]} (altigen.region) is in this row, and none with +"


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
