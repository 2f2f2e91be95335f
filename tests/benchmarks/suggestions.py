"""How often a suggested customer is the right one: `python -m tests.benchmarks.suggestions`.

A labelled month: technicians take calls and connect to customers, in most calls to the one who calls. Some numbers are
shared by several customers and some customers have several numbers, clocks are wrong, and a fifth of the connections
belongs to no call. Beside it the trivial rule: the connection that began nearest to the last call.
"""

from __future__ import annotations

import argparse
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from random import Random
from typing import Final, NamedTuple

from tests.benchmarks.figures import verdict
from tui.models.callers import MAYBE_LEAST, Evidence, caller_of, of_technicians
from tui.models.connections import Connection
from tui.models.contacts import Known, TieKind
from tui.models.overlaps import AFTER, BEFORE, TALKS_READ, Talk

DAYS: Final = 22
TECHNICIANS: Final = 30
CALLS: Final = 400
CONNECTIONS: Final = 250
CUSTOMERS: Final = 600
WITHOUT_CALL: Final = 0.2
CLOCKS_WRONG: Final = 45.0
"""Seconds by which the two clocks differ at the most."""

SHARED: Final = 0.05
"""Of the numbers, that are of two or three customers."""

DAY: Final = 9 * 3_600.0
PRECISION: Final = 0.85
BANDS: Final = (0.5, 0.7, 0.85, 0.95, 1.0)


class Call(NamedTuple):
    """A call, and who made it."""

    line: str
    at: float
    until: float
    technician: int


class Month(NamedTuple):
    """All of it, in order of time."""

    calls: list[Call]
    connections: list[tuple[float, Connection]]
    truth: dict[str, set[str]]
    """Whose each number is."""


def month(seed: int) -> Month:
    """Make one."""
    dice = Random(seed)
    lines: dict[str, set[str]] = {}
    for number in range(CUSTOMERS):
        lines[f"+90212{number:07}"] = {f"Customer {number}"}
        if dice.random() < 0.2:
            lines[f"+90532{number:07}"] = {f"Customer {number}"}
        if dice.random() < SHARED:
            others = {f"Customer {dice.randrange(CUSTOMERS)}" for _ in range(dice.randint(1, 2))}
            lines[f"+90212{number:07}"] |= others
    # A few call often and most seldom.
    weights = [1.0 / (1 + place) ** 0.6 for place in range(len(lines))]
    order = dice.sample(sorted(lines), len(lines))
    skew = dice.uniform(-CLOCKS_WRONG, CLOCKS_WRONG)
    calls: list[Call] = []
    connections: list[tuple[float, Connection]] = []

    def connect(at: float, customer: str, technician: int) -> None:
        at += skew
        device = f"T-{customer.removeprefix('Customer ')}-{dice.randrange(2)}"
        row = Connection(
            f"{len(connections)}",
            datetime.fromtimestamp(at, UTC),
            "",
            600,
            technician=f"desk{technician}",
            customer=customer,
            customer_device=device,
        )
        connections.append((at, row))

    for day in range(DAYS):
        begin = day * 86_400.0
        of_calls = int(CONNECTIONS * (1 - WITHOUT_CALL))
        linked = set(dice.sample(range(CALLS), of_calls))
        for number, line in enumerate(dice.choices(order, weights, k=CALLS)):
            at, technician = begin + dice.random() * DAY, dice.randrange(TECHNICIANS)
            long = min(1_800.0, dice.expovariate(1 / 300.0) + 30)
            calls.append(Call(line, at, at + long, technician))
            if number in linked:
                connect(at + dice.uniform(20, long + 60), dice.choice(sorted(lines[line])), technician)
        for _ in range(CONNECTIONS - of_calls):
            connect(begin + dice.random() * DAY, f"Customer {dice.randrange(CUSTOMERS)}", dice.randrange(TECHNICIANS))
    calls.sort(key=lambda call: call.at)
    connections.sort(key=lambda each: each[0])
    return Month(calls, connections, lines)


def talks_of(made: Month) -> Iterator[tuple[str, tuple[Talk, ...]]]:
    """The last calls of each number, as the archive gives them."""
    times = [at for at, _ in made.connections]
    for line, calls in groupby(sorted(made.calls, key=lambda call: (call.line, -call.at)), key=lambda call: call.line):
        talks = []
        for call in list(calls)[:TALKS_READ]:
            first, last = bisect_left(times, call.at - BEFORE), bisect_left(times, call.until + AFTER)
            rows = tuple(row for _, row in made.connections[first:last])
            talks.append(Talk(talk_at=call.at, known_at=call.until, extension=f"{call.technician}", connections=rows))
        yield line, tuple(talks)


def nearest(made: Month, talks: Sequence[Talk]) -> str:
    """Whom the trivial rule suggests: who was connected to nearest to the last call."""
    at = talks[0].talk_at
    return min(made.connections, key=lambda each: abs(each[0] - at))[1].customer


def measure(seed: int, bound: float) -> bool:
    """Suggest, tell the figures, and whether the bound is kept."""
    made = month(seed)
    numbers = list(talks_of(made))
    technicians = {f"{number}": f"desk{number}" for number in range(TECHNICIANS)}
    print(f"{len(made.calls):,} calls, {len(made.connections):,} connections, {len(numbers)} numbers that called")
    trivial = [nearest(made, talks) in made.truth[line] for line, talks in numbers]
    print(f"  {'nearest in time':38} precision {share(trivial):.3f}, recall {share(trivial):.3f}")
    kept = True
    for what, known in (("suggested", {}), ("suggested, with who has an extension", technicians)):
        right: list[bool] = []
        reached: list[bool] = []
        bands: dict[float, list[bool]] = defaultdict(list)
        for line, talks in numbers:
            caller = caller_of(line, Known(), of_technicians(Evidence(talks=talks), known))
            truth = made.truth[line]
            for tie in caller.ties:
                if tie.kind is TieKind.CUSTOMER and tie.confidence >= MAYBE_LEAST:
                    bands[max(band for band in BANDS if band <= tie.confidence)].append(tie.other in truth)
            named = caller.likely(TieKind.CUSTOMER)
            right += [name in truth for name in named]
            reached.append(bool(truth & set(named)))
        print(f"  {what:38} precision {share(right):.3f}, recall {share(reached):.3f}")
        for band, each in sorted(bands.items()):
            print(f"    said to be {band:.0%} sure or more: {share(each):.0%} of {len(each)} are right")
        kept &= verdict(f"{what}: wrong of those that are shown", 1 - share(right), 1 - bound)
    return kept


def share(of: Sequence[bool]) -> float:
    """How many are true; 1 where there are none."""
    return sum(of) / len(of) if of else 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.suggestions", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--bound", type=float, default=PRECISION, help="of those that are shown, that are right")
    asked = parser.parse_args(arguments)
    return 0 if measure(asked.seed, asked.bound) else 1


if __name__ == "__main__":
    sys.exit(main())
