"""When two numbers are one: the same line, however an exchange, a person or a carrier writes it."""

from __future__ import annotations

import functools
import re
import sys
from typing import TYPE_CHECKING, Final

from tui.models.dialling import EXTENSION_MOST

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

E164_MOST: Final = 15
"""Digits of a number with its country code at the most (ITU-T E.164)."""

_WRITTEN_MOST: Final = 40
"""Characters of a number with its prefixes, blanks and brackets."""

_ADDRESS: Final = re.compile(r"(?:sips?|tel):", re.IGNORECASE)
_AFTER: Final = re.compile(r"[;#@,?].*", re.DOTALL)
"""What stands behind a number: ``;transport=tcp``, the ``#`` that ends dialling, the host of a SIP address."""

_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./\-\u00a0]*|\+?\([0-9][0-9 ()./\-\u00a0]*")
_NO_DIGIT: Final = re.compile(r"[^0-9+]")


def one_number(written: str, region: str, trunk_code: str = "") -> str:
    """What is the same for every spelling of a number: its E.164 form, else its digits, else nothing.

    ``region``: the two-letter region of numbers without a country code. ``trunk_code``: what may stand before a number
    that was dialled from here. An extension, and what libphonenumber does not take for a number, stays as its digits.
    Empty for who shows no number, and for what is none.
    """
    digits = _digits(written)
    return _e164(digits, region, trunk_code) or digits


def e164(written: str, region: str, trunk_code: str = "") -> str:
    """The E.164 form of a number, ``+902125550199``; empty where it cannot be told, and of an extension."""
    return _e164(_digits(written), region, trunk_code)


def looked_for(written: str, region: str, trunk_code: str = "") -> str:
    """The digits that every spelling of a number has, for whoever looks for it: without what may stand before it.

    It may be the beginning of a number, or some of its digits. Empty for what is none.
    """
    digits = _digits(written)
    known = _e164(digits, region, trunk_code)
    if not known:
        return _without_prefix(digits, region)
    return known.removeprefix("+").removeprefix(_country_code(region))


def _without_prefix(digits: str, region: str) -> str:
    """Of a number that is not typed to its end: without zeros before it, and the code of one's own country."""
    international = digits.removeprefix("+") if digits.startswith("+") else digits.removeprefix("00")
    if international != digits and len(international) > EXTENSION_MOST:
        return international.removeprefix(_country_code(region))
    return international.lstrip("0")


def _country_code(region: str) -> str:
    from phonenumbers import country_code_for_region

    code = country_code_for_region(region) if region else 0
    return str(code) if code else ""


def tables_are_loaded() -> bool:
    """Whether the tables of all numbers are there; the first number outside loads them, which takes 100 ms."""
    return "phonenumbers" in sys.modules


def is_extension(number: str) -> bool:
    """Whether what :func:`one_number` gave is an extension."""
    return 0 < len(number) <= EXTENSION_MOST and not number.startswith("+")


def _digits(written: str) -> str:
    """The digits of a number, with the + that it began with; empty where it is none."""
    text = written.strip()
    if text.startswith("#"):
        return ""
    text = _AFTER.sub("", _ADDRESS.sub("", text, count=1)).strip()
    if len(text) > _WRITTEN_MOST or not _PHONE.fullmatch(text):
        return ""
    return _NO_DIGIT.sub("", text)


@functools.lru_cache(maxsize=4_096)
def _e164(digits: str, region: str, trunk_code: str) -> str:
    if len(digits) <= EXTENSION_MOST or len(digits) > E164_MOST + len(trunk_code) + 4:
        return ""
    # Its tables take 100 ms to load: only who has a number outside pays for them.
    from phonenumbers import PhoneNumberFormat, format_number

    number = _number(digits, region, trunk_code)
    return "" if number is None else format_number(number, PhoneNumberFormat.E164)


def _number(digits: str, region: str, trunk_code: str) -> PhoneNumber | None:
    """The number that these digits are, the likeliest reading first."""
    from phonenumbers import is_possible_number, is_valid_number

    readings = [digits]
    if trunk_code and digits.startswith(trunk_code):
        readings.append(digits.removeprefix(trunk_code))
    # From here on two zeros stand for a +, wherever that is not what is dialled: carriers write them so.
    readings += [f"+{reading[2:]}" for reading in readings if reading.startswith("00")]
    numbers = [number for reading in readings if (number := _parsed(reading, region)) is not None]
    valid = next((number for number in numbers if is_valid_number(number)), None)
    if valid is not None or not digits.startswith("+"):
        return valid
    # A country may have new numbers that the tables do not know yet; a + leaves no doubt where it begins.
    return next((number for number in numbers if is_possible_number(number)), None)


def _parsed(digits: str, region: str) -> PhoneNumber | None:
    from phonenumbers import NumberParseException, parse

    if not (region or digits.startswith("+")):
        return None
    try:
        return parse(digits, region or None)
    except NumberParseException:
        return None
