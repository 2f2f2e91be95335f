"""What came of the calls and connections of some days, split in one of several ways, and what the figures rest on.

A call or a connection counts where it began: for its day, and for the hour that the person's clock showed then. Days
are worked out one by one, so that the report of a month is the sum of the reports of its days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from msgspec import Struct

from tui.models.billing import Billing
from tui.models.connections import Connection
from tui.models.contacts import Customers
from tui.models.days import DayState
from tui.models.figures import NONE, Figures, Talks, add_up, shares_of_calls, shares_of_connections, whole
from tui.models.folding import fold
from tui.models.kept_calls import KeptCall
from tui.models.listening import Listened, Spell, bounds_of, coverage_within, heard_in, hours_of
from tui.models.text import clean

_Times = Sequence[tuple[float, float]]
_Heard = list[tuple[float, float]]


NO_CUSTOMERS: Final = Customers((), ())
"""Of no number it is known whose it is."""


class Split(StrEnum):
    """By what the figures are told apart."""

    DAY = "day"
    HOUR = "hour"
    """That of the day: 0 to 23."""
    TECHNICIAN = "technician"
    CUSTOMER = "customer"
    WORKGROUP = "workgroup"


class Key(NamedTuple):
    """What a row is about. Empty: nobody knows, or nobody is."""

    name: str = ""
    line: str = ""
    """The extension of a technician, or the number of a customer, whose name is not known."""


class Staff:
    """Who has which extension, and of whom a report tells."""

    def __init__(self, technicians: Mapping[str, str], only: str = "") -> None:
        """``technicians``: the name of each extension's. ``only``: one of either; empty: a report tells of all."""
        self._technicians = technicians
        self._only = fold(clean(technicians.get(only, only)))

    def of_extension(self, extension: str) -> Key:
        """Whose calls those of an extension are."""
        name = self._technicians.get(extension, "")
        return Key(name, "" if name else extension)

    def extensions_of(self, key: Key) -> list[str]:
        """Those that somebody has."""
        own = [each for each, name in self._technicians.items() if name == key.name]
        return [key.line] if key.line else own

    def tells_of(self, key: Key) -> bool:
        """Whether a report tells of them."""
        return not self._only or self._only in (fold(key.name), fold(key.line))


class Days(Struct, frozen=True, kw_only=True):
    """How many days of connections there are of each kind."""

    closed: int = 0
    open: int = 0
    """They are not over, have a gap, or were not read again since they were over."""
    missing: int = 0
    """They are not in the archive."""


class Row(Struct, frozen=True, kw_only=True):
    """One part of the whole, or the whole."""

    key: Key
    figures: Figures
    listened: Listened
    """How much of its time was listened to: of a technician, on their extensions."""
    days: Days
    """On what its connections rest."""


class Report(Struct, frozen=True, kw_only=True):
    """Every part, and the whole."""

    split: Split
    rows: tuple[Row, ...]
    total: Row


class Known(Struct, frozen=True, kw_only=True):
    """What is known of some days beside their calls and connections."""

    since: str
    """The first day, as ``2024-08-22``."""
    until: str
    """The last day of the calls."""
    spells: Mapping[str, Sequence[Spell]]
    """When somebody listened, by extension; each of which there are calls is in it."""
    days: Mapping[str, DayState | None]
    """Each day of the connections that has come; None: it is not in the archive."""


