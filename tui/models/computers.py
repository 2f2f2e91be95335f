"""A number of computers as people and spreadsheets write it: read where it can mean one thing only."""

from __future__ import annotations

import re
from typing import Final

COMPUTERS_MOST: Final = 100_000

_LONGEST: Final = 24
"""Characters of a number: int() raises at thousands of digits."""

_ZERO_DECIMALS: Final = re.compile(r"(\d+)[.,]0+")
_THOUSANDS_OR_DECIMALS: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_BY_BLANKS: Final = re.compile(r"([1-9]\d{0,2}(?:[ '\u2019\u00a0\u2009\u202f]\d{3})+)(?:[.,]0+)?")
_BY_BOTH: Final = re.compile(r"([1-9]\d{0,2}(?:\.\d{3})+),0+|([1-9]\d{0,2}(?:,\d{3})+)\.0+")
_NO_DIGIT: Final = re.compile(r"\D")
_DIGIT: Final = re.compile(r"\d")
_LETTER: Final = re.compile(r"[^\W\d_]")


def read_computers(text: str) -> int | None:
    """A number of computers; None where it is none, or none that can be allotted.

    ``5,0`` and ``5.0`` are five, as a spreadsheet writes it. ``1.000`` and ``1,000`` are one or a thousand, depending
    on the country, so they are neither: less than was meant is never allotted.
    """
    text = text.strip()
    digits = text if text.isdecimal() else _digits(text)
    if not digits or len(digits) > _LONGEST:
        return None
    return number if (number := int(digits)) <= COMPUTERS_MOST else None


def is_number_alone(text: str) -> bool:
    """Whether a text is a number and signs, and has no letter."""
    return _DIGIT.search(text) is not None and _LETTER.search(text) is None


def _digits(text: str) -> str:
    """The digits of a number that is written with separators; empty where it may mean two numbers, or none."""
    if len(text) > _LONGEST or _THOUSANDS_OR_DECIMALS.fullmatch(text):
        return ""
    found = _ZERO_DECIMALS.fullmatch(text) or _BY_BLANKS.fullmatch(text) or _BY_BOTH.fullmatch(text)
    return "" if found is None else _NO_DIGIT.sub("", found[found.lastindex or 1])
