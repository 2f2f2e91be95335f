"""What was learnt of whose extension is whose, of customers, habits and clocks, for who joins calls and connections.

All of it is counted in parts of a connection: one that belongs to a call with nine chances of ten counts nine tenths.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from tui.models.connections import Connection
from tui.models.folding import fold
from tui.models.kept_calls import KeptCall

KEYS_MOST: Final = 20_000
"""Numbers whose customers are remembered: those that were seen last."""

HOSTS_MOST: Final = 1_000

Shares = Sequence[tuple[KeptCall, float]]
"""The calls of a connection, each with the chance that it began with that one."""

CLOCK_STEP: Final = 30.0
"""Seconds between two differences of clocks that are compared."""

CLOCK_MOST: Final = 600.0
"""Seconds by which two clocks differ at the most; a greater difference is a wrong zone, which no figure repairs."""

CLOCK_GRID: Final = tuple(CLOCK_STEP * place for place in range(-20, 21))

NO_WORD: Final = (0.0,) * len(CLOCK_GRID)

_CLOCKS_RIGHT: Final = 90.0
"""Seconds: how far clocks mostly are apart, where nothing is known of them."""

_FORGETS: Final = 0.8
"""What is left of a day's word on clocks a day later: somebody may set them."""

_GIVEN: Final = 30.0
"""Connections that would say as much as the config, or a person who has confirmed a customer."""

_HABIT: Final = 6.0
"""Connections of a technician that say as much of one more as those of all others."""

_OPEN_SEAT: Final = 2.0
_OPEN_LINE: Final = 1.0
"""Connections that it takes to know an extension, and a number, as well as not at all."""

_NOTHING: Final = 1e-6
"""Parts of a connection that are forgotten."""

_SEEN_OFTEN: Final = 3.0
_OFTEN: Final = 0.3
"""Connections of a technician, and their part of all of an extension, from which on it seems to be theirs."""


class Given(Struct, frozen=True, kw_only=True):
    """What people have said."""

    technicians: Mapping[str, str] = {}
    """Extension -> technician."""
    customers: Mapping[str, Sequence[Collection[str]]] = {}
    """Number in its one form -> each of its customers, by what that is known by: names, and numbers of devices."""


NOTHING_GIVEN: Final = Given()


class Affinity:
    """How often the values of one kind went with those of another."""

    def __init__(self) -> None:
        self._times: dict[str, dict[str, float]] = {}
        self._totals: dict[str, float] = {}

    def add(self, key: str, value: str, times: float) -> None:
        """They went together once more, or with this chance."""
        values = self._times.pop(key, {})  # to the end: the oldest is forgotten first
        self._times[key] = values
        values[value] = values.get(value, 0.0) + times
        if values[value] < _NOTHING:
            del values[value]
        self._totals[key] = self._totals.get(key, 0.0) + times
        if len(self._times) > KEYS_MOST:
            oldest = next(iter(self._times))
            del self._times[oldest], self._totals[oldest]

    def times(self, key: str, value: str) -> float:
        """How often these two did."""
        return self._times[key].get(value, 0.0) if key in self._times else 0.0

    def total(self, key: str) -> float:
        """How often the key went with anything."""
        return self._totals.get(key, 0.0)

    def outstanding(self, key: str, value: str) -> tuple[float, float]:
        """How often these two went together, and the key with anything, where only what stands out counts.

        What came together by chance is spread over many values, and weighs little when each is squared.
        """
        values = self._times.get(key)
        if not values or (most := max(values.values())) <= 0.0:
            return 0.0, 0.0
        return values.get(value, 0.0) ** 2 / most, sum(times**2 for times in values.values()) / most

    def of(self, key: str) -> Iterable[tuple[str, float]]:
        """What a key went with, and how often."""
        return self._times.get(key, {}).items()

    def items(self) -> Iterator[tuple[str, str, float]]:
        """Each key with each of its values."""
        for key, values in self._times.items():
            for value, times in values.items():
                yield key, value, times


_BEFORE: Final = 60.0
"""Seconds before their call in which those begin that do, on average."""

_SLOW, _SLOW_SECONDS = 0.1, 1_500.0
"""Of those that begin after their call a tenth begins much later."""


class Phases(Struct):
    """When in a call a connection begins, in numbers of connections; what they begin with is what is usual."""

    before: float = 1.0
    during: float = 12.0
    after: float = 7.0
    after_seconds: float = 7.0 * 240
    """Of all that began after their call, together."""

    def density(self, at: float, began: float, ended: float) -> float:
        """How likely it is that a connection begins at this second, where it belongs to a call of these times."""
        whole = self.before + self.during + self.after
        if at < began:
            return self.before / whole * math.exp((at - began) / _BEFORE) / _BEFORE
        if at <= ended:
            return self.during / whole / (ended - began)
        usual, late = self.after_seconds / self.after, at - ended
        quick = math.exp(-late / usual) / usual
        return self.after / whole * ((1 - _SLOW) * quick + _SLOW * math.exp(-late / _SLOW_SECONDS) / _SLOW_SECONDS)


class NameCounts(Struct):
    """How often a caller's name was that of the customer: of those that belong together, and of all others."""

    alike: float = 6.0
    together: float = 10.0
    by_chance: float = 0.5
    apart: float = 50.0

    def ratio(self, *, are_alike: bool) -> float:
        """How many times as likely this is of those that belong together as of others."""
        linked, chance = self.alike / self.together, self.by_chance / self.apart
        return linked / chance if are_alike else (1.0 - linked) / (1.0 - chance)