class Tally:
    """Adds up what is told of day by day."""

    def __init__(
        self,
        split: Split,
        zone: tzinfo | None,
        staff: Staff,
        billing: Billing,
        within: float,
        customers: Customers = NO_CUSTOMERS,
    ) -> None:
        """``zone``: that of the hours (None: this machine's).

        ``within``: seconds after which nobody is called back any more. ``customers``: whose the numbers are.
        """
        self._split = split
        self._zone = zone
        self._staff = staff
        self._billing = billing
        self._within = within
        self._customers = customers
        self._parts: dict[Key, Figures] = {}

    def add_calls(self, day: str, calls: Sequence[KeptCall], talks: Talks) -> None:
        """Add those of a day."""
        for call, share in shares_of_calls(calls, talks, self._within):
            whose = self._staff.of_extension(share.extension)
            if not self._staff.tells_of(whose):
                continue
            match self._split:
                case Split.DAY:
                    key = Key(day)
                case Split.HOUR:
                    key = Key(self._hour(datetime.fromtimestamp(call.start, UTC)))
                case Split.TECHNICIAN:
                    key = whose
                case Split.CUSTOMER:
                    name = self._customers.of_line(call.line)
                    key = Key(name, "" if name else call.line)
                case Split.WORKGROUP:
                    key = Key(_workgroup(call))
            add_up(self._parts, key, share.figures)

    def add_connections(self, day: str, rows: Sequence[Connection]) -> None:
        """Add those of a day."""
        for row, share in shares_of_connections(rows, self._billing):
            whose = Key(row.technician.strip())
            if not self._staff.tells_of(whose):
                continue
            match self._split:
                case Split.DAY:
                    key = Key(day)
                case Split.HOUR:
                    key = Key("" if row.started is None else self._hour(row.started))
                case Split.TECHNICIAN:
                    key = whose
                case Split.CUSTOMER:
                    key = Key(self._customers.of_name(row.customer.strip()))
                case Split.WORKGROUP:
                    key = Key()
            add_up(self._parts, key, share.figures)

    def report(self, known: Known) -> Report:
        """Everything that was added, and what it rests on."""
        listening = _Listening(known, self._zone)
        total = Row(key=Key(), figures=whole(self._parts), listened=listening.ever, days=_days_of(known.days.values()))
        if self._split is Split.DAY:
            rows = self._rows_of_days(known, listening)
        else:
            rows = [
                Row(key=key, figures=figures, listened=self._listened(key, listening), days=total.days)
                for key, figures in self._parts.items()
            ]
        return Report(split=self._split, rows=tuple(sorted(rows, key=_order)), total=total)

    def _rows_of_days(self, known: Known, listening: _Listening) -> list[Row]:
        """One of each day of which something is known, though nothing came."""
        rows = []
        for day in sorted({*(key.name for key in self._parts), *known.days, *listening.days}):
            listened = listening.within([bounds_of(day, self._zone)])
            figures = self._parts.get(Key(day))
            states = [known.days[day]] if day in known.days else []
            if figures is None and listened.coverage is None and not any(states):
                continue
            rows.append(Row(key=Key(day), figures=figures or NONE, listened=listened, days=_days_of(states)))
        return rows

    def _listened(self, key: Key, listening: _Listening) -> Listened:
        match self._split:
            case Split.HOUR if key.name:
                return listening.within(listening.hours.get(int(key.name), ()))
            case Split.TECHNICIAN if key != Key():
                return listening.on(self._staff.extensions_of(key))
        return listening.ever

    def _hour(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%H}"


class _Listening:
    """When somebody listened in the days of a report, and to whom."""

    def __init__(self, known: Known, zone: tzinfo | None) -> None:
        self._spells = known.spells
        self._heard = {extension: heard_in(spells) for extension, spells in known.spells.items()}
        self._by_anybody = heard_in(spell for spells in known.spells.values() for spell in spells)
        self._whole = bounds_of(known.since, zone)[0], bounds_of(known.until, zone)[1]
        self._zone = zone
        self.ever: Final = self.within([self._whole])

    @cached_property
    def hours(self) -> dict[int, list[tuple[float, float]]]:
        """The hours of those days, by the clock; from the first to the last moment that was listened to."""
        coverage = self.ever.coverage
        return {} if coverage is None else hours_of(coverage.listened_from, coverage.listened_until, self._zone)

    @property
    def days(self) -> Iterator[str]:
        """The days on which somebody may have listened."""
        since, until = self._whole
        for began, ended in self._by_anybody:
            begin, end = max(began, since), min(ended, until)
            while begin < end:
                day = datetime.fromtimestamp(begin, UTC).astimezone(self._zone).date().isoformat()
                yield day
                begin = bounds_of(day, self._zone)[1]

    def within(self, times: _Times) -> Listened:
        """How much of some times was listened to on any extension."""
        return self._told(self._by_anybody, self._heard.values(), times)

    def on(self, extensions: Iterable[str]) -> Listened:
        """How much of all the time was listened to on some of them."""
        own = {each: self._heard.get(each, []) for each in extensions}
        together = heard_in(spell for each in own for spell in self._spells.get(each, ()))
        return self._told(together, own.values(), [self._whole])

    @staticmethod
    def _told(together: _Heard, apart: Collection[_Heard], times: _Times) -> Listened:
        reporting = sum(coverage_within(heard, times) is not None for heard in apart)
        return Listened(coverage=coverage_within(together, times), reporting=reporting, of=len(apart))


def _workgroup(call: KeptCall) -> str:
    """What was called, the workgroup or a line of its own; empty for the number of the other party or the extension."""
    extension = call.extension.partition(" at ")[0]  # behind it stands the exchange
    return "" if call.called in (call.number, extension) else call.called


def _days_of(states: Iterable[DayState | None]) -> Days:
    counts = Counter(states)
    return Days(closed=counts[DayState.CLOSED], open=counts[DayState.OPEN] + counts[DayState.GAP], missing=counts[None])


def _order(row: Row) -> tuple[bool, str, str, bool, str]:
    """By the name, what has none last: no figure ranks people."""
    name, line = row.key
    return not name, fold(name), name, not line, line
