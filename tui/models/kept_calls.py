"""A call as it is remembered: what AltiGen's Web API tells once, and no system tells again.

Several Helpdecks may see one call: two on one extension, or one that was started again in the middle of it. Each tells
of its own sight; those of one call become one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.models.calls import UNSEEN_END, Call, CallInfo, CallState, Outcome
from tui.models.clock import Moment
from tui.models.numbers import one_number

CLOCKS_DIFFER: Final = 5.0
"""Seconds between the starts of one call at the most, as two machines see them."""

RESUMED_SECONDS: Final = 900.0
"""A call that was going on when it was first heard of may be one that another Helpdeck last knew of this long ago."""

_LIVE_OR_UNSEEN: Final = (Outcome.LIVE, Outcome.ENDED_UNSEEN)


class KeptCall(Struct, frozen=True, kw_only=True, gc=False):
    """One call of one extension. Times are seconds of the epoch: of the wall clock when it was first heard of, and from
    then on by the monotonic clock."""

    id: str
    """That of the first sight of it: 16 hexadecimal digits."""
    listener: str
    """Who saw it: one Helpdeck from its start to its end."""
    extension: str
    hosts: str
    """Where it was seen, as ``host1, host2``."""
    handle: int
    day: str
    """By the wall clock of whoever saw it first, as ``2024-08-22``."""
    start: float
    """When it was first heard of."""
    known_at: float
    """When it was last known to go on, or its end."""
    direction: str
    number: str
    """As it came."""
    line: str
    """The same for every spelling of the number (:func:`tui.models.numbers.one_number`): of the caller behind a
    workgroup's call-back, where there is one."""
    name: str
    called: str
    rang: bool
    """A ring was seen, and its end, if it was taken."""
    talk_at: float | None
    """When it was connected; None where it never was."""
    at_least: bool
    """It rang or talked for longer than is known."""
    outcome: Outcome
    recorded_seconds: int | None
    user_data: str

    @property
    def e164(self) -> str:
        """The number in E.164; empty where that cannot be told."""
        return self.line if self.line.startswith("+") else ""

    @property
    def ring_seconds(self) -> int | None:
        """How long it rang, in whole seconds; None where no ring was seen."""
        return _whole((self.known_at if self.talk_at is None else self.talk_at) - self.start) if self.rang else None

    @property
    def talk_seconds(self) -> int | None:
        """How long it was connected, in whole seconds; None where it never was."""
        return None if self.talk_at is None else _whole(self.known_at - self.talk_at)


class Listener(Struct, frozen=True, kw_only=True):
    """Who sees calls, and by which rules it reads them."""

    id: str
    extension: str
    host: str
    region: str
    trunk_code: str
    zone_now: Callable[[], tzinfo | None]
    """Gives the zone of the days, which may change; None: this machine's."""
    is_on_board: Callable[[], bool] = lambda: True
    """Tells whether the others' boards of the team show this extension, which may change."""

    @property
    def zone(self) -> tzinfo | None:
        """The zone of the days now."""
        return self.zone_now()

    def line_of(self, written: str) -> str:
        """The one form of a number, or of that form. It may load tables: not in the event loop."""
        return one_number(written, self.region, self.trunk_code)

    def sight(self, id: str, call: Call, known_at: Moment) -> KeptCall:
        """What is remembered of a call. ``known_at``: up to when what is told of a live one holds."""
        seen = self.first_sight(id, call, known_at)
        return replace(seen, line=self.line_of(seen.line))

    def first_sight(self, id: str, call: Call, known_at: Moment) -> KeptCall:
        """The same, with the number as it came for its line: made at once."""
        last = call.ended or known_at
        start = call.seen.at.timestamp()
        recorded = call.recorded_seconds(last)
        return KeptCall(
            id=id,
            listener=self.id,
            extension=self.extension,
            hosts=self.host,
            handle=call.handle,
            day=call.seen.at.astimezone(self.zone).date().isoformat(),
            start=start,
            # Not by the wall clock, which somebody may set while it goes on.
            known_at=start + last.seconds_since(call.seen),
            direction=call.direction,
            number=call.other_number,
            line=call.info.original.caller_id or call.other_number,
            name=call.other_name,
            called=call.called,
            rang=call.rang,
            talk_at=None if call.connected is None else start + call.connected.seconds_since(call.seen),
            at_least=call.is_at_least,
            outcome=call.outcome,
            recorded_seconds=int(recorded) if recorded or call.recording is not None else None,
            user_data=call.info.user_data,
        )


def is_over(kept: KeptCall) -> bool:
    """Whether its end was seen."""
    return kept.outcome not in _LIVE_OR_UNSEEN


def is_same(kept: KeptCall, seen: KeptCall) -> bool:
    """Whether two listeners saw one call. A listener knows its own apart."""
    if (kept.listener, kept.extension, kept.handle) == (seen.listener, seen.extension, seen.handle):
        return kept.id == seen.id
    fits = all(
        not ours or not theirs or ours == theirs
        for ours, theirs in ((kept.direction, seen.direction), (kept.line, seen.line))
    )
    if not fits or (kept.extension, kept.handle) != (seen.extension, seen.handle):
        return False
    if not (kept.at_least or seen.at_least):
        return abs(kept.start - seen.start) <= CLOCKS_DIFFER
    first, second = sorted((kept, seen), key=lambda call: call.start)
    was_going_on = second.at_least and first.outcome in _LIVE_OR_UNSEEN
    return second.start <= first.known_at + (RESUMED_SECONDS if was_going_on else CLOCKS_DIFFER)


