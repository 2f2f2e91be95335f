"""Reading the JSON of Alpemix: strictly first, then with the least repair that makes it readable.

The page shows dates with raw backslashes (``22\\08\\2024``) and a key ``"dur:"``; its sample is no JSON. What the
server really sends is not known, so every reading of the page is understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from msgspec import Struct

from tui.services.decoding import read_json
from tui.services.fields import TEXT_KEPT, text

# All that repeats gives nothing back (``*+``): a long run of blanks would be gone through for each of them otherwise.
_BLANKS: Final = r"\s*+"


def _key(name: str) -> str:
    """The pattern of a key in any spelling, and of what stands between it and its value."""
    return rf'"{_BLANKS}{name}{_BLANKS}(?::{_BLANKS})?+"{_BLANKS}:{_BLANKS}'


_DATE: Final = re.compile(rf'({_key("dt")}")([^"]*+)"', re.IGNORECASE)
# A backslash of a date that is not yet escaped, nor itself an escape of a slash.
_BARE_IN_DATE: Final = re.compile(r"(?<!\\)\\(?![\\/])")
# Everywhere: all but the escapes of a quote and of a letter by its number.
_BARE: Final = re.compile(r'\\(?!"|u[0-9a-fA-F]{4})')
_ROW: Final = re.compile(r"\{[^{}]*+\}")
_RESULTS: Final = re.compile(rf"{_key('results')}\[", re.IGNORECASE)
_UID: Final = re.compile(rf'{_key("uid")}"?+([^",}}\\]*+)', re.IGNORECASE)


class UnreadableRow(Struct, frozen=True):
    """A row that no repair makes readable, as it came."""

    uid: str
    raw: str


def repaired(written: str) -> tuple[object, bool]:
    """The value of an answer, None where it is none or not whole; and whether it had to be repaired."""
    ways: tuple[Callable[[str], object], ...] = (partial(read_json, strict=True), *_REPAIRS, _row_by_row)
    for attempt, parse in enumerate(ways):
        try:
            return parse(written), attempt > 0
        except (ValueError, RecursionError):
            continue
    return None, False


def _with_dates_escaped(written: str) -> object:
    return read_json(_DATE.sub(_date_escaped, written))


def _date_escaped(match: re.Match[str]) -> str:
    return f'{match[1]}{_BARE_IN_DATE.sub(_DOUBLED, match[2])}"'


_DOUBLED: Final = r"\\\\"


def _with_all_escaped(written: str) -> object:
    """A server that escapes nothing: ``DOM\\user`` in a name."""
    return read_json(_BARE.sub(_DOUBLED, written))


# The first takes raw line breaks and tabs in what a technician wrote.
_REPAIRS: Final = (read_json, _with_dates_escaped, _with_all_escaped)


def _row_by_row(written: str) -> object:
    """One bad row must not cost the others; an answer that breaks off is not read in part."""
    start = _RESULTS.search(written)
    if start is None or not written.rstrip().endswith("}"):
        raise ValueError
    end = written.rindex("]", start.end())
    rows = list(_rows_in(written[start.end() : end]))
    payload = read_json(f"{written[: start.end()]}{written[end:]}")
    if not isinstance(payload, dict) or not rows:
        raise ValueError
    return payload | {"results": rows}


def _rows_in(written: str) -> Iterator[object]:
    for match in _ROW.finditer(written):
        for parse in _REPAIRS:
            try:
                yield parse(match[0])
                break
            except (ValueError, RecursionError):
                continue
        else:
            uid = _UID.search(match[0])
            yield UnreadableRow(text(uid[1]) if uid else "", text(match[0], TEXT_KEPT))
