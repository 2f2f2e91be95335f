"""What a person types to see only some rows: words, ``field:word``, ``field>value``, ``!word``, "words together"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from operator import ge, gt, le, lt
from typing import Final, NamedTuple

from tui.models.folding import fold


class Kind(Enum):
    """What a column says, for whoever looks for something in it."""

    TEXT = "text"
    NUMBER = "number"
    LENGTH = "length"
    """Whole seconds."""
    TIME = "time"
    """Of a clock."""


COMPARED: Final = frozenset({Kind.NUMBER, Kind.LENGTH})

_LIKE_A_CLOCK: Final = frozenset({Kind.LENGTH, Kind.TIME})
"""A number alone is not looked for there: 12 would be found in every second row."""

_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {">": gt, "<": lt, ">=": ge, "<=": le}

_WORD: Final = re.compile(r"""(?:"[^"]*(?:"|$)|[^\s"])+""")
"""Up to the next blank that is not between quotes; the last quote may be missing, as long as somebody types."""

_FIELD: Final = re.compile(r"([^\W\d]\w*)(:|[<>]=?)(.*)", re.DOTALL)

_LENGTH: Final = re.compile(
    r"(?:(\d{1,6}):)?(\d{1,6}):([0-5]?\d)|(?:(\d{1,6})h)?(?:(\d{1,6})m(?:in)?)?(?:(\d{1,9})s?)?"
)
"""``1:02:03`` or ``2:03``, or ``1h2m3s``; a number alone is of seconds."""


class Term(NamedTuple):
    """One condition."""

    field: str
    """Id of a column; empty: any."""
    needle: str
    """What its text is to hold, folded; empty where it is compared."""
    is_above: Callable[[float, float], bool] | None
    """How its value is compared with ``bound``; None where it is not."""
    bound: float
    is_inverted: bool

    def looks_in(self, kind: Kind) -> bool:
        """Whether a text of this kind is looked at where no field is named."""
        return not (self.needle.isdecimal() and kind in _LIKE_A_CLOCK)


class Filter(NamedTuple):
    """All conditions, and what of the text is none."""

    terms: Sequence[Term]
    problem: str
    """The first thing that is not understood, in a few words; the rest holds all the same. Empty: all is understood."""


def read_filter(text: str, fields: Mapping[str, Kind]) -> Filter:
    """Read what was typed so far. ``fields``: what can be asked for by name."""
    terms: list[Term] = []
    problems: list[str] = []
    for word in _WORD.findall(text):
        found = _term(word.removeprefix("!"), fields, is_inverted=word.startswith("!"))
        if isinstance(found, Term):
            terms.append(found)
        elif found:
            problems.append(found)
    return Filter(terms, next(iter(problems), ""))


def _term(word: str, fields: Mapping[str, Kind], *, is_inverted: bool) -> Term | str | None:
    """A condition, or what is not understood; None: it is not typed to its end yet."""
    named = _FIELD.fullmatch(word)
    if named is None:
        needle = fold(word.replace('"', ""))
        return Term("", needle, None, 0.0, is_inverted) if needle else None
    name, sign, value = named[1], named[2], named[3].replace('"', "")
    if name not in fields:
        return f"no field {name}"
    if not value:
        return None
    if sign == ":":
        return Term(name, fold(value), None, 0.0, is_inverted)
    if (kind := fields[name]) not in COMPARED:
        return f"{name} is no number"
    bound = _seconds(value) if kind is Kind.LENGTH else _number(value)
    if bound is None:
        return f"{value} is no {kind.value}"
    return Term(name, "", _COMPARE[sign], bound, is_inverted)


def _seconds(text: str) -> float | None:
    found = _LENGTH.fullmatch(text.lower())
    if found is None or not text.isascii():
        return None
    hours, minutes, seconds = (
        int(of_a_clock or of_units or 0)
        for of_a_clock, of_units in zip(found.groups()[:3], found.groups()[3:], strict=True)
    )
    return float(hours * 3600 + minutes * 60 + seconds)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{1,12}", text) else None
