"""A month of a support desk in which it is known what belongs to what, for `tests.benchmarks.cases`.

Customers call technicians, some of whom connect with their devices, during the call or after it; they call again while
that lasts, are passed on, and call through a number that a whole company shares. Devices are shared, too. Clocks are
wrong, and are set now and then. A fifth of the connections has no call, and most calls have no connection.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from msgspec import Struct

from tui.models.calls import Outcome
from tui.models.connections import Connection
from tui.models.kept_calls import KeptCall

ZONE: Final = timezone(timedelta(hours=3))
FIRST: Final = date(2026, 10, 1)
OPENS, CLOSES = 8.5 * 3600, 18 * 3600

ALONE: Final = 0.2
"""Connections without a call."""

COLLEAGUE: Final = 0.04
"""Connections of another technician than the one who had the call."""

SHARED: Final = 0.25
"""Customers who call through the number of a company that has others, too."""

SIGNS: Final = ("Demir", "Kaya", "Yıldız", "Şahin", "Öztürk", "Aydın", "Arslan", "Doğan", "Kılıç", "Çetin", "Kurt")
TRADES: Final = ("Eczanesi", "Mimarlık", "Otomotiv", "Lojistik", "Hukuk Bürosu", "Tekstil", "Market", "Dental")


class Customer(Struct):
    """Who calls, through which number, about which devices."""

    name: str
    line: str
    devices: list[str]
    shows_name: bool
    """Their number comes with their name."""


class Seat(Struct):
    """A technician, their extension and the clock of its machine."""

    technician: str
    extension: str
    off: float
    """Seconds that the machine's clock is before the right one."""


class LabelledDay(Struct):
    """The calls and connections of a day, and which pairs of them belong together."""

    calls: list[KeptCall]
    rows: list[Connection]
    pairs: set[tuple[str, str]]
    """Id of a call, number of a connection."""


