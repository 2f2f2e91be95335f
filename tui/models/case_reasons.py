"""Why a call and a connection may belong together, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tui.models.case_knowledge import Given, device_of
from tui.models.case_weighing import Weighing
from tui.models.folding import fold

_CLOCKS_APART: Final = 60.0
"""Seconds from which on it is said that two clocks are apart."""

_KNOWN_BY: Final = 0.8
"""Connections of a device after calls of a number from which on the two are said to be known together."""


def reason(weighing: Weighing, given: Given, place: int, call: int, first: int) -> str:
    """``ayse has 201, 2 min into the call, names alike``.

    ``place``, ``call``: of the connection and of the call in what was weighed. ``first``: of the call that the
    connection began with, which may be another of the same case.
    """
    return ", ".join(_parts(weighing, given, place, call, first))


def _parts(weighing: Weighing, given: Given, place: int, call: int, first: int) -> Iterator[str]:
    row, kept = weighing.rows[place], weighing.calls[call]
    yield from _seat(weighing, given, kept.extension, row.technician)
    if call == first:
        yield _time(weighing, place, call)
    elif kept.extension == weighing.calls[first].extension:
        yield "same number again"
    else:
        yield f"same number, passed on to {weighing.calls[first].extension}"
    customers = given.customers.get(kept.line, ())
    is_known_by = {fold(row.customer), fold(row.customer_device)} - {""}
    if any(not is_known_by.isdisjoint(map(fold, each)) for each in customers):
        yield f"number of {row.customer or row.customer_device}" + (
            f" (one of {len(customers)})" if len(customers) > 1 else ""
        )
    elif any(each.place == call and each.are_alike for each in weighing.candidates[place]):
        yield "names alike"
    elif kept.line and weighing.known.owners.times(kept.line, device_of(row)) >= 1.0 + _KNOWN_BY:
        yield "number and device went together before"


def _seat(weighing: Weighing, given: Given, extension: str, technician: str) -> Iterator[str]:
    said = given.technicians.get(extension, "")
    if said and fold(said.strip()) == fold(technician):
        yield f"{technician} has {extension}"
    elif fold(technician) in weighing.known.technicians_of(extension):
        yield f"{technician} is mostly at {extension}"
    elif said:
        yield f"{extension} is not {technician}'s"


def _time(weighing: Weighing, place: int, call: int) -> str:
    difference = weighing.difference(call)
    at = weighing.at[place] - difference
    began, ended = weighing.began[call], weighing.ended[call]
    if at < began:
        said = f"{_length(began - at)} before the call"
    elif at <= ended:
        said = f"{_length(at - began)} into the call"
    else:
        said = f"{_length(at - ended)} after the call"
    return f"{said} (clocks {_length(abs(difference))} apart)" if abs(difference) >= _CLOCKS_APART else said


def _length(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
