"""Who is to be called back: numbers that were missed, and have since neither been reached nor got through.

A customer who is called back in vain is better off than one who is forgotten: a call that rang and of whose end nobody
knows counts as missed, and is marked as uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from tui.models.calls import Outcome
from tui.models.kept_calls import CLOCKS_DIFFER, KeptCall

LOOK_BACK_DAYS: Final = 14
"""How far back missed calls are looked for: who was missed before that has found another way."""

MISSED_OUTCOMES: Final = (Outcome.MISSED, Outcome.ENDED_UNSEEN)

DONE_MOST: Final = 100
"""Call-backs that were done without a call and are told, the last ones."""

WHY_MOST: Final = 200
"""Characters of the reason why nobody needs to call back."""

_AHEAD: Final = 60.0
"""Seconds by which the clock of who has taken one may be ahead of ours."""


class StepKind(StrEnum):
    """What somebody has done about a call-back."""

    TAKEN = "taken"
    """They call back."""
    DONE = "done"
    """Nobody needs to call back."""


class Step(Struct, frozen=True, kw_only=True):
    """What somebody has done about the calls of a number. Times are seconds of the epoch."""

    id: str
    line: str
    kind: StepKind
    by: str
    at: float
    until: float
    """When what was taken is free again; of what is done, the start of the last missed call that it is about."""
    why: str = ""
    """Why nobody needs to call back."""


class Missed(Struct, frozen=True, kw_only=True, gc=False):
    """A call that was missed, or may have been."""

    line: str
    extension: str
    start: float
    known_at: float
    number: str
    """As it came."""
    name: str
    called: str
    is_certain: bool
    """Its end was seen."""


class Callback(Struct, frozen=True, kw_only=True):
    """A number that is to be called back. Times are seconds of the epoch."""

    line: str
    """The number in its one form (:func:`tui.models.numbers.one_number`)."""
    number: str
    """As it came last."""
    name: str
    called: str
    times: int
    """How often they tried: a call that rang at several extensions is one."""
    first: float
    last: float
    is_certain: bool
    """At least one of the calls was seen to be missed."""
    taken: Step | None = None
    """Who has said last that they call back."""

    @property
    def e164(self) -> str:
        """The number in E.164; empty where that cannot be told."""
        return self.line if self.line.startswith("+") else ""

    def holder(self, now: float) -> Step | None:
        """Who calls back now, as far as they have said; None where it is free."""
        return self.taken if self.taken is not None and holds(self.taken, now) else None


class Callbacks(Struct, frozen=True, kw_only=True):
    """All that are to be called back."""

    open: tuple[Callback, ...] = ()
    """Who has waited longest comes first."""
    anonymous: int = 0
    """Missed calls that showed no number: nobody can call back."""
    done: tuple[Step, ...] = ()
    """What was done without a call, the newest first."""


def missed_of(call: KeptCall) -> Missed | None:
    """The call as a missed one; None where it was not missed, or still rings."""
    if call.direction == "out" or not call.rang or call.talk_at is not None or call.outcome not in MISSED_OUTCOMES:
        return None
    return Missed(
        line=call.line,
        extension=call.extension,
        start=call.start,
        known_at=call.known_at,
        number=call.number,
        name=call.name,
        called=call.called,
        is_certain=call.outcome is Outcome.MISSED,
    )


def open_callbacks(missed: Iterable[Missed], talks: Mapping[str, float], steps: Iterable[Step]) -> Callbacks:
    """Who is to be called back. ``talks``: when each number was last connected, in either direction, with anybody."""
    about: dict[str, list[Step]] = {}
    done: list[Step] = []
    for step in steps:
        about.setdefault(step.line, []).append(step)
        if step.kind is StepKind.DONE:
            done.append(step)
    done.sort(key=lambda step: (step.at, step.id), reverse=True)
    settled = {line: _settled(talks.get(line), about.get(line, ())) for line in {*talks, *about}}
    waiting: dict[str, list[Missed]] = {}
    for call in sorted(missed, key=lambda call: call.start):
        if not call.line or call.start > settled.get(call.line, float("-inf")):
            waiting.setdefault(call.line, []).append(call)
    anonymous = waiting.pop("", [])
    found = [_callback(calls, claim_of(talks.get(line), about.get(line, ()))) for line, calls in waiting.items()]
    waiting_longest = tuple(sorted(found, key=lambda each: each.first))
    return Callbacks(open=waiting_longest, anonymous=_times(anonymous), done=tuple(done[:DONE_MOST]))


def claim_of(talk: float | None, steps: Iterable[Step]) -> Step | None:
    """The claim that was made last of a number, unless something came of it since. ``steps``: all about this number."""
    over = float("-inf") if talk is None else talk
    claim: Step | None = None
    for step in sorted(steps, key=lambda step: step.at):
        if step.kind is StepKind.DONE:
            over = max(over, step.at)
        else:
            claim = step
    return claim if claim is not None and claim.at > over else None


def holds(claim: Step, now: float) -> bool:
    """Whether it has not lapsed. One of a clock that is far ahead never held: it would not lapse for long."""
    return claim.at - _AHEAD <= now < claim.until


def _settled(talk: float | None, steps: Iterable[Step]) -> float:
    """Up to when all that was missed of a number is settled."""
    ends = [step.until for step in steps if step.kind is StepKind.DONE]
    # Of one call at several extensions, machines whose clocks differ may tell.
    return max(ends if talk is None else [talk, *ends], default=float("-inf")) + CLOCKS_DIFFER


def _callback(calls: list[Missed], taken: Step | None) -> Callback:
    """One line of the list. ``calls``: what was missed of the number, in order of time."""
    last = calls[-1]
    return Callback(
        line=last.line,
        number=last.number,
        name=next((call.name for call in reversed(calls) if call.name), ""),
        called=last.called,
        times=_times(calls),
        first=calls[0].start,
        last=last.start,
        is_certain=any(call.is_certain for call in calls),
        taken=taken,
    )


def _times(calls: Iterable[Missed]) -> int:
    """How often somebody tried: what rings at one extension after the other, or at several at once, is one call."""
    times = 0
    ends = float("-inf")
    rang: set[str] = set()
    for call in calls:
        if call.extension in rang or call.start > ends + CLOCKS_DIFFER:
            times += 1
            rang, ends = set(), call.known_at
        rang.add(call.extension)
        ends = max(ends, call.known_at)
    return times
