"""Who calls: what is known of a number for certain, and what is likely.

Certain is only what a person has said: a contact of theirs, or a tie that somebody has confirmed. All else is a
suggestion with a reason in words and a confidence, and is shown as ``maybe``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.models.connections import Connection
from tui.models.contacts import Contact, Did, Known, OneName, TieKind, TieStep, last_steps, name_key, tie_key
from tui.models.overlaps import Overlap, Talk, overlaps_of

_MAYBE: Final = "maybe "

MAYBE_LEAST: Final = 0.5
"""What is less likely is not shown beside a call; it can be looked at, and confirmed."""

TOLD_LEAST: Final = 0.1
"""What is less likely is not told at all."""

EQUAL_NAMES: Final = 0.75
"""How likely two of one name are one customer."""

EQUAL_DOMAIN: Final = 0.6
"""How likely an account is a customer's that is named as the domain of its address."""

TIES_MOST: Final = 40
"""Ties of a number that are told."""

_COMMON_DOMAINS: Final = frozenset({"gmail", "hotmail", "outlook", "yahoo", "icloud", "live", "msn", "mail", "gmx"})


class Tie(Struct, frozen=True, kw_only=True):
    """What a number is tied to, or may be."""

    kind: TieKind
    other: str
    """The name, the number of the device, or the address."""
    confidence: float
    """1 where somebody has said it, 0 where somebody has taken it back."""
    whys: tuple[str, ...]
    """What speaks for it, in words, for a person who is to decide."""
    step: TieStep | None = None
    """What was said of it last; None where nothing was."""

    @property
    def is_certain(self) -> bool:
        """Whether somebody has said it."""
        return self.confidence >= 1.0

    @property
    def is_taken_back(self) -> bool:
        """Whether somebody has said that it is not true."""
        return self.step is not None and self.step.did is Did.TAKEN_BACK


class Evidence(Struct, frozen=True, kw_only=True):
    """What the archive has from which it may be learnt whose a number is."""

    talks: tuple[Talk, ...] = ()
    """The last calls with the number that were connected."""
    names: tuple[str, ...] = ()
    """What the exchange called the number."""
    customers: tuple[Connection, ...] = ()
    """Connections with a customer of one of these names, the newest first."""
    contacts: tuple[Contact, ...] = ()
    """Contacts of one of these names, with other numbers."""


class Caller(Struct, frozen=True, kw_only=True):
    """Who calls from a number, as far as is known."""

    line: str
    ties: tuple[Tie, ...] = ()
    """The certain ones first, then the likeliest; those that were taken back come last."""

    def certain(self, kind: TieKind) -> list[str]:
        """What the number is tied to for certain."""
        return [tie.other for tie in self.ties if tie.kind is kind and tie.is_certain]

    def likely(self, kind: TieKind) -> list[str]:
        """What it is probably tied to, where nothing is certain."""
        return [tie.other for tie in self.ties if tie.kind is kind and MAYBE_LEAST <= tie.confidence < 1.0]

    @property
    def shown(self) -> str:
        """``Acme``, ``one of 3``, ``maybe Acme``; empty where nothing is known."""
        for names in (self.certain(TieKind.CUSTOMER), _devices(self.certain(TieKind.DEVICE))):
            if names:
                return _one(names)
        for names in (self.likely(TieKind.CUSTOMER), _devices(self.likely(TieKind.DEVICE))):
            if names:
                return f"{_MAYBE}{_one(names)}"
        return ""

    def shown_beside(self, name: str) -> str:
        """The same, where the exchange calls the number by a name; empty where that says as much.

        Only what is certain stands in its place: ``Acme``, and else ``ACME LTD (maybe Acme)``.
        """
        shown = self.shown
        if not name or not shown.startswith(_MAYBE):
            return shown
        return "" if name_key(shown.removeprefix(_MAYBE)) == name_key(name) else f"{name} ({shown})"

    @property
    def customer(self) -> str:
        """The one customer that the number is of, or may be of; empty where there are none or several."""
        names = self.certain(TieKind.CUSTOMER) or self.likely(TieKind.CUSTOMER)
        return names[0] if len(names) == 1 else ""

    @property
    def is_certain(self) -> bool:
        """Whether somebody has said that it is of this customer."""
        return len(self.certain(TieKind.CUSTOMER)) == 1


def of_technicians(evidence: Evidence, technicians: Mapping[str, str]) -> Evidence:
    """The same with the connections of those alone who talked, where it is known who has an extension."""
    talks = (
        replace(
            talk,
            connections=tuple(row for row in talk.connections if name_key(row.technician) == name_key(name)),
            is_of_technician=True,
        )
        if (name := technicians.get(talk.extension))
        else talk
        for talk in evidence.talks
    )
    return replace(evidence, talks=tuple(talks))


def caller_of(line: str, known: Known, evidence: Evidence | None = None, users: Iterable[str] = ()) -> Caller:
    """Who calls from a number. ``users``: the addresses of the RemotePC accounts."""
    ties = _Ties(line, known)
    if evidence is not None:
        for overlap in overlaps_of(evidence.talks):
            ties.add_overlap(overlap)
        ties.add_equal_names(evidence)
    ties.add_accounts(users)
    return Caller(line=line, ties=ties.all)


