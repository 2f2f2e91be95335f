"""How likely it is that a connection began with each of the calls around it, or with none.

Each call is weighed by how many times as likely the connection would be, had it begun with that, as had it begun by
itself: by its technician, by its start, by what is known of the number. What is not known beforehand, of extensions,
numbers and clocks, is learnt from the same connections by weighing them again and again, each without its own word
(Dempster, Laird and Rubin's EM).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from math import log
from typing import Final

from msgspec import Struct

from tui.models.case_knowledge import CLOCK_GRID, CLOCK_MOST, NO_WORD, Given, Knowledge, NameCounts, Phases, Shares
from tui.models.connections import Connection
from tui.models.folding import fold
from tui.models.kept_calls import KeptCall

EARLY: Final = 300.0
"""Seconds before its call in which a connection may begin, by one clock."""

LATE: Final = 3_600.0
"""Seconds after it."""

LONGEST: Final = 14_400.0
"""Seconds of a call that are looked at: one may have been left on hold for a day."""

CALLS_MOST: Final = 150
"""Calls around a connection that are weighed, the nearest ones."""

ROUNDS: Final = 3
"""How often a day is weighed, and once more where nothing is known yet: after that hardly anything changes."""

_SHORTEST: Final = 30.0
"""Seconds that a call takes at the least, for who divides by them."""

AROUND: Final = EARLY + LATE + 2 * CLOCK_MOST + 240.0
"""Seconds in which calls are around a connection, with the length of a usual one."""

_NEGLIGIBLE: Final = 0.01
"""Parts of a connection that teach nothing."""

_HOPELESS: Final = 1e-5
"""What is as unlikely is not weighed again."""

_SEATED: Final = 0.5
"""Part of a technician's connections that an extension has to have for its clock to be learnt from them."""

_USUALLY_AFTER: Final = 1_200.0
"""Seconds after its call in which a connection usually begins; what comes later says nothing of the usual."""

_WORD: Final = re.compile(r"[^\W\d_]{4,}")


class Candidate(Struct):
    """A call that a connection may have begun with."""

    place: int
    are_alike: bool | None
    """Whether the caller's name is the customer's; None where one of them has none."""
    weight: float = 0.0


