"""The story of a desk: from a seed, who calls when, who connects to whose machine, and what is written about it."""

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
from tui.demo.scenario import Plot, Scenario, dice_of
from tui.demo.steps import (
    AccountExists,
    CallAnswered,
    CallBegins,
    CallEnds,
    CallRecorded,
    ConnectionExplained,
    Moment,
    RemoteConnection,
    RowListed,
    Step,
)
from tui.demo.switchboard import call_info
from tui.demo.trouble import links_that_break, refusals_in_turn

HOUR = 3600.0
DAY = 24 * HOUR
FIRST_CALL_SECONDS = 1.2
SEATS = (1, 1, 1, 2, 2, 5, 10, 25, 100)


def moments(scenario: Scenario) -> Iterator[Moment]:
    """The whole story, in order and without end; what is so at the start comes at 0."""
    plot = scenario.plot
    threads = [_Desk(plot, dice_of(scenario.seed)).moments()]
    if plot.is_hostile:
        threads.append(hostile_frames(dice_of(scenario.seed + 1)))
    if plot.link_seconds:
        # What is to be back later must not come before what breaks in between: sorted within each thread.
        threads.append(_in_order(links_that_break(dice_of(scenario.seed + 2), plot.link_seconds), 60.0))
    if plot.refusal_seconds:
        threads.append(refusals_in_turn(plot.refusal_seconds))
    return merge(*threads, key=lambda moment: moment.at)


def _in_order(unsorted: Iterator[Moment], within: float) -> Iterator[Moment]:
    """The same moments in order, where none comes later than `within` seconds behind one that follows it."""
    waiting: list[tuple[float, int, Moment]] = []
    for place, moment in enumerate(unsorted):
        heappush(waiting, (moment.at, place, moment))
        while waiting[0][0] < moment.at - within:
            yield heappop(waiting)[2]


class _Desk:
    """Writes the calls and connections of a desk: each that begins puts what follows from it into the future."""

    def __init__(self, plot: Plot, dice: random.Random) -> None:
        self._plot = plot
        self._dice = dice
        self._customers = customers(dice)
        self._future: list[tuple[float, int, Step]] = []
        self._order = count()
        self._calls = count(1)
        self._connections = count(1)
        self._going = 0
        self._end = 0.0

    def moments(self) -> Iterator[Moment]:
        """What is so at the start, then what happens."""
        for step in self._opening():
            yield Moment(0.0, step)
        next_call = FIRST_CALL_SECONDS
        while True:
            while self._future and self._future[0][0] <= next_call:
                at, _, step = heappop(self._future)
                self._going -= isinstance(step, CallEnds)
                yield Moment(at, step)
            if self._going < self._plot.calls_most:
                self._call(next_call)
            next_call += 60.0 / self._plot.calls_per_minute * self._dice.uniform(0.4, 1.6)

    def _opening(self) -> Iterator[Step]:
        yield from self._accounts()
        for _ in range(self._plot.connections_yesterday):
            yield from self._past_connection(DAY + self._dice.uniform(-4, 4) * HOUR)
        for _ in range(self._plot.connections_today):
            yield from self._past_connection(self._dice.uniform(0.05, 5) * HOUR)
        for place in range(self._plot.calls_going):
            # The first rings, the second is recorded, the others are somewhere in a conversation.
            self._call(0.0, is_new=place % 4 == 0, is_recorded=place == 1 or None)
        while self._future and self._future[0][0] <= 0:
            yield heappop(self._future)[2]

    def _accounts(self) -> Iterator[Step]:
        for place in range(self._plot.accounts):
            customer = self._customers[place % len(self._customers)]
            alloted = self._dice.choice(SEATS)
            fields: dict[str, Any] = {
                "alloted": alloted,
                "utilized": alloted if self._dice.random() < 0.2 else self._dice.randrange(alloted + 1),
                "is_active": self._dice.random() > 0.08,
            }
            if self._dice.random() < 0.06:
                fields |= {"is_invited": True, "is_active": False, "utilized": 0}
            username = email_of(customer.name, place // len(self._customers), self._dice.choice(DOMAINS))
            yield AccountExists(username, fields, days_ago=self._dice.randrange(1500))
        if self._plot.is_hostile:
            for row in hostile_rows():
                yield RowListed(row)

    def _call(self, at: float, *, is_new: bool = True, is_recorded: bool | None = None) -> None:
        """One call from its beginning to its end; one that is not new was answered before the start."""
        dice, plot = self._dice, self._plot
        call, customer = next(self._calls), dice.choice(self._customers)
        is_outgoing = dice.random() < plot.outgoing
        self._going += 1
        self._then(at, CallBegins(call, "out" if is_outgoing else "in", self._info(customer, is_outgoing=is_outgoing)))
        if is_new and at > 0 and dice.random() < plot.missed:
            self._then(at + dice.uniform(4, 15), CallEnds(call))
            return
        answered = at + (dice.uniform(2, 8) if is_new else 0)
        ends = answered + plot.talk_seconds * dice.uniform(0.3, 2.0)
        self._then(answered, CallAnswered(call))
        if is_recorded or (is_recorded is None and dice.random() < plot.recorded):
            self._then(answered + (0 if at == 0 else dice.uniform(0.1, 1)), CallRecorded(call, "Start"))
        if dice.random() < plot.remote:
            self._connection(answered + dice.uniform(3, 10), customer, ends)
        self._then(ends, CallEnds(call))

    def _connection(self, at: float, customer: Customer, call_ends: float) -> None:
        """A remote connection that goes with a call, and its report a little after the call."""
        connection = next(self._connections)
        self._then(at, RemoteConnection(connection, self._row(customer)))
        explanation, number = self._report()
        written = max(at, call_ends) + self._dice.uniform(2, 20)
        self._then(written, ConnectionExplained(connection, int(written - at), explanation, number))

    def _past_connection(self, seconds_ago: float) -> Iterator[Step]:
        connection = next(self._connections)
        yield RemoteConnection(connection, self._row(self._dice.choice(self._customers)), seconds_ago)
        yield ConnectionExplained(connection, self._dice.randrange(20, 3000), *self._report())

    def _report(self) -> tuple[str, str]:
        """The explanation and the support number, either of which may stay empty."""
        if self._dice.random() < self._plot.unexplained:
            return "", ""
        number = f"SR-{self._dice.randrange(10_000, 99_999)}" if self._dice.random() < 0.8 else ""
        return self._dice.choice(EXPLANATIONS), number

    def _row(self, customer: Customer) -> Mapping[str, object]:
        place = self._dice.randrange(len(TECHNICIANS))
        row: dict[str, object] = {
            "dir": int(self._dice.random() < 0.1),
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
        return dict.fromkeys(row, ...) | hostile_fields(self._dice, row) if self._plot.is_hostile else row

    def _info(self, customer: Customer, *, is_outgoing: bool) -> Mapping[str, Any]:
        workgroup = self._dice.choice(WORKGROUPS)
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
            "userData": f"place={self._dice.choice(PLACES)}@contract={self._dice.choice(('gold', 'basic'))}",
            "callPriority": self._dice.choice((5, 5, 5, 5, 1, 9)),
        }
        info = call_info(**known)
        return hostile_fields(self._dice, info) if self._plot.is_hostile else info

    def _then(self, at: float, step: Step) -> None:
        heappush(self._future, (at, next(self._order), step))
