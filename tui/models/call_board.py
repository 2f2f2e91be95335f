"""The calls that are known now: folds AltiGen's events into calls.

Handles are used again by the server, and the calls that exist when the channel opens come as ordinary events
with no end marker (AltiGen Web API Guide, "Web API Events"). So a call has a key of our own, and after a
channel opened, calls that are not repeated within a quiet spell are closed as "ended while away".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from tui.models.call_doubts import CallDoubts
from tui.models.call_history import CallHistory
from tui.models.calls import (
    STATES,
    AltiGenEvent,
    Call,
    CallEvent,
    CallInfo,
    CallState,
    CallWatcher,
    RecordEvent,
    Recording,
    Unreadable,
    merged,
    number_of_other,
)
from tui.models.clock import Moment
from tui.models.snapshot import Snapshot
from tui.models.versioned import Versioned

ENDED_KEPT: Final = 500
"""Ended calls that stay on the board."""

LIVE_KEPT: Final = 5_000
"""Live calls at most: a server that never ends a call must not fill the memory."""

CHANGED_KEPT: Final = 20_000
"""Calls that have changed and were not taken yet."""

EXPECTED_SECONDS: Final = 20.0
"""A placed call that does not ring within this time is not waited for."""

UNREADABLE_KEPT: Final = 50

DOUBT_SECONDS: Final = 7_200.0
"""Time without a word of a call after which it is in doubt, where the settings do not say."""


class CallBoard(Versioned):
    """The calls of one extension. ``version`` grows with every change."""

    def __init__(self, doubt_seconds: float = DOUBT_SECONDS) -> None:
        super().__init__()
        self.missed = 0
        """Calls missed since the program started."""
        self.events = 0
        """Events understood since the program started."""
        self.unreadable = 0
        """Messages that could not be understood since the program started."""
        self.unreadable_kept: deque[Unreadable] = deque(maxlen=UNREADABLE_KEPT)
        self.doubts = CallDoubts(doubt_seconds)
        """What speaks against the calls that go on."""
        self.altiserv_lost = False
        """The WebProxy said that it has lost AltiServ."""
        self.history = CallHistory()
        """What the archive remembers beside them."""
        self.changed_calls: dict[int, Call] | None = None
        """The calls that have changed since somebody took them from here, by key; None where nobody does."""
        self.dropped = 0
        """Calls whose end there was no room for before somebody took others: they came faster than they were kept."""
        self.watcher: CallWatcher | None = None
        self.placed: int | None = None
        """Key of the call that was placed from here last, once it rings."""
        self._own: set[int] = set()  # keys of live calls that were placed from here
        self._expected: Moment | None = None
        self._calls: dict[int, Call] = {}
        self._live: dict[int, int] = {}  # handle -> key
        self._ended: deque[int] = deque()
        self._snapshot = Snapshot()
        self.told_late: Moment | None = None
        """From when on what is told now may have happened; None where it is told as it happens."""
        self._next_key = 1

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls.values())

    def __len__(self) -> int:
        return len(self._calls)

    def newest_first(self) -> Iterator[Call]:
        """The calls, the one that was heard of last before all others."""
        return reversed(self._calls.values())

    def get(self, key: int) -> Call | None:
        """The call of this key, or None when it has left the board."""
        return self._calls.get(key)

    def live(self) -> list[Call]:
        """The calls that go on, oldest first."""
        return [self._calls[key] for key in self._live.values()]

    def ringing(self) -> list[Call]:
        """The calls that ring at this extension, oldest first."""
        return [call for call in self.live() if call.state is CallState.RINGING]

    def own(self) -> list[Call]:
        """The calls that were placed from here and go on, oldest first."""
        return [call for call in self.live() if call.key in self._own]

    @property
    def is_settling(self) -> bool:
        """Whether the calls of the opening snapshot may still be coming in."""
        return self._snapshot.is_settling

    @property
    def opened(self) -> Moment | None:
        """When the channel opened that tells of the calls now."""
        return self._snapshot.opened

    def known_until(self, key: int, now: Moment) -> Moment:
        """Up to when a call that goes on is known to: not until now where the channel has not told of it anew yet."""
        return self._snapshot.known_until(key, now)

    def is_live(self, key: int) -> bool:
        """Whether the call of this key is there and goes on."""
        call = self._calls.get(key)
        return call is not None and call.is_live

    def expect_outgoing(self, now: Moment) -> None:
        """A call is being placed: the next one that rings outside is it."""
        self._expected = now

    def is_expecting(self, now: Moment) -> bool:
        """Whether a call that was placed from here is still to ring."""
        return self._expected is not None and now.seconds_since(self._expected) < EXPECTED_SECONDS

    def apply(self, event: AltiGenEvent, now: Moment) -> None:
        """Fold one event in."""
        self._snapshot.came(now, is_call=isinstance(event, CallEvent))
        self._changed()
        if isinstance(event, Unreadable):
            self.unreadable += 1
            self.unreadable_kept.append(event)
            if event.may_be_of_call:
                self.doubts.lost = now
            return
        self.events += 1
        if self.doubts.awaited:
            self.doubts.came("a new call")  # whatever it tells: the channel is not deaf
        if isinstance(event, CallEvent):
            self._apply_call(event, now)
        elif isinstance(event, RecordEvent):
            self._apply_recording(event, now)
        else:
            self.altiserv_lost = not event.connected

    def channel_opened(self, now: Moment, known_until: Moment | None = None) -> None:
        """The event channel stands: what exists comes again, what does not has ended while we were away, after
        ``known_until`` (None: now)."""
        self._changed()
        self.altiserv_lost = False
        self._snapshot.begin(now, self._live.values(), known_until or now)
        self.doubts.begin_anew()

    def settle(self, now: Moment) -> None:
        """Close what was not repeated, once the opening snapshot is taken as complete."""
        was_settling = self.is_settling
        for key in self._snapshot.settle(now):
            self._end_unseen(self._calls[key], now, "ended while away")
        if was_settling and not self.is_settling:
            self._changed()

    def give_up(self, now: Moment, note: str) -> None:
        """Nothing more will be heard of the calls that go on."""
        for call in self.live():
            self._end(call, now, note=note)
        self._snapshot = Snapshot()
        self._changed()

    def history_changed(self) -> None:
        """What is remembered beside them is another."""
        self._changed()

    def _apply_call(self, event: CallEvent, now: Moment) -> None:
        state = STATES.get(event.event_type, CallState.OTHER)
        key = self._live.get(event.handle)
        call = None if key is None else self._calls[key]
        if call is not None and self._is_another(call, event, state):
            self._end_unseen(call, now, "ended unseen: its handle was used again")
            call = None
        if call is None:
            if state is not CallState.ENDED:
                self._begin(event, state, now)
            return
        info = call.info if event.info == call.info else merged(call.info, event.info)
        if state is CallState.ENDED:
            self._end_as_told(call, now, info)
            return
        connected = call.connected
        was_away = self._snapshot.confirm(call.key)
        if state is CallState.CONNECTED and connected is None:
            connected = now
        elif connected is not None and state in (CallState.RINGING, CallState.CALLING):
            state = CallState.CONNECTED  # a late copy of its ring does not make a talk ring again
        is_late = was_away or self.told_late is not None
        is_unseen = is_late and connected is now  # it was taken at some time in between
        self._put(
            replace(
                call,
                state=state,
                event_type=event.event_type,
                heard=now,
                direction=event.direction or call.direction,
                info=info,
                extra=event.extra or call.extra,
                connected=connected,
                connected_unseen=call.connected_unseen or is_unseen,
                rang=not is_unseen and (call.rang or state in (CallState.RINGING, CallState.CALLING)),
            )
        )

    def _is_another(self, call: Call, event: CallEvent, state: CallState) -> bool:
        """Whether an event on this handle speaks of a later call than the one we know."""
        starts = state in (CallState.RINGING, CallState.CALLING)
        if state is CallState.ENDED or not (starts or self._snapshot.awaits(call.key)):
            return False
        differs = any(
            ours and theirs and ours != theirs
            for ours, theirs in (
                (call.direction, event.direction),
                # Only the party who is not us: a workgroup passes a call on from one callee to the next.
                (call.other_number, number_of_other(event.direction or call.direction, event.info)),
            )
        )
        return differs or (starts and call.connected is not None and self._snapshot.awaits(call.key))

    def _begin(self, event: CallEvent, state: CallState, now: Moment) -> None:
        if len(self._live) >= LIVE_KEPT:
            oldest = next(iter(self._live.values()))
            self._end(self._calls[oldest], now, note="dropped: too many live calls")
        starts = state in (CallState.RINGING, CallState.CALLING)
        call = Call(
            key=self._next_key,
            handle=event.handle,
            direction=event.direction,
            state=state,
            event_type=event.event_type,
            info=event.info,
            extra=event.extra,
            seen=now,
            heard=now,
            connected=now if state is CallState.CONNECTED else None,
            connected_unseen=state is CallState.CONNECTED,
            rang=starts,
            in_snapshot=self.is_settling or self.told_late is not None or not starts,
        )
        self._next_key += 1
        is_outgoing = state is CallState.CALLING or (state is CallState.CONNECTED and event.direction == "out")
        if is_outgoing and self._expected is not None:
            if self.is_expecting(now):
                self.placed = call.key
                self._own.add(call.key)
            self._expected = None
        self._put(call)
        self._live[call.handle] = call.key

    def _put(self, call: Call) -> None:
        if self.watcher is not None and (call.ended is not None or call.state is CallState.RINGING):
            self._tell(self.watcher, call)
        self._calls[call.key] = call
        changed = self.changed_calls
        if changed is not None:
            if len(changed) < CHANGED_KEPT or call.key in changed:
                changed[call.key] = call
            elif call.ended is not None:  # of one that goes on more is told, and it may find room then
                self.dropped += 1

    def _tell(self, watcher: CallWatcher, call: Call) -> None:
        before = self._calls.get(call.key)
        if call.ended is not None:
            watcher.ended(call)
        elif not (self._snapshot.is_first or (before is not None and before.rang)):
            watcher.rang(call)

    def _end_as_told(self, call: Call, now: Moment, info: CallInfo) -> None:
        if self.told_late is not None:
            call = replace(call, **{"in_snapshot" if call.connected is None else "connected_unseen": True})
        self._end(call, self._known_to_last(call.connected or call.seen, now), info=info)

    def _known_to_last(self, begun: Moment, now: Moment) -> Moment:
        """Up to when something lasted at the least whose end is told now."""
        return now if self.told_late is None else max(begun, self.told_late, key=lambda moment: moment.tick)

    def _end_unseen(self, call: Call, now: Moment, note: str) -> None:
        """It has ended, nobody knows when: no later time than it was last known to go on is told of it."""
        known = self.known_until(call.key, now)
        self._end(call, max(call.heard, known, key=lambda moment: moment.tick), note=note)

    def _end(self, call: Call, now: Moment, *, note: str = "", info: CallInfo | None = None) -> None:
        ended = replace(
            call,
            state=CallState.ENDED,
            ended=now,
            recording=None,
            recorded=call.recorded_seconds(now),
            note=note,
            info=call.info if info is None else info,
        )
        self._put(ended)
        self.doubts.ended(call.key)
        del self._live[call.handle]
        self._snapshot.confirm(call.key)
        self._own.discard(call.key)
        self.missed += ended.is_missed
        self._ended.append(call.key)
        if len(self._ended) > ENDED_KEPT:
            del self._calls[self._ended.popleft()]

    def _apply_recording(self, event: RecordEvent, now: Moment) -> None:
        key = self._live.get(event.handle)
        if key is None:
            return
        call = self._calls[key]
        known = call.recording
        record_type = event.record_type or (known.record_type if known else "")
        recording: Recording | None
        match event.state:
            case "stop" | "end":
                recording = None
            case "mute" | "pause":
                recording = Recording(
                    muted=True,
                    since=known.since if known else now,
                    muted_since=known.muted_since if known and known.muted else now,
                    record_type=record_type,
                )
            case _:  # start, and whatever a server says for unmute: the guide lists no word for it
                recording = Recording(muted=False, since=known.since if known else now, record_type=record_type)
        ended = now if known is None else self._known_to_last(known.since, now)
        recorded = call.recorded_seconds(ended) if recording is None else call.recorded
        self._put(replace(call, recording=recording, recorded=recorded, heard=now))
        self.doubts.came("its recording", key)