class Weighing:
    """The connections of a day, and the calls around them. Calls and connections go by their places in these lists."""

    def __init__(self, calls: Iterable[KeptCall], rows: Iterable[Connection], known: Knowledge, given: Given) -> None:
        talked = ((call.talk_at, call) for call in calls if call.talk_at is not None)
        times = sorted(talked, key=lambda each: (each[0], each[1].id))
        self.calls = [call for _, call in times]
        """Those that were connected, by the time of that."""
        self.began = [began for began, _ in times]
        self.ended = [min(began + LONGEST, max(began + _SHORTEST, call.known_at)) for began, call in times]
        started = {row.identity: row for row in rows if row.started is not None}
        self.rows = list(started.values())
        self._who = [fold(row.technician) for row in self.rows]
        self.at = [row.started.timestamp() for row in self.rows if row.started is not None]
        self.known = known
        self._technicians = {extension: fold(name.strip()) for extension, name in given.technicians.items()}
        self._customers = {
            line: frozenset(fold(each) for customer in customers for each in customer)
            for line, customers in given.customers.items()
        }
        self._words = [_words(call.name) for call in self.calls]
        self._many: list[int] = []
        """How many calls are around each connection."""
        self.candidates = [self._around(row, at) for row, at in zip(self.rows, self.at, strict=True)]
        """Of each connection the calls around it."""
        self._weighed = list(self.candidates)
        """Those of them that may still be it."""
        self._shares: list[Shares] = [()] * len(self.rows)
        self._clocks: dict[str, list[float]] = {}
        self._differences: dict[str, float] = {}

    def _around(self, row: Connection, at: float) -> list[Candidate]:
        """The calls that are near, whatever the clocks say."""
        first = bisect_left(self.began, at - LATE - LONGEST - CLOCK_MOST)
        last = bisect_right(self.began, at + EARLY + CLOCK_MOST)
        customer = _words(row.customer)
        near = [place for place in range(first, last) if self.ended[place] >= at - LATE - CLOCK_MOST]
        self._many.append(len(near))
        if len(near) > CALLS_MOST:
            away = {place: max(self.began[place] - at, at - self.ended[place]) for place in near}
            near = sorted(sorted(near, key=away.__getitem__)[:CALLS_MOST])
        return [
            Candidate(place, bool(customer & self._words[place]) if customer and self._words[place] else None)
            for place in near
        ]

    def weigh(self) -> None:
        """Weigh until what is learnt and what is weighed fit each other, and count these into what is known."""
        known = self.known
        phases, names, is_new = known.phases, known.names, not known.rows
        known.see(self.rows)
        for row, shares in zip(self.rows, self._shares, strict=True):
            known.weigh(row, shares)
        if is_new:
            self._weigh_all(is_time_known=False)
        for turn in range(ROUNDS):
            known.phases, known.names = self._phases(phases), self._names(names)
            if turn < ROUNDS - 1:
                self._compare_clocks()
            self._weigh_all(is_time_known=True)
        known.phases, known.names = self._phases(phases), self._names(names)
        known.remember_clocks(self._clocks)

    def _weigh_all(self, *, is_time_known: bool) -> None:
        for place in range(len(self.rows)):
            self._weigh(place, is_time_known=is_time_known)

    def difference(self, place: int) -> float:
        """By how many seconds the connections' clock is before that of a call."""
        return self._differences.get(self.calls[place].hosts, 0.0)

    def _weigh(self, place: int, *, is_time_known: bool) -> None:
        """Weigh the calls of a connection anew, by all that is known but for its own word."""
        known, row, at, candidates = self.known, self.rows[place], self.at[place], self._weighed[place]
        known.weigh(row, self._shares[place], -1.0)
        technician = self._who[place]
        seats: dict[str, float] = {}
        owners: dict[str, float] = {}
        # How likely a start is at any second, by the calls around: at noon there are few of both.
        usual = max(1, self._many[place]) / AROUND
        odds = known.odds(technician) / usual
        alike, unlike = known.names.ratio(are_alike=True), known.names.ratio(are_alike=False)
        total = 1.0
        for each in candidates:
            call = self.calls[each.place]
            density = self._density(each.place, at) if is_time_known else self._roughly(each.place, at)
            if call.extension not in seats:
                said = self._said_of(call.extension, technician)
                seats[call.extension] = known.seat_ratio(call.extension, technician, said)
            if call.line not in owners:
                owners[call.line] = known.owner_ratio(call.line, row, self._customers.get(call.line, ()))
            name = 1.0 if each.are_alike is None else alike if each.are_alike else unlike
            owner = owners[call.line]
            # A name and a number say the same thing twice.
            who = max(owner, name) if owner > 1.0 and name > 1.0 else owner * name
            each.weight = odds * density * seats[call.extension] * who
            total += each.weight
        for each in candidates:
            each.weight /= total
        if is_time_known:
            self._weighed[place] = [each for each in candidates if each.weight > _HOPELESS]
        self._shares[place] = [
            (self.calls[each.place], each.weight) for each in candidates if each.weight > _NEGLIGIBLE
        ]
        known.weigh(row, self._shares[place])

    def _said_of(self, extension: str, technician: str) -> str:
        """Whom the config names for an extension; empty where it may name nobody, as by a slip of the pen."""
        said = self._technicians.get(extension, "")
        is_somebody = said in self.known.people or technician in self._technicians.values()
        return said if is_somebody else ""

    def _density(self, place: int, at: float) -> float:
        """How likely it is that a connection begins at this second with a call."""
        at -= self.difference(place)
        return self.known.phases.density(at, self.began[place], self.ended[place])

    def _roughly(self, place: int, at: float) -> float:
        """The same while no clock is known."""
        began, ended = self.began[place] - CLOCK_MOST / 2, self.ended[place] + CLOCK_MOST
        return 1.0 / (ended - began) if began <= at <= ended else 0.0

    def _compare_clocks(self) -> None:
        """Find by how much Alpemix's clock is before that of each host: by the technicians who sit there."""
        seats: dict[str, dict[str, float]] = {}
        for extension, technician, times in self.known.seats.items():
            seats.setdefault(technician, {})[extension] = times
        for extension, technician in self._technicians.items():
            of = seats.setdefault(technician, {})
            of[extension] = of.get(extension, 0.0) + 1.0
        self._clocks = {}
        alone = self.known.alone / (self.known.linked + self.known.alone)
        for technician, at, candidates in zip(self._who, self.at, self.candidates, strict=True):
            of = seats.get(technician, {})
            seated = _SEATED * sum(of.values())
            near: dict[str, list[int]] = {}
            for each in candidates:
                call = self.calls[each.place]
                if of.get(call.extension, 0.0) > seated:
                    near.setdefault(call.hosts, []).append(each.place)
            for host, places in near.items():
                usual = len(places) / AROUND
                fits = self._clocks.setdefault(host, list(NO_WORD))
                for step, seconds in enumerate(CLOCK_GRID):
                    density = sum(
                        self.known.phases.density(at - seconds, self.began[place], self.ended[place])
                        for place in places
                    )
                    fits[step] += log(alone + (1.0 - alone) * density / usual)
        self._differences = {
            host: self.known.difference(host, self._clocks.get(host, NO_WORD))
            for host in {*self._clocks, *self.known.clocks}
        }

    def _phases(self, before: Phases) -> Phases:
        """What was known of when connections begin, and what these say."""
        found = Phases(before.before, before.during, before.after, before.after_seconds)
        for at, candidates in zip(self.at, self.candidates, strict=True):
            for each in candidates:
                if each.weight < _NEGLIGIBLE:
                    continue
                start = at - self.difference(each.place)
                late = start - self.ended[each.place]
                if start < self.began[each.place]:
                    found.before += each.weight
                elif late <= 0:
                    found.during += each.weight
                else:
                    found.after += each.weight
                    found.after_seconds += each.weight * min(late, _USUALLY_AFTER)
        return found

    def _names(self, before: NameCounts) -> NameCounts:
        """What was known of names, and what these say."""
        found = NameCounts(before.alike, before.together, before.by_chance, before.apart)
        for candidates in self.candidates:
            for each in candidates:
                if each.are_alike is not None:
                    found.together += each.weight
                    found.apart += 1.0 - each.weight
                    if each.are_alike:
                        found.alike += each.weight
                        found.by_chance += 1.0 - each.weight
        return found


def _words(name: str) -> frozenset[str]:
    """The words of a name by which two are compared: the short ones are those of every company."""
    return frozenset(_WORD.findall(fold(name)))
