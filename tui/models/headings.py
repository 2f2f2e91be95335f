"""The heading of a list of addresses: which of its columns holds what, in the languages that customers write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

from tui.models.computers import is_number_alone
from tui.models.sheet import DELIMITERS, SAMPLE_LINES, Lines, Record, records_of

_ADDRESS_NAMES: Final = (
    # By these alone, and by nothing else where one column has such a name.
    "email emails mail mails emailaddress emailaddresses mailaddress mailaddresses emailadresse emailadressen"
    " mailadresse mailadressen emailadresi emailadresleri mailadresi mailadresleri eposta epostalar epostaadresi"
    " epostaadresleri elektronikposta adresseemail adressesemail adressemail adressesmail adresseelectronique courriel"
    " courriels mel emailid useremail",
    # By a part of the name.
    "mail eposta courriel",
    # By names that may mean something else.
    "address adresse adres user username benutzer kullanici kullaniciadi utilisateur account",
)
_COMPUTER_NAMES: Final = (
    "computer computers numberofcomputers noofcomputers computercount allottedcomputers alotedcomputers"
    " allotedcomputers pc pcs numberofpcs noofpcs pccount rechner anzahlrechner anzahlcomputer anzahlpc anzahlpcs"
    " bilgisayar bilgisayarlar bilgisayarsayisi bilgisayaradedi pcsayisi pcadedi ordinateur ordinateurs"
    " nombredordinateurs nombrepc nombredepc",
    "computer rechner bilgisayar ordinateur",
    "number count quantity qty amount allotted alloted seats licenses licences license licence devices machines anzahl"
    " menge lizenzen lizenz gerate platze sayi sayisi adet adedi miktar lisans lisanslar lisanssayisi lisansadedi cihaz"
    " cihazlar nombre quantite postes nombredepostes appareils anzahllizenzen anzahlgerate",
)

_BY_PART: Final = 1
"""Index of the names of which a part is enough."""

_DOT_WITHIN: Final = re.compile(r"\w\.\w")
_DOT_BEFORE: Final = re.compile(r"\.\w")


class Columns(NamedTuple):
    """Which column of a list holds what; None: none does."""

    address: int | None
    computers: int | None = None
    status: int | None = None


class Heading(NamedTuple):
    """The heading of a list."""

    record: Record
    delimiter: str
    columns: Columns
    addresses: tuple[int, ...]
    """The columns that may hold the addresses; more than one is for the person to choose from."""
    computers: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What stands over each column."""
        return self.record.cells


def find_heading(lines: Lines) -> Heading | None:
    """The heading of a list: the first row that names a column of addresses, before any row that has one."""
    top = lines.numbered[:SAMPLE_LINES]
    best: Heading | None = None
    for delimiter in (lines.delimiter,) if lines.delimiter else DELIMITERS:
        for record in records_of(top, delimiter):
            if "@" in record.text:
                break
            found = heading_of(record, delimiter)
            if found is None:
                continue
            if best is None or len(found.names) > len(best.names):  # a title above it may speak of e-mail, too
                best = found
    return best


def heading_of(record: Record, delimiter: str) -> Heading | None:
    """The row as a heading; None where it names no column of addresses."""
    names = [folded(cell) for cell in record.cells]
    addresses = _named(names, _ADDRESS_NAMES)
    if not addresses or any(map(_is_no_name, record.cells)) or (len(names) == 1 and not _is_exact(names[0])):
        return None
    computers = tuple(place for place in _named(names, _COMPUTER_NAMES) if place not in addresses)
    status = names.index("status") if "status" in names else None
    columns = Columns(addresses[0], computers[0] if computers else None, status)
    return Heading(record, delimiter, columns, addresses, computers)


def folded(name: str) -> str:
    """A name as it is compared: without case, accents, blanks and signs."""
    plain = unicodedata.normalize("NFKD", name.replace("ı", "i").replace("İ", "i")).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _is_no_name(cell: str) -> bool:
    """Whether a cell is no name of a column: a number, or an address that lacks its ``@``."""
    if is_number_alone(cell):
        return True
    for word in cell.split():
        first = _DOT_WITHIN.search(word)
        if first is not None and _DOT_BEFORE.search(word, first.end()):
            return True
    return False


def _is_exact(name: str) -> bool:
    """Whether a word that stands alone is a heading, and not something about e-mail, or a bad address."""
    return any(name in words.split() for place, words in enumerate(_ADDRESS_NAMES) if place != _BY_PART)


def _named(names: Sequence[str], known: Sequence[str]) -> tuple[int, ...]:
    """The places of the columns that the first of these lists knows which knows any."""
    for place, each in enumerate(known):
        words = each.split()
        found = tuple(
            column
            for column, name in enumerate(names)
            if name in words or (place == _BY_PART and any(word in name for word in words))
        )
        if found:
            return found
    return ()
