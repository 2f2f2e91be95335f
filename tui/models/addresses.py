"""E-mail addresses as people write them: in brackets, behind ``mailto:``, with a name, before a full stop."""

from __future__ import annotations

import re
from typing import Final

_ADDRESS: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_NAMED: Final = re.compile(r"[^<>@]*<([^<>]*)>")
_AROUND: Final = "<>\"' \t"
_AFTER: Final = ".,;:"
_MAILTO: Final = "mailto:"


def is_address(text: str) -> bool:
    """Whether a text has the shape of an e-mail address; whether it exists only the system knows."""
    return len(text) <= 254 and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def bare(word: str) -> str:
    """A word without what may stand around an address."""
    word = word.strip(_AROUND)
    if word[: len(_MAILTO)].casefold() == _MAILTO:
        word = word[len(_MAILTO) :]
    return word.rstrip(_AFTER + _AROUND)


def address_in(cell: str) -> str:
    """The one address that a cell holds, as ``Jane Doe <jane@example.org>``; empty where it does not hold just one."""
    cell = cell.strip().rstrip(_AFTER)
    named = _NAMED.fullmatch(cell)
    address = bare(cell if named is None else named[1])
    return address if is_address(address) else ""
