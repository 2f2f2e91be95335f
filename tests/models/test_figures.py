"""Figures of calls and connections, which add up whatever they are split by."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, NOON
from tui.models.billing import Billing
from tui.models.calls import Outcome
from tui.models.connections import Connection
from tui.models.figures import NONE, Figures, Talks, add_up, shares_of_calls, shares_of_connections, whole
from tui.models.kept_calls import KeptCall

LINE = KEPT.line


def kept(extension: str, start: float, **fields: object) -> KeptCall:
    """A call that nobody took, at these seconds after noon."""
    nothing = {"talk_at": None, "outcome": Outcome.ENDED_UNSEEN}
    times = {name: value + NOON for name, value in fields.items() if name.endswith("_at") and isinstance(value, float)}
    return replace(KEPT, extension=extension, start=NOON + start, **{**nothing, **fields, **times})


def missed(extension: str, start: float, rings: float = 20.0, line: str = LINE) -> KeptCall:
    return kept(extension, start, known_at=float(start + rings), line=line, outcome=Outcome.MISSED)


def answered(extension: str, start: float, rings: float, talk: float, line: str = LINE) -> KeptCall:
    talk_at = float(start + rings)
    return kept(extension, start, known_at=talk_at + talk, line=line, talk_at=talk_at, outcome=Outcome.ANSWERED)


def by_extension(*calls: KeptCall, within: float = 0.0) -> dict[str, Figures]:
    parts: dict[str, Figures] = {}
    for _, share in shares_of_calls(calls, Talks(calls), within):
        add_up(parts, share.extension, share.figures)
    return parts


def test_a_call_that_rang_at_several_counts_for_who_took_it() -> None:
    parts = by_extension(missed("201", 100), answered("202", 101, 15, 60))
    assert parts == {"201": NONE, "202": Figures(calls=1, answered=1, talk_seconds=60)}


def test_one_that_nobody_of_several_took_counts_for_none_of_them() -> None:
    parts = by_extension(missed("201", 100), missed("202", 101))
    assert parts == {"": Figures(calls=1, missed=1), "202": NONE}


def test_one_that_rang_at_one_extension_only_counts_for_it() -> None:
    assert by_extension(missed("201", 100)) == {"201": Figures(calls=1, missed=1)}


def test_who_calls_again_has_called_twice() -> None:
    parts = by_extension(missed("201", 100), missed("201", 110), missed("201", 400))
    assert parts == {"201": Figures(calls=3, missed=3)}


def test_each_extension_that_a_call_was_handed_to_has_its_own_talk() -> None:
    parts = by_extension(answered("201", 100, 10, 60), answered("202", 172, 3, 300))
    assert parts == {
        "201": Figures(calls=1, answered=1, talk_seconds=60),
        "202": Figures(talk_seconds=300),
    }


def test_callers_without_a_number_are_never_taken_for_one() -> None:
    assert whole(by_extension(missed("201", 100, line=""), missed("202", 101, line=""))).calls == 2


def test_missed_calls_are_called_back_where_the_number_was_connected_in_time() -> None:
    back = kept("203", 3000, known_at=3100.0, line=LINE, direction="out", talk_at=3010.0, outcome=Outcome.REACHED)
    parts = by_extension(missed("201", 100), back, within=3600)
    assert parts["201"] == Figures(calls=1, missed=1, called_back=1)
    assert by_extension(missed("201", 100), back, within=60)["201"].called_back == 0


def test_a_talk_before_it_was_missed_is_no_call_back() -> None:
    assert by_extension(answered("201", 100, 5, 5), missed("201", 300), within=3600)["201"].called_back == 0


def test_connections_are_told_raw_and_billed_side_by_side() -> None:
    rows = [Connection("1", None, "", 60, explanation="printer"), Connection("2", None, "", None, explanation=" ")]
    shares = [share.figures for _, share in shares_of_connections(rows, Billing(minimum=900))]
    assert shares == [
        Figures(connections=1, connection_seconds=60, billed_seconds=900),
        Figures(connections=1, unfinished=1, unexplained=1),
    ]


CALLS = st.lists(
    st.builds(
        lambda extension, start, rings, talk, line, outcome: kept(
            extension,
            start,
            known_at=float(start + rings + (talk or 0)),
            line=line,
            talk_at=None if talk is None else start + rings,
            outcome=outcome,
            direction="out" if outcome in (Outcome.REACHED, Outcome.NOT_REACHED) else "in",
        ),
        st.sampled_from(["201", "202", "203"]),
        st.integers(0, 300).map(float),
        st.integers(0, 30),
        st.none() | st.integers(0, 60),
        st.sampled_from(["", LINE, "+16175550120"]),
        st.sampled_from(Outcome),
    ),
    max_size=12,
)
SPLITS: dict[str, Callable[[KeptCall], str]] = {
    "hour": lambda call: str(call.start // 60),
    "workgroup": lambda call: call.called,
    "customer": lambda call: call.line,
}


@given(CALLS, st.sampled_from([*SPLITS, "technician"]))
def test_the_parts_of_every_split_add_up_to_the_whole(calls: list[KeptCall], split: str) -> None:
    parts: dict[str, Figures] = {}
    total = NONE
    for call, share in shares_of_calls(calls, Talks(calls), 60.0):
        add_up(parts, share.extension if split == "technician" else SPLITS[split](call), share.figures)
        total += share.figures
    assert whole(parts) == total
    assert total.talk_seconds == sum(call.talk_seconds or 0 for call in calls)
    assert total.called_back <= total.missed <= total.calls <= len(calls)
