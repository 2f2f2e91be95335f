"""Reading a list of contacts, as people and programs write it: columns in any order, or cards (vCard).

A line is a contact, or it is told why not, with its number. What says nothing new is passed over: who reads a list
twice has each contact once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from tui.models.contacts import Contact, contact_of, name_key
from tui.models.headings import folded
from tui.models.sheet import SAMPLE_LINES, Record, cells_of, delimiter_of, lines_of, records_of
from tui.models.text import clean
from tui.models.vcards import cards_of, is_vcard

PROBLEMS_MOST: Final = 20_000
"""Reading ends after this many lines that are none: that is no list of contacts."""

CONTACTS_MOST: Final = 250_000
"""Contacts of one list."""

LEAST_DIGITS: Final = 3
"""Digits of a number at the least: the shortest extensions have as many."""

NO_NUMBER: Final = "has no phone number"
NO_NAME: Final = "has no name"
NOT_A_NUMBER: Final = "is no phone number"
NOT_CLOSED: Final = "has a quotation mark that is not closed"

OWNERS_TOLD: Final = 3
"""Customers of one number that are told."""

_EXCERPT: Final = 40
"""Characters of what is wrong that are shown."""

_NUMBERS: Final = (
    "number numbers phone phones phonenumber telephone telephonenumber tel telno telefon telefonno telefonnumarasi"
    " numara mobile mobilephone mobil mobiltelefon cell cellphone cep cepno ceptelefonu gsm handy rufnummer"
    " telefonnummer nummer line"
)
_NUMBER_PARTS: Final = ("phone", "telefon", "mobil", "gsm", "rufnummer")
_NAMES: Final = "name names fullname displayname ad adi isim adsoyad unvan adiunvani bezeichnung nom"
_COMPANIES: Final = (
    "company companyname organization organisation firma firmaadi sirket sirketadi kurum unternehmen societe customer"
    " customername musteri musteriadi kunde kundenname client"
)
_CUSTOMERS: Final = "customer tuname alpemix alpemixname alpemixcustomer"
_DEVICES: Final = "device tunum alpemixdevice devicenumber cihaz"
_ACCOUNTS: Final = "account remotepc remotepcaccount remotepcuser"
_FIRST: Final = "firstname vorname givenname prenom"
_LAST: Final = "lastname surname nachname familyname soyad soyadi"

_FORMULA_GUARD: Final = re.compile(r"^'(?=[=+\-@＝＋－＠])")
"""What an export writes before a text that a spreadsheet would take for a formula."""


class Entry(NamedTuple):
    """What a list says of one customer, in the words of the list."""

    line: int
    numbers: tuple[str, ...]
    name: str
    customer: str = ""
    device: str = ""
    account: str = ""
    problem: str = ""
    """Why it cannot be read; empty where it can."""


class ContactList(NamedTuple):
    """What was read of a list."""

    contacts: tuple[Contact, ...]
    problems: tuple[str, ...]
    """One sentence for each line that is no contact."""
    remarks: tuple[str, ...]
    """One sentence for each number that is of several customers by this list."""
    doubled: int
    """Contacts that the list has twice."""
    ended: int = 0
    """The line at which reading ended before the end; 0: all was read."""


def read_contacts(text: str, line_of: Callable[[str], str], source: str, at: float, by: str) -> ContactList:
    """Read a list. ``line_of``: gives the one form of a number, empty for what is none."""
    found: dict[str, Contact] = {}
    problems: list[str] = []
    owners: dict[str, dict[str, int]] = {}
    names: dict[str, str] = {}
    doubled = 0
    for entry in _vcard_entries(text) if is_vcard(text) else _sheet_entries(text):
        if len(problems) >= PROBLEMS_MOST or len(found) >= CONTACTS_MOST:
            return ContactList(tuple(found.values()), tuple(problems), _remarks(owners, names), doubled, entry.line)
        lines = {number: line_of(number) for number in entry.numbers}
        problem = entry.problem or _problem(entry, lines)
        if problem:
            problems.append(f"line {entry.line}: {problem}")
            continue
        for number, line in lines.items():
            if not _is_number(line):
                problems.append(f"line {entry.line}: {_quoted(number)} {NOT_A_NUMBER}")
                continue
            contact = contact_of(
                line,
                entry.name,
                customer=entry.customer,
                device=entry.device,
                account=entry.account,
                source=source,
                at=at,
                by=by,
            )
            doubled += contact.id in found
            found.setdefault(contact.id, contact)
            owners.setdefault(line, {}).setdefault(key := name_key(contact.name), entry.line)
            names.setdefault(key, contact.name)
    return ContactList(tuple(found.values()), tuple(problems), _remarks(owners, names), doubled)


def _problem(entry: Entry, lines: dict[str, str]) -> str:
    """Why all of an entry is no contact; empty where some of it is one."""
    if not name_key(entry.name):
        return NO_NAME
    if not lines:
        return f"{_quoted(entry.name)} {NO_NUMBER}"
    if not any(map(_is_number, lines.values())):
        return f"{_quoted(next(iter(lines)))} {NOT_A_NUMBER}"
    return ""


def _is_number(line: str) -> bool:
    return len(line.removeprefix("+")) >= LEAST_DIGITS


def _remarks(owners: dict[str, dict[str, int]], names: dict[str, str]) -> tuple[str, ...]:
    """What is said of numbers that several customers have."""
    said: list[str] = []
    for line, each in owners.items():
        if len(each) > 1:
            some = [f"{_quoted(names[key])} (line {at})" for key, at in list(each.items())[:OWNERS_TOLD]]
            more = [f"and {len(each) - OWNERS_TOLD} more"] if len(each) > OWNERS_TOLD else []
            said.append(f"{line} is of {len(each)}: {', '.join([*some, *more])}")
    return tuple(said)


def _quoted(text: str) -> str:
    return repr(clean(text, _EXCERPT))


def _vcard_entries(text: str) -> Iterator[Entry]:
    for card in cards_of(text):
        yield Entry(card.line, card.numbers, card.name, card.customer, card.device, card.account, card.problem)


class _Columns(NamedTuple):
    """Which columns hold what."""

    numbers: tuple[int, ...]
    names: tuple[int, ...]
    """The first of them that is filled has the name; of first and last names, both."""
    is_of_persons: bool
    customer: int | None
    device: int | None
    account: int | None

    def entry(self, record: Record) -> Entry:
        """What a row says."""
        cells = record.cells

        def cell(place: int | None) -> str:
            return "" if place is None or place >= len(cells) else _FORMULA_GUARD.sub("", cells[place])

        named = [text for place in self.names if (text := cell(place))]
        name = " ".join(named) if self.is_of_persons else next(iter(named), "")
        numbers = tuple(dict.fromkeys(text.removeprefix("'") for place in self.numbers if (text := cell(place))))
        return Entry(record.line, numbers, name, cell(self.customer), cell(self.device), cell(self.account))


def _sheet_entries(text: str) -> Iterator[Entry]:
    lines = lines_of(text)
    delimiter = delimiter_of(lines)
    columns = None
    for place, record in enumerate(records_of(lines.numbered, delimiter)):
        if not record.is_whole:
            yield Entry(record.line, (), "", problem=f"{_quoted(record.text)} {NOT_CLOSED}")
        elif columns is None and place < SAMPLE_LINES and (columns := _columns_of(record.cells)) is not None:
            continue
        elif any(record.cells):
            yield _plain_entry(record) if columns is None else columns.entry(record)


def _columns_of(cells: Sequence[str]) -> _Columns | None:
    """The row as a heading; None where it names no number or no name."""
    names = [folded(cell) for cell in cells]
    numbers = _places(names, _NUMBERS) + [
        place
        for place, name in enumerate(names)
        if any(part in name for part in _NUMBER_PARTS) and name not in _NUMBERS.split()
    ]
    persons = _places(names, _FIRST) + _places(names, _LAST)
    named = _places(names, _NAMES)
    companies = _places(names, _COMPANIES)
    customers = _places(names, _CUSTOMERS) if named else _places(names, _CUSTOMERS.replace("customer ", "", 1))
    whole = [*named, *(place for place in companies if place not in customers)]
    if not numbers or not (whole or persons):
        return None
    return _Columns(
        numbers=tuple(dict.fromkeys(numbers)),
        names=tuple(whole or persons),
        is_of_persons=not whole,
        customer=_first(customers),
        device=_first(_places(names, _DEVICES)),
        account=_first(_places(names, _ACCOUNTS)),
    )


def _places(names: Sequence[str], known: str) -> list[int]:
    words = known.split()
    return [place for place, name in enumerate(names) if name in words]


def _first(places: Iterable[int]) -> int | None:
    return next(iter(places), None)


def _plain_entry(record: Record) -> Entry:
    """A row of a list without a heading: what looks like a number is one, and the first other text is the name."""
    cells = record.cells if len(record.cells) > 1 else cells_of(record.text, "")
    numbers = [cell.removeprefix("'") for cell in cells if _looks_like_a_number(cell)]
    others = [cell for cell in cells if cell and not _looks_like_a_number(cell)]
    return Entry(record.line, tuple(dict.fromkeys(numbers)), _FORMULA_GUARD.sub("", others[0]) if others else "")


def _looks_like_a_number(cell: str) -> bool:
    digits = sum(letter.isdigit() for letter in cell)
    return digits >= LEAST_DIGITS and not any(letter.isalpha() for letter in cell)
