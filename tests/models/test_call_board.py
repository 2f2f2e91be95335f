"""What is known of the calls, from events that carry no time and may be lost, doubled or late."""

from __future__ import annotations

import pytest

from tests.clock import FakeClock
from tui.models.call_board import (
    ENDED_KEPT,
    LIVE_KEPT,
    UNREADABLE_KEPT,
    CallBoard,
)
from tui.models.calls import (
    AltiGenEvent,
    Call,
    CallEvent,
    CallInfo,
    CallState,
    OriginalData,
    Outcome,
    RecordEvent,
    ServerStatusEvent,
    Unreadable,
)
from tui.models.snapshot import SETTLE_EMPTY, SETTLE_MOST, SETTLE_SECONDS


class Desk:
    """A board, its clock, and events in few words."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.board = CallBoard()

    def hear(self, *events: AltiGenEvent, after: float = 1.0) -> None:
        """Events, each the same number of seconds after the one before."""
        for event in events:
            self.clock.advance(after)
            self.board.apply(event, self.clock.now())

    def reopen(self, *snapshot: AltiGenEvent, away: float = 0.0) -> None:
        """The channel opens and the calls that exist come in one burst; it was lost some seconds before."""
        lost = self.clock.now()
        self.clock.advance(away)
        self.board.channel_opened(self.clock.now(), lost)
        self.hear(*snapshot, after=0.01)

    def settle(self, after: float = SETTLE_SECONDS) -> None:
        self.clock.advance(after)
        self.board.settle(self.clock.now())

    @property
    def call(self) -> Call:
        """The only call on the board."""
        (call,) = self.board
        return call


@pytest.fixture
def desk() -> Desk:
    return Desk()


def event(event_type: str, handle: int = 7, direction: str = "in", **info: str) -> CallEvent:
    return CallEvent(handle=handle, event_type=event_type, direction=direction, info=CallInfo(**info))  # type: ignore[arg-type] # texts only


def ring(handle: int = 7, caller: str = "555-0100", **info: str) -> CallEvent:
    return event("ring", handle, caller_id=caller, **info)


def ringback(handle: int = 7, callee: str = "555-0123") -> CallEvent:
    return event("ringback", handle, "out", caller_id="201", callee_id=callee)


def connect(handle: int = 7, caller: str = "555-0100") -> CallEvent:
    return event("connect", handle, caller_id=caller)


def disconnect(handle: int = 7) -> CallEvent:
    return event("disconnect", handle, direction="")


def record(state: str, handle: int = 7, record_type: str = "Agent") -> RecordEvent:
    return RecordEvent(handle=handle, state=state, record_type=record_type)


# The life of a call.


def test_a_call_rings_connects_and_ends(desk: Desk) -> None:
    desk.hear(ring())
    assert (desk.call.state, desk.call.other_number, desk.call.is_live) == (CallState.RINGING, "555-0100", True)
    desk.hear(connect(), after=12)
    assert desk.call.state is CallState.CONNECTED
    assert desk.call.ring_seconds(desk.clock.now()) == 12
    desk.hear(disconnect(), after=130)
    assert (desk.call.state, desk.call.is_live, desk.call.is_missed) == (CallState.ENDED, False, False)
    assert desk.call.talk_seconds(desk.clock.now()) == 130
    assert desk.call.note == ""
    assert desk.board.live() == []
    assert desk.board.get(desk.call.key) is desk.call


def test_the_times_of_an_ended_call_stand_still(desk: Desk) -> None:
    desk.hear(ring(), connect(), disconnect())
    desk.clock.advance(3600)
    assert desk.call.ring_seconds(desk.clock.now()) == 1
    assert desk.call.talk_seconds(desk.clock.now()) == 1


def test_an_outgoing_call_names_who_is_called(desk: Desk) -> None:
    desk.hear(ringback())
    assert (desk.call.state, desk.call.other_number) == (CallState.CALLING, "555-0123")
    desk.hear(event("connect", direction="out"))
    assert (desk.call.state, desk.call.other_number) == (CallState.CONNECTED, "555-0123")


def test_a_call_that_rang_and_was_not_taken_is_missed(desk: Desk) -> None:
    desk.hear(ring(), disconnect())
    assert desk.call.is_missed
    assert desk.board.missed == 1


def test_a_call_of_ours_that_nobody_took_is_not_missed(desk: Desk) -> None:
    desk.hear(ringback(), event("disconnect", direction="out"))
    assert not desk.call.is_missed
    assert desk.board.missed == 0


def test_a_call_that_never_rang_here_is_not_missed(desk: Desk) -> None:
    desk.hear(event("callpending"), event("disconnect"))
    assert not desk.call.is_missed
    assert desk.board.missed == 0


def test_a_ring_on_a_handle_that_was_given_back_is_another_call(desk: Desk) -> None:
    desk.hear(ring(), connect(), disconnect(), ring(caller="555-0111"))
    ended, fresh = desk.board
    assert (ended.is_live, fresh.is_live, fresh.other_number) == (False, True, "555-0111")
    assert fresh.key > ended.key


def test_a_ring_of_somebody_else_on_a_live_handle_is_another_call_whose_end_was_not_heard(desk: Desk) -> None:
    desk.hear(ring(), connect(), ring(caller="555-0111"))
    ended, fresh = desk.board
    assert (ended.is_live, ended.note) == (False, "ended unseen: its handle was used again")
    assert (fresh.state, fresh.connected, fresh.other_number) == (CallState.RINGING, None, "555-0111")


def test_a_ringback_on_the_handle_of_an_incoming_call_is_another_call(desk: Desk) -> None:
    desk.hear(ring(), connect(), ringback())
    assert [(call.direction, call.is_live) for call in desk.board] == [("in", False), ("out", True)]


def test_doubled_events_change_nothing(desk: Desk) -> None:
    desk.hear(ring(), ring(), connect())
    connected = desk.call.connected
    desk.hear(connect(), disconnect(), disconnect())
    assert (desk.call.connected, desk.call.state) == (connected, CallState.ENDED)


def test_a_late_copy_of_its_ring_does_not_make_a_talk_ring_again(desk: Desk) -> None:
    desk.hear(ring(), connect())
    before = desk.call
    desk.hear(ring())
    assert (desk.call.state, desk.call.connected, desk.call.key) == (CallState.CONNECTED, before.connected, before.key)


def test_an_end_of_a_call_that_is_not_known_is_passed_over(desk: Desk) -> None:
    desk.hear(disconnect())
    assert len(desk.board) == 0


def test_a_word_that_the_guide_does_not_know_is_kept_as_it_came(desk: Desk) -> None:
    desk.hear(ring(), connect(), event("hold"))
    assert (desk.call.state, desk.call.event_type) == (CallState.OTHER, "hold")
    connected = desk.call.connected
    desk.hear(connect())
    assert (desk.call.state, desk.call.connected) == (CallState.CONNECTED, connected)


def test_what_a_later_event_leaves_out_is_still_known(desk: Desk) -> None:
    desk.hear(ring(caller_name="Front desk", workgroup="Support"))
    desk.hear(event("connect", direction="", user_data="ticket=5"))
    info = desk.call.info
    assert (desk.call.direction, info.caller_name, info.workgroup) == ("in", "Front desk", "Support")
    assert (info.caller_id, info.user_data) == ("555-0100", "ticket=5")


def test_what_a_later_event_says_anew_replaces_what_was_known(desk: Desk) -> None:
    desk.hear(ring(caller_name="Front desk"))
    original = OriginalData(caller_id="555-0142")
    info = CallInfo(caller_name="Reception", priority=1, original=original)
    desk.hear(CallEvent(handle=7, event_type="connect", direction="in", info=info))
    assert (desk.call.other_name, desk.call.info.priority, desk.call.info.original) == ("Reception", 1, original)


def test_calls_of_several_handles_do_not_touch_each_other(desk: Desk) -> None:
    desk.hear(ring(1), ring(2, "555-0111"), connect(2, "555-0111"), disconnect(1))
    assert [(call.handle, call.state) for call in desk.board.live()] == [(2, CallState.CONNECTED)]


# The opening snapshot.


def test_a_call_of_the_opening_snapshot_has_lower_bounds_for_its_times(desk: Desk) -> None:
    desk.reopen(connect(1), ring(2))
    desk.settle()
    desk.hear(ring(3))
    assert [(call.handle, call.in_snapshot) for call in desk.board] == [(1, True), (2, True), (3, False)]


def test_a_call_first_heard_of_in_its_middle_has_lower_bounds_too(desk: Desk) -> None:
    desk.hear(connect())
    assert desk.call.in_snapshot


def test_calls_that_are_not_repeated_have_ended_while_away(desk: Desk) -> None:
    desk.hear(ring(1), connect(1), ring(2), connect(2), ring(3), connect(3))
    desk.reopen(connect(2))
    desk.settle()
    assert [call.handle for call in desk.board.live()] == [2]
    assert {call.handle: call.note for call in desk.board} == {1: "ended while away", 2: "", 3: "ended while away"}
    assert not desk.board.is_settling


def test_what_ended_while_away_lasted_as_long_as_it_was_known_to_or_longer(desk: Desk) -> None:
    desk.hear(ring(1), connect(1), ring(2), ring(3, "555-0111"))
    desk.clock.advance(10)
    desk.reopen(ring(3, "555-0122"), away=600)
    desk.settle()
    talk, unknown, another, _ = desk.board
    assert (talk.talk_seconds(desk.clock.now()), talk.talked_at_least, talk.rang_at_least) == (12, True, False)
    assert (unknown.ring_seconds(desk.clock.now()), unknown.rang_at_least) == (11, True)
    assert (another.ring_seconds(desk.clock.now()), another.rang_at_least) == (10, True)
    assert {call.outcome for call in (talk, unknown, another)} == {Outcome.ENDED_UNSEEN}


def test_what_rang_when_the_channel_was_lost_may_have_been_taken_and_is_not_called_missed(desk: Desk) -> None:
    desk.hear(ring())
    desk.reopen(away=60)
    desk.settle(after=SETTLE_EMPTY)
    assert (desk.call.is_missed, desk.board.missed) == (False, 0)


def test_how_long_a_call_rang_that_was_taken_while_away_is_not_known(desk: Desk) -> None:
    desk.hear(ring())
    desk.reopen(connect(), away=60)
    desk.hear(disconnect(), after=20)
    assert (desk.call.rang, desk.call.talk_seconds(desk.clock.now()), desk.call.talked_at_least) == (False, 20, True)
    assert desk.call.outcome is Outcome.ANSWERED


def test_of_what_is_told_late_only_what_was_known_before_counts_as_talk_or_ring(desk: Desk) -> None:
    desk.hear(ring(1), connect(1), ring(2, "555-0111"), ring(3, "555-0122"), after=1)
    desk.hear(record("start", 1), after=0)
    desk.clock.advance(9)
    since = desk.clock.now()
    desk.clock.advance(60)
    desk.board.told_late = since
    desk.hear(record("stop", 1), disconnect(1), disconnect(2), connect(3), ring(4), connect(4), disconnect(4), after=0)
    desk.board.told_late = None
    desk.hear(disconnect(3), after=20)
    now = desk.clock.now()
    talk, missed, taken, short = desk.board
    assert (talk.outcome, talk.talk_seconds(now), talk.talked_at_least) == (Outcome.ANSWERED, 11, True)
    assert talk.recorded == 9
    assert (missed.outcome, missed.ring_seconds(now), missed.rang_at_least) == (Outcome.MISSED, 10, True)
    assert (taken.rang, taken.talk_seconds(now), taken.talked_at_least) == (False, 20, True)
    assert (short.outcome, short.talk_seconds(now), short.talked_at_least) == (Outcome.ANSWERED, 0, True)


def test_a_call_whose_end_was_lost_is_taken_to_have_lasted_until_its_handle_was_used_again(desk: Desk) -> None:
    desk.hear(ring(), connect())
    desk.hear(ring(caller="555-0111"), after=900)
    call = next(iter(desk.board))
    assert (call.talk_seconds(desk.clock.now()), call.outcome) == (900, Outcome.ENDED_UNSEEN)


def test_what_settling_closes_is_a_change_like_any_other(desk: Desk) -> None:
    desk.hear(ring(1), ring(2))
    desk.reopen()
    version = desk.board.version
    desk.settle(after=SETTLE_EMPTY)
    assert desk.board.live() == []
    assert desk.board.version > version


def test_an_empty_snapshot_is_waited_for_longer_because_a_slow_server_may_still_be_gathering(desk: Desk) -> None:
    desk.hear(ring(1))
    desk.reopen()
    desk.settle(after=SETTLE_EMPTY - 0.5)
    assert desk.board.live()
    desk.settle(after=0.5)
    assert not desk.board.live()


def test_a_call_that_is_repeated_is_the_same_call(desk: Desk) -> None:
    desk.hear(ring(), connect())
    before = desk.call
    desk.reopen(connect())
    desk.settle()
    assert (desk.call.key, desk.call.connected, desk.call.in_snapshot) == (before.key, before.connected, False)


def test_a_repeated_handle_with_another_caller_is_another_call(desk: Desk) -> None:
    desk.hear(ring(), connect())
    desk.reopen(connect(caller="555-0111"))
    desk.settle()
    assert [(call.other_number, call.is_live) for call in desk.board] == [("555-0100", False), ("555-0111", True)]


def test_a_talk_that_rings_after_the_channel_opened_again_is_another_call_of_the_same_caller(desk: Desk) -> None:
    desk.hear(ring(), connect())
    desk.reopen(ring())
    desk.settle()
    assert [call.state for call in desk.board] == [CallState.ENDED, CallState.RINGING]


def test_a_new_call_within_the_snapshot_is_not_closed_by_settling(desk: Desk) -> None:
    desk.hear(ring(1))
    desk.reopen(ring(2))
    desk.settle()
    assert [call.handle for call in desk.board.live()] == [2]


def test_settling_waits_for_a_quiet_spell(desk: Desk) -> None:
    desk.hear(ring(1))
    desk.reopen(connect(2))
    desk.settle(after=SETTLE_SECONDS - 0.1)
    assert (desk.board.is_settling, len(desk.board.live())) == (True, 2)
    desk.settle(after=0.1)
    assert (desk.board.is_settling, len(desk.board.live())) == (False, 1)


def test_settling_does_not_wait_for_ever_on_a_busy_channel(desk: Desk) -> None:
    desk.hear(ring(1))
    desk.reopen()
    passed = 0.0
    while desk.board.is_settling:
        desk.hear(connect(2), after=SETTLE_SECONDS / 2)
        desk.settle(after=0)
        passed += SETTLE_SECONDS / 2
    assert passed == SETTLE_MOST
    assert [call.handle for call in desk.board.live()] == [2]


def test_settling_without_an_opening_closes_nothing(desk: Desk) -> None:
    desk.hear(ring())
    desk.settle(after=3600)
    assert desk.call.is_live


def test_a_channel_that_opens_again_before_it_settled_starts_over(desk: Desk) -> None:
    desk.hear(ring(1), ring(2))
    desk.reopen(ring(1))
    desk.reopen(ring(2))
    desk.settle()
    assert [call.handle for call in desk.board.live()] == [2]


# Recordings.


def test_a_recording_starts_is_muted_goes_on_and_stops(desk: Desk) -> None:
    desk.hear(ring(), connect(), record("start"))
    started = desk.clock.now()
    assert desk.call.recording is not None
    assert (desk.call.recording.muted, desk.call.recording.since) == (False, started)
    desk.hear(record("mute"))
    muted = desk.clock.now()
    desk.hear(record("mute"))
    assert (desk.call.recording.since, desk.call.recording.muted_since) == (started, muted)
    assert desk.call.recording.muted
    desk.hear(record("start"))
    assert (desk.call.recording.muted, desk.call.recording.since) == (False, started)
    assert desk.call.recording.muted_since is None
    desk.hear(record("stop"))
    assert desk.call.recording is None


@pytest.mark.parametrize("word", ["unmute", "resume"])
def test_a_recording_goes_on_by_whatever_word_a_server_has_for_it(desk: Desk, word: str) -> None:
    desk.hear(connect(), record("start"), record("pause"), record(word))
    assert desk.call.recording is not None
    assert not desk.call.recording.muted


def test_a_recording_remembers_who_records_when_a_later_event_leaves_it_out(desk: Desk) -> None:
    desk.hear(connect(), record("start", record_type="Supervisor"), record("mute", record_type=""))
    assert desk.call.recording is not None
    assert desk.call.recording.record_type == "Supervisor"
    desk.hear(record("start", record_type=""))
    assert desk.call.recording.record_type == "Supervisor"


def test_a_recording_of_an_unknown_call_is_passed_over(desk: Desk) -> None:
    desk.hear(record("start"), connect())
    assert desk.call.recording is None


def test_a_recording_ends_with_its_call(desk: Desk) -> None:
    desk.hear(connect(), record("start"), disconnect())
    assert desk.call.recording is None


def test_what_was_recorded_of_a_call_is_counted_over_all_its_recordings(desk: Desk) -> None:
    desk.hear(connect(), record("start"), record("stop"), record("start"), record("mute"), record("start"))
    assert desk.call.recorded_seconds(desk.clock.now()) == 3
    desk.hear(disconnect())
    assert (desk.call.recorded, desk.call.recorded_seconds(desk.clock.now())) == (4, 4)


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ((ring(),), Outcome.LIVE),
        ((ring(), connect(), disconnect()), Outcome.ANSWERED),
        ((ring(), disconnect()), Outcome.MISSED),
        ((ringback(), event("connect", direction="out"), disconnect()), Outcome.REACHED),
        ((ringback(), disconnect()), Outcome.NOT_REACHED),
        ((event("hold"), disconnect()), Outcome.ENDED_UNSEEN),
        ((connect(), ring(caller="555-0111"), disconnect()), Outcome.ENDED_UNSEEN),
    ],
)
def test_what_has_come_of_a_call(desk: Desk, events: tuple[AltiGenEvent, ...], outcome: Outcome) -> None:
    desk.hear(*events)
    assert next(iter(desk.board)).outcome is outcome


def test_the_next_call_on_a_handle_is_not_recorded_yet(desk: Desk) -> None:
    desk.hear(connect(), record("start"), ring(caller="555-0111"))
    assert desk.board.live()[0].recording is None


# The rest.


def test_the_loss_of_altiserv_is_known_until_it_is_back_or_the_channel_opens_anew(desk: Desk) -> None:
    lost: list[bool] = []
    for connected in (False, True, False):
        desk.hear(ServerStatusEvent(connected=connected))
        lost.append(desk.board.altiserv_lost)
    desk.reopen()
    assert [*lost, desk.board.altiserv_lost] == [True, False, True, False]


def test_what_could_not_be_understood_is_counted_and_the_last_of_it_kept(desk: Desk) -> None:
    desk.hear(*(Unreadable(reason=f"message {n}", excerpt="") for n in range(UNREADABLE_KEPT + 5)))
    assert (desk.board.unreadable, desk.board.events) == (UNREADABLE_KEPT + 5, 0)
    assert desk.board.unreadable_kept[0].reason == "message 5"
    assert len(desk.board.unreadable_kept) == UNREADABLE_KEPT


def test_every_change_raises_the_version(desk: Desk) -> None:
    changes: list[AltiGenEvent] = [
        ring(),
        connect(),
        record("start"),
        record("stop"),
        disconnect(),
        ServerStatusEvent(connected=False),
        Unreadable(reason="", excerpt=""),
    ]
    for change in changes:
        version = desk.board.version
        desk.hear(change)
        assert desk.board.version > version, change


def test_the_oldest_ended_calls_leave_the_board(desk: Desk) -> None:
    for handle in range(ENDED_KEPT + 10):
        desk.hear(ring(handle), disconnect(handle))
    assert len(desk.board) == ENDED_KEPT
    assert next(iter(desk.board)).handle == 10
    assert desk.board.missed == ENDED_KEPT + 10


def test_a_server_that_ends_no_call_does_not_fill_the_memory(desk: Desk) -> None:
    desk.hear(*(ring(handle) for handle in range(LIVE_KEPT + ENDED_KEPT + 10)))
    live = desk.board.live()
    assert len(live) == LIVE_KEPT
    assert live[0].handle == ENDED_KEPT + 10
    assert len(desk.board) == LIVE_KEPT + ENDED_KEPT


def test_a_call_that_there_was_no_room_for_is_counted_once_at_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.models.call_board.CHANGED_KEPT", 1)
    changed: dict[int, Call] = {}
    desk.board.changed_calls = changed
    desk.hear(ring(1), ring(2), connect(2), ring(3))
    assert desk.board.dropped == 0, "of what goes on more is told"
    desk.hear(disconnect(2))
    assert (desk.board.dropped, [call.handle for call in changed.values()]) == (1, [1])
    changed.clear()
    desk.hear(disconnect(3))
    assert (desk.board.dropped, [call.handle for call in changed.values()]) == (1, [3])
