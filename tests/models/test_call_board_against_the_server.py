"""Whatever was lost, doubled or late before: after an opening snapshot the board and the server agree."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.clock import FakeClock
from tui.models.call_board import CallBoard
from tui.models.calls import CallEvent, CallInfo, CallState, RecordEvent
from tui.models.snapshot import SETTLE_EMPTY

HANDLES = st.integers(min_value=1, max_value=2)
NUMBERS = st.sampled_from(["555-0100", "555-0111"])
FATES = st.sampled_from(["comes", "is lost", "comes twice", "comes late"])

STATES = {
    "ring": CallState.RINGING,
    "ringback": CallState.CALLING,
    "connect": CallState.CONNECTED,
    "hold": CallState.OTHER,
}


class Truth(NamedTuple):
    """A call as the server knows it."""

    direction: str
    number: str
    event_type: str

    def event(self, handle: int, event_type: str = "") -> CallEvent:
        ours, theirs = ("callee_id", "caller_id") if self.direction == "in" else ("caller_id", "callee_id")
        info = CallInfo(**{ours: "201", theirs: self.number})  # type: ignore[arg-type] # texts only
        event_type = event_type or self.event_type
        return CallEvent(handle=handle, event_type=event_type, direction=self.direction, info=info)


class ServerAndBoard(RuleBasedStateMachine):
    """A server with two lines, a channel that cannot be relied on, and the board at the end of it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.board = CallBoard()
        self.truth: dict[int, Truth] = {}
        self.late: list[CallEvent | RecordEvent] = []
        self.away = False

    def send(self, event: CallEvent | RecordEvent, fate: str) -> None:
        self.clock.advance(0.125)
        if self.away:
            return
        if fate == "comes late":
            self.late.append(event)
        for _ in range({"comes": 1, "comes twice": 2}.get(fate, 0)):
            self.board.apply(event, self.clock.now())

    @rule(handle=HANDLES, number=NUMBERS, incoming=st.booleans(), fate=FATES)
    def a_call_begins(self, handle: int, number: str, incoming: bool, fate: str) -> None:
        if handle not in self.truth:
            self.truth[handle] = Truth("in", number, "ring") if incoming else Truth("out", number, "ringback")
            self.send(self.truth[handle].event(handle), fate)

    @precondition(lambda self: self.truth)
    @rule(handle=HANDLES, event_type=st.sampled_from(["connect", "hold"]), fate=FATES)
    def a_call_goes_on(self, handle: int, event_type: str, fate: str) -> None:
        if handle in self.truth:
            self.truth[handle] = self.truth[handle]._replace(event_type=event_type)
            self.send(self.truth[handle].event(handle), fate)

    @precondition(lambda self: self.truth)
    @rule(handle=HANDLES, fate=FATES)
    def a_call_ends(self, handle: int, fate: str) -> None:
        if handle in self.truth:
            self.send(self.truth.pop(handle).event(handle, "disconnect"), fate)

    @rule(handle=HANDLES, state=st.sampled_from(["start", "mute", "stop"]), fate=FATES)
    def a_recording_changes(self, handle: int, state: str, fate: str) -> None:
        self.send(RecordEvent(handle=handle, state=state, record_type="System"), fate)

    @precondition(lambda self: self.late)
    @rule(data=st.data())
    def what_was_late_comes(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(min_value=0, max_value=len(self.late) - 1))
        self.board.apply(self.late.pop(place), self.clock.now())

    @precondition(lambda self: not self.away)
    @rule()
    def the_channel_is_lost(self) -> None:
        self.away = True
        self.late.clear()  # what was under way on it is gone with it

    @rule(data=st.data())
    def the_channel_opens_again_and_settles(self, data: st.DataObject) -> None:
        self.away = False
        self.late.clear()
        before = {call.key: (call.direction, call.other_number) for call in self.board.live()}
        self.board.channel_opened(self.clock.now())
        for handle in data.draw(st.permutations(sorted(self.truth))):
            self.send(self.truth[handle].event(handle), data.draw(st.sampled_from(["comes", "comes twice"])))
        for handle in data.draw(st.lists(HANDLES, max_size=3)):
            self.what_happens_meanwhile(handle)
        self.clock.advance(SETTLE_EMPTY)
        self.board.settle(self.clock.now())
        assert not self.board.is_settling
        assert {call.handle: (call.state, call.direction, call.other_number) for call in self.board.live()} == {
            handle: (STATES[truth.event_type], truth.direction, truth.number) for handle, truth in self.truth.items()
        }
        for call in self.board.live():
            assert before.get(call.key, (call.direction, call.other_number)) == (call.direction, call.other_number)

    def what_happens_meanwhile(self, handle: int) -> None:
        if handle in self.truth:
            self.a_call_ends(handle, "comes")
        else:
            self.a_call_begins(handle, "555-0177", True, "comes")

    @invariant()
    def the_board_is_in_order(self) -> None:
        live = self.board.live()
        assert len({call.handle for call in live}) == len(live)
        assert {call.key for call in live} == {call.key for call in self.board if call.is_live}
        assert all((call.state is CallState.ENDED) == (call.ended is not None) for call in self.board)
        assert all(call.recording is None for call in self.board if not call.is_live)
        assert self.board.missed == sum(call.is_missed for call in self.board)


TestServerAndBoard = ServerAndBoard.TestCase
TestServerAndBoard.settings = settings(max_examples=100, stateful_step_count=30)
