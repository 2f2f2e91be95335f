"""Each call that rings is told of once, and each that is over once, whatever is told twice, late or anew."""

from __future__ import annotations

import pytest

from tests.models.test_call_board import Desk
from tui.models.calls import Call, CallEvent, CallInfo, CallState, RecordEvent
from tui.models.snapshot import SETTLE_EMPTY, SETTLE_SECONDS


class Watched(Desk):
    """A board, and what its watcher was told."""

    def __init__(self) -> None:
        super().__init__()
        self.rung: list[int] = []
        self.over: list[Call] = []
        self.board.watcher = self

    def rang(self, call: Call) -> None:
        assert call.state is CallState.RINGING
        self.rung.append(call.handle)

    def ended(self, call: Call) -> None:
        self.over.append(call)


@pytest.fixture
def desk() -> Watched:
    """One that has listened for a while."""
    desk = Watched()
    desk.reopen()
    desk.settle(SETTLE_EMPTY)
    return desk


def event(handle: int, kind: str, number: str = "6175550142", direction: str = "in") -> CallEvent:
    return CallEvent(handle=handle, event_type=kind, direction=direction, info=CallInfo(caller_id=number))


def test_a_call_rings_once_and_is_over_once(desk: Watched) -> None:
    desk.hear(event(7, "ring"), event(7, "ring"), RecordEvent(handle=7, state="start"), event(7, "connect"))
    desk.hear(event(7, "ring"))  # a late copy
    assert (desk.rung, desk.over) == ([7], [])
    desk.hear(event(7, "disconnect"), event(7, "disconnect"))
    assert desk.rung == [7]
    assert [(call.handle, call.is_missed) for call in desk.over] == [(7, False)]


def test_one_that_nobody_takes_is_over_as_a_missed_one(desk: Watched) -> None:
    desk.hear(event(7, "ring"), event(7, "disconnect"))
    assert [call.is_missed for call in desk.over] == [True]


def test_one_that_is_placed_does_not_ring_and_is_over(desk: Watched) -> None:
    desk.hear(event(7, "ringback", direction="out"), event(7, "connect", direction="out"))
    desk.hear(event(7, "disconnect", direction="out"))
    assert desk.rung == []
    assert len(desk.over) == 1


def test_one_that_waits_before_it_rings_rings(desk: Watched) -> None:
    desk.hear(event(7, "queued"), event(7, "ring"), event(7, "ring"))
    assert desk.rung == [7]


def test_what_rings_already_when_the_program_starts_rings_for_nobody_and_is_over_all_the_same() -> None:
    desk = Watched()
    desk.reopen(event(7, "ring"), event(8, "connect"))
    desk.hear(event(7, "ring"))
    desk.settle()
    desk.hear(event(7, "ring"), event(7, "disconnect"), event(8, "disconnect"))
    assert desk.rung == []
    assert [call.handle for call in desk.over] == [7, 8]


def test_what_is_known_again_after_a_lost_channel_does_not_ring_again(desk: Watched) -> None:
    desk.hear(event(7, "ring"))
    for _ in range(3):
        desk.reopen(event(7, "ring"), away=2.0)
        desk.settle()
    assert desk.rung == [7]


def test_what_began_to_ring_while_the_channel_was_lost_rings(desk: Watched) -> None:
    desk.hear(event(7, "ring"))
    desk.reopen(event(7, "ring"), event(9, "ring", "3125550107"), away=2.0)
    assert desk.rung == [7, 9]


def test_a_channel_that_was_lost_before_its_first_snapshot_was_whole_is_still_the_first() -> None:
    desk = Watched()
    desk.reopen(event(7, "ring"))
    desk.reopen(event(7, "ring"), event(8, "ring", "3125550107"), away=2.0)
    assert desk.rung == []
    desk.settle()
    desk.hear(event(9, "ring", "3125550199"))
    assert desk.rung == [9]


def test_what_ended_while_nobody_listened_is_over_unseen(desk: Watched) -> None:
    desk.hear(event(7, "ring"))
    desk.reopen(away=2.0)
    desk.settle(SETTLE_EMPTY)
    assert [(call.handle, bool(call.note), call.is_missed) for call in desk.over] == [(7, True, False)]


def test_a_handle_that_is_used_again_is_another_call(desk: Watched) -> None:
    desk.hear(event(7, "ring"), event(7, "ring", "3125550107"))
    assert desk.rung == [7, 7]
    assert [call.other_number for call in desk.over] == ["6175550142"]


def test_another_extension_begins_like_another_start(desk: Watched) -> None:
    desk.hear(event(7, "ring"))
    desk.board.give_up(desk.clock.now(), "another extension")
    assert len(desk.over) == 1
    desk.reopen(event(8, "ring", "3125550107"))
    desk.settle(SETTLE_SECONDS)
    assert desk.rung == [7]
