"""Reading many pasted addresses as invitations, and saying which of them cannot be."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tui.models.users import Invitation

COMPUTERS_MOST: Final = 100_000

_ADDRESS: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_SEPARATORS: Final = re.compile(r"[,;\s]+")


class Pasted(NamedTuple):
    """What was read of a pasted text."""

    invitations: tuple[Invitation, ...]
    problems: tuple[str, ...]
    """One sentence for each thing that cannot be sent, with its line."""


def is_address(text: str) -> bool:
    """Whether a text has the shape of an e-mail address; whether it exists only the system knows."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def read_invitations(text: str, computers: int = 0) -> Pasted:
    """Read addresses, separated by lines, blanks, commas or semicolons.

    A line ``address,number`` (a CSV row) allots so many computers; all others get ``computers``. Empty lines and
    a heading row are passed over; what is doubled is said and read once.
    """
    found: dict[str, Invitation] = {}
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = [word.strip("<>\"'") for word in _SEPARATORS.split(line.strip()) if word]
        if number == 1 and words and words[0].casefold() in ("email", "e-mail", "address"):
            continue
        count = computers
        if len(words) == 2 and "@" not in words[1]:
            if not words[1].isdecimal() or int(words[1]) > COMPUTERS_MOST:
                problems.append(f"line {number}: {words[1]!r} is not a number of computers")
                continue
            count = int(words[1])
            words = words[:1]
        for word in words:
            if not is_address(word):
                problems.append(f"line {number}: {word!r} is not an e-mail address")
            elif word.casefold() in found:
                problems.append(f"line {number}: {word} is there twice")
            else:
                found[word.casefold()] = Invitation(email=word, computers=count)
    return Pasted(tuple(found.values()), tuple(problems))
