"""What is looked for over all days, and the text of a row in which it is looked for. Pure, and the same everywhere.

Both are folded by one rule, and a number is found in every spelling: a text has its digits beside it, and who types a
number looks for the digits that all of its spellings share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from itertools import groupby
from typing import Final

from msgspec import Struct

from tui.models.connections import Connection
from tui.models.folding import fold
from tui.models.kept_calls import KeptCall
from tui.models.notes import NOTE_MOST, Note
from tui.models.numbers import looked_for
from tui.models.text import clean
from tui.models.users import User

LEAST: Final = 3
"""Letters or digits from which on something is looked for: an index of three letters each knows no shorter word."""

SEARCH_MOST: Final = 100
"""Characters of what is looked for."""

TEXT_MOST: Final = 2_000
"""Characters of a row that are looked through: several times those of the longest explanation."""

BETWEEN: Final = "\n"
"""Between the texts of a row: no word has it, so none is found across two of them."""

_NUMBER: Final = re.compile(r"[+(]?[0-9][0-9 ()./\-]{5,38}[0-9]")
"""What may be a phone number, among other words."""

_OF_A_NUMBER: Final = re.compile(r"(?:sips?|tel):.+|[0-9+()./\-]+(?:[;#].*)?", re.IGNORECASE)
_NO_DIGIT: Final = re.compile(r"[^0-9]")


class Kind(Enum):
    """What a row is of; the values are those of the archive."""

    CALL = 1
    CONNECTION = 2
    USER = 3
    NOTE = 4

    @property
    def word(self) -> str:
        """As people read it."""
        return self.name.lower()


class Search(Struct, frozen=True):
    """What is looked for, folded."""

    ways: tuple[tuple[str, ...], ...]
    """A row is found where its text has every word of one of these."""

    def is_in(self, text: str) -> bool:
        """Whether a row with this text (:func:`searched`) is found."""
        return any(all(word in text for word in way) for way in self.ways)


class Found(Struct, frozen=True, kw_only=True):
    """A row that was found."""

    kind: Kind
    account: str
    """Whose it is; empty for a call, which is of an extension."""
    day: str
    """The day that it is kept under, as ``2024-08-22``; of a note, that of what it is about: empty for a user."""
    at: datetime | None
    """When it began, was written, or, of a user, was on the list; None where that is not known."""
    row: KeptCall | Connection | User
    """Of a note, what it is about."""
    note: Note | None = None

    @property
    def kind_of_row(self) -> Kind:
        """In which pane the row is."""
        match self.row:
            case KeptCall():
                return Kind.CALL
            case Connection():
                return Kind.CONNECTION
            case _:
                return Kind.USER


class Answer(Struct, frozen=True, kw_only=True):
    """What came of a search."""

    found: tuple[Found, ...]
    """The newest first."""
    days_left: int = 0
    """Days of which something is not known to the search yet."""
    why_slow: str = ""
    """Why every text was looked through, in a few words; empty where an index was asked."""
    users_left: int = 0
    """Users that are found, too, and not given: there are many of them."""


def searched_note(text: str) -> str:
    """The text of a note in which something is looked for: all of it, and the digits of its numbers."""
    return searched(text, most=2 * NOTE_MOST)


def searched(*texts: str, most: int = TEXT_MOST) -> str:
    """The text of a row in which something is looked for: all of its texts folded, and the digits of its numbers."""
    said = list(dict.fromkeys(filter(None, (fold(" ".join(text.split())) for text in texts))))
    digits = [
        plain
        for text in said
        for found in _NUMBER.finditer(text)
        if len(plain := _NO_DIGIT.sub("", found.group())) > LEAST and plain not in found.group()
    ]
    return BETWEEN.join(dict.fromkeys([*said, *digits]))[:most]


def search_of(typed: str, region: str = "", trunk_code: str = "") -> Search | None:
    """What is looked for where this is typed; None where that is too short. Every character stands for itself.

    ``region``, ``trunk_code``: those by which the numbers of calls are read.
    """
    words = list(_words(clean(typed[:SEARCH_MOST]).split(), region, trunk_code))
    ways = [tuple(fold(text) for text, _ in words), tuple(digits or fold(text) for text, digits in words)]
    usable = [way for way in map(_looked_for_at_once, ways) if way]
    return Search(tuple(dict.fromkeys(usable))) if usable else None


def _words(words: list[str], region: str, trunk_code: str) -> Iterator[tuple[str, str]]:
    """What is looked for word by word: as it was typed, and of a number the digits that all of its spellings share.

    A number with blanks in it is one word.
    """
    for is_number, some in groupby(words, key=lambda word: bool(_OF_A_NUMBER.fullmatch(word))):
        parts = list(some)
        whole = " ".join(parts)
        digits = looked_for(whole, region, trunk_code) if is_number else ""
        if len(digits) >= LEAST:
            yield whole, digits
        else:
            yield from ((part, "") for part in parts)


def _looked_for_at_once(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words of which at least one is long enough; short ones are looked for as they stand, blanks and all."""
    if any(len(word) >= LEAST for word in words):
        return tuple(dict.fromkeys(words))
    whole = " ".join(words)
    return (whole,) if len(whole) >= LEAST else ()
