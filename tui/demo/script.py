"""The script of a desk: from a seed, who calls when, who connects to whose machine, and what is written about it."""

import math
import random
from collections.abc import Iterator, Mapping
from heapq import heappop, heappush, merge
from itertools import count
from typing import Any

from tui.demo.customers import (
    DOMAINS,
    EXPLANATIONS,
    NETWORKS,
    PLACES,
    TECHNICIANS,
    WORKGROUPS,
    Customer,
    customers,
    email_of,
)
from tui.demo.hostile import hostile_fields, hostile_frames, hostile_rows
from tui.demo.outages import links_that_break, refusals_in_turn
from tui.demo.scenario import Parameters, Scenario, rng_for
from tui.demo.steps import (
    AccountExists,
    CallAnswered,
    CallBegins,
    CallEnds,
    CallRecorded,
    ConnectionExplained,
    Event,
    RemoteConnection,
    RowListed,
    Step,
)
from tui.demo.switchboard import call_info

HOUR = 3600.0
DAY = 24 * HOUR
FIRST_CALL_SECONDS = 1.2
SEATS = (1, 1, 1, 2, 2, 5, 10, 25, 100)


def events(scenario: Scenario) -> Iterator[Event]:
    """All events of a scenario in the order of their times, most often without end; those of the start are at 0."""
    parameters = scenario.parameters
    streams = [_Desk(parameters, rng_for(scenario.seed)).events()]
    if parameters.is_hostile:
        streams.append(hostile_frames(rng_for(scenario.seed + 1)))
    if parameters.link_seconds:
        # What is to be back later must not come before what breaks in between: sorted within each thread.
        streams.append(_in_order(links_that_break(rng_for(scenario.seed + 2), parameters.link_seconds), 60.0))
    if parameters.refusal_seconds:
        streams.append(refusals_in_turn(parameters.refusal_seconds))
    return merge(*streams, key=lambda event: event.at)


def _in_order(unsorted: Iterator[Event], within: float) -> Iterator[Event]:
    """The same events in order, where none comes later than `within` seconds behind one that follows it."""
    waiting: list[tuple[float, int, Event]] = []
    for place, event in enumerate(unsorted):
        heappush(waiting, (event.at, place, event))
        while waiting[0][0] < event.at - within:
            yield heappop(waiting)[2]


