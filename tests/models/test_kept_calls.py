"""Calls as they are remembered: whoever sees one, it is one, and it comes back as it was shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.clock import FakeClock
from tui.models.call_board import CallBoard
from tui.models.calls import Call, CallEvent, CallInfo, OriginalData, Outcome
from tui.models.kept_calls import (
    CLOCKS_DIFFER,
    RESUMED_SECONDS,
    KeptCall,
    Listener,
    call_of,
    ended_unseen,
    is_same,
    joined,
)

HERE = Listener(id="one", extension="201", host="desk1", region="TR", trunk_code="", zone_now=lambda: UTC)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()

KEPT = KeptCall(
    id="00000000000000aa",
    listener="one",
    extension="201",
    hosts="desk1",
    handle=7,
    day="2026-11-21",
    start=NOON,
    known_at=NOON + 30,
    direction="in",
    number="0212 555 01 99",
    line="+902125550199",
    name="Harbour Dental",
    called="Support",
    rang=True,
    talk_at=NOON + 5,
    at_least=False,
    outcome=Outcome.ANSWERED,
    recorded_seconds=None,
    user_data="",
)
OTHERS = replace(KEPT, id="00000000000000bb", listener="two", hosts="desk2")


class Line:
    """An extension, and what a Helpdeck remembers of its calls."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.board = CallBoard()

    def hear(self, kind: str, *, after: float = 1.0, direction: str = "in", **info: Any) -> None:
        self.clock.advance(after)
        given: dict[str, Any] = {"caller_id": "0212 555 01 99", "callee_id": "0216 555 01 00", **info}
        event = CallEvent(handle=7, event_type=kind, direction=direction, info=CallInfo(**given))
        self.board.apply(event, self.clock.now())

    @property
    def call(self) -> Call:
        (call,) = self.board
        return call

    @property
    def kept(self) -> KeptCall:
        return HERE.sight("00000000000000aa", self.call, self.clock.now())


@pytest.fixture
def line() -> Line:
    return Line()


def test_a_call_is_remembered_with_its_lengths_and_what_came_of_it(line: Line) -> None:
    line.hear("ring", workgroup="Support", caller_name="Harbour Dental")
    assert line.kept.outcome is Outcome.LIVE
    line.hear("connect", after=4)
    line.hear("disconnect", after=61.5)
    kept = line.kept
    assert (kept.ring_seconds, kept.talk_seconds, kept.outcome) == (4, 61, Outcome.ANSWERED)
    assert (kept.number, kept.line, kept.e164) == ("0212 555 01 99", "+902125550199", "+902125550199")
    assert (kept.name, kept.called, kept.hosts, kept.extension) == ("Harbour Dental", "Support", "desk1", "201")
    assert kept.known_at - kept.start == 65.5


def test_a_call_back_of_a_workgroup_counts_for_the_caller_behind_it(line: Line) -> None:
    line.hear("ring", caller_id="500", original=OriginalData(caller_id="+90 532 555 01 44"))
    assert (line.kept.number, line.kept.line) == ("500", "+905325550144")


@pytest.mark.parametrize("caller", ["", "anonymous", "Anonim", "9" * 400, "x" * 400])
def test_who_cannot_be_told_is_remembered_without_a_number_to_call(line: Line, caller: str) -> None:
    line.hear("ring", caller_id=caller)
    assert (line.kept.number, line.kept.e164) == (caller, "")


def test_a_clock_that_is_set_during_a_call_changes_neither_its_day_nor_its_lengths(line: Line) -> None:
    line.hear("ring")
    begun = line.kept
    line.clock.set_wall_clock(-2 * 86_400)
    line.hear("disconnect", after=9)
    assert (line.kept.day, line.kept.start) == (begun.day, begun.start)
    assert (line.kept.ring_seconds, line.kept.known_at) == (9, begun.start + 9)


def shown(call: Call, clock: FakeClock) -> tuple[object, ...]:
    now = clock.now()
    talk = call.talk_seconds(now)
    return (
        *(call.direction, call.other_number, call.other_name, call.called, call.outcome, call.is_missed),
        *(call.rang, call.rang and int(call.ring_seconds(now)), None if talk is None else int(talk)),
        *(int(call.recorded), call.seen.at.replace(microsecond=0), call.is_at_least and not call.is_live),
    )


KINDS = st.sampled_from(["ring", "ringback", "connect", "hold", "disconnect"])


@given(st.lists(st.tuples(KINDS, st.integers(1, 300)), min_size=1, max_size=6), st.sampled_from(["in", "out", ""]))
def test_what_is_remembered_of_an_ended_call_is_what_was_shown_of_it(
    events: list[tuple[str, int]], direction: str
) -> None:
    line = Line()
    for kind, after in [*events, ("disconnect", 3)]:
        line.hear(kind, after=after, direction=direction)
    for call in line.board:
        again = call_of(HERE.sight("00000000000000aa", call, line.clock.now()), UTC)
        assert shown(again, line.clock) == shown(call, line.clock)


def test_each_remembered_call_has_a_key_of_its_own_below_those_of_now() -> None:
    keys = [call_of(replace(KEPT, id=id)).key for id in ("0" * 16, "f" * 16, KEPT.id)]
    assert len(set(keys)) == 3
    assert max(keys) < 0


def test_one_call_that_two_saw_is_one() -> None:
    assert is_same(KEPT, replace(OTHERS, start=NOON + CLOCKS_DIFFER, name=""))
    both = joined(KEPT, replace(OTHERS, start=NOON + 1, talk_at=NOON + 6.5))
    assert both == replace(KEPT, hosts="desk1, desk2")


