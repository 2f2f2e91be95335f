"""Which connection belongs to which call, beside the truth of a labelled month: `python -m tests.benchmarks.cases`.

The month is joined with nothing known beforehand, with the technicians of the extensions, with the customers of every
second number besides, and where only three of the extensions are heard. Beside it stands the nearest call in time, and
the nearest of those that the technician had. A suggestion counts from an even chance on; how often those of each chance
are right is told, too.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final

from msgspec import Struct, field

from tests.benchmarks.figures import verdict
from tests.benchmarks.labelled import Desk, LabelledDay
from tui.models.case_knowledge import NOTHING_GIVEN, Given, Knowledge
from tui.models.cases import LIKELY, suggestions_of
from tui.models.connections import Connection
from tui.models.kept_calls import KeptCall

DAYS: Final = 30
SEED: Final = 2_026
"""None that anything was tuned by: those were below a hundred."""

SURE: Final = (0.85, 0.95)
"""What counts as said to be 90 % sure."""

Pair = tuple[str, str]


class Score(Struct):
    """What was suggested, and what of it is right."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    said: list[tuple[float, bool]] = field(default_factory=list)
    """Each suggestion of any chance, and whether it is right."""

    def count(self, made: Iterable[Pair], truth: set[Pair]) -> None:
        """Compare those of a day."""
        made = set(made)
        self.right += len(made & truth)
        self.wrong += len(made - truth)
        self.missing += len(truth - made)

    @property
    def precision(self) -> float:
        """How many of what was suggested is right, in percent."""
        return 100 * self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """How many of what is right was suggested, in percent."""
        return 100 * self.right / max(1, self.right + self.missing)

    def between(self, low: float, high: float) -> list[tuple[float, bool]]:
        """The suggestions of these chances."""
        return [each for each in self.said if low <= each[0] < high]


def mean_right(said: Sequence[tuple[float, bool]]) -> float:
    """How many of a hundred are right."""
    return 100 * sum(is_right for _, is_right in said) / max(1, len(said))


def nearest(day: LabelledDay, seats: dict[str, str]) -> Iterator[Pair]:
    """The trivial rule: the call that is nearest in time. ``seats``: technician -> extension, where that is known."""
    talked = [call for call in day.calls if call.talk_at is not None]

    def away(call: KeptCall, at: float) -> float:
        assert call.talk_at is not None
        return max(call.talk_at - at, at - call.known_at, 0.0)

    def of(row: Connection) -> list[KeptCall]:
        return [call for call in talked if call.extension == seats[row.technician]] if seats else talked

    for row in day.rows:
        assert row.started is not None
        at = row.started.timestamp()
        call = min(of(row), key=lambda call: away(call, at), default=None)
        if call is not None:
            yield call.id, row.uid


def joined(days: Iterable[LabelledDay], given: Given) -> Score:
    """Join the month, day by day, and compare."""
    known, score = Knowledge(), Score()
    for day in days:
        found = suggestions_of(day.calls, day.rows, known, given)
        pairs = {(each.call.id, each.connection.uid): each.confidence for each in found}
        score.count((pair for pair, chance in pairs.items() if chance >= LIKELY), day.pairs)
        score.said += [(chance, pair in day.pairs) for pair, chance in pairs.items()]
    return score


def trivial(days: Iterable[LabelledDay], seats: dict[str, str]) -> Score:
    """Join it by the trivial rule."""
    score = Score()
    for day in days:
        score.count(nearest(day, seats), day.pairs)
    return score


def tell(name: str, score: Score, took: float = 0.0) -> None:
    """Print how good it is."""
    seconds = f", in {took:.1f} s" if took else ""
    print(f"  {name:<46}  {score.precision:5.1f} % right, {score.recall:5.1f} % found{seconds}")


def tell_calibration(score: Score) -> None:
    """Print how many of each chance are right."""
    print("  said to be        suggestions   said   right")
    for tenth in range(10):
        said = score.between(tenth / 10, (tenth + 1) / 10 if tenth < 9 else 1.01)
        if said:
            mean = 100 * sum(chance for chance, _ in said) / len(said)
            print(f"  {tenth * 10:3} to {tenth * 10 + 10:3} %    {len(said):8,}   {mean:6.1f}  {mean_right(said):6.1f}")


def measure(days: int, seed: int, technicians: int, calls: int, connections: int, off: float) -> bool:
    """Make the month, join it in every way, tell how good that is, and whether the bounds are kept."""
    desk = Desk(seed, technicians, calls, connections)
    month = list(desk.days(days))
    truth = sum(len(day.pairs) for day in month)
    print(
        f"{days} days, {technicians} technicians, {sum(len(day.calls) for day in month):,} calls,"
        f" {sum(len(day.rows) for day in month):,} connections, {truth:,} pairs; seed {seed}"
    )
    seats = {seat.extension: seat.technician for seat in desk.seats}
    customers: dict[str, list[list[str]]] = {}
    for customer in desk.customers:
        customers.setdefault(customer.line, []).append([customer.name])
    known = dict(list(customers.items())[::2])
    few = heard(month, {seat.extension for seat in desk.seats[:: max(1, technicians // 3)]})
    ways = [
        ("nothing known", month, NOTHING_GIVEN),
        ("technicians known", month, Given(technicians=seats)),
        ("technicians and half of the numbers known", month, Given(technicians=seats, customers=known)),
        ("a few extensions heard, nothing known", few, NOTHING_GIVEN),
    ]
    kept: list[bool] = []
    rules: list[Score] = []
    for name, days_of_it, given in ways:
        if days_of_it is not month or not rules:
            rules = [trivial(days_of_it, {}), trivial(days_of_it, {name: of for of, name in seats.items()})]
            tell("the nearest in time", rules[0])
            tell("the nearest that the technician had", rules[1])
        began = time.process_time()
        score = joined(days_of_it, given)
        tell(name, score, time.process_time() - began)
        tell_calibration(score)
        sure = score.between(*SURE)
        # Of some hundred nobody can tell five of a hundred from chance.
        chance = 0.0 if days_of_it is month else 200 * math.sqrt(0.09 / max(1, len(sure)))
        bound = round(off + chance, 1)
        kept.append(verdict(f"{name}: right of those said to be 90 % sure, off 90", abs(mean_right(sure) - 90), bound))
        for what, figure, theirs in (
            ("wrong", 100 - score.precision, [100 - rule.precision for rule in rules]),
            ("not found", 100 - score.recall, [100 - rule.recall for rule in rules]),
        ):
            kept.append(verdict(f"{name}: {what}, at most by the trivial rules", figure, round(min(theirs), 1), " %"))
    return all(kept)


def heard(days: Iterable[LabelledDay], extensions: Set[str]) -> list[LabelledDay]:
    """The same days where nobody listens to the other extensions."""
    found: list[LabelledDay] = []
    for day in days:
        calls = [call for call in day.calls if call.extension in extensions]
        ids = {call.id for call in calls}
        found.append(LabelledDay(calls, day.rows, {pair for pair in day.pairs if pair[0] in ids}))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and give 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cases", description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--technicians", type=int, default=30)
    parser.add_argument("--calls", type=int, default=400, help="a day")
    parser.add_argument("--connections", type=int, default=250, help="a day")
    parser.add_argument(
        "--off", type=float, default=5.0, help="by which of those said to be 90 %% sure 90 may be missed"
    )
    asked = parser.parse_args(arguments)
    kept = measure(asked.days, asked.seed, asked.technicians, asked.calls, asked.connections, asked.off)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
