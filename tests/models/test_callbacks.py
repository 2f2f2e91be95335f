"""Who is to be called back: nobody who was missed is forgotten, and nobody who got through is called in vain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, NOON
from tui.models.callbacks import (
    Callback,
    Callbacks,
    Missed,
    Step,
    StepKind,
    claim_of,
    holds,
    missed_of,
    open_callbacks,
)
from tui.models.calls import Outcome
from tui.models.kept_calls import CLOCKS_DIFFER, KeptCall

LINE = KEPT.line
MISSED = replace(KEPT, talk_at=None, known_at=NOON + 20, outcome=Outcome.MISSED)


def recounted(calls: list[KeptCall], steps: list[Step] | None = None) -> Callbacks:
    """The list as it follows from all that is remembered."""
    missed = [each for call in calls if (each := missed_of(call)) is not None]
    talks: dict[str, float] = {}
    for call in calls:
        if call.talk_at is not None:
            talks[call.line] = max(call.talk_at, talks.get(call.line, call.talk_at))
    return open_callbacks(missed, talks, steps or [])


def at(seconds: float, call: KeptCall = MISSED, **fields: object) -> KeptCall:
    """The same call later."""
    start = NOON + seconds
    talk_at = None if call.talk_at is None else start + (call.talk_at - call.start)
    return replace(call, start=start, known_at=start + (call.known_at - call.start), talk_at=talk_at, **fields)


def taken(by: str = "ada", seconds: float = 100, minutes: float = 15) -> Step:
    when = NOON + seconds
    return Step(id=f"{by}{seconds}", line=LINE, kind=StepKind.TAKEN, by=by, at=when, until=when + minutes * 60)


def done(last: float, seconds: float = 100, by: str = "ada", why: str = "wrote an e-mail") -> Step:
    when = NOON + seconds
    return Step(id=f"{by}{seconds}", line=LINE, kind=StepKind.DONE, by=by, at=when, until=NOON + last, why=why)


def test_a_number_that_was_missed_is_one_line_however_often_it_was() -> None:
    (callback,) = recounted([MISSED, at(60, name=""), at(120, name="", called="Sales")]).open
    assert callback == Callback(
        line=LINE,
        number=KEPT.number,
        name=KEPT.name,
        called="Sales",
        times=3,
        first=NOON,
        last=NOON + 120,
        is_certain=True,
    )
    assert callback.e164 == "+902125550199"


@pytest.mark.parametrize(
    "through",
    [
        replace(at(60, KEPT), extension="202"),
        at(60, KEPT, direction="out", outcome=Outcome.REACHED),
        at(60, KEPT, outcome=Outcome.LIVE),
        at(60, KEPT, outcome=Outcome.ENDED_UNSEEN),
    ],
)
def test_who_was_reached_or_got_through_since_is_not_called_back(through: KeptCall) -> None:
    assert recounted([MISSED, through]).open == ()
    assert recounted([MISSED, through, at(200)]).open[0].times == 1
    assert recounted([through, at(200), at(300)]).open[0].first == NOON + 200


@pytest.mark.parametrize(
    "other",
    [
        at(60, direction="out", outcome=Outcome.NOT_REACHED),
        at(60, KEPT, line="+902165550100"),
        at(60, outcome=Outcome.LIVE),
    ],
)
def test_who_was_called_in_vain_still_waits(other: KeptCall) -> None:
    assert [callback.times for callback in recounted([MISSED, other]).open] == [1]


def test_who_got_through_before_is_called_back_all_the_same() -> None:
    assert len(recounted([KEPT, at(KEPT.known_at - NOON + 60)]).open) == 1


def test_a_call_that_another_extension_took_while_it_rang_here_was_not_missed() -> None:
    assert recounted([MISSED, replace(at(0, KEPT), extension="202")]).open == ()
    late = at(KEPT.talk_at - NOON + CLOCKS_DIFFER if KEPT.talk_at else 0)
    assert recounted([late, replace(KEPT, extension="202")]).open == ()  # of a machine whose clock is ahead


def test_a_call_that_rings_at_several_extensions_is_one_try() -> None:
    group = [MISSED, at(1, extension="202"), at(2, extension="203")]
    hunt = [at(100), at(120, extension="202"), at(142, extension="203")]
    (callback,) = recounted([*group, *hunt]).open
    assert callback.times == 2
    (again,) = recounted([MISSED, at(20.5)]).open
    assert again.times == 2


def test_a_ring_whose_end_nobody_saw_may_have_been_missed() -> None:
    unseen = at(0, outcome=Outcome.ENDED_UNSEEN, at_least=True)
    (callback,) = recounted([unseen]).open
    assert not callback.is_certain
    (callback,) = recounted([unseen, at(60)]).open
    assert (callback.times, callback.is_certain) == (2, True)
    assert recounted([replace(unseen, rang=False)]).open == ()
    assert recounted([replace(unseen, direction="out")]).open == ()


def test_extensions_are_called_back_too_and_are_no_numbers_outside() -> None:
    (callback,) = recounted([at(0, line="205", number="205")]).open
    assert (callback.line, callback.e164) == ("205", "")


def test_who_shows_no_number_is_counted_and_nobody_for_others() -> None:
    hidden = at(0, line="", number="anonymous", name="")
    through = at(60, KEPT, line="")
    found = recounted([hidden, at(30, hidden), at(90, hidden), through, MISSED])
    assert found.anonymous == 3
    assert [callback.line for callback in found.open] == [LINE]


def test_who_has_waited_longest_comes_first() -> None:
    found = recounted([at(50, line="205"), at(10), at(90), at(5, line="206")])
    assert [callback.line for callback in found.open] == ["206", LINE, "205"]


def test_a_claim_says_who_calls_back_until_it_lapses() -> None:
    (callback,) = recounted([MISSED], [taken()]).open
    assert callback.holder(NOON + 100) == taken()
    assert callback.holder(NOON + 100 + 15 * 60 - 1) == taken()
    assert callback.holder(NOON + 100 + 15 * 60) is None
    (callback,) = recounted([MISSED], [taken("eve", 2_000), taken()]).open
    assert callback.taken == taken("eve", 2_000)


def test_a_claim_is_over_when_something_came_of_it() -> None:
    through = at(200, KEPT)
    (callback,) = recounted([MISSED, through, at(300)], [taken()]).open
    assert callback.taken is None
    (callback,) = recounted([MISSED, at(300)], [taken(), done(0, 200)]).open
    assert callback.taken is None
    assert claim_of(None, [taken()]) == taken()
    assert claim_of(NOON + 99, [taken()]) == taken()


def test_a_claim_by_a_clock_that_is_far_ahead_does_not_hold() -> None:
    assert holds(taken(seconds=130), NOON + 100)
    assert not holds(taken(seconds=86_400), NOON + 100)


def test_what_is_done_without_a_call_is_settled_up_to_what_was_known_then() -> None:
    assert recounted([MISSED, at(60)], [done(60)]).open == ()
    (callback,) = recounted([MISSED, at(60), at(80)], [done(60)]).open
    assert (callback.times, callback.first) == (1, NOON + 80)


# Against a naive recount: the story of the desk, told event by event.


@dataclass
class Waiting:
    """One number in the story."""

    starts: list[float] = field(default_factory=list)
    holder: str | None = None


LINES = ("+902125550199", "+902165550100", "205", "")
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["missed", "unseen", "group", "taken by 202", "answered", "reached", "in vain", "take", "done"]
        ),
        st.sampled_from(LINES),
        st.sampled_from(["ada", "eve"]),
    ),
    max_size=25,
)
GAP = 100.0


def _told(what: str, line: str, now: float, number: int) -> list[KeptCall]:
    """The calls of one event of the story."""
    ring = replace(MISSED, id=f"{number:016x}", line=line, start=now, known_at=now + 20)
    talk = replace(ring, talk_at=now + 8, known_at=now + 60, outcome=Outcome.ANSWERED)
    other = {"extension": "202", "id": f"{number + 1_000:016x}"}
    return {
        "missed": [ring],
        "unseen": [replace(ring, outcome=Outcome.ENDED_UNSEEN)],
        "group": [ring, replace(ring, **other)],
        "taken by 202": [replace(ring, known_at=now + 8), replace(talk, **other)],
        "answered": [talk],
        "reached": [replace(talk, direction="out", outcome=Outcome.REACHED)],
        "in vain": [replace(ring, direction="out", outcome=Outcome.NOT_REACHED)],
    }.get(what, [])


def test_what_was_done_without_a_call_is_told_the_newest_first() -> None:
    steps = [done(1, 200), taken(), done(1, 300, by="bora")]
    assert [step.by for step in recounted([MISSED], steps).done] == ["bora", "ada"]


@given(EVENTS)
def test_the_list_equals_a_naive_recount_after_every_event(events: list[tuple[str, str, str]]) -> None:
    story: dict[str, Waiting] = defaultdict(Waiting)
    calls: list[KeptCall] = []
    steps: list[Step] = []
    for number, (what, line, by) in enumerate(events):
        now = NOON + number * GAP
        waiting = story[line]
        calls += _told(what, line, now, number)
        if what in ("missed", "unseen", "group"):
            waiting.starts.append(now)
        elif what in ("taken by 202", "answered", "reached") and line:
            story[line] = Waiting()
        elif what == "taken by 202":
            waiting.starts.append(now)  # whether it is the same caller nobody can tell
        elif what == "take" and line:
            waiting.holder = by
            step = Step(id=str(number), line=line, kind=StepKind.TAKEN, by=by, at=now, until=now + 10**6)
            steps.append(step)
        elif what == "done" and waiting.starts and line:
            last = waiting.starts[-1]
            steps.append(Step(id=str(number), line=line, kind=StepKind.DONE, by=by, at=now, until=last, why="no need"))
            story[line] = Waiting()
        found = recounted(calls, steps)
        told = {
            line: (each.starts[0], each.starts[-1], len(each.starts), each.holder)
            for line, each in story.items()
            if each.starts
        }
        anonymous = told.pop("", (0, 0, 0, None))[2]
        assert found.anonymous == anonymous
        assert {
            each.line: (each.first, each.last, each.times, getattr(each.holder(now), "by", None)) for each in found.open
        } == told


@given(st.permutations([at(each * 30, line=LINES[each % 3], extension=str(200 + each % 2)) for each in range(6)]))
def test_the_order_in_which_calls_are_read_makes_no_difference(calls: list[KeptCall]) -> None:
    assert recounted(calls) == recounted(sorted(calls, key=lambda call: call.start))


def test_a_thousand_missed_calls_of_one_number_are_one_line() -> None:
    missed = [
        Missed(
            line=LINE, extension="201", start=NOON + each * 60, known_at=NOON + each * 60 + 20, number="1", name="",
            called="", is_certain=True,
        )
        for each in range(1_000)
    ]  # fmt: skip
    assert [callback.times for callback in open_callbacks(missed, {}, []).open] == [1_000]
