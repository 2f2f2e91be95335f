"""What the simulator of `tests.benchmarks.year` knows of its calls, and what of that anybody heard."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct, field

from tests.desk.virtual import BEGUN, Extension, Helpdesk, Wire
from tui.demo.switchboard import Event
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall
from tui.models.snapshot import SETTLE_MOST

CLOCKS: Final = 6.0
"""Seconds by which the clocks of two machines differ at the most."""

TWICE: Final = 40
"""What is told as often is told twice."""

SETTLING: Final = 0.01
"""Seconds that rounding costs at the most."""


class Told(Struct):
    """A call, and who heard what of it. Times are seconds since the year began."""

    extension: str
    handle: int
    direction: str
    number: str
    began: float
    talked: float | None = None
    ended: float | None = None
    day: str = ""
    """By the clock of whoever heard of it first; empty while nobody has."""
    wall: float = 0.0
    """When that was by the same clock, in seconds of the epoch."""
    heard_ring: bool = False
    heard_talk: bool = False
    heard_end: bool = False
    whole: set[Wire] = field(default_factory=set)
    """The channels that have told all of it so far."""

    def heard_by(self, desk: Helpdesk, *, now: str) -> None:
        """Somebody is told how it is now: ``ring`` or ``connect``."""
        if not self.day:
            at = desk.clock.now().at
            self.day, self.wall = at.astimezone(desk.zone).date().isoformat(), at.timestamp()
        self.heard_talk |= now == "connect"
        self.heard_ring |= now != "connect"

    @property
    def ring_seconds(self) -> int:
        """How long it rang."""
        assert self.ended is not None
        return int((self.ended if self.talked is None else self.talked) - self.began)

    @property
    def talk_seconds(self) -> int:
        """How long it was connected."""
        return 0 if self.talked is None or self.ended is None else int(self.ended - self.talked)

    @property
    def outcome(self) -> Outcome:
        """What has come of it, as far as anybody could hear."""
        if not self.heard_end:
            return Outcome.ENDED_UNSEEN
        if self.direction == "out":
            return Outcome.NOT_REACHED if self.talked is None else Outcome.REACHED
        return Outcome.MISSED if self.talked is None else Outcome.ANSWERED

    @property
    def is_missed(self) -> bool:
        """It rang here, and nobody heard that it was taken."""
        return self.direction == "in" and self.heard_ring and not self.heard_talk


class ExtensionTruth:
    """The calls of an extension, told to whoever listens, and all that was."""

    def __init__(self, extension: Extension) -> None:
        self.extension = extension
        extension.on_bound, extension.on_lost = self._bound, self._lost
        self.calls: list[Told] = []
        self.live: dict[int, Told] = {}
        self.spells: list[tuple[float, float]] = []
        """When somebody listened, in seconds since the year began."""
        self._bound_at: dict[Wire, float] = {}
        self._told = 0
        self.now = 0.0

    def begin(self, number: str, direction: str, info: dict[str, object]) -> int:
        """A call begins, under a handle."""
        handle, events = self.extension.begin(direction, info)
        call = Told(self.extension.number, handle, direction, number, self.now, whole=self._settled)
        self.calls.append(call)
        self.live[handle] = call
        self._heard(call)
        self._tell(events)
        return handle

    def connect(self, handle: int) -> None:
        """It is taken."""
        call = self.live[handle]
        call.talked = self.now
        events = self.extension.board.connect(handle)
        self._heard(call)
        self._tell(events)

    def end(self, handle: int) -> None:
        """It ends."""
        call = self.live.pop(handle)
        call.ended = self.now
        call.heard_end = bool(self.extension.wires)
        self._tell(self.extension.board.disconnect(handle))

    @property
    def _settled(self) -> set[Wire]:
        """The channels on which it is known that what begins had not begun before."""
        return {wire for wire, at in self._bound_at.items() if self.now - at > SETTLE_MOST}

    def _tell(self, events: list[Event]) -> None:
        self._told += 1
        for _ in range(2 if self._told % TWICE == 0 else 1):
            self.extension.tell(events)

    def _heard(self, call: Told) -> None:
        for desk in self.extension.wires.values():
            call.heard_by(desk, now="ring" if call.talked is None else "connect")

    def _bound(self, wire: Wire, desk: Helpdesk) -> None:
        self._bound_at[wire] = desk.now
        for call in self.live.values():
            call.heard_by(desk, now="ring" if call.talked is None else "connect")

    def _lost(self, wire: Wire, desk: Helpdesk) -> None:
        self.spells.append((self._bound_at.pop(wire), desk.now))
        for call in self.live.values():
            call.whole.discard(wire)


class Total(Struct):
    """What is told of a day below its rows."""

    calls: int = 0
    missed: int = 0
    talk: int = 0
    """Seconds; of the calls that somebody heard all of, as the longest ring is."""
    longest: int = 0

    def add(self, *, missed: bool, talk: int, ring: int) -> None:
        """Count one more."""
        self.calls += 1
        self.missed += missed
        self.talk += talk
        self.longest = max(self.longest, ring)


class Differences:
    """The differences between what was and what is kept, of each kind."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = defaultdict(list)

    def note(self, kind: str, *about: object) -> None:
        """There is one."""
        self.kinds[kind] += 1
        if len(self.examples[kind]) < 3:
            self.examples[kind].append(" / ".join(map(str, about)))

    def compare(self, truth: Sequence[Told], kept: Sequence[KeptCall]) -> None:
        """Look at the calls of one extension."""
        ours: dict[tuple[int, str], list[Told]] = defaultdict(list)
        theirs: dict[tuple[int, str], list[KeptCall]] = defaultdict(list)
        for told in truth:
            if told.day:
                ours[told.handle, told.number].append(told)
        for call in sorted(kept, key=lambda call: call.start):
            theirs[call.handle, call.number].append(call)
        wanted: dict[str, Total] = defaultdict(Total)
        found: dict[str, Total] = defaultdict(Total)
        for key in {*ours, *theirs}:
            pairs = _paired(ours[key], theirs[key])
            for was, calls in pairs:
                if was is None:
                    self.note("kept, and were none", *calls)
                elif len(calls) != 1:
                    self.note("lost" if not calls else "kept twice", was, *calls)
                else:
                    self._one(was, calls[0])
                    is_whole = bool(was.whole)
                    wanted[was.day].add(
                        missed=was.is_missed and was.heard_end,
                        talk=was.talk_seconds if is_whole else 0,
                        ring=was.ring_seconds if is_whole else 0,
                    )
                    found[calls[0].day].add(
                        missed=calls[0].outcome is Outcome.MISSED,
                        talk=(calls[0].talk_seconds or 0) if is_whole else 0,
                        ring=(calls[0].ring_seconds or 0) if is_whole else 0,
                    )
        for day in {*wanted, *found}:
            if wanted[day] != found[day]:
                self.note("totals of a day", day, wanted[day], found[day])

    def _one(self, told: Told, kept: KeptCall) -> None:
        if kept.outcome is not told.outcome:
            self.note(f"outcome {kept.outcome} instead of {told.outcome}", told, kept)
        if kept.day != told.day:
            self.note("another day", told, kept)
        if abs(kept.start - told.wall) > CLOCKS:
            self.note("another start", told, kept)
        if kept.direction != told.direction:
            self.note("another direction", told, kept)
        if kept.rang != told.heard_ring and (told.whole or not told.heard_talk):
            self.note("rang or not", told, kept)
        if (kept.talk_at is not None) != told.heard_talk:
            self.note("talked or not", told, kept)
        ring, talk = kept.ring_seconds or 0, kept.talk_seconds or 0
        if told.whole and kept.at_least:
            self.note("at least, and somebody heard all of it", told, kept)
        if told.whole or not (kept.at_least or kept.outcome is Outcome.ENDED_UNSEEN):
            if (ring, talk) != (told.ring_seconds if told.heard_ring else 0, told.talk_seconds):
                self.note("exact length, and another one", told, kept)
            return
        # Of a call that began by the clock of one machine and ended by that of another nobody knows it better.
        most = CLOCKS if ", " in kept.hosts else SETTLING
        if talk > told.talk_seconds + most or (told.heard_talk and ring > told.ring_seconds + most):
            self.note("longer than it was", told, kept)


def _paired(told: list[Told], kept: list[KeptCall]) -> Iterable[tuple[Told | None, list[KeptCall]]]:
    """Each call with what is kept of it: of one number on one handle no two are close to each other."""
    left = list(kept)
    for call in told:
        assert call.ended is not None
        end = call.wall + call.ended - call.began + 900
        mine = [each for each in left if call.wall - CLOCKS <= each.start <= end]
        left = [each for each in left if each not in mine]
        yield call, mine
    if left:
        yield None, left


def listened(spells: Iterable[tuple[float, float]], since: float, until: float) -> list[tuple[float, float]]:
    """What of some time somebody listened to, without overlaps."""
    found: list[tuple[float, float]] = []
    for began, ended in sorted((max(began, since), min(ended, until)) for began, ended in spells):
        if ended <= began:
            continue
        if found and began <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ended)
        else:
            found.append((began, ended))
    return found


def day_of(second: float) -> str:
    """The day, by UTC."""
    return (BEGUN + timedelta(seconds=second)).date().isoformat()
