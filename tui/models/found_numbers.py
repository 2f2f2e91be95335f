"""Phone numbers that somebody wrote into a text, among dates, amounts, addresses and serial numbers.

A number that has to be typed is better than a call to a stranger: what may be something else is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from phonenumbers import PhoneNumberMatch

FOUND_MOST: Final = 20
"""Numbers of one text at the most."""

TEXT_MOST: Final = 20_000
"""Characters of a text that are looked through."""

NUMBER_MOST: Final = 40
"""Characters of a number with all its blanks and brackets."""

BLANKS_MOST: Final = 100
"""Blanks of a line at which two numbers are looked for."""

_OF_ANOTHER_KIND: Final = (
    "s/?n", "serial", "seri", "imei", "mac", "ip", "iban", "t\\.?c\\.?", "vkn", "id", "ref", "ticket", "talep", "case",
    "order", "sipari[sş]", "invoice", "fatura", "licen[cs]e", "lisans", "key", "anydesk", "teamviewer", "alpemix",
)  # fmt: skip
_LABEL: Final = re.compile(
    rf"(?<!\w)(?:{'|'.join(_OF_ANOTHER_KIND)})(?:\s*(?:kimlik|no|nr|id|number|numaras[ıi]|kodu|code)){{0,2}}[\s.:#=-]*$",
    re.IGNORECASE,
)
"""What says, right before some digits, that they are no phone number."""

_JOINED_BEFORE: Final = re.compile(
    r"(?:[^\W\d][-/\\]|[\w#@%=\\]|[0-9][.:-]|(?:[$€£₺]|(?<!\w)(?:tl|usd|eur|gbp))\s?)$", re.IGNORECASE
)
_JOINED_AFTER: Final = re.compile(
    r"[\w#@\\:]|[.,][0-9]{1,2}(?![0-9])|-[0-9]|\s?(?:[%$€£₺]|(?:tl|usd|eur|gbp|lira|euro)(?!\w))", re.IGNORECASE
)
"""What makes digits a part of something longer, or an amount."""

_AMOUNT: Final = re.compile(r"[0-9]{1,2}(?:[.\s][0-9]{3}){2,}")
_IP_ADDRESS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_YEAR, _MONTH, _DAY = "(?:19|20) ?[0-9]{2}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_DATE: Final = re.compile(rf"(?:{_YEAR}([ ./-]?){_MONTH}\1{_DAY}|{_DAY}([ ./-]?){_MONTH}\2{_YEAR})(?:[ ./-]?[0-9]+)*")
"""A date, with what may be counted on that day or the time behind it: ``2026112701``."""

_BLANK: Final = re.compile(r"(?<=[0-9])\s+(?=[0-9(])")
_AS_TYPED: Final = re.compile(r"\+?[0-9(][0-9 ()./\-\u00a0]*[0-9]")
_NO_DIGIT: Final = re.compile(r"[^0-9]")


def found_numbers(text: str, region: str, *, besides: str = "") -> dict[str, str]:
    """The phone numbers in a text, in its order: the international form -> what can be typed to call it.

    Those without + count only where ``region`` is set and nothing around them says that they are something else.
    ``besides``: a number of another kind, whose digits are never taken for one.
    """
    # Its tables take 100 ms to load: only who calls a number of a row pays for them.
    from phonenumbers import PhoneNumberFormat, format_number

    other = _NO_DIGIT.sub("", besides)
    found: dict[str, str] = {}
    for match in _matches(text[:TEXT_MOST], region):
        number, written = match.number, match.raw_string
        if str(number.national_number) in other:
            continue
        number.extension = None
        shown = format_number(number, PhoneNumberFormat.INTERNATIONAL)
        is_plain = _AS_TYPED.fullmatch(written) and written.count("(") == written.count(")")
        if len(found) < FOUND_MOST:
            found.setdefault(shown, written if is_plain else shown)
    return found


def _matches(text: str, region: str) -> Iterator[PhoneNumberMatch]:
    """What is a valid number, and stands for one where it has no +."""

    def matches(piece: str) -> list[PhoneNumberMatch]:
        from phonenumbers import Leniency, PhoneNumberMatcher

        return list(PhoneNumberMatcher(piece, region or None, leniency=Leniency.VALID))

    def apart(line: str) -> list[str]:
        """Two numbers with only a blank between are one too long for the library, if they have blanks themselves."""
        for blank in islice(_BLANK.finditer(line), BLANKS_MOST):
            left, right = line[: blank.start()], line[blank.end() :]
            nearby = left[-NUMBER_MOST:]
            before, after = matches(nearby), matches(right[:NUMBER_MOST])
            if before and after and before[-1].end == len(nearby) and after[0].start == 0:
                return [left, right]
        return []

    for line in text.splitlines():
        for piece in [line] if matches(line) else apart(line):
            for match in matches(piece):
                is_international = match.raw_string.lstrip("(").startswith(("+", "＋"))
                if is_international or not _is_something_else(piece, match):
                    yield match


def _is_something_else(text: str, match: PhoneNumberMatch) -> bool:
    written = match.raw_string.lstrip("(")
    before, after = text[max(0, match.start - 40) : match.start], text[match.end : match.end + 10]
    return bool(
        any(kind.fullmatch(written) for kind in (_AMOUNT, _IP_ADDRESS, _DATE))
        or _JOINED_BEFORE.search(before)
        or _LABEL.search(before)
        or _JOINED_AFTER.match(after)
    )
