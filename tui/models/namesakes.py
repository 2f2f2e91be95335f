"""Connections with one number: the same one again, or another that the server gave the same number.

The page calls the number unique and does not say for how long. They are told apart by what cannot change: when a
connection began, and its two devices. A value that one of two rows lacks decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from tui.models.connections import Connection

TWIN: Final = "\x1f"
"""Between a number and what tells its second connection from the first: no text from outside has it."""


class Fixed(NamedTuple):
    """The values of a connection that cannot change; empty where unknown."""

    started: str
    device: str
    customer_device: str


class Namesakes:
    """The connections of a day that are known, by number, while one report is read.

    Rows of one report that differ in such values are never taken for one, even where little is known of them: somebody
    notices a row too many, and nobody one too few.
    """

    def __init__(self, known: Iterable[tuple[str, Fixed]] = ()) -> None:
        """``known``: their keys, as :meth:`key_of` gave them."""
        self._alone: dict[str, Connection] = {}
        """The only row of its number so far, as nearly all are: what cannot change is not worked out for it."""
        self._came: dict[str, Fixed] = {}
        self._known: dict[str, dict[str, Fixed]] = {}
        for key, fixed in known:
            self._known.setdefault(number_of(key), {})[key] = fixed

    def key_of(self, row: Connection) -> str:
        """The key of a connection that has a number: that of the one it is, or a new one."""
        number = row.uid
        if number not in self._known:
            alone = self._alone.setdefault(number, row)
            if alone is row:
                return number
            self._came[number] = fixed_of(alone)
            self._known[number] = {number: self._came[number]}
        fixed, same = fixed_of(row), self._known[number]
        key = next((key for key, known in same.items() if known == fixed), None)
        if key is None:
            key = next((key for key, known in same.items() if _agree(known, fixed) and key not in self._came), None)
        if key is None or self._came.get(key, fixed) != fixed:
            key = f"{number}{TWIN}{_digest(fixed)}" if number in same else number
            same[key] = fixed
        self._came[key] = fixed
        return key


def number_of(key: str) -> str:
    """The number as the server gave it."""
    return key.partition(TWIN)[0]


def fixed_of(row: Connection) -> Fixed:
    """The values of a row that cannot change."""
    started = "" if row.started is None else row.started.replace(tzinfo=None).isoformat(timespec="seconds")
    return Fixed(started, row.device, row.customer_device)


def _agree(one: Fixed, other: Fixed) -> bool:
    return all(a == b or not a or not b for a, b in zip(one, other, strict=True))


def _digest(fixed: Fixed) -> str:
    from hashlib import blake2b  # the first frame does without

    return blake2b(repr(tuple(fixed)).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
