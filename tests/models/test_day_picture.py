"""A day as a picture: each thing counts once, in its hour, however long the day is, and nothing is drawn as nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT
from tui.models.calls import Call, Outcome
from tui.models.connections import Connection
from tui.models.day_picture import DayPicture, Heard, bars, hour_names, spread
from tui.models.kept_calls import call_of
from tui.models.listening import Spell, bounds_of

BERLIN = ZoneInfo("Europe/Berlin")


def picture(day: str, zone: tzinfo = UTC) -> DayPicture:
    return DayPicture(*bounds_of(day, zone), zone)


def call(at: datetime, outcome: Outcome = Outcome.ANSWERED, lasted: float = 60) -> Call:
    start, direction = at.timestamp(), "out" if outcome is Outcome.NOT_REACHED else "in"
    talk_at = start + 5 if outcome in (Outcome.ANSWERED, Outcome.REACHED) else None
    return call_of(
        replace(KEPT, start=start, talk_at=talk_at, known_at=start + lasted, outcome=outcome, direction=direction)
    )


def connection(at: datetime | None) -> Connection:
    return Connection(uid="1", started=at, started_text="", seconds=60)


def at(text: str, zone: ZoneInfo | None = None) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone or UTC)


def spell(began: str, until: str) -> Spell:
    return Spell(id=began, extension="201", host="desk", began=at(began).timestamp(), until=at(until).timestamp())


def test_each_counts_once_in_the_hour_in_which_it_began() -> None:
    drawn = picture("2024-08-22")
    calls = [
        call(at("2024-08-22T08:59:59"), lasted=7_200),
        call(at("2024-08-22T09:00"), Outcome.MISSED),
        call(at("2024-08-22T23:59:30"), lasted=600),
        call(at("2024-08-22T10:30"), Outcome.NOT_REACHED),
    ]
    assert drawn.add_calls(calls) == calls
    drawn.add_connections([connection(at("2024-08-22T09:59:59.9")), connection(None)])
    assert {hour: count for hour, count in enumerate(drawn.answered) if count} == {8: 1, 23: 1}
    assert {hour: count for hour, count in enumerate(drawn.missed) if count} == {9: 1}
    assert {hour: count for hour, count in enumerate(drawn.connections) if count} == {9: 1}


def test_what_is_of_another_day_does_not_count() -> None:
    drawn = picture("2024-08-22")
    assert drawn.add_calls([call(at("2024-08-21T23:59:59")), call(at("2024-08-23T00:00"))]) == []
    assert drawn.add_connections([connection(at("2024-08-23T00:00"))]) == []
    assert sum(drawn.answered + drawn.connections) == 0


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2024-03-31", [0, 1, *range(3, 24)]),
        ("2024-10-27", [0, 1, 2, 2, *range(3, 24)]),
        ("2024-08-22", list(range(24))),
    ],
)
def test_a_day_on_which_clocks_are_changed_has_the_hours_that_it_had(day: str, hours: list[int]) -> None:
    drawn = picture(day, BERLIN)
    assert drawn.hours == hours
    last = datetime.fromtimestamp(drawn.end - 1, BERLIN)
    assert last.hour == 23
    drawn.add_calls([call(last), call(datetime.fromtimestamp(drawn.begin, BERLIN))])
    assert (drawn.answered[0], drawn.answered[-1]) == (1, 1)


def test_of_an_hour_that_comes_twice_each_has_its_own_calls() -> None:
    drawn = picture("2024-10-27", BERLIN)
    first = at("2024-10-27T02:30", BERLIN)
    drawn.add_calls([call(first), call(first.replace(fold=1)), call(first.replace(fold=1))])
    assert drawn.answered[2:4] == [1, 2]


def test_a_day_that_another_zone_leaves_out_has_no_hours() -> None:
    drawn = picture("2011-12-30", ZoneInfo("Pacific/Apia"))
    assert (drawn.hours, drawn.heard([], drawn.end)) == ([], [])
    assert bars(drawn.answered, 1, 2) == ["", ""]
    assert hour_names(drawn.hours, 2) == ""


def test_an_hour_of_half_a_change_is_the_last_one() -> None:
    drawn = picture("2024-04-07", ZoneInfo("Australia/Lord_Howe"))  # put back by half an hour
    assert len(drawn.hours) == 25
    drawn.add_calls([call(datetime.fromtimestamp(drawn.end - 1, UTC))])
    assert drawn.answered[-1] == 1


def test_of_each_hour_it_is_known_whether_somebody_listened() -> None:
    spells = [
        spell("2024-08-22T08:02", "2024-08-22T09:30"),
        spell("2024-08-22T09:30:00.5", "2024-08-22T11:00"),
        spell("2024-08-22T12:10", "2024-08-22T12:20"),
        spell("2024-08-22T14:00", "2024-08-22T15:29:20"),
    ]
    heard = picture("2024-08-22").heard(spells, at("2024-08-22T15:30").timestamp())
    assert "".join(each.value for each in heard) == "········╌━━·╌·━━        "


def test_who_said_last_long_ago_that_he_listens_does_not_listen_now() -> None:
    heard = picture("2024-08-22").heard(
        [spell("2024-08-22T08:00", "2024-08-22T09:10")], at("2024-08-22T09:30").timestamp()
    )
    assert heard[8:10] == [Heard.WHOLLY, Heard.PARTLY]


def test_a_spell_over_midnight_counts_on_both_days() -> None:
    spells = [spell("2024-08-21T23:30", "2024-08-22T00:30")]
    later = at("2024-08-24T00:00").timestamp()
    assert picture("2024-08-21").heard(spells, later)[22:] == [Heard.NOT, Heard.PARTLY]
    assert picture("2024-08-22").heard(spells, later)[:2] == [Heard.PARTLY, Heard.NOT]


def test_bars_are_as_high_as_what_they_show_and_the_most_is_full() -> None:
    assert bars([0, 1, 2, 3, 4], 4, 1) == [" ▂▄▆█"]
    assert bars([0, 1, 2, 3, 4], 4, 2) == ["   ▄█", " ▄███"]


def test_what_is_more_than_nothing_is_seen_beside_thousands() -> None:
    assert bars([1, 5_000, 0], 5_000, 3) == [" █ ", " █ ", "▁█ "]


def test_a_day_with_nothing_is_blank() -> None:
    assert bars([0] * 24, 1, 2) == [" " * 24] * 2


@given(st.lists(st.integers(0, 10_000), max_size=25), st.integers(1, 12), st.integers(0, 5))
def test_bars_keep_the_order_of_what_they_show(values: list[int], height: int, more: int) -> None:
    most = max(values, default=0) + more or 1
    lines = bars(values, most, height)
    assert len(lines) == height
    filled = [sum(" ▁▂▃▄▅▆▇█".index(line[place]) for line in lines) for place in range(len(values))]
    for value, eighths in zip(values, filled, strict=True):
        assert (eighths == 0) is (value == 0)
        assert abs(eighths - value * height * 8 / most) <= 1


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (1, "0  3  6  9  12 15 18 21 "),
        (2, "0   2   4   6   8   10  12  14  16  18  20  22  "),
        (3, "".join(f"{hour:<3}" for hour in range(24))),
    ],
)
def test_hours_are_named_as_far_as_there_is_room(cells: int, line: str) -> None:
    assert hour_names(range(24), cells) == line
    assert len(spread("█" * 24, cells)) == len(line)


def test_an_hour_that_comes_twice_is_named_twice_and_one_that_is_left_out_leaves_no_hole() -> None:
    twice, once = picture("2024-10-27", BERLIN).hours, picture("2024-03-31", BERLIN).hours
    assert hour_names(twice, 2).startswith("0   2 2   4   ")
    assert hour_names(once, 3).startswith("0  1  3  4  ")
    assert hour_names(once, 1).startswith("0 3  6  ")


def test_five_thousand_calls_in_an_hour_are_counted() -> None:
    drawn = picture("2024-08-22")
    noon = at("2024-08-22T12:00")
    drawn.add_calls(call(noon + timedelta(milliseconds=700 * number)) for number in range(5_000))
    assert drawn.answered[12] == 5_000
