"""Which connection belongs to which call: a suggestion with its reason, and as likely as it says."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given as any_given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.benchmarks.labelled import Desk
from tests.models.test_kept_calls import KEPT, NOON
from tui.models.case_knowledge import NOTHING_GIVEN, Given, Knowledge
from tui.models.cases import LIKELY, Cases, Suggestion, chance_of_any, look_at, suggestions_of
from tui.models.connections import Connection
from tui.models.kept_calls import KeptCall

ISTANBUL = timezone(timedelta(hours=3))


def talk(at: float, seconds: float = 300.0, **fields: Any) -> KeptCall:
    """A call that was taken at these seconds after noon."""
    id = fields.pop("id", f"{int(at) + 100_000:016x}")
    name = fields.pop("name", "")
    return replace(
        KEPT, id=id, name=name, start=NOON + at - 5, talk_at=NOON + at, known_at=NOON + at + seconds, **fields
    )


def row(at: float, technician: str = "ayse", seconds: int | None = 600, **fields: Any) -> Connection:
    started = datetime.fromtimestamp(NOON + at, ISTANBUL)
    given = {"customer": "Harbour Dental", "customer_device": "T1", "uid": f"{technician} {at}", **fields}
    return Connection(started=started, started_text="", seconds=seconds, technician=technician, **given)


def joined(calls: list[KeptCall], rows: list[Connection], given: Given = NOTHING_GIVEN) -> list[Suggestion]:
    return suggestions_of(calls, rows, Knowledge(), given)


def chances(found: list[Suggestion]) -> dict[tuple[str, str], float]:
    return {(each.call.id, each.connection.uid): each.confidence for each in found}


def test_a_connection_in_the_middle_of_a_call_belongs_to_it_and_says_why() -> None:
    (found,) = joined([talk(0)], [row(60)], Given(technicians={"201": "Ayse"}))
    assert found.confidence > LIKELY
    assert found.reason == "ayse has 201, 60 s into the call"


def test_it_often_begins_minutes_after_the_call() -> None:
    (found,) = joined([talk(0)], [row(480)])
    assert found.confidence > LIKELY
    assert found.reason == "3 min after the call"


def test_hours_later_it_belongs_to_none() -> None:
    assert joined([talk(0)], [row(4 * 3600)]) == []


@pytest.mark.parametrize("call", [talk(0), replace(talk(0), talk_at=None)])
def test_what_was_not_connected_or_has_no_clock_belongs_to_nothing(call: KeptCall) -> None:
    rows = [row(60)] if call.talk_at is None else [replace(row(60), started=None, started_text="soon")]
    assert joined([call], rows) == []


def test_the_technician_who_had_the_call_is_believed() -> None:
    calls = [talk(0, extension="201", id="a" * 16), talk(10, extension="202", id="b" * 16)]
    given = Given(technicians={"201": "AYŞE", "202": "mehmet"})
    found = chances(joined(calls, [row(60, "ayşe", uid="U1"), row(70, "Mehmet", uid="U2")], given))
    assert found["a" * 16, "U1"] > 0.9
    assert found["b" * 16, "U2"] > 0.9
    assert found.get(("a" * 16, "U2"), 0.0) < 0.2


def test_a_map_that_names_nobody_says_nothing() -> None:
    calls, rows = [talk(0), talk(700)], [row(60), row(1100)]
    mistaken = joined(calls, rows, Given(technicians={"201": "Aise", "999": "nobody"}))
    assert chances(mistaken) == pytest.approx(chances(joined(calls, rows)))
    assert "Aise" not in mistaken[0].reason


def test_one_call_may_have_two_connections() -> None:
    found = chances(joined([talk(0, 900)], [row(60, uid="U1"), row(400, uid="U2")]))
    assert [chance > LIKELY for chance in found.values()] == [True, True]


def test_who_calls_again_while_it_lasts_calls_about_it() -> None:
    first, again = talk(0), talk(900)
    found = [each for each in joined([first, again], [row(60, seconds=1200)]) if each.call.id == again.id]
    assert found[0].confidence > LIKELY
    assert found[0].reason.endswith("same number again")


def test_who_was_passed_on_had_two_calls_about_it() -> None:
    first, second = talk(0, 120, extension="202"), talk(140, extension="201")
    rows = [row(200)]
    found = {each.call.id: each for each in joined([first, second], rows, Given(technicians={"201": "ayse"}))}
    assert found[second.id].confidence > found[first.id].confidence > LIKELY
    assert found[first.id].reason.endswith("same number, passed on to 201")


def test_a_number_that_is_not_shown_is_nobody_s_in_particular() -> None:
    calls = [talk(0, line="", extension="202"), talk(310, line="", extension="201")]
    found = joined(calls, [row(400)], Given(technicians={"201": "ayse"}))
    assert [each.call for each in found if each.confidence > LIKELY] == [calls[1]]


def test_the_customer_of_a_number_is_believed_and_others_of_it_are_told() -> None:
    calls = [talk(0, id="a" * 16), talk(10, id="b" * 16, extension="202", line="+902125550111")]
    of_several = [["HARBOUR DENTAL", "T7"], ["Kaya Market"], ["T77"]]
    given = Given(customers={KEPT.line: of_several, "+902125550111": [["Demir"]]})
    found = {each.call.id: each for each in joined(calls, [row(60)], given)}
    assert found["a" * 16].confidence > 0.9
    assert "number of Harbour Dental (one of 3)" in found["a" * 16].reason
    assert found.get("b" * 16) is None or found["b" * 16].confidence < 0.1


def test_equal_names_count() -> None:
    calls = [
        talk(0, id="a" * 16, name="HARBOUR DENTAL LTD", line="+1"),
        talk(0, id="b" * 16, name="Kaya Market", line="+2"),
    ]
    found = chances(joined(calls, [row(60, uid="U1")]))
    assert found["a" * 16, "U1"] > 0.9 > 0.1 > found.get(("b" * 16, "U1"), 0.0)


def test_a_connection_over_midnight_belongs_to_the_call_before_it() -> None:
    midnight = 9 * 3600.0
    call = talk(midnight - 120, 90, day="2026-11-21")
    late = row(midnight + 30)
    assert late.day == "2026-11-22" != call.day
    assert joined([call], [late])[0].confidence > LIKELY


def test_times_of_another_zone_are_the_same_times() -> None:
    here = row(60)
    assert here.started is not None
    there = replace(here, started=here.started.astimezone(timezone(timedelta(hours=-10))))
    assert chances(joined([talk(0)], [there])) == chances(joined([talk(0)], [here]))


def test_a_clock_that_is_minutes_off_is_found_out() -> None:
    desk, known = Desk(7, 3, 60, 40), Knowledge()
    desk.seats[0].off = -240.0
    wanted = desk.seats[0].extension
    for day in desk.days(3):
        desk.seats[0].off = -240.0  # nobody sets it
        found = suggestions_of(day.calls, day.rows, known)
    apart = desk.server_off + 240.0
    assert known.difference(f"pc{wanted}") == pytest.approx(apart, abs=75)
    assert any("apart)" in each.reason for each in found if each.call.extension == wanted)


def test_who_sits_where_is_learnt_and_two_may_share_an_extension() -> None:
    desk, known = Desk(8, 4, 80, 60), Knowledge()
    for day in desk.days(4):
        calls = [replace(call, extension="200") if call.extension == "201" else call for call in day.calls]
        found = suggestions_of(calls, day.rows, known)
    assert sorted(known.technicians_of("200")) == ["tech00", "tech01"]
    assert known.technicians_of("202") == ["tech02"]
    assert any("tech02 is mostly at 202" in each.reason for each in found)


def test_a_day_that_is_looked_at_again_is_not_counted_twice() -> None:
    (day,) = Desk(9, 3, 40, 25).days(1)
    known = Knowledge()
    first, with_it = look_at(day.calls, day.rows, known)
    assert known.rows == 0
    assert with_it.rows == len(day.rows)
    assert look_at(day.calls, day.rows, known)[0] == first


def test_the_suggestions_of_a_call_and_of_a_connection_are_the_same_ones() -> None:
    first, second = talk(0), talk(900)
    both = [row(60, uid="U1"), row(950, uid="U2", customer_device="T2")]
    found = joined([first, second], both)
    cases = Cases(found)
    assert {each.call.id for each in cases.of_connection(both[0])} >= {first.id}
    assert cases.of_call(first.id)[0].connection.uid == "U1"
    assert cases.of_call("none") == cases.of_connection(row(5)) == []


def test_one_of_several_is_likelier_than_each() -> None:
    half = Suggestion(call=KEPT, connection=row(0), confidence=0.5, reason="")
    assert chance_of_any([]) == 0.0
    assert chance_of_any([half, half]) == 0.75


seconds = st.floats(-90_000, 90_000)


@any_given(
    st.lists(
        st.tuples(seconds, st.floats(0, 90_000), st.sampled_from(["201", "202"]), st.sampled_from(["", "+1", "+2"])),
        max_size=12,
    ),
    st.lists(
        st.tuples(
            seconds, st.none() | st.integers(0, 90_000), st.sampled_from(["", "a", "B"]), st.sampled_from(["", "T"])
        ),
        max_size=12,
    ),
)
def test_whatever_comes_each_chance_is_one_and_a_connection_begins_once(
    calls: list[tuple[float, float, str, str]], rows: list[tuple[float, int | None, str, str]]
) -> None:
    kept = [talk(at, long, extension=at_, line=line, id=f"{n:016x}") for n, (at, long, at_, line) in enumerate(calls)]
    known = Knowledge()
    connections = [row(at, who, long, customer_device=t, uid=str(n)) for n, (at, long, who, t) in enumerate(rows)]
    found = suggestions_of(kept, connections, known, Given(technicians={"201": "A"}, customers={"+1": [["T"]]}))
    assert all(0.0 < each.confidence <= 1.0 and each.reason for each in found)
    assert known.linked + known.alone == pytest.approx(10.0 + len(connections))


def test_of_those_said_to_be_sure_most_are_right() -> None:
    desk, known = Desk(10, 6, 90, 60), Knowledge()
    said: list[tuple[float, bool]] = []
    for day in desk.days(4):
        found = suggestions_of(day.calls, day.rows, known)
        said += [(each.confidence, (each.call.id, each.connection.uid) in day.pairs) for each in found]
    sure = [is_right for chance, is_right in said if chance > 0.8]
    assert len(sure) > 100
    assert sum(sure) / len(sure) > 0.85