class _Desk:
    """Writes the calls and connections of a desk: each that begins puts what follows from it into the future."""

    def __init__(self, parameters: Parameters, rng: random.Random) -> None:
        self._parameters = parameters
        self._rng = rng
        self._customers = customers(rng)
        self._future: list[tuple[float, int, Step]] = []
        self._order = count()
        self._calls = count(1)
        self._connections = count(1)
        self._going = 0
        self._end = 0.0

    def events(self) -> Iterator[Event]:
        """What exists at the start, then what happens; it ends only where no further call may begin."""
        for step in self._opening():
            yield Event(0.0, step)
        calls_most, calls_per_minute = self._parameters.calls_most, self._parameters.calls_per_minute
        begins_calls = calls_most > 0 and calls_per_minute > 0
        next_call = FIRST_CALL_SECONDS if begins_calls else math.inf
        while begins_calls or self._future:
            while self._future and self._future[0][0] <= next_call:
                at, _, step = heappop(self._future)
                self._going -= isinstance(step, CallEnds)
                yield Event(at, step)
            if begins_calls:
                if self._going < calls_most:
                    self._call(next_call)
                next_call += 60.0 / calls_per_minute * self._rng.uniform(0.4, 1.6)

    def _opening(self) -> Iterator[Step]:
        yield from self._accounts()
        for _ in range(self._parameters.connections_yesterday):
            yield from self._past_connection(DAY + self._rng.uniform(-4, 4) * HOUR)
        for _ in range(self._parameters.connections_today):
            yield from self._past_connection(self._rng.uniform(0.05, 5) * HOUR)
        for place in range(self._parameters.calls_going):
            # The first rings, the second is recorded, the others are somewhere in a conversation.
            self._call(0.0, is_new=place % 4 == 0, is_recorded=place == 1 or None)

    def _accounts(self) -> Iterator[Step]:
        for place in range(self._parameters.accounts):
            customer = self._customers[place % len(self._customers)]
            alloted = self._rng.choice(SEATS)
            fields: dict[str, Any] = {
                "alloted": alloted,
                "utilized": alloted if self._rng.random() < 0.2 else self._rng.randrange(alloted + 1),
                "is_active": self._rng.random() > 0.08,
            }
            if self._rng.random() < 0.06:
                fields |= {"is_invited": True, "is_active": False, "utilized": 0}
            username = email_of(customer.name, place // len(self._customers), self._rng.choice(DOMAINS))
            yield AccountExists(username, fields, days_ago=self._rng.randrange(1500))
        if self._parameters.is_hostile:
            for row in hostile_rows():
                yield RowListed(row)

    def _call(self, at: float, *, is_new: bool = True, is_recorded: bool | None = None) -> None:
        """One call from its beginning to its end; one that is not new was answered before the start."""
        rng, parameters = self._rng, self._parameters
        call, customer = next(self._calls), rng.choice(self._customers)
        is_outgoing = rng.random() < parameters.outgoing
        self._going += 1
        self._then(at, CallBegins(call, "out" if is_outgoing else "in", self._info(customer, is_outgoing=is_outgoing)))
        if is_new and at > 0 and rng.random() < parameters.missed:
            self._then(at + rng.uniform(4, 15), CallEnds(call))
            return
        answered = at + (rng.uniform(2, 8) if is_new else 0)
        ends = answered + parameters.talk_seconds * rng.uniform(0.3, 2.0)
        self._then(answered, CallAnswered(call))
        if is_recorded or (is_recorded is None and rng.random() < parameters.recorded):
            self._then(answered + (0 if at == 0 else rng.uniform(0.1, 1)), CallRecorded(call))
        if rng.random() < parameters.remote:
            self._connection(answered + rng.uniform(3, 10), customer, ends)
        self._then(ends, CallEnds(call))

    def _connection(self, at: float, customer: Customer, call_ends: float) -> None:
        """A remote connection that goes with a call, and its report a little after the call."""
        connection = next(self._connections)
        self._then(at, RemoteConnection(connection, self._row(customer)))
        explanation, number = self._report()
        written = max(at, call_ends) + self._rng.uniform(2, 20)
        self._then(written, ConnectionExplained(connection, int(written - at), explanation, number))

    def _past_connection(self, seconds_ago: float) -> Iterator[Step]:
        connection = next(self._connections)
        yield RemoteConnection(connection, self._row(self._rng.choice(self._customers)), seconds_ago)
        yield ConnectionExplained(connection, self._rng.randrange(20, 3000), *self._report())

    def _report(self) -> tuple[str, str]:
        """The explanation and the support number, either of which may stay empty."""
        if self._rng.random() < self._parameters.unexplained:
            return "", ""
        number = f"SR-{self._rng.randrange(10_000, 99_999)}" if self._rng.random() < 0.8 else ""
        return self._rng.choice(EXPLANATIONS), number

    def _row(self, customer: Customer) -> Mapping[str, object]:
        place = self._rng.randrange(len(TECHNICIANS))
        row: dict[str, object] = {
            "dir": int(self._rng.random() < 0.1),
            "uname": TECHNICIANS[place],
            "ip": f"{NETWORKS[0]}.{10 + place}",
            "lip": f"10.0.0.{10 + place}",
            "unum": f"{place:012X}",
            "aid": f"{100_000_000 + place}",
            "tuname": customer.name,
            "tip": customer.address,
            "tlip": customer.local_address,
            "tunum": customer.device,
            "taid": customer.alpemix_id,
        }
        # Three dots leave a field out; what is just not given would get its default.
        return dict.fromkeys(row, ...) | hostile_fields(self._rng, row) if self._parameters.is_hostile else row

    def _info(self, customer: Customer, *, is_outgoing: bool) -> Mapping[str, Any]:
        workgroup = self._rng.choice(WORKGROUPS)
        known: dict[str, Any] = {
            "calleeID": customer.number if is_outgoing else "201",
            "calleeName": customer.name if is_outgoing else "Desk",
            "callerID": "201" if is_outgoing else customer.number,
            "callerName": "Desk" if is_outgoing else customer.name,
            "workgroupName": "" if is_outgoing else workgroup,
            "outboundworkgroupName": workgroup if is_outgoing else "",
            "dnisName": workgroup,
            "dnisNumber": "8005550150",
            "aniName": "" if is_outgoing else customer.name,
            "aniNumber": "" if is_outgoing else customer.number,
            "userData": f"place={self._rng.choice(PLACES)}@contract={self._rng.choice(('gold', 'basic'))}",
            "callPriority": self._rng.choice((5, 5, 5, 5, 1, 9)),
        }
        info = call_info(**known)
        return hostile_fields(self._rng, info) if self._parameters.is_hostile else info

    def _then(self, at: float, step: Step) -> None:
        heappush(self._future, (at, next(self._order), step))