def same_as(seen: KeptCall, calls: Iterable[KeptCall]) -> KeptCall | None:
    """Which of these calls was seen: of several that it may be, the one that began most nearly at the same time."""
    fitting = (call for call in calls if call.id == seen.id or is_same(call, seen))
    return min(fitting, key=lambda call: abs(call.start - seen.start), default=None)


def joined(kept: KeptCall, seen: KeptCall) -> KeptCall:
    """What is known of a call by what was kept of it and what is seen of it now; the same for the same once more."""
    hosts = ", ".join(dict.fromkeys([*kept.hosts.split(", "), *seen.hosts.split(", ")]))
    times = _times(kept, seen)
    if kept.listener == seen.listener and kept.direction and seen.direction not in ("", kept.direction):
        kept = replace(kept, number="", line="", name="")  # the other party is another one, as who saw it knows now
    return replace(
        kept,
        hosts=hosts,
        day=times.day,
        start=times.start,
        rang=times.rang,
        talk_at=times.talk_at,
        known_at=times.known_at,
        at_least=times.at_least,
        outcome=_outcome(kept, seen),
        direction=seen.direction or kept.direction,
        number=seen.number or kept.number,
        line=seen.line or kept.line,
        name=seen.name or kept.name,
        called=seen.called or kept.called,
        recorded_seconds=_most(kept.recorded_seconds, seen.recorded_seconds),
        user_data=seen.user_data or kept.user_data,
    )


def _outcome(kept: KeptCall, seen: KeptCall) -> Outcome:
    if kept.outcome in _LIVE_OR_UNSEEN:
        goes_on = kept.outcome is Outcome.LIVE and kept.listener != seen.listener
        return Outcome.LIVE if goes_on and seen.outcome is Outcome.ENDED_UNSEEN else seen.outcome
    return seen.outcome if seen.outcome in (Outcome.ANSWERED, Outcome.REACHED) else kept.outcome


def _times(kept: KeptCall, seen: KeptCall) -> KeptCall:
    """One with the times of both. Two clocks differ: who saw all of the call is believed before all others."""
    is_own = kept.listener == seen.listener
    # Of its own listener the last word counts: what is kept may hold times of another clock, too.
    order = (seen, kept) if is_own else (kept, seen)
    whole = next((call for call in order if not call.at_least and is_over(call)), None)
    if whole is not None:
        is_begun_alike = abs(whole.start - kept.start) <= CLOCKS_DIFFER
        return replace(whole, day=kept.day) if is_begun_alike else whole  # the zone may have been changed meanwhile
    # How long it rang is not known where nobody heard the ring and the connection.
    rang = any(call.rang for call in [call for call in order if call.talk_at is not None] or order)
    if is_own:
        is_news = (seen.outcome is not Outcome.LIVE, seen.known_at) >= (is_over(kept), kept.known_at)
        at_least = seen.at_least if is_news else kept.at_least
    else:
        first, second = (kept, seen) if kept.start <= seen.start else (seen, kept)
        at_least = first.at_least or (second.at_least and first.talk_at is None and second.talk_at is not None)
    return replace(
        kept if kept.start <= seen.start else seen,
        rang=rang,
        talk_at=min((at for at in (kept.talk_at, seen.talk_at) if at is not None), default=None),
        known_at=max(kept.known_at, seen.known_at),
        at_least=at_least,
    )


def ended_unseen(kept: KeptCall) -> KeptCall:
    """The same once nobody listens to it any more."""
    return replace(kept, outcome=Outcome.ENDED_UNSEEN, at_least=True)


def call_of(kept: KeptCall, zone: tzinfo | None = None) -> Call:
    """The call as it is shown. Its key is below zero, and always the same."""

    def moment(seconds: float) -> Moment:
        return Moment(datetime.fromtimestamp(kept.start + seconds, tz=zone).astimezone(zone), seconds)

    is_out = kept.direction == "out"
    connected = None if kept.talk_at is None else moment(kept.talk_at - kept.start)
    ended = None if kept.outcome is Outcome.LIVE else moment(kept.known_at - kept.start)
    # A call that neither rang nor talked, or has no direction, came to nothing even where its end was seen.
    is_unseen = kept.at_least or connected is not None or (kept.rang and bool(kept.direction))
    info = CallInfo(
        caller_id="" if is_out else kept.number,
        caller_name="" if is_out else kept.name,
        callee_id=kept.number if is_out else "",
        callee_name=kept.name if is_out else "",
        workgroup=kept.called,
        user_data=kept.user_data,
    )
    return Call(
        key=int(kept.id, 16) - 2**64,
        handle=kept.handle,
        direction=kept.direction,
        state=CallState.ENDED if ended else CallState.CONNECTED if connected else CallState.RINGING,
        event_type="",
        info=info,
        seen=moment(0.0),
        heard=moment(kept.known_at - kept.start),
        connected=connected,
        ended=ended,
        rang=kept.rang,
        in_snapshot=kept.at_least,
        connected_unseen=kept.at_least and connected is not None,
        recorded=float(kept.recorded_seconds or 0),
        note=UNSEEN_END if kept.outcome is Outcome.ENDED_UNSEEN and is_unseen else "",
    )


def id_of(call: Call) -> str:
    """The id of a call that :func:`call_of` gave; empty for any other."""
    return f"{call.key + 2**64:016x}" if call.key < 0 else ""


def _most(one: int | None, other: int | None) -> int | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _whole(seconds: float) -> int:
    """Whole seconds of a difference of two times of the epoch, which are no finer than a quarter of a microsecond."""
    return max(0, int(round(seconds, 3)))
