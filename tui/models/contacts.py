"""Who a number is of, as people have said: contacts, and what was confirmed or taken back of a number.

Nothing of it is ever changed: a contact is added once, and a tie between a number and a customer, a device or an
account is what its last step says. Two who confirm at once have confirmed one tie, and each is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.models.folding import fold
from tui.models.text import clean

NAME_MOST: Final = 120
"""Characters of a name, a device number or an address that are kept."""


class TieKind(StrEnum):
    """What a number can be tied to."""

    CUSTOMER = "customer"
    """A customer, by the name that the team uses."""
    DEVICE = "device"
    """A customer's device, by its number in Alpemix (``tunum``)."""
    ACCOUNT = "account"
    """A RemotePC account, by its e-mail address."""
    SAME = "same"
    """A name and another one: both are one customer, and the other is its name from then on."""


class Did(StrEnum):
    """What somebody has said of a tie."""

    CONFIRMED = "confirmed"
    TAKEN_BACK = "taken back"


class Contact(Struct, frozen=True, kw_only=True, gc=False):
    """A number and whose it is. Two that say the same have one id."""

    id: str
    line: str
    """The number in its one form (:func:`tui.models.numbers.one_number`), as a kept call has it."""
    name: str
    """As the team calls the customer."""
    customer: str = ""
    """As the customer calls itself in Alpemix (``tuname``)."""
    device: str = ""
    """Number of the customer's device in Alpemix (``tunum``)."""
    account: str = ""
    """E-mail address of the RemotePC account."""
    source: str = ""
    """Where it came from, as the name of a file."""
    at: float = 0.0
    """When it was added, in seconds of the epoch."""
    by: str = ""


class TieStep(Struct, frozen=True, kw_only=True, gc=False):
    """What somebody has said of a tie, once."""

    id: str
    kind: TieKind
    one: str
    """The number in its one form; of ``same``, the key of the name that is given up (:func:`name_key`)."""
    other: str
    """The name, the number of the device, or the address."""
    did: Did
    at: float
    by: str


class Known(Struct, frozen=True, kw_only=True):
    """All that people have said of a number."""

    contacts: tuple[Contact, ...] = ()
    steps: tuple[TieStep, ...] = ()
    """Those of the number, and of all names that are one."""


def name_key(name: str) -> str:
    """What is the same for every spelling of a name: letters of either case, and any blanks between its words."""
    return " ".join(fold(name).split())


def tie_key(kind: TieKind, other: str) -> tuple[TieKind, str]:
    """What a tie of a number is known by."""
    return kind, other if kind is TieKind.DEVICE else name_key(other)


def contact_of(
    line: str, name: str, *, customer: str = "", device: str = "", account: str = "", source: str, at: float, by: str
) -> Contact:
    """A contact of texts that come from outside."""
    from hashlib import blake2b  # the first frame does without

    name, customer, device, account = (_told(text) for text in (name, customer, device, account))
    said = "\0".join((line, name_key(name), name_key(customer), device, name_key(account)))
    return Contact(
        id=blake2b(said.encode("utf-8", "replace"), digest_size=8).hexdigest(),
        line=line,
        name=name,
        customer=customer,
        device=device,
        account=account,
        source=_told(source),
        at=at,
        by=_told(by),
    )


def last_steps(steps: Iterable[TieStep]) -> dict[tuple[TieKind, str, str], TieStep]:
    """The last step of each tie, by its kind, its number or key of a name, and what that is tied to."""
    last: dict[tuple[TieKind, str, str], TieStep] = {}
    for step in sorted(steps, key=lambda step: (step.at, step.id)):
        kind, key = tie_key(step.kind, step.other)
        last[kind, step.one, key] = step
    return last


