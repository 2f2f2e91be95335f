"""Reading many pasted addresses as invitations, and saying which of them cannot be."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tui.models.users import Invitation

COMPUTERS_MOST: Final = 100_000

PROBLEMS_KEPT: Final = 1_000
"""Reading ends after so many problems: that is no list of addresses."""

_EXCERPT: Final = 60
"""Characters of a wrong word that are shown."""

_HEADINGS: Final = frozenset({"email", "e-mail", "address"})
_ADDRESS: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_SEPARATORS: Final = re.compile(r"[,;\s]+")


class Pasted(NamedTuple):
    """What was read of a pasted text."""

    invitations: tuple[Invitation, ...]
    problems: tuple[str, ...]
    """One sentence for each thing that cannot be sent, with its line."""


def is_address(text: str) -> bool:
    """Whether a text has the shape of an e-mail address; whether it exists only the system knows."""
    return len(text) <= 254 and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def read_computers(text: str) -> int | None:
    """A number of computers; None where it is none, or none that can be allotted."""
    if not text.isdecimal() or len(text) > 9:  # int() raises at thousands of digits
        return None
    return number if (number := int(text)) <= COMPUTERS_MOST else None


def read_invitations(text: str, computers: int = 0) -> Pasted:
    """Read addresses, separated by lines, blanks, commas or semicolons.

    A line ``address,number`` (a CSV row) allots so many computers; all others get ``computers``. Empty lines and
    a heading row are passed over; what is doubled is said and read once.
    """
    found: dict[str, Invitation] = {}
    problems: list[str] = []
    lines = enumerate(text.removeprefix("\ufeff").splitlines(), 1)
    rows = ((number, words) for number, line in lines if (words := _words(line)))
    for place, (number, words) in enumerate(rows):
        if place == 0 and words[0].casefold() in _HEADINGS:
            continue
        count = computers
        if len(words) == 2 and "@" not in words[1]:
            allotted = read_computers(words[1])
            if allotted is None:
                problems.append(f"line {number}: {_excerpt(words[1])!r} is not a number of computers")
                continue
            count = allotted
            del words[1]
        for word in words:
            if not is_address(word):
                problems.append(f"line {number}: {_excerpt(word)!r} is not an e-mail address")
            elif word.casefold() in found:
                problems.append(f"line {number}: {word} is there twice")
            else:
                found[word.casefold()] = Invitation(email=word, computers=count)
        if len(problems) >= PROBLEMS_KEPT:
            break
    return Pasted(tuple(found.values()), tuple(problems[:PROBLEMS_KEPT]))


def _words(line: str) -> list[str]:
    return [word for part in _SEPARATORS.split(line) if (word := part.strip("<>\"'"))]


def _excerpt(word: str) -> str:
    return word if len(word) <= _EXCERPT else f"{word[:_EXCERPT]}…"
