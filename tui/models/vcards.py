"""Cards of contacts (vCard 2.1, 3.0 and 4.0): what of them says whose a number is, and such cards written."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

VALUES_MOST: Final = 50
"""Numbers of one card."""

DEVICE: Final = "X-ALPEMIX-DEVICE"
CUSTOMER: Final = "X-ALPEMIX-CUSTOMER"
ACCOUNT: Final = "X-REMOTEPC-ACCOUNT"

NOT_ENDED: Final = "the card does not end"

_PROPERTY: Final = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;(?:[^:;\"]|\"[^\"]*\")*)*):(.*)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Card(NamedTuple):
    """One card."""

    line: int
    """The line that it begins in."""
    name: str = ""
    numbers: tuple[str, ...] = ()
    customer: str = ""
    device: str = ""
    account: str = ""
    problem: str = ""
    """Why it cannot be read; empty where it can."""


def is_vcard(text: str) -> bool:
    """Whether a list is one of cards."""
    return text.removeprefix("\ufeff").lstrip()[:11].upper() == "BEGIN:VCARD"


def cards_of(text: str) -> Iterator[Card]:
    """The cards of a list, one after the other."""
    card: dict[str, list[str]] | None = None
    begun = 0
    for number, line in _unfolded(text):
        match = _PROPERTY.fullmatch(line)
        if match is None:
            continue  # a line of a picture, or of what no card should hold: the rest of the card is read
        name, value = match[1].upper(), _value(match[2].upper(), match[3])
        if (name, value.strip().upper()) == ("BEGIN", "VCARD"):
            if card is not None:
                yield Card(begun, problem=NOT_ENDED)
            card, begun = {}, number
        elif (name, value.strip().upper()) == ("END", "VCARD"):
            if card is not None:
                yield _card(begun, card)
            card = None
        elif card is not None and len(held := card.setdefault(name, [])) < VALUES_MOST:
            held.append(value)
    if card is not None:
        yield Card(begun, problem=NOT_ENDED)


def written_card(name: str, number: str, customer: str, device: str, account: str) -> str:
    """A card that is read again as it was."""
    more = ((CUSTOMER, customer), (DEVICE, device), (ACCOUNT, account))
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_escaped(name)}", f"N:{_escaped(name)};;;;", f"TEL:{_escaped(number)}"]
    return "\r\n".join([*lines, *(f"{what}:{_escaped(value)}" for what, value in more if value), "END:VCARD", ""])


def _card(line: int, held: dict[str, list[str]]) -> Card:
    def first(name: str) -> str:
        return next((plain for value in held.get(name, ()) if (plain := _plain(value))), "")

    parts = [_plain(part) for part in re.split(r"(?<!\\);", next(iter(held.get("N", ())), ""))]
    person = " ".join(filter(None, [*parts[1:2], *parts[:1]]))
    company = " ".join(
        filter(None, (_plain(part) for part in re.split(r"(?<!\\);", next(iter(held.get("ORG", ())), ""))))
    )
    numbers = (re.sub(r"^tel:", "", _plain(value), flags=re.IGNORECASE) for value in held.get("TEL", ()))
    return Card(
        line,
        first("FN") or company or person,
        tuple(dict.fromkeys(filter(None, numbers))),
        first(CUSTOMER),
        first(DEVICE),
        first(ACCOUNT),
    )


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """The lines with what is continued in the next one, each with the number of its first."""
    begun, whole = 0, ""
    is_soft = False
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if is_soft or line[:1] in (" ", "\t"):
            whole = whole[:-1] + line if is_soft else whole + line[1:]
        else:
            if whole:
                yield begun, whole
            begun, whole = number, line
        is_soft = line.endswith("=") and "QUOTED-PRINTABLE" in whole.upper()
    if whole:
        yield begun, whole


def _value(parameters: str, value: str) -> str:
    if "QUOTED-PRINTABLE" not in parameters:
        return value
    charset = re.search(r"CHARSET=\"?([\w-]+)", parameters)
    held = quopri.decodestring(value.encode("utf-8", "replace"))
    try:
        return held.decode(charset[1] if charset else "utf-8")
    except (LookupError, UnicodeDecodeError):
        return held.decode("cp1254", "replace")


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value).strip()


def _escaped(text: str) -> str:
    return re.sub(r"([\\,;])", r"\\\1", " ".join(text.splitlines()))