def known_contacts(contacts: Iterable[Contact], steps: Iterable[TieStep]) -> list[Contact]:
    """All that is certain, as contacts: without what was taken back, and with what was confirmed.

    A device or an account that was confirmed is that of the number's customer; of a number with several it stays out.
    """
    every = list(steps)
    names = OneName(every)
    last = {key: step for key, step in last_steps(every).items() if step.kind is not TieKind.SAME}
    known: dict[tuple[str, ...], Contact] = {}
    of_line: dict[str, list[Contact]] = {}

    def is_taken_back(kind: TieKind, line: str, other: str) -> bool:
        step = last.get((kind, line, tie_key(kind, other)[1]))
        return step is not None and step.did is Did.TAKEN_BACK

    def add(contact: Contact) -> None:
        name = names.of(contact.name)
        if not any(is_taken_back(TieKind.CUSTOMER, contact.line, each) for each in (contact.name, name)):
            device = "" if is_taken_back(TieKind.DEVICE, contact.line, contact.device) else contact.device
            account = "" if is_taken_back(TieKind.ACCOUNT, contact.line, contact.account) else contact.account
            key = contact.line, name_key(name), name_key(contact.customer), device, name_key(account)
            if key not in known:
                known[key] = made = replace(contact, name=name, device=device, account=account)
                of_line.setdefault(contact.line, []).append(made)

    for contact in contacts:
        add(contact)
    said = sorted((step for step in last.values() if step.did is Did.CONFIRMED), key=lambda step: (step.at, step.id))
    for step in said:
        if step.kind is TieKind.CUSTOMER:
            name = names.of(step.other)
            if all(name_key(each.name) != name_key(name) for each in of_line.get(step.one, ())):
                add(contact_of(step.one, name, source="", at=step.at, by=step.by))
    for step in said:
        held = of_line.get(step.one, [])
        if step.kind is TieKind.CUSTOMER or len({name_key(each.name) for each in held}) != 1:
            continue
        field = str(step.kind)
        if all(tie_key(step.kind, getattr(each, field)) != tie_key(step.kind, step.other) for each in held):
            add(contact_of(step.one, held[0].name, source="", at=step.at, by=step.by, **{field: step.other}))
    return list(known.values())


class Customers:
    """The customers as the team names them, by what is known for certain."""

    def __init__(self, contacts: Iterable[Contact], steps: Iterable[TieStep]) -> None:
        every = list(steps)
        self._one_name = OneName(every)
        known = known_contacts(contacts, every)
        self._by_line = _single((contact.line, contact.name) for contact in known)
        self._by_name = _single(
            (name_key(name), each.name) for each in known for name in {each.name, each.customer} if name
        )

    def of_line(self, line: str) -> str:
        """Whose a number is; empty where nobody has said so, or it is of several."""
        return self._by_line.get(line, "") if line else ""

    def of_name(self, name: str) -> str:
        """The name of a customer who is called this, here or in Alpemix."""
        return self._one_name.of(self._by_name.get(name_key(name), name))


class OneName:
    """Which names are one customer, and what it is called."""

    def __init__(self, steps: Iterable[TieStep]) -> None:
        last = last_steps(step for step in steps if step.kind is TieKind.SAME)
        confirmed = [step for step in last.values() if step.did is Did.CONFIRMED]
        confirmed.sort(key=lambda step: (step.at, step.id))
        self._name_of = {step.one: step.other for step in confirmed}

    def of(self, name: str) -> str:
        """The name that a customer of this name goes by."""
        seen = set[str]()
        while (key := name_key(name)) not in seen and key in self._name_of:
            seen.add(key)
            name = self._name_of[key]
        return name if key not in seen else self._of_ring(key)

    def _of_ring(self, key: str) -> str:
        """Two who merged in both directions at once have made a ring: one of its names is that of all."""
        ring = {key: self._name_of[key]}
        while (key := name_key(self._name_of[key])) not in ring:
            ring[key] = self._name_of[key]
        return min(ring.values())


def _single(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The name that stands beside each key; of a key with several names there is none."""
    names: dict[str, dict[str, str]] = {}
    for key, name in pairs:
        names.setdefault(key, {}).setdefault(name_key(name), name)
    return {key: next(iter(each.values())) for key, each in names.items() if len(each) == 1}


def _told(text: str) -> str:
    return clean(" ".join(text.split()), NAME_MOST)
