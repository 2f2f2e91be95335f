"""What came of calls and connections, in figures that add up: each of them counts once, whatever it is split by.

A call that rang at several extensions is one. It counts for the extension that took it; where nobody did, it counts for
none of them, unless it rang at one only. The time of each talk counts for the extension that had it.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from msgspec import Struct

from tui.models.billing import Billing, billed_seconds
from tui.models.calls import Outcome
from tui.models.connections import Connection
from tui.models.kept_calls import CLOCKS_DIFFER, KeptCall

Part = TypeVar("Part", bound=Hashable)


class Figures(Struct, frozen=True, kw_only=True):
    """Counts, and lengths in seconds."""

    calls: int = 0
    answered: int = 0
    missed: int = 0
    called_back: int = 0
    """Missed calls after which the number was connected within the hours that were asked for."""
    reached: int = 0
    not_reached: int = 0
    ended_unseen: int = 0
    talk_seconds: int = 0
    connections: int = 0
    unfinished: int = 0
    """Connections whose length is not known."""
    unexplained: int = 0
    """Connections without an explanation."""
    connection_seconds: int = 0
    billed_seconds: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})


NONE: Final = Figures()

OF_CONNECTIONS: Final = ("connections", "unfinished", "unexplained", "connection_seconds", "billed_seconds")
"""Those of the figures that are of connections; the others are of calls."""

_COUNTED: Final[Mapping[Outcome, str]] = {
    Outcome.ANSWERED: "answered",
    Outcome.MISSED: "missed",
    Outcome.REACHED: "reached",
    Outcome.NOT_REACHED: "not_reached",
    Outcome.ENDED_UNSEEN: "ended_unseen",
}


class Share(NamedTuple):
    """What one row adds to the whole."""

    extension: str
    """For whom it counts; empty: for nobody. Of a connection the technician."""
    figures: Figures


class Talks:
    """When each number was connected, for who asks whether somebody was called back."""

    def __init__(self, calls: Iterable[KeptCall] = ()) -> None:
        self._times: dict[str, list[float]] = {}
        self.add(calls)

    def add(self, calls: Iterable[KeptCall]) -> None:
        """Know of these, too."""
        for call in calls:
            if call.line and call.talk_at is not None:
                insort(self._times.setdefault(call.line, []), call.talk_at)

    def follows(self, call: KeptCall, seconds: float) -> bool:
        """Whether the number was connected no later than these seconds after this call."""
        times = self._times.get(call.line, [])
        place = bisect_right(times, call.start)
        return place < len(times) and times[place] <= call.known_at + seconds


def shares_of_calls(calls: Sequence[KeptCall], talks: Talks, within: float) -> Iterator[tuple[KeptCall, Share]]:
    """Give what each call of a day adds. ``within``: seconds after which nobody is called back any more."""
    for rung in _attempts(calls):
        first = next((call for call in rung if call.talk_at is not None), rung[0])
        extension = first.extension if len(rung) == 1 or first.talk_at is not None else ""
        for call in rung:
            talked = Figures(talk_seconds=call.talk_seconds or 0)
            if call is not first:
                yield call, Share(call.extension, talked)
                continue
            counted = {"calls": 1}
            if (name := _COUNTED.get(first.outcome)) is not None:
                counted[name] = 1
            if first.outcome is Outcome.MISSED and talks.follows(first, within):
                counted["called_back"] = 1
            yield call, Share(extension, Figures(**counted) + talked)


def shares_of_connections(rows: Sequence[Connection], billing: Billing) -> Iterator[tuple[Connection, Share]]:
    """Give what each connection of a day adds."""
    for row, billed in zip(rows, billed_seconds(rows, billing), strict=True):
        figures = Figures(
            connections=1,
            unfinished=int(row.seconds is None),
            unexplained=int(not row.explanation.strip()),
            connection_seconds=row.seconds or 0,
            billed_seconds=billed or 0,
        )
        yield row, Share(row.technician, figures)


def add_up(parts: dict[Part, Figures], key: Part, figures: Figures) -> None:
    """Add figures to one of the parts of a split."""
    parts[key] = parts.get(key, NONE) + figures


def whole(parts: Mapping[Part, Figures]) -> Figures:
    """The sum of all parts."""
    return sum(parts.values(), NONE)


def _attempts(calls: Sequence[KeptCall]) -> Iterator[list[KeptCall]]:
    """Each time that somebody tried: what rings at one extension after the other, or at several at once, is one."""
    latest: dict[str, list[KeptCall]] = {}
    ends: dict[str, float] = {}
    for call in sorted(calls, key=lambda call: (call.start, call.id)):
        if call.direction == "out" or not call.line:
            yield [call]
            continue
        rung = latest.get(call.line)
        is_another = rung is not None and call.start > ends[call.line] + CLOCKS_DIFFER
        if rung is None or is_another or any(other.extension == call.extension for other in rung):
            if rung is not None:
                yield rung
            latest[call.line] = rung = []
            ends[call.line] = call.known_at
        rung.append(call)
        ends[call.line] = max(ends[call.line], call.known_at)
    yield from latest.values()