class Knowledge:
    """What the days so far have shown. It begins with what is usual, and forgets what is far back."""

    def __init__(self) -> None:
        self.seats = Affinity()
        """Extension -> technicians."""
        self.owners = Affinity()
        """Number -> devices, or names of customers without one."""
        self.phases = Phases()
        self.rows = 0
        """Connections that were seen."""
        self.people: Counter[str] = Counter()
        """Connections of each technician."""
        self.written: dict[str, str] = {}
        """How the name of each was written last."""
        self.devices: Counter[str] = Counter()
        self.customers: Counter[str] = Counter()
        self.linked, self.alone = 6.0, 4.0
        """Connections with a call, and without one."""
        self._with_call: dict[str, float] = {}
        """Of each technician those with a call: to the extensions of some nobody listens."""
        self.names = NameCounts()
        self.clocks: dict[str, list[float]] = {}
        """Of each host, how well each difference of the clocks fits, as logarithms."""

    def see(self, rows: Iterable[Connection]) -> None:
        """Count how many connections there are of whom."""
        for row in rows:
            self.rows += 1
            self.people[technician := fold(row.technician)] += 1
            self.written[technician] = row.technician
            self.devices[device_of(row)] += 1
            self.customers[fold(row.customer)] += 1
        for counts in (self.people, self.written, self.devices, self.customers, self._with_call):
            while len(counts) > KEYS_MOST:
                del counts[next(iter(counts))]

    def weigh(self, row: Connection, shares: Shares, sign: float = 1.0) -> None:
        """Count to which calls a connection belongs; with -1 take that back."""
        technician, device, linked = fold(row.technician), device_of(row), 0.0
        for call, share in shares:
            linked += share
            self.seats.add(call.extension, technician, sign * share)
            if call.line and device:
                self.owners.add(call.line, device, sign * share)
        self._with_call[technician] = self._with_call.get(technician, 0.0) + sign * linked
        self.linked += sign * linked
        self.alone += sign * (1.0 - linked)

    def remember_clocks(self, said: Mapping[str, Sequence[float]]) -> None:
        """Take in what a day has said of the clock of each host."""
        for host in {*self.clocks, *said}:
            before, now = self.clocks.get(host, NO_WORD), said.get(host, NO_WORD)
            self.clocks[host] = [_FORGETS * old + new for old, new in zip(before, now, strict=True)]
        while len(self.clocks) > HOSTS_MOST:
            del self.clocks[next(iter(self.clocks))]

    def odds(self, technician: str) -> float:
        """How often connections have a call, to how often this technician's have none. Folded."""
        usual = self.linked / (self.linked + self.alone)
        seen = max(0, self.people[technician] - 1)  # but this one
        alone = max(0.0, seen - self._with_call.get(technician, 0.0))
        return usual * (seen + _HABIT) / (alone + _HABIT * (1.0 - usual))

    def seat_ratio(self, extension: str, technician: str, given: str) -> float:
        """How many times as likely it is that this technician had a call of the extension as that anybody had.

        ``technician``, ``given``: folded; the second is whom the config names, and empty where it names nobody.
        """
        says = _GIVEN if given else 0.0
        times, total = self.seats.outstanding(extension, technician)
        fits = times + (says if technician == given else 0.0)
        usual = self._share(self.people, technician)
        return (fits / usual + _OPEN_SEAT) / (total + says + _OPEN_SEAT)

    def owner_ratio(self, line: str, row: Connection, given: Collection[str]) -> float:
        """How many times as likely it is that a number called about this customer as that anybody did.

        ``given``: folded.
        """
        device, customer = device_of(row), fold(row.customer)
        if not line or not device:
            return 1.0
        is_theirs = customer in given or device in given
        says = _GIVEN if is_theirs or (given and customer) else 0.0  # a device without a name may be anybody's
        seen = sum(self.customers[name] + self.devices[name] for name in given) if is_theirs else 0
        fits = says / min(1.0, (seen + 1.0) / (self.rows + 10.0)) if is_theirs else 0.0
        learnt = self.owners.times(line, device) / self._share(self.devices, device)
        return (learnt + fits + _OPEN_LINE) / (self.owners.total(line) + says + _OPEN_LINE)

    def technicians_of(self, extension: str) -> list[str]:
        """Who seem to have an extension, folded, who has most of its connections first; there may be two."""
        least = max(_SEEN_OFTEN, self.seats.total(extension) * _OFTEN)
        found = [(times, who) for who, times in self.seats.of(extension) if times >= least]
        return [who for _, who in sorted(found, reverse=True)]

    def _share(self, counts: Counter[str], value: str) -> float:
        return (counts[value] + 1.0) / (self.rows + 10.0 + len(counts))

    def difference(self, host: str, today: Sequence[float] = ()) -> float:
        """By how many seconds Alpemix's clock is before that of a host. ``today``: what the day says of it."""
        before = self.clocks.get(host, NO_WORD)
        fits = [
            old + new - abs(seconds) / _CLOCKS_RIGHT
            for old, new, seconds in zip(before, today or NO_WORD, CLOCK_GRID, strict=True)
        ]
        return CLOCK_GRID[max(range(len(fits)), key=fits.__getitem__)]


def device_of(row: Connection) -> str:
    """What a customer is known again by: the device, else the name, folded; empty where there is neither."""
    return fold(row.customer_device or row.customer)
