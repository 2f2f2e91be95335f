"""Reports in the archive: every row by its number, every change beside what it changed, every day with its proof."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tui.archive.sqlite import connections, ledger, reports
from tui.archive.sqlite.database import open_database
from tui.archive.sqlite.ledger import Limit
from tui.archive.sqlite.reports import FetchState, RequestedReport
from tui.archive.sqlite.schema import CHANGES_KEPT
from tui.models.clock import Uptime
from tui.models.connections import Connection, Report, ReportKind
from tui.models.days import Day, DayState

ZONE = ZoneInfo("Europe/Istanbul")
ACCOUNT = "desk at example.com"
LIMIT = Limit(ACCOUNT, "reports", 3, 60.0)
NOON = datetime(2024, 8, 22, 12, 0, tzinfo=ZONE)
TODAY, YESTERDAY = "2024-08-22", "2024-08-21"


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    database = open_database(None)
    yield database
    database.close()


def row(uid: str, started: datetime | None = NOON, **fields: object) -> Connection:
    text = "" if started is None else f"{started:%H:%M:%S %d.%m.%Y}"
    made = Connection(
        uid=uid, started=started, started_text=text, seconds=60, customer_device="T-1", technician="desk1"
    )
    return replace(made, **fields)


def store(
    database: sqlite3.Connection,
    rows: Sequence[Connection],
    *,
    kind: ReportKind = ReportKind.TODAY,
    most: int = 0,
    at: datetime = NOON,
) -> FetchState:
    asked = RequestedReport(kind, most, most or 5, Uptime("first", at.timestamp()), at.date().isoformat())
    report = Report(rows=tuple(rows), unreadable=sum(1 for row in rows if row.problem))
    now = Uptime("first", at.timestamp() + 1)
    return reports.store(database, LIMIT, now, asked, report, at.timestamp())


def day(database: sqlite3.Connection, name: str = TODAY) -> Day:
    return next(day for day in reports.days_of(database, ACCOUNT) if day.day == name)


def rows_of(database: sqlite3.Connection, name: str = TODAY) -> list[Connection]:
    return connections.rows_of(database, ACCOUNT, name, ZONE)


def test_every_row_comes_back_as_it_was(database: sqlite3.Connection) -> None:
    known = row("7", explanation="=1+1", extra=(("os", "Windows"), ("dir", "7")), problem="no readable duration")
    without = row("8", None, started_text="soon", problem="no readable date")
    store(database, [known, without])
    assert rows_of(database) == [known, without]


def test_rows_come_newest_first_whatever_order_they_were_stored_in(database: sqlite3.Connection) -> None:
    store(database, [row("b", NOON), row("c", NOON + timedelta(minutes=1)), row("a", NOON)])
    assert [each.uid for each in rows_of(database)] == ["c", "b", "a"]


def test_a_later_change_is_an_update_and_the_earlier_value_is_kept(database: sqlite3.Connection) -> None:
    store(database, [row("7")])
    store(database, [row("7", explanation="printer")], at=NOON + timedelta(minutes=1))
    store(database, [row("7", explanation="printer", support_number="SR-1")], at=NOON + timedelta(minutes=2))
    store(database, [row("7", explanation="printer", support_number="SR-1")], at=NOON + timedelta(minutes=3))
    (known,) = rows_of(database)
    assert (known.explanation, known.support_number) == ("printer", "SR-1")
    earlier = connections.earlier_of(database, ACCOUNT, TODAY, "7", ZONE)
    assert [(each.row.explanation, each.row.support_number) for each in earlier] == [("printer", ""), ("", "")]
    assert [each.until for each in earlier] == [(NOON + timedelta(minutes=minute)).timestamp() for minute in (2, 1)]


def test_a_date_that_is_only_written_otherwise_is_no_change(database: sqlite3.Connection) -> None:
    for written in ("12:00:00 22/08/2024", r"12:00:00 22\08\2024", "12:00:00 22.8.2024"):
        store(database, [replace(row("7"), started_text=written)])
    assert connections.earlier_of(database, ACCOUNT, TODAY, "7", ZONE) == []
    for written in ("soon", "later"):
        store(database, [replace(row("8", None), started_text=written)])
    assert [each.row.started_text for each in connections.earlier_of(database, ACCOUNT, TODAY, "8", ZONE)] == ["soon"]


def test_a_connection_that_is_polled_while_it_lasts_keeps_a_bounded_past(database: sqlite3.Connection) -> None:
    for seconds in range(CHANGES_KEPT + 20):
        store(database, [row("7", seconds=seconds), row("8", seconds=5)])
    earlier = connections.earlier_of(database, ACCOUNT, TODAY, "7", ZONE)
    assert [each.row.seconds for each in earlier] == list(range(CHANGES_KEPT + 18, 18, -1))


def test_a_row_that_can_only_be_read_in_part_does_not_replace_one_that_could(database: sqlite3.Connection) -> None:
    store(database, [row("7", explanation="printer")])
    store(database, [Connection(uid="7", started=None, started_text="", seconds=None, problem="is no whole JSON")])
    assert rows_of(database) == [row("7", explanation="printer")]


def test_rows_without_a_number_are_all_kept_and_known_again(database: sqlite3.Connection) -> None:
    nameless = [row(""), row(""), row("", customer="Harbour Dental"), row("", None, problem="is no object")]
    store(database, nameless)
    store(database, nameless)
    assert len(rows_of(database)) == day(database).rows == 4
    store(database, [replace(each, explanation="written later") for each in nameless])
    assert [each.explanation for each in rows_of(database)] == ["written later"] * 4


def test_a_number_that_is_given_again_on_another_day_is_another_connection(database: sqlite3.Connection) -> None:
    store(database, [row("1", NOON - timedelta(days=1))], kind=ReportKind.YESTERDAY)
    store(database, [row("1")])
    assert rows_of(database) == [row("1")]
    assert rows_of(database, YESTERDAY) == [row("1", NOON - timedelta(days=1))]


TWINS = [
    row("7", NOON + timedelta(hours=1), explanation="later"),
    row("7", NOON, explanation="another device", device="U-9"),
    row("7", NOON, explanation="another customer", customer_device="T-9", device="U-1"),
    row("8", NOON),
    row("7", NOON - timedelta(hours=1), explanation="first"),
]


def test_connections_of_one_number_in_one_report_are_all_kept(database: sqlite3.Connection) -> None:
    store(database, TWINS)
    store(database, TWINS, at=NOON + timedelta(minutes=1))
    assert day(database).rows == len(TWINS)
    assert sorted(each.explanation for each in rows_of(database)) == sorted(each.explanation for each in TWINS)
    assert {each.uid for each in rows_of(database)} == {"7", "8"}


@pytest.mark.parametrize("order", [1, -1])
def test_connections_of_one_number_in_several_reports_are_all_kept(database: sqlite3.Connection, order: int) -> None:
    for minute, each in enumerate(TWINS[::order]):
        store(database, [each], kind=ReportKind.LAST, most=5, at=NOON + timedelta(minutes=minute))
    assert day(database).rows == len(TWINS)
    edited = [replace(each, support_number="SR-1") for each in TWINS]
    store(database, edited, at=NOON + timedelta(hours=1))
    assert day(database).rows == len(TWINS)
    assert {each.support_number for each in rows_of(database)} == {"SR-1"}
    for each in edited:
        (before,) = connections.past_of(database, ACCOUNT, TODAY, each, ZONE)
        assert before.row.explanation == each.explanation


@pytest.mark.parametrize("order", [1, -1])
def test_a_row_of_one_report_that_may_be_another_is_kept_too(database: sqlite3.Connection, order: int) -> None:
    unread = row("7", None, started_text="soon", problem="no readable date")
    for minute in range(3):
        store(database, [row("7"), unread][::order], at=NOON + timedelta(minutes=minute))
        assert rows_of(database) == [row("7"), unread]


def test_a_number_in_a_file_of_an_older_helpdeck_is_known_again(database: sqlite3.Connection) -> None:
    """It kept every connection under the number alone."""
    store(database, [row("7")])
    assert database.execute("SELECT uid FROM connections").fetchall() == [("7",)]
    store(database, [row("7", explanation="printer", device="U-1")])
    assert [each.explanation for each in rows_of(database)] == ["printer"]


def test_a_row_of_another_day_in_a_report_is_kept_with_its_day(database: sqlite3.Connection) -> None:
    store(database, [row("7"), row("7", NOON - timedelta(days=1))])
    assert rows_of(database) == [row("7")]
    assert rows_of(database, YESTERDAY) == [row("7", NOON - timedelta(days=1))]


def test_the_past_of_a_row_without_a_number_is_found(database: sqlite3.Connection) -> None:
    store(database, [row("")])
    store(database, [row("", explanation="printer")])
    (before,) = connections.past_of(database, ACCOUNT, TODAY, row("", explanation="printer"), ZONE)
    assert before.row == row("")


def test_a_connection_with_the_number_of_this_one_and_the_same_device_is_found(database: sqlite3.Connection) -> None:
    before, twin = row("7", NOON - timedelta(days=1)), row("7", NOON - timedelta(hours=1))
    store(database, [before], kind=ReportKind.YESTERDAY)
    store(database, [row("7"), twin])
    assert connections.same_device(database, ACCOUNT, row("7"), ZONE) == [twin, before]
    assert connections.same_device(database, ACCOUNT, twin, ZONE) == [row("7"), before]


def test_long_texts_come_back_whole(database: sqlite3.Connection) -> None:
    known = row("7", explanation="x" * 7_000, support_number="y" * 700, extra=(("as it came", "z" * 700),))
    store(database, [known])
    assert rows_of(database) == [known]


def test_other_connections_with_the_same_device_are_found(database: sqlite3.Connection) -> None:
    before = row("1", NOON - timedelta(days=1))
    store(database, [before], kind=ReportKind.YESTERDAY)
    store(database, [row("2"), row("3", customer_device="T-2"), row("4", customer_device="")])
    assert connections.same_device(database, ACCOUNT, row("2"), ZONE) == [before]
    assert connections.same_device(database, ACCOUNT, row("4", customer_device=""), ZONE) == []


def test_the_zone_that_is_corrected_later_corrects_the_past(database: sqlite3.Connection) -> None:
    store(database, [row("7")])
    (known,) = connections.rows_of(database, ACCOUNT, TODAY, ZoneInfo("Europe/Berlin"))
    assert known.started == NOON.replace(tzinfo=ZoneInfo("Europe/Berlin"))


def page(first: int, count: int) -> list[Connection]:
    """The newest connections: those of the numbers below ``first``, newest first."""
    return [
        row(f"{number:04d}", NOON + timedelta(seconds=number)) for number in range(first - 1, first - 1 - count, -1)
    ]


def test_a_page_that_meets_what_is_known_leaves_no_gap(database: sqlite3.Connection) -> None:
    store(database, page(10, 10))
    store(database, page(14, 5), kind=ReportKind.LAST, most=5)
    assert day(database).state is DayState.OPEN
    assert day(database).proof(ZONE, is_today=True) == "14 rows, no gap until 12:00"


def test_a_full_page_of_strangers_is_a_gap_until_all_of_the_day_was_read(database: sqlite3.Connection) -> None:
    store(database, page(10, 10))
    store(database, page(20, 5), kind=ReportKind.LAST, most=5, at=NOON + timedelta(minutes=1))
    assert day(database).state is DayState.GAP
    store(database, page(21, 5), kind=ReportKind.LAST, most=5, at=NOON + timedelta(minutes=2))
    assert day(database).proof(ZONE, is_today=True) == "16 rows, GAP since 12:01, no gap until 12:00"
    store(database, page(22, 22), at=NOON + timedelta(minutes=3))
    assert day(database).proof(ZONE, is_today=True) == "22 rows, 1 gap repaired 12:03, no gap until 12:03"


def test_what_was_missed_while_nobody_looked_is_a_gap_that_the_whole_day_repairs_at_once(
    database: sqlite3.Connection,
) -> None:
    store(database, page(10, 10))
    store(database, page(14, 14), at=NOON + timedelta(minutes=15))
    assert day(database).repaired == 0
    store(database, page(20, 20), at=NOON + timedelta(hours=2))
    assert day(database).proof(ZONE, is_today=True) == "20 rows, 1 gap repaired 14:00, no gap until 14:00"


def test_a_full_page_on_a_day_that_was_known_to_be_empty_is_a_gap(database: sqlite3.Connection) -> None:
    store(database, [])
    store(database, page(20, 5), kind=ReportKind.LAST, most=5)
    assert day(database).state is DayState.GAP


def test_the_first_page_of_a_day_is_no_gap(database: sqlite3.Connection) -> None:
    store(database, page(10, 5), kind=ReportKind.LAST, most=5)
    assert day(database).state is DayState.OPEN
    assert day(database).whole_at is None


def test_a_page_that_is_not_full_is_the_whole_day(database: sqlite3.Connection) -> None:
    store(database, page(3, 3), kind=ReportKind.LAST, most=5)
    assert day(database).whole_at == NOON.timestamp()


def test_yesterday_is_closed_when_it_was_read_after_its_end_and_read_again_in_the_morning(
    database: sqlite3.Connection,
) -> None:
    store(database, page(10, 10), at=NOON)
    midnight = datetime(2024, 8, 23, 0, 7, tzinfo=ZONE)
    assert day(database).state is DayState.OPEN
    store(database, page(12, 12), kind=ReportKind.YESTERDAY, at=midnight)
    assert day(database).proof(ZONE) == "12 rows, closed Fri 00:07"
    store(database, page(13, 13), kind=ReportKind.YESTERDAY, at=midnight + timedelta(hours=7))
    assert day(database).proof(ZONE) == "13 rows, closed Fri 00:07, read again Fri 07:07, 1 came later"
    assert day(database).name == "Thu 22"


def test_yesterday_repairs_the_gap_in_which_the_day_ended(database: sqlite3.Connection) -> None:
    store(database, page(10, 10))
    store(database, page(20, 5), kind=ReportKind.LAST, most=5)
    store(database, page(20, 20), kind=ReportKind.YESTERDAY, at=datetime(2024, 8, 23, 0, 7, tzinfo=ZONE))
    assert day(database).proof(ZONE) == "20 rows, 1 gap repaired Fri 00:07, closed Fri 00:07"


def test_the_rows_say_which_day_an_answer_is_about_and_not_our_calendar(database: sqlite3.Connection) -> None:
    """The server has not passed midnight yet: its yesterday is the day before ours."""
    store(database, [row("1", NOON - timedelta(days=1))], kind=ReportKind.YESTERDAY, at=NOON)
    early = datetime(2024, 8, 23, 0, 5, tzinfo=ZONE)
    store(database, page(3, 3), at=NOON)
    store(database, [row("1", NOON - timedelta(days=1))], kind=ReportKind.YESTERDAY, at=early)
    assert day(database).state is DayState.OPEN
    assert day(database, YESTERDAY).read_at == early.timestamp()


def test_an_empty_answer_closes_only_a_day_of_which_nothing_is_known(database: sqlite3.Connection) -> None:
    store(database, [], kind=ReportKind.YESTERDAY, at=NOON)
    assert day(database, YESTERDAY).proof(ZONE) == "0 rows, closed Thu 12:00"
    store(database, page(3, 3))
    store(database, [], kind=ReportKind.YESTERDAY, at=NOON + timedelta(days=1))
    assert day(database).state is DayState.OPEN


def test_a_day_that_was_never_read_after_its_end_says_up_to_when_it_is_known(database: sqlite3.Connection) -> None:
    store(database, page(3, 3))
    assert day(database).proof(ZONE) == "3 rows, NOT CLOSED, known until 12:00"


def test_an_unreadable_row_that_comes_with_yesterday_belongs_to_it(database: sqlite3.Connection) -> None:
    lost = row("9", None, problem="no date")
    store(database, [row("8", NOON - timedelta(days=1)), lost], kind=ReportKind.YESTERDAY)
    assert [each.uid for each in rows_of(database, YESTERDAY)] == ["8", "9"]


def test_a_row_from_far_away_does_not_decide_which_day_it_is(database: sqlite3.Connection) -> None:
    far = row("9", datetime(2062, 1, 1, tzinfo=ZONE))
    known = store(database, [far, *page(20, 20)])
    fetched = known.fetched[ReportKind.TODAY]
    assert (fetched.server_day, fetched.apart) == (TODAY, 1)
    assert day(database).proof(ZONE, is_today=True) == "20 rows, no gap until 12:00"
    assert rows_of(database, "2062-01-01") == [far]
    assert "2062-01-01" not in known.days


def test_todays_rows_in_the_report_of_yesterday_close_nothing(database: sqlite3.Connection) -> None:
    store(database, page(20, 20))
    yesterdays = [row("y", NOON - timedelta(days=1))]
    later = NOON + timedelta(minutes=5)
    store(database, [*page(20, 20), *yesterdays], kind=ReportKind.YESTERDAY, at=later)
    assert day(database).state is DayState.OPEN
    assert day(database, YESTERDAY).state is DayState.OPEN
    store(database, [*page(20, 1), *yesterdays * 1], kind=ReportKind.YESTERDAY, at=later)
    assert day(database, YESTERDAY).state is DayState.OPEN
    store(database, yesterdays, kind=ReportKind.YESTERDAY, at=later)
    assert day(database, YESTERDAY).state is DayState.CLOSED


def test_a_yesterday_that_is_cut_by_another_zone_closes_no_day(database: sqlite3.Connection) -> None:
    """It has the first 3 hours of a day and the last 21 of the one before."""
    hours = [row(f"{hour:02d}", datetime(2024, 8, 21, 3, tzinfo=ZONE) + timedelta(hours=hour)) for hour in range(24)]
    known = store(database, hours[::-1], kind=ReportKind.YESTERDAY, at=datetime(2024, 8, 22, 3, 7, tzinfo=ZONE))
    assert {each.state for each in reports.days_of(database, ACCOUNT)} == {DayState.OPEN}
    assert known.fetched[ReportKind.YESTERDAY].apart == 3


def test_two_accounts_in_one_file_do_not_see_each_other(database: sqlite3.Connection) -> None:
    store(database, [row("7")])
    assert connections.rows_of(database, "other", TODAY, ZONE) == []
    assert reports.days_of(database, "other") == []


def test_what_was_answered_and_is_not_stored_yet_nobody_else_asks_for(database: sqlite3.Connection) -> None:
    began = Uptime("first", NOON.timestamp())

    def under_way(seconds: float) -> frozenset[str]:
        return reports.fetch_state_of(database, LIMIT, Uptime("first", NOON.timestamp() + seconds)).under_way

    slot = reports.claim(database, LIMIT, began, lambda _: ReportKind.TODAY).slot
    assert slot is not None
    assert under_way(1.0) == {ReportKind.TODAY}
    ledger.complete(database, slot, LIMIT, Uptime("first", NOON.timestamp() + 1.0))
    assert under_way(1.5) == {ReportKind.TODAY}
    assert under_way(3.5) == frozenset()  # who was answered has died
    store(database, [row("7")])
    assert under_way(1.5) == frozenset()


def test_a_request_that_failed_is_not_one_that_is_being_stored(database: sqlite3.Connection) -> None:
    began = Uptime("first", NOON.timestamp())
    slot = reports.claim(database, LIMIT, began, lambda _: ReportKind.TODAY).slot
    assert slot is not None
    answered = Uptime("first", NOON.timestamp() + 1.0)
    ledger.complete(database, slot, LIMIT, answered)
    reports.fail(database, LIMIT, answered, ReportKind.TODAY, slot)
    known = reports.fetch_state_of(database, LIMIT, answered)
    assert known.under_way == frozenset()
    assert known.failed == {ReportKind.TODAY: began.seconds}
    assert ledger.look(database, LIMIT, answered).left(answered.seconds) == 2  # it was sent all the same


def test_a_second_try_with_a_new_token_fails_together_with_the_first(database: sqlite3.Connection) -> None:
    began = Uptime("first", NOON.timestamp())
    first = reports.claim(database, LIMIT, began, lambda _: ReportKind.LAST).slot
    assert first is not None
    ledger.complete(database, first, LIMIT, began)
    ledger.reserve(database, LIMIT, began, ReportKind.LAST)
    reports.fail(database, LIMIT, began, ReportKind.LAST, first)
    assert reports.fetch_state_of(database, LIMIT, began).under_way == frozenset()


def test_what_never_left_this_machine_has_not_failed(database: sqlite3.Connection) -> None:
    began = Uptime("first", NOON.timestamp())
    slot = reports.claim(database, LIMIT, began, lambda _: ReportKind.YESTERDAY).slot
    assert slot is not None
    ledger.release(database, slot)
    reports.fail(database, LIMIT, began, ReportKind.YESTERDAY, slot)
    assert reports.fetch_state_of(database, LIMIT, began).failed == {}


def test_a_failure_of_an_earlier_boot_holds_nothing_up(database: sqlite3.Connection) -> None:
    began = Uptime("first", NOON.timestamp())
    slot = reports.claim(database, LIMIT, began, lambda _: ReportKind.YESTERDAY).slot
    assert slot is not None
    reports.fail(database, LIMIT, began, ReportKind.YESTERDAY, slot)
    assert reports.fetch_state_of(database, LIMIT, Uptime("second", 5.0)).failed == {}