class Desk:
    """Makes the days, one after the other."""

    def __init__(self, seed: int, technicians: int = 30, calls: int = 400, connections: int = 250) -> None:
        self._rng = rng = random.Random(seed)
        self._a_day = calls, connections
        self.seats = [
            Seat(f"tech{number:02}", str(200 + number), rng.gauss(0.0, 60.0 if rng.random() < 0.7 else 200.0))
            for number in range(technicians)
        ]
        self.server_off = rng.gauss(0.0, 60.0)
        self._devices: list[str] = []
        self.customers = [self._customer(number) for number in range(max(20, technicians * 30))]
        self._popular = [1.0 / (1 + place) ** 0.6 for place in range(len(self.customers))]
        self._count = 0

    def _customer(self, number: int) -> Customer:
        rng = self._rng
        line = f"+90212{2_000_000 + number * 37}"
        devices = [f"T{number:05}{rng.randrange(1000):03}{place}" for place in range(1 + int(rng.expovariate(0.7)))]
        if number and rng.random() < SHARED:
            line = f"+90216{3_000_000 + rng.randrange(1 + number // 12) * 41}"
        if number > 20 and rng.random() < 0.05:
            devices.append(rng.choice(self._devices))
        self._devices += devices
        return Customer(f"{rng.choice(SIGNS)} {rng.choice(TRADES)} {number}", line, devices, rng.random() < 0.3)

    def days(self, count: int) -> Iterator[LabelledDay]:
        """The days of the month."""
        for place in range(count):
            yield self._day(FIRST + timedelta(days=place))

    def _day(self, day: date) -> LabelledDay:
        rng, made = self._rng, LabelledDay([], [], set())
        for seat in self.seats:
            if rng.random() < 0.02:
                seat.off = rng.gauss(0.0, 90.0)  # somebody has set it
        calls, connections = self._a_day
        with_call = round(connections * (1 - ALONE))
        alone = connections - with_call
        midnight = datetime.combine(day, datetime.min.time(), ZONE).timestamp()
        # Of the calls some come again, are passed on or are missed: what is left begins a case.
        spent = 0
        while with_call > 0 or alone > 0 or spent < calls:
            at = midnight + self._moment()
            customer = rng.choices(self.customers, self._popular)[0]
            seat = rng.choice(self.seats)
            if with_call > 0 and spent < calls:
                before = len(made.calls)
                with_call -= self._case(made, customer, seat, at)
                spent += len(made.calls) - before
            elif alone > 0:
                self._connect(made, customer, seat, at, [])
                alone -= 1
            elif spent < calls:
                self._call(made, customer, seat, at, missed=rng.random() < 0.2)
                spent += 1
            else:
                break
        return made

    def _moment(self) -> float:
        """A second of the day: most of the work is before and after noon."""
        hour = self._rng.choice((10.5, 15.0))
        while not OPENS <= (at := self._rng.gauss(hour, 1.7) * 3600) <= CLOSES:
            pass
        return at

    def _case(self, made: LabelledDay, customer: Customer, seat: Seat, at: float) -> int:
        """A call that leads to a connection, or to several; gives to how many."""
        rng = self._rng
        first = self._call(made, customer, seat, at, direction="out" if rng.random() < 0.15 else "in")
        case = [first]
        ended = at + (first.known_at - first.start)
        if rng.random() < 0.06:  # passed on: who is asked next connects
            other = rng.choice(self.seats)
            if other is not seat:
                seat = other
                ended += rng.uniform(2.0, 40.0)
                case.append(self._call(made, customer, seat, ended))
                at, ended = ended, ended + (case[-1].known_at - case[-1].start)
        who = rng.choice(self.seats) if rng.random() < COLLEAGUE else seat
        ring = case[-1].talk_at - case[-1].start if case[-1].talk_at is not None else 0.0
        if rng.random() < 0.62:
            begins = at + ring + (ended - at - ring) * rng.betavariate(1.3, 2.0)
        elif rng.random() < 0.08:
            begins = at - rng.uniform(5.0, 90.0)
        else:
            begins = ended + min(rng.lognormvariate(math.log(150.0), 1.1), 5_000.0)
        device = rng.choice(customer.devices)
        row = self._connect(made, customer, who, begins, case, device)
        lasts = row.seconds or 0
        if rng.random() < 0.12:
            again = begins + rng.uniform(60.0, lasts + 300.0)
            if again > ended:
                case.append(self._call(made, customer, seat, again, direction=rng.choice(("in", "out"))))
                made.pairs.add((case[-1].id, row.uid))
        if rng.random() < 0.1:
            later = begins + lasts + rng.uniform(5.0, 400.0)
            self._connect(made, customer, who, later, case, rng.choice(customer.devices))
            return 2
        return 1

    def _call(
        self,
        made: LabelledDay,
        customer: Customer,
        seat: Seat,
        at: float,
        *,
        direction: str = "in",
        missed: bool = False,
    ) -> KeptCall:
        rng = self._rng
        self._count += 1
        start = at + seat.off
        talk_at = None if missed else start + rng.uniform(2.0, 25.0)
        end = start + 20.0 if talk_at is None else talk_at + min(3_000.0, rng.lognormvariate(math.log(190.0), 0.8))
        line = "" if direction == "in" and rng.random() < 0.05 else customer.line
        call = KeptCall(
            id=f"{self._count:016x}",
            listener=seat.extension,
            extension=seat.extension,
            hosts=f"pc{seat.extension}",
            handle=self._count,
            day=datetime.fromtimestamp(at, ZONE).date().isoformat(),
            start=start,
            known_at=end,
            direction=direction,
            number=line,
            line=line,
            name=customer.name if line and customer.shows_name else "",
            called="Support",
            rang=True,
            talk_at=talk_at,
            at_least=False,
            outcome=Outcome.MISSED if missed else Outcome.REACHED if direction == "out" else Outcome.ANSWERED,
            recorded_seconds=None,
            user_data="",
        )
        made.calls.append(call)
        return call

    def _connect(
        self, made: LabelledDay, customer: Customer, seat: Seat, at: float, case: list[KeptCall], device: str = ""
    ) -> Connection:
        rng = self._rng
        self._count += 1
        started = datetime.fromtimestamp(int(at + self.server_off), UTC).astimezone(ZONE)
        named = rng.random()
        row = Connection(
            uid=f"U{self._count}",
            started=started,
            started_text=f"{started:%Y-%m-%d %H:%M:%S}",
            seconds=int(min(7_200.0, rng.lognormvariate(math.log(600.0), 0.9))),
            technician=seat.technician,
            customer="" if named < 0.3 else customer.name.upper() if named < 0.5 else customer.name,
            customer_device=device or rng.choice(customer.devices),
        )
        made.rows.append(row)
        made.pairs.update((call.id, row.uid) for call in case)
        return row
