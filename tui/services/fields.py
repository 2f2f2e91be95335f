"""Reading the fields of a JSON answer whose spelling, types and presence cannot be relied on."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Container, Mapping
from itertools import islice
from typing import Final

from tui.models.text import LIMIT, clean

WHOLE_LIMIT: Final = 2**63
"""No number of the three systems is larger; a larger one is not read."""

DIGITS_BITS: Final = 1_024
"""Numbers of more bits are not written out: Python refuses thousands of digits."""

EXTRA_LIMIT: Final = 50
"""Unknown fields kept of one object."""

ROWS_LIMIT: Final = 100_000
"""Rows read of one list."""

TEXT_KEPT: Final = 20_000
"""Characters kept of each text of a row: what a technician wrote is billed from, and only the eye gets less of it."""

SHORT_KEY: Final = 64
"""Characters of a key that is remembered folded: the systems have a few dozen of them, and send them all the time."""

# No more digits than the limit has: int() would refuse thousands of them with an error of its own.
_WHOLE: Final = re.compile(r"([+-]?[0-9]{1,19})(?:\.0{1,19})?")

_TURKISH: Final = str.maketrans("İı", "ii")
"""A Turkish Windows makes these of i and I where it changes the case of a word."""


def folded(key: str) -> str:
    """A key as it is compared: without case, blanks, underscores, and the colon that Alpemix writes into one."""
    return _folded_short(key) if len(key) <= SHORT_KEY else _folded(key)


def _folded(key: str) -> str:
    return key.strip(" \t:").replace("_", "").translate(_TURKISH).casefold()


_folded_short: Final = functools.lru_cache(maxsize=1024)(_folded)


def by_folded_key(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields of an object under their folded keys."""
    return {folded(key): value for key, value in fields.items()}


def text(value: object, limit: int = LIMIT) -> str:
    """A text field, cleaned: null and absent are empty, numbers their digits, objects their JSON."""
    if isinstance(value, str):
        return clean(value, limit)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > DIGITS_BITS:
        return "…"
    try:
        return clean(json.dumps(value, ensure_ascii=False), limit)
    except (ValueError, TypeError, RecursionError):
        return "…"


def word(value: object) -> str:
    """A word of a protocol, without the blanks and line ends around it."""
    return text(value.strip() if isinstance(value, str) else value)


def letters(word: str) -> str:
    """A word as it is compared: its letters and digits in upper case, whatever stands between them."""
    return "".join(filter(str.isalnum, word.translate(_TURKISH).upper()))


def whole(value: object) -> int | None:
    """A whole number, also as a string or as 12.0; None where there is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < WHOLE_LIMIT else None
    if isinstance(value, str):
        written = _WHOLE.fullmatch(value.strip())
        if written is None:
            return None
        value = int(written[1])
    return value if isinstance(value, int) and abs(value) < WHOLE_LIMIT else None


def truth(value: object) -> bool | None:
    """A boolean, also as 0, 1, "true" or "False"; None where there is none."""
    if isinstance(value, str):
        value = value.strip().casefold()
    match value:
        case True | 1 | "true" | "1" | "yes":
            return True
        case False | 0 | "false" | "0" | "no":
            return False
    return None


def unknown(fields: Mapping[str, object], known: Container[str], limit: int = LIMIT) -> tuple[tuple[str, str], ...]:
    """The fields whose folded key is not known, as cleaned (name, text); at most EXTRA_LIMIT of them."""
    found = ((clean(key), text(value, limit)) for key, value in fields.items() if folded(key) not in known)
    return tuple(islice(found, EXTRA_LIMIT))
