"""Work without a paper trail: what nobody will be able to bill, or to remember, once it is forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from tui.models.calls import Outcome
from tui.models.cases import LIKELY, Cases, chance_of_any
from tui.models.connections import Connection
from tui.models.folding import fold
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell, coverage_of
from tui.models.seats import Seat, Seats

LONG_CALL: Final = 300
"""Seconds of talk from which on something should have come of a call."""

HEARD_BEFORE: Final = 1_800.0
HEARD_AFTER: Final = 900.0
"""Seconds around the start of a connection in which its call would have been: who has not listened all the while does
not know that there was none."""

_HEARD_WITHIN: Final = 1.0
"""Seconds of these that may be missing, as between two moments of one clock."""


class Lack(StrEnum):
    """What is missing, in the words of the list."""

    EXPLANATION = "explanation"
    NUMBER = "support no"
    CALL = "call"
    TRAIL = "connection or note"
    """Of a call."""


class LooseEnd(Struct, frozen=True, kw_only=True):
    """A connection or a call of which something is missing."""

    row: Connection | KeptCall
    lacks: tuple[Lack, ...]
    seat: Seat
    """Whose it is."""

    @property
    def at(self) -> float | None:
        """When it began, in seconds of the epoch; None where that cannot be read."""
        if isinstance(self.row, KeptCall):
            return self.row.start
        return None if self.row.started is None else self.row.started.timestamp()


class Work(Struct, frozen=True, kw_only=True):
    """What was done on some days."""

    rows: Sequence[Connection]
    calls: Sequence[KeptCall]
    cases: Cases
    seats: Seats
    noted: Collection[str]
    """Ids of the calls that have notes."""
    spells: Mapping[str, Sequence[Spell]]
    """When somebody listened, by extension."""


def loose_ends(work: Work) -> list[LooseEnd]:
    """Give what something is missing of, the newest first; what has no readable start comes last."""
    found = [*_of_connections(work), *_of_calls(work)]
    return sorted(found, key=lambda each: (each.at is not None, each.at or 0.0), reverse=True)


def is_whose(end: LooseEnd, extension: str, technicians: Iterable[str]) -> bool:
    """Whether it is of somebody: of this extension, or of one of these technicians."""
    if isinstance(end.row, KeptCall):
        return end.row.extension == extension
    return fold(end.row.technician) in map(fold, technicians)


def _of_connections(work: Work) -> Iterable[LooseEnd]:
    for row in work.rows:
        missing = {
            Lack.EXPLANATION: not row.explanation.strip(),
            Lack.NUMBER: not row.support_number.strip(),
            Lack.CALL: chance_of_any(work.cases.of_connection(row)) < LIKELY and _is_heard(work, row),
        }
        if any(missing.values()):
            lacks = tuple(lack for lack, is_missing in missing.items() if is_missing)
            yield LooseEnd(row=row, lacks=lacks, seat=Seat((row.technician,), True))


def _of_calls(work: Work) -> Iterable[LooseEnd]:
    for call in work.calls:
        is_long = call.outcome is not Outcome.LIVE and (call.talk_seconds or 0) >= LONG_CALL
        if is_long and call.id not in work.noted and chance_of_any(work.cases.of_call(call.id)) < LIKELY:
            yield LooseEnd(row=call, lacks=(Lack.TRAIL,), seat=work.seats.of(call.extension))


def _is_heard(work: Work, row: Connection) -> bool:
    """Whether somebody listened all the while to the extension of who made a connection."""
    if row.started is None:
        return False
    at = row.started.timestamp()
    since, until = at - HEARD_BEFORE, at + HEARD_AFTER
    spells = [spell for each in work.seats.extensions_of(row.technician) for spell in work.spells.get(each, ())]
    heard = coverage_of(spells, since, until)
    return (
        heard is not None
        and not heard.gaps
        and heard.listened_from <= since + _HEARD_WITHIN
        and heard.listened_until >= until - _HEARD_WITHIN
    )
