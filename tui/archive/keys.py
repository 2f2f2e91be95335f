"""Under which day and number the rows of a report are kept. Pure, and the same for every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import blake2b

from tui.models.connections import Connection
from tui.models.namesakes import Namesakes, number_of

Key = tuple[str, str]
"""Day and number of a connection. The page does not say whether a number is ever given again on another day."""


def keyed(
    rows: Sequence[Connection], days: Sequence[str], about: str, known: Callable[[str], Namesakes]
) -> dict[Key, Connection]:
    """The rows of a report by day and number.

    ``days``: that of each, as its date says. ``about``: that of the report, and so of a row without a date.
    ``known``: gives the same :class:`Namesakes` of a day each time.

    A row without a number is known by what it says apart from what is written later; of several that say the same,
    each is kept. Of two rows with one number, each is kept where they cannot be of one connection; where they can, it
    is as the later row has it.
    """
    found: dict[Key, Connection] = {}
    alike: Counter[Key] = Counter()
    for row, own in zip(rows, days, strict=True):
        day = own or about
        if row.uid:
            found[day, known(day).key_of(row)] = row
            continue
        key = (day, _nameless(row))
        alike[key] += 1
        found[key if alike[key] == 1 else (day, f"{key[1]}-{alike[key]}")] = row
    return found


def key_of(row: Connection, known: Namesakes) -> str:
    """Under which number a connection of a day is kept."""
    return known.key_of(row) if row.uid else _nameless(row)


def uid_of(key: str) -> str:
    """The number as the server gave it; empty where it gave none."""
    return "" if key.startswith("?") else number_of(key)


def _nameless(row: Connection) -> str:
    """The key of a row without a number."""
    said = (row.started_text, row.technician, row.device, row.customer, row.customer_device, row.problem, row.extra)
    return f"?{blake2b(repr(said).encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}"