@pytest.mark.parametrize(
    "other",
    [
        replace(OTHERS, start=NOON + CLOCKS_DIFFER + 1),
        replace(OTHERS, handle=8),
        replace(OTHERS, extension="202"),
        replace(OTHERS, direction="out"),
        replace(OTHERS, line="+902165550100"),
        replace(OTHERS, at_least=True, start=KEPT.known_at + CLOCKS_DIFFER + 1),
        replace(KEPT, id="00000000000000cc"),
    ],
)
def test_another_call_is_another(other: KeptCall) -> None:
    assert not is_same(KEPT, other)


def test_a_call_goes_on_for_who_is_started_again_in_the_middle_of_it() -> None:
    before = ended_unseen(KEPT)
    again = replace(OTHERS, start=NOON + 60, known_at=NOON + 100, rang=False, talk_at=NOON + 60, at_least=True)
    assert is_same(before, again)
    assert not is_same(before, replace(again, start=before.known_at + RESUMED_SECONDS + 1))
    both = joined(before, again)
    assert (both.start, both.ring_seconds, both.talk_seconds, both.at_least) == (NOON, 5, 95, True)
    assert both.outcome is Outcome.ANSWERED


def test_of_a_call_whose_connection_nobody_saw_only_a_part_of_the_talk_is_known() -> None:
    ringing = replace(KEPT, talk_at=None, outcome=Outcome.LIVE)
    again = replace(OTHERS, start=NOON + 60, known_at=NOON + 100, rang=False, talk_at=NOON + 60, at_least=True)
    assert joined(ringing, again).at_least


def test_who_saw_all_of_a_call_is_believed_before_who_came_late() -> None:
    late = replace(OTHERS, start=NOON + 10, rang=False, talk_at=NOON + 10, at_least=True)
    for both in (joined(KEPT, late), joined(late, KEPT)):
        assert (both.ring_seconds, both.talk_seconds, both.at_least) == (5, 25, False)


def test_of_two_whose_clocks_differ_one_that_saw_all_of_a_call_tells_its_lengths() -> None:
    ours = [
        replace(KEPT, talk_at=None, known_at=NOON, outcome=Outcome.LIVE),
        replace(KEPT, known_at=NOON + 5, outcome=Outcome.LIVE),
        KEPT,
    ]
    theirs = [
        replace(OTHERS, start=call.start + 2, talk_at=call.talk_at and call.talk_at + 2, known_at=call.known_at + 2)
        for call in ours
    ]
    theirs = [replace(call, outcome=our.outcome) for call, our in zip(theirs, ours, strict=True)]
    for order in ((0, 1, 2, 3, 4, 5), (0, 3, 1, 4, 2, 5), (3, 0, 4, 1, 5, 2), (0, 3, 4, 5, 1, 2), (0, 3, 4, 1, 5, 2)):
        kept, *rest = [[*ours, *theirs][place] for place in order]
        for seen in rest:
            kept = joined(kept, seen)
        assert (kept.ring_seconds, kept.talk_seconds, kept.at_least) == (5, 25, False)


def test_how_long_it_rang_is_not_known_of_a_call_that_was_taken_while_nobody_listened() -> None:
    ringing = replace(KEPT, talk_at=None, outcome=Outcome.LIVE, known_at=NOON)
    times = {"rang": False, "talk_at": NOON + 60, "known_at": NOON + 100, "at_least": True}
    again = replace(OTHERS, start=NOON + 60, **times)
    for taken in (replace(KEPT, **times), again):
        for both in (joined(ringing, taken), joined(taken, ringing)):
            assert (both.ring_seconds, both.talk_seconds, both.at_least) == (None, 40, True)


def test_a_call_stays_on_its_day_where_the_zone_is_changed_before_its_end() -> None:
    begun = replace(KEPT, talk_at=None, outcome=Outcome.LIVE, known_at=NOON)
    for whole in (KEPT, replace(OTHERS, start=NOON + 2)):
        assert joined(begun, replace(whole, day="2026-11-22")).day == begun.day


def test_a_call_is_live_as_long_as_one_listens_to_it() -> None:
    live = replace(KEPT, outcome=Outcome.LIVE)
    assert joined(live, replace(OTHERS, outcome=Outcome.ENDED_UNSEEN)).outcome is Outcome.LIVE
    assert joined(live, replace(live, outcome=Outcome.ENDED_UNSEEN)).outcome is Outcome.ENDED_UNSEEN


SIGHTS = st.builds(
    lambda start, rang, until_talk, lasted, outcome, at_least, other: replace(
        OTHERS if other else KEPT,
        start=NOON + start,
        rang=rang,
        talk_at=None if until_talk is None else NOON + start + until_talk,
        known_at=NOON + start + (until_talk or 0) + lasted,
        outcome=outcome,
        at_least=at_least,
    ),
    st.integers(0, 50), st.booleans(), st.none() | st.integers(0, 60), st.integers(0, 900),
    st.sampled_from(list(Outcome)), st.booleans(), st.booleans(),
)  # fmt: skip


@given(SIGHTS, SIGHTS)
def test_what_is_told_twice_changes_nothing(kept: KeptCall, seen: KeptCall) -> None:
    once = joined(kept, seen)
    assert joined(once, seen) == once


@given(SIGHTS, SIGHTS)
def test_nothing_that_was_known_is_lost(kept: KeptCall, seen: KeptCall) -> None:
    both = joined(kept, seen)
    assert both.start in (kept.start, seen.start)
    assert both.start <= both.known_at
    final = {kept.outcome, seen.outcome} - {Outcome.LIVE, Outcome.ENDED_UNSEEN}
    assert not final or both.outcome in final
    assert set(both.hosts.split(", ")) == {kept.hosts, seen.hosts}
