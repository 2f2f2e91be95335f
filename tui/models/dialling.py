"""Reading what a person types as something that can be called: an extension, a SIP address, a phone number.

The guide ("Make Call") takes a PSTN number, on MaxACD a SIP URI too, and names libphonenumber for the format.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from tui.config.regions import NAMES

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

DialFormat = Literal["e164", "national", "typed"]
"""How a phone number is sent: ``+16175550119``, ``6175550119`` or the digits as they were typed."""

EXTENSION_MOST: Final = 6
"""Digits of an extension at most; more are a phone number."""

_EXTENSION: Final = re.compile(rf"[0-9]{{1,{EXTENSION_MOST}}}|[*#][0-9*#]{{1,{EXTENSION_MOST}}}")
_SIP: Final = re.compile(r"sips?:[^\s@<>\"]+@[^\s@<>\"]+", re.IGNORECASE)
_WRITTEN: Final = re.compile(r"\+?[0-9 ()./\-\u00a0]+")
_BETWEEN: Final = re.compile(r"[^0-9+]")


class Target(NamedTuple):
    """What will be called."""

    kind: Literal["extension", "SIP address", "number"]
    sent: str
    """As it goes to the system."""
    shown: str
    """As a person reads it."""


class Undialable(ValueError):
    """What was typed cannot be called; the text says why, in a few words."""


def read_target(text: str, *, region: str, accepts_sip: bool, dial_format: DialFormat = "e164") -> Target:
    """The target that was typed: an extension first, a SIP address second, a phone number last.

    ``region`` is the two-letter region of numbers without a country code; empty: they are refused. Raises Undialable.
    """
    text = text.strip()
    if not text:
        raise Undialable("a number is needed")
    if _EXTENSION.fullmatch(text):
        return Target("extension", text, f"extension {text}")
    if _SIP.fullmatch(text):
        if not accepts_sip:
            raise Undialable("only MaxACD takes SIP addresses")
        return Target("SIP address", text, text)
    if not _WRITTEN.fullmatch(text):
        raise Undialable("this is not a number that can be called")
    return _phone_number(text, region, dial_format)


def _phone_number(text: str, region: str, dial_format: DialFormat) -> Target:
    is_international = text.startswith("+")
    if not (region or is_international):
        raise Undialable("set altigen.region, or begin with + and the country code")
    # Its tables take 100 ms to load: only who calls a number outside pays for them.
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        raise Undialable("this is not a phone number") from None
    country = _country(number) if is_international else NAMES[region]
    place = f"in {country}" if is_international else f"in {country} (altigen.region)"
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        raise Undialable(f"too short for a phone number {place}")
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise Undialable(f"too long for a phone number {place}")
    if not phonenumbers.is_possible_number(number):
        raise Undialable(f"no phone number {place}")
    if reason == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        dial_format = "typed"  # without its area code it has no international form
    if dial_format == "national" and number.country_code != phonenumbers.country_code_for_region(region):
        raise Undialable(f"dial_format is national: a number in {country} would lose its country")
    sent = {
        "e164": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        "national": phonenumbers.national_significant_number(number),
        "typed": _BETWEEN.sub("", text),
    }[dial_format]
    return Target("number", sent, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def country_of(target: Target) -> str:
    """The name of the country that a number is in; empty for what is no number."""
    if target.kind != "number":
        return ""
    import phonenumbers

    return _country(phonenumbers.parse(target.shown))


def _country(number: PhoneNumber) -> str:
    import phonenumbers

    region = phonenumbers.region_code_for_number(number)
    if region is None:  # no number that is in use there: then the country that its code stands for first
        region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return NAMES.get(region, "no single country")
