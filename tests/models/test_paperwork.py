"""Work without a paper trail: what is missing is named, and only where somebody can know that it is."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.models.test_cases import row, talk
from tests.models.test_kept_calls import NOON
from tui.models.calls import Outcome
from tui.models.case_knowledge import Given, Knowledge
from tui.models.cases import Cases, Suggestion
from tui.models.connections import Connection
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell
from tui.models.paperwork import LONG_CALL, Lack, Work, is_whose, loose_ends
from tui.models.seats import Seats

ALL_DAY = Spell(id="1", extension="201", host="desk1", began=NOON - 20_000, until=NOON + 20_000)
GIVEN = Given(technicians={"201": "Ayse"})


def work(
    *done: Connection | KeptCall,
    cases: Cases | None = None,
    given: Given = GIVEN,
    heard: tuple[Spell, ...] = (ALL_DAY,),
    **more: Any,
) -> Work:
    return Work(
        rows=[each for each in done if isinstance(each, Connection)],
        calls=[each for each in done if isinstance(each, KeptCall)],
        cases=cases or Cases(),
        seats=Seats(given.technicians, Knowledge(), ["201", "202"]),
        noted=more.get("noted", ()),
        spells={"201": heard},
    )


def written(at: float, **fields: Any) -> Connection:
    return row(at, **{"explanation": "printer", "support_number": "SR-1", **fields})


def joined(call: KeptCall, connection: Connection, confidence: float) -> Cases:
    return Cases([Suggestion(call=call, connection=connection, confidence=confidence, reason="")])


def test_what_was_not_written_of_a_connection_is_missing() -> None:
    ends = loose_ends(work(row(0, support_number="SR-1"), row(10, explanation=" "), written(20), heard=()))
    assert [end.lacks for end in ends] == [(Lack.EXPLANATION, Lack.NUMBER), (Lack.EXPLANATION,)]


def test_a_connection_without_a_call_is_told_where_somebody_listened_all_the_while() -> None:
    (end,) = loose_ends(work(written(0)))
    assert end.lacks == (Lack.CALL,)
    call = talk(-60)
    assert loose_ends(work(written(0), cases=joined(call, written(0), 0.6))) == []
    assert loose_ends(work(written(0), cases=joined(call, written(0), 0.4)))


@pytest.mark.parametrize(
    "heard",
    [
        (),
        (replace(ALL_DAY, began=NOON - 60),),
        (replace(ALL_DAY, until=NOON + 60),),
        (replace(ALL_DAY, until=NOON - 600), replace(ALL_DAY, id="2", began=NOON - 500)),
    ],
)
def test_where_nobody_listened_nobody_knows_that_there_was_no_call(heard: tuple[Spell, ...]) -> None:
    assert loose_ends(work(written(0), heard=heard)) == []


def test_of_a_technician_without_a_known_extension_nobody_knows_it_either() -> None:
    assert loose_ends(work(written(0, technician="can"))) == []
    assert loose_ends(work(written(0), given=Given(technicians={"202": "ayse"}))) == []  # nobody listens there


def test_a_connection_without_a_clock_lacks_what_was_not_written_and_comes_last() -> None:
    lost = replace(row(0), started=None, started_text="soon")
    ends = loose_ends(work(lost, row(-5), heard=()))
    assert [end.row for end in ends] == [row(-5), lost]
    assert Lack.CALL not in ends[1].lacks


def test_a_long_call_needs_a_connection_or_a_note() -> None:
    long = talk(0, LONG_CALL)
    (end,) = loose_ends(work(long, talk(1000, LONG_CALL - 1), replace(talk(2000, 900), outcome=Outcome.LIVE)))
    assert (end.row, end.lacks, end.seat.said) == (long, (Lack.TRAIL,), "Ayse")
    assert loose_ends(work(long, noted=[long.id])) == []
    assert loose_ends(work(long, cases=joined(long, row(10), 0.9))) == []


def test_one_s_own_work_is_that_of_the_extension_and_of_who_has_it() -> None:
    ends = loose_ends(work(row(0, "AYSE"), row(10, "can"), talk(0, 900), talk(20, 900, extension="202")))
    own = [end for end in ends if is_whose(end, "201", ["ayse"])]
    assert [type(end.row) for end in own] == [Connection, KeptCall]
    assert [end for end in ends if is_whose(end, "201", [])] == own[1:]


def test_who_has_an_extension_is_maybe_where_it_was_learnt_and_two_may_have_one() -> None:
    known = Knowledge()
    for who in (*("Ayse", "can") * 4, "Ayse"):
        known.see([row(0, who)])
        known.weigh(row(0, who), [(talk(0, extension="205"), 0.9)])
    seats = Seats({"201": "Deniz ", "202": " "}, known, ["201", "202", "205"])
    assert [seats.of(each).said for each in ("201", "202", "205", "999")] == ["Deniz", "", "maybe Ayse or can", ""]
    assert seats.extensions_of("AYSE") == ["205"]
    assert seats.extensions_of("deniz") == ["201"]
