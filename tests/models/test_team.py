"""The board of a team: one line for each technician, with figures that add up and say what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, NOON
from tui.models.billing import Billing
from tui.models.calls import Outcome
from tui.models.connections import Connection
from tui.models.contacts import Contact, Known
from tui.models.figures import Figures, Talks, shares_of_calls, shares_of_connections
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell, bounds_of
from tui.models.team import LastSpell, Team, TeamDay, Technician, team_of

DAY = KEPT.day
MORNING = NOON - 3 * 3_600
BEAT = 180.0
"""Whoever told later than this before noon reports at noon."""

NAMES = {"201": "Ayşe", "202": "Mehmet"}
numbers = count(1)


def call(extension: str, start: float, talk: float | None = 60.0, **fields: Any) -> KeptCall:
    """A call that was taken after ten seconds, or missed after twenty."""
    begun = NOON + start
    taken = {"talk_at": begun + 10, "known_at": begun + 10 + (talk or 0)}
    times = taken if talk is not None else {"talk_at": None, "known_at": begun + 20, "outcome": Outcome.MISSED}
    return replace(KEPT, id=f"{next(numbers):016x}", extension=extension, start=begun, **{**times, **fields})


def spell(extension: str, began: float = MORNING, until: float = NOON, host: str = "desk1") -> Spell:
    return Spell(id=str(next(numbers)), extension=extension, host=host, began=began, until=until)


def connection(technician: str, seconds: int | None = 600) -> Connection:
    uid = str(next(numbers))
    started = datetime.fromtimestamp(MORNING, UTC)
    return Connection(uid=uid, started=started, started_text="", seconds=seconds, technician=technician)


def team(
    *held: KeptCall | Spell,
    connections: Sequence[Connection] = (),
    names: Mapping[str, str] = NAMES,
    last: Mapping[str, LastSpell] | None = None,
) -> Team:
    """The board at noon."""
    spells = tuple(each for each in held if isinstance(each, Spell))
    heard = {each.extension: LastSpell(each.until, each.host) for each in sorted(spells, key=lambda each: each.until)}
    calls = tuple(each for each in held if isinstance(each, KeptCall))
    day = TeamDay(calls=calls, spells=spells, last={**(last or {}), **heard})
    return team_of(DAY, day, connections, names, bounds_of(DAY, UTC), NOON - BEAT)


def line(of: Team, label: str) -> Technician:
    (found,) = [each for each in of.technicians if each.label == label]
    return found


def test_a_technician_is_one_line_with_the_calls_of_the_extension_and_the_connections_of_the_name() -> None:
    board = team(
        spell("201"),
        call("201", -600),
        call("201", -300, talk=None),
        connections=[connection("Ayşe"), connection("Ayşe", None)],
    )
    figures = Figures(calls=2, answered=1, missed=1, talk_seconds=60)
    assert line(board, "Ayşe").figures == figures + Figures(
        connections=2, unfinished=1, unexplained=2, connection_seconds=600, billed_seconds=600
    )


def test_the_order_is_that_of_the_names_whatever_the_figures() -> None:
    board = team(spell("201"), spell("202"), spell("107"), *(call("202", -each * 100) for each in range(5)))
    assert [each.label for each in board.technicians] == ["107", "Ayşe", "Mehmet"]


def test_whom_nobody_has_named_has_a_line_by_the_extension_or_by_the_name_of_the_connections() -> None:
    board = team(call("300", -100), spell("300"), connections=[connection("desk1")], names={})
    assert [(each.label, each.extensions, each.name) for each in board.technicians] == [
        ("300", ("300",), ""),
        ("desk1", (), "desk1"),
    ]


def test_a_name_that_nobody_has_is_a_line_of_which_nothing_is_known() -> None:
    board = team(spell("201"), names={"299": "Nobody"})
    nobody = line(board, "Nobody")
    assert (nobody.coverage, nobody.last_heard, nobody.reports) == (None, None, False)
    assert nobody.talk_seconds(NOON) is None
    assert (board.reporting, board.of) == (1, 2)


def test_two_extensions_of_one_name_are_one_line() -> None:
    board = team(
        spell("201", until=NOON - 3_600), spell("209", NOON - 1_800), call("201", -9_000), call("209", -600),
        names={"201": "Ayşe", "209": "Ayşe"},
    )  # fmt: skip
    ayse = line(board, "Ayşe")
    assert (ayse.extensions, ayse.figures.calls, ayse.figures.talk_seconds) == (("201", "209"), 2, 120)
    assert ayse.coverage is not None
    assert (ayse.coverage.gaps, ayse.coverage.gap_seconds) == (1, 1_800)
    assert ayse.reports


def test_two_helpdecks_on_one_extension_are_said_for_nobody_knows_whose_its_calls_are() -> None:
    board = team(spell("201"), spell("201", NOON - 600, host="desk2"), call("201", -300))
    ayse = line(board, "Ayşe")
    assert (ayse.figures.calls, ayse.hosts) == (1, ("desk1", "desk2"))
    one_after_the_other = team(spell("201", until=NOON - 600), spell("201", NOON - 600, host="desk2"))
    assert line(one_after_the_other, "Ayşe").hosts == ()


def test_who_is_on_a_call_says_with_whom_and_for_how_long() -> None:
    live = call("201", -130, known_at=NOON - 30, outcome=Outcome.LIVE)
    ayse = line(team(spell("201"), live), "Ayşe")
    assert ayse.call == live
    assert ayse.call_seconds(NOON) == 120
    assert ayse.call_seconds(NOON + 5) == 125
    assert ayse.talk_seconds(NOON + 5) == 125
    assert ayse.figures.talk_seconds == 90


def test_of_several_calls_the_one_that_is_connected_comes_first() -> None:
    talking = call("201", -60, outcome=Outcome.LIVE)
    ringing = call("201", -90, talk=None, outcome=Outcome.LIVE)
    assert line(team(spell("201"), ringing, talking), "Ayşe").on == (talking, ringing)


def test_who_is_known_to_the_team_is_named_as_the_team_does() -> None:
    live = call("201", -60, outcome=Outcome.LIVE)
    contact = Contact(id="1", line=live.line, name="Harbour Dental Clinic, Pier 7")
    day = TeamDay(calls=(live,), known={live.line: Known(contacts=(contact,))})
    board = team_of(DAY, day, [], NAMES, bounds_of(DAY, UTC), NOON - BEAT)
    assert [each.name for each in line(board, "Ayşe").on] == ["Harbour Dental Clinic, Pier 7"]


def test_what_only_rings_has_not_lasted_yet() -> None:
    ayse = line(team(spell("201"), call("201", -5, talk=None, outcome=Outcome.LIVE)), "Ayşe")
    assert ayse.call is not None
    assert ayse.call_seconds(NOON) is None


def test_a_call_of_whom_nothing_is_heard_any_more_stands_still() -> None:
    live = call("201", -1_010, talk=100.0, outcome=Outcome.LIVE)
    ayse = line(team(spell("201", until=NOON - BEAT), live), "Ayşe")
    assert not ayse.reports
    assert (ayse.call_seconds(NOON), ayse.talk_seconds(NOON)) == (100, 100)


def test_a_clock_that_goes_ahead_makes_no_time_negative() -> None:
    live = call("201", 20, talk=0.0, outcome=Outcome.LIVE)
    ayse = line(team(spell("201", until=NOON + 30), live), "Ayşe")
    assert (ayse.call_seconds(NOON), ayse.talk_seconds(NOON)) == (0, 0)


def test_a_call_since_before_midnight_goes_on_and_counts_for_the_day_that_it_began_on() -> None:
    night = call("201", -50_000, talk=50_000.0, day="2026-11-20", outcome=Outcome.LIVE)
    ayse = line(team(spell("201", MORNING - 86_400), night), "Ayşe")
    assert ayse.call == night
    assert ayse.figures.calls == 0
    assert ayse.coverage is not None
    assert ayse.coverage.listened_from == bounds_of(DAY, UTC)[0]


def test_a_call_that_rang_at_several_and_was_not_taken_counts_for_nobody_and_in_the_sum() -> None:
    board = team(spell("201"), call("201", -100, talk=None), call("202", -99, talk=None))
    assert [each.figures.missed for each in board.technicians] == [0, 0]
    assert (board.nobodys.missed, board.figures.missed) == (1, 1)


def test_a_connection_without_a_name_counts_for_nobody() -> None:
    board = team(connections=[connection(""), connection(" ")], names={})
    assert (board.technicians, board.nobodys.connections) == ((), 2)


def test_the_board_says_who_reports_and_since_when_it_is_known() -> None:
    board = team(spell("201"), spell("202", NOON - 3_600, NOON - 1_800), spell("203", MORNING + 120, NOON))
    assert board.told(UTC) == "2 of 3 reporting, since 09:00"
    gap = team(spell("201", until=NOON - 3_600), spell("202", NOON - 1_800))
    assert gap.told(UTC) == "1 of 2 reporting, since 09:00, 1 gap, 30 min"
    assert team().told(UTC) == "0 of 2 reporting, nobody listened today"


def test_who_listened_on_an_earlier_day_only_is_on_the_board_and_does_not_report() -> None:
    board = team(last={"204": LastSpell(NOON - 86_400, "desk4")}, names={})
    (absent,) = board.technicians
    assert (absent.label, absent.reports, absent.last_heard) == ("204", False, NOON - 86_400)
    assert absent.talk_seconds(NOON) is None


def test_who_is_to_be_on_no_board_is_left_out_with_calls_and_connections_and_that_is_said() -> None:
    board = team(
        spell("201", host=""), spell("202"), call("201", -60), call("202", -60, line="other"),
        connections=[connection("Ayşe"), connection("Mehmet")],
    )  # fmt: skip
    assert [each.label for each in board.technicians] == ["Mehmet"]
    assert (board.figures.calls, board.figures.connections) == (1, 1)
    assert board.told(UTC) == "1 of 1 reporting, since 09:00, 1 on no board"


EXTENSIONS = st.sampled_from(["201", "202", "203"])
CALLS = st.lists(
    st.builds(
        call,
        EXTENSIONS,
        st.floats(-9_000, 0),
        st.none() | st.floats(0, 900),
        line=st.sampled_from(["", "+901", "+902"]),
        direction=st.sampled_from(["in", "out"]),
    ),
    max_size=12,
)
CONNECTIONS = st.lists(
    st.builds(connection, st.sampled_from(["", "Ayşe", "Mehmet", "203"]), st.none() | st.integers(0, 9_000)),
    max_size=8,
)


@given(calls=CALLS, connections=CONNECTIONS, names=st.dictionaries(EXTENSIONS, st.sampled_from(["Ayşe", "Mehmet"])))
def test_the_lines_add_up_to_the_whole_whoever_has_which_extension(
    calls: list[KeptCall], connections: list[Connection], names: dict[str, str]
) -> None:
    board = team(*calls, connections=connections, names=names)
    shares = [share for _, share in shares_of_calls(calls, Talks(calls), 0.0)]
    shares += [share for _, share in shares_of_connections(connections, Billing())]
    assert board.figures == sum((share.figures for share in shares), Figures())
    assert len({each.label for each in board.technicians if each.extensions}) == board.of
