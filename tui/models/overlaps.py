"""What connections tell of who called: with whom one began while a call went on, again and again or once.

How likely it is that a number is a device's follows from Bayes. Where a call is of the device's customer, a connection
with the device begins in one of two calls; where it is not, one begins by chance, and the more connections began in the
call, the less each of them tells. Of a number that several customers share, each is in fewer calls. All of these
figures are assumed; they decide how many coincidences are believed, and ``tests/benchmarks/suggestions.py`` measures
how often that is right.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Final

from msgspec import Struct

from tui.models.connections import Connection
from tui.models.contacts import name_key

BEFORE: Final = 60.0
"""Seconds before a call was connected from which on a connection may belong to it: two clocks differ."""

AFTER: Final = 180.0
"""Seconds after its end: who is rung off to install something is connected to then."""

TALKS_READ: Final = 20
"""Calls with a number that are looked at, the last ones."""

CONNECTED: Final = 0.5
"""How many of the calls of a customer lead to a connection."""

OF_TECHNICIAN: Final = 0.7
"""The same, where it is known which connections are of the person who talked."""

CUSTOMERS: Final = 400
"""Of how many customers a connection may be that begins by chance."""

CUSTOMERS_CALL: Final = 0.8
"""How many calls are of somebody who is ever connected to."""

SHARES: Final = ((0.7, 1.0), (0.3, 0.3))
"""How many numbers are shared that much: (how many, part of the calls that are of one customer)."""


class Talk(Struct, frozen=True, kw_only=True):
    """A call that was connected, and the connections that began about then. Times are seconds of the epoch."""

    talk_at: float
    known_at: float
    extension: str
    connections: tuple[Connection, ...] = ()
    is_of_technician: bool = False
    """The connections are only those of the person who talked."""


class Overlap(Struct, frozen=True, kw_only=True):
    """A device, or a customer without one, that there were connections with while somebody talked."""

    device: str
    customer: str
    """As it called itself last; empty where it never did."""
    confidence: float
    why: str


class _Candidate:
    """A device, or a customer, and the calls in which a connection with it began."""

    def __init__(self, row: Connection) -> None:
        self.device = row.customer_device
        self.customer = row.customer
        self.last = row.day
        self.talks: set[int] = set()


def overlaps_of(talks: Iterable[Talk]) -> list[Overlap]:
    """With whom there were connections, the likeliest first. ``talks``: the last ones of a number, the newest first."""
    every = list(talks)
    found: dict[str, _Candidate] = {}
    crowds: list[int] = []
    for number, talk in enumerate(every):
        keys = set[str]()
        for row in talk.connections:
            if key := row.customer_device or name_key(row.customer):
                candidate = found.setdefault(key, _Candidate(row))
                candidate.customer = candidate.customer or row.customer
                candidate.talks.add(number)
                keys.add(key)
        crowds.append(len(keys))
    rates = [OF_TECHNICIAN if talk.is_of_technician else CONNECTED for talk in every]
    weights = {key: _weight(candidate.talks, rates, crowds) for key, candidate in found.items()}
    nobody = 1.0 - CUSTOMERS_CALL + CUSTOMERS_CALL * prod(1.0 - rate for rate in rates)
    overlaps = []
    for key, candidate in found.items():
        # Who was there each time, too, explains it as well.
        rivals = sum(weights[other] for other, each in found.items() if each.talks >= candidate.talks)
        confidence = weights[key] / (nobody + rivals)
        overlaps.append(
            Overlap(
                device=candidate.device,
                customer=candidate.customer,
                confidence=min(confidence, 0.99),
                why=_why(len(candidate.talks), len(every), candidate.last),
            )
        )
    return sorted(overlaps, key=lambda overlap: (-overlap.confidence, overlap.device, overlap.customer))


def _weight(talks: set[int], rates: list[float], crowds: list[int]) -> float:
    """How much more is seen of a customer than of somebody else, times how likely the customer is before all of it."""
    return (
        CUSTOMERS_CALL
        / CUSTOMERS
        * sum(
            many
            * prod(
                part * rate * CUSTOMERS / crowd + (1.0 - part * rate) if number in talks else 1.0 - part * rate
                for number, (rate, crowd) in enumerate(zip(rates, crowds, strict=True))
            )
            for many, part in SHARES
        )
    )


def _why(times: int, calls: int, last: str) -> str:
    """``in 2 of 3 calls a connection began, last on 2026-11-26``."""
    of = "in the one call" if calls == 1 else f"in {times} of {calls} calls"
    return f"{of} a connection began" + (f", last on {last}" if last else "")