class _Ties:
    """The ties of one number, each once."""

    def __init__(self, line: str, known: Known) -> None:
        self._one_name = OneName(known.steps)
        self._aliases = {name_key(contact.customer): contact.name for contact in known.contacts if contact.customer}
        """As customers call themselves in Alpemix -> as the team calls them."""
        self._ties: dict[tuple[TieKind, str], Tie] = {}
        self._said: dict[tuple[TieKind, str], TieStep] = {}
        last = [step for step in last_steps(known.steps).values() if step.one == line and step.kind is not TieKind.SAME]
        for step in sorted(last, key=lambda step: (step.at, step.id)):
            self._said[tie_key(step.kind, self._called(step.kind, step.other))] = step
        for step in last:
            self._add(step.kind, step.other, 1.0, f"{step.did} by {step.by}")
        for contact in known.contacts:
            self._add_contact(contact)

    def _called(self, kind: TieKind, other: str) -> str:
        """A customer by the name that the team uses."""
        return self._one_name.of(self._aliases.get(name_key(other), other)) if kind is TieKind.CUSTOMER else other

    def _add(self, kind: TieKind, other: str, confidence: float, why: str) -> None:
        """Add what speaks for a tie: reasons that differ add up, and what somebody has said of it stands."""
        other = self._called(kind, other)
        if not other or confidence < TOLD_LEAST:
            return
        key = tie_key(kind, other)
        step, before = self._said.get(key), self._ties.get(key)
        if step is not None:
            confidence = 1.0 if step.did is Did.CONFIRMED else 0.0
        elif before is not None:
            confidence = 1.0 - (1.0 - before.confidence) * (1.0 - confidence)
        whys = (why,) if before is None else tuple(dict.fromkeys((*before.whys, why)))
        self._ties[key] = Tie(kind=kind, other=other, confidence=confidence, whys=whys, step=step)

    def _add_contact(self, contact: Contact) -> None:
        """Add what a person has put on the list of contacts."""
        why = f"{contact.by} has added it from {contact.source}" if contact.source else f"{contact.by} has added it"
        for kind, other in (
            (TieKind.CUSTOMER, contact.name),
            (TieKind.DEVICE, contact.device),
            (TieKind.ACCOUNT, contact.account),
        ):
            self._add(kind, other, 1.0, why)

    def add_overlap(self, overlap: Overlap) -> None:
        """Add what connections tell that began while somebody talked."""
        if overlap.device:
            self._add(TieKind.DEVICE, overlap.device, overlap.confidence, overlap.why)
        if overlap.customer:
            self._add(TieKind.CUSTOMER, overlap.customer, overlap.confidence, overlap.why)

    def add_equal_names(self, evidence: Evidence) -> None:
        """Add who has the name that the exchange gives the number."""
        names = {name_key(name): name for name in evidence.names}
        told = set[tuple[TieKind, str]]()
        for contact in evidence.contacts:
            if name_key(contact.name) in names and (TieKind.CUSTOMER, name_key(contact.name)) not in told:
                told.add((TieKind.CUSTOMER, name_key(contact.name)))
                why = f"the exchange calls the number {names[name_key(contact.name)]}, as a contact with {contact.line}"
                self._add(TieKind.CUSTOMER, contact.name, EQUAL_NAMES, why)
        for row in evidence.customers:
            for kind, other in ((TieKind.CUSTOMER, row.customer), (TieKind.DEVICE, row.customer_device)):
                key = tie_key(kind, other)
                if other and name_key(row.customer) in names and key not in told:
                    told.add(key)
                    self._add(
                        kind, other, EQUAL_NAMES, f"the exchange calls the number {row.customer}, as Alpemix does"
                    )

    def add_accounts(self, users: Iterable[str]) -> None:
        """Add accounts whose addresses are of a domain that is named as a customer."""
        customers = [tie for tie in self._ties.values() if tie.kind is TieKind.CUSTOMER and tie.confidence > 0.0]
        wanted = {_squeezed(tie.other): tie for tie in customers if len(_squeezed(tie.other)) > 2}
        for user in users if wanted else ():
            domain = _squeezed(user.rpartition("@")[2].partition(".")[0])
            if domain in wanted and domain not in _COMMON_DOMAINS:
                tie = wanted[domain]
                why = f"its address is of a domain that is named as {tie.other}"
                self._add(TieKind.ACCOUNT, user, EQUAL_DOMAIN * tie.confidence, why)

    @property
    def all(self) -> tuple[Tie, ...]:
        """The certain ones first, then the likeliest; those that were taken back come last."""
        order = list(TieKind)
        ties = sorted(
            self._ties.values(), key=lambda tie: (-tie.confidence, order.index(tie.kind), tie_key(tie.kind, tie.other))
        )
        return tuple(ties[:TIES_MOST])


def _one(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"one of {len(names)}"


def _devices(numbers: list[str]) -> list[str]:
    return [f"device {number}" for number in numbers]


def _squeezed(name: str) -> str:
    return "".join(letter for letter in name_key(name) if letter.isalnum())
