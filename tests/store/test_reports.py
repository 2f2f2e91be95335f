"""Reports in the archive: every row by its number, every change beside what it changed, every day with its proof."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.store.harness import ACCOUNT, LIMIT, NOON, TODAY, YESTERDAY, ZONE, Kept, row
from tui.archive.records import CHANGES_KEPT
from tui.models.connections import Connection, ReportKind
from tui.models.days import DayState


async def test_every_row_comes_back_as_it_was(kept: Kept) -> None:
    known = row("7", explanation="=1+1", extra=(("os", "Windows"), ("dir", "7")), problem="no readable duration")
    without = row("8", None, started_text="soon", problem="no readable date")
    await kept.keep([known, without])
    assert await kept.rows() == [known, without]


async def test_rows_come_newest_first_whatever_order_they_were_stored_in(kept: Kept) -> None:
    await kept.keep([row("b", NOON), row("c", NOON + timedelta(minutes=1)), row("a", NOON)])
    assert [each.uid for each in await kept.rows()] == ["c", "b", "a"]


async def test_a_later_change_is_an_update_and_the_earlier_value_is_kept(kept: Kept) -> None:
    await kept.keep([row("7")])
    await kept.keep([row("7", explanation="printer")], at=NOON + timedelta(minutes=1))
    await kept.keep([row("7", explanation="printer", support_number="SR-1")], at=NOON + timedelta(minutes=2))
    await kept.keep([row("7", explanation="printer", support_number="SR-1")], at=NOON + timedelta(minutes=3))
    (known,) = await kept.rows()
    assert (known.explanation, known.support_number) == ("printer", "SR-1")
    earlier = await kept.earlier(row("7"))
    assert [(each.row.explanation, each.row.support_number) for each in earlier] == [("printer", ""), ("", "")]
    assert [each.until for each in earlier] == [(NOON + timedelta(minutes=minute)).timestamp() for minute in (2, 1)]


async def test_a_date_that_is_only_written_otherwise_is_no_change(kept: Kept) -> None:
    for written in ("12:00:00 22/08/2024", r"12:00:00 22\08\2024", "12:00:00 22.8.2024"):
        await kept.keep([replace(row("7"), started_text=written)])
    assert await kept.earlier(row("7")) == []
    for written in ("soon", "later"):
        await kept.keep([replace(row("8", None), started_text=written)])
    assert [each.row.started_text for each in await kept.earlier(row("8", None))] == ["soon"]


async def test_a_connection_that_is_polled_while_it_lasts_keeps_a_bounded_past(kept: Kept) -> None:
    for seconds in range(CHANGES_KEPT + 20):
        await kept.keep([row("7", seconds=seconds), row("8", seconds=5)])
    earlier = await kept.earlier(row("7"))
    assert [each.row.seconds for each in earlier] == list(range(CHANGES_KEPT + 18, 18, -1))


async def test_a_row_that_can_only_be_read_in_part_does_not_replace_one_that_could(kept: Kept) -> None:
    await kept.keep([row("7", explanation="printer")])
    await kept.keep([Connection(uid="7", started=None, started_text="", seconds=None, problem="is no whole JSON")])
    assert await kept.rows() == [row("7", explanation="printer")]


async def test_rows_without_a_number_are_all_kept_and_known_again(kept: Kept) -> None:
    nameless = [row(""), row(""), row("", customer="Harbour Dental"), row("", None, problem="is no object")]
    await kept.keep(nameless)
    await kept.keep(nameless)
    assert len(await kept.rows()) == (await kept.day()).rows == 4
    await kept.keep([replace(each, explanation="written later") for each in nameless])
    assert [each.explanation for each in await kept.rows()] == ["written later"] * 4


async def test_a_number_that_is_given_again_on_another_day_is_another_connection(kept: Kept) -> None:
    await kept.keep([row("1", NOON - timedelta(days=1))], kind=ReportKind.YESTERDAY)
    await kept.keep([row("1")])
    assert await kept.rows() == [row("1")]
    assert await kept.rows(YESTERDAY) == [row("1", NOON - timedelta(days=1))]


TWINS = [
    row("7", NOON + timedelta(hours=1), explanation="later"),
    row("7", NOON, explanation="another device", device="U-9"),
    row("7", NOON, explanation="another customer", customer_device="T-9", device="U-1"),
    row("8", NOON),
    row("7", NOON - timedelta(hours=1), explanation="first"),
]


async def test_connections_of_one_number_in_one_report_are_all_kept(kept: Kept) -> None:
    await kept.keep(TWINS)
    await kept.keep(TWINS, at=NOON + timedelta(minutes=1))
    assert (await kept.day()).rows == len(TWINS)
    assert sorted(each.explanation for each in await kept.rows()) == sorted(each.explanation for each in TWINS)
    assert {each.uid for each in await kept.rows()} == {"7", "8"}


@pytest.mark.parametrize("order", [1, -1])
async def test_connections_of_one_number_in_several_reports_are_all_kept(kept: Kept, order: int) -> None:
    for minute, each in enumerate(TWINS[::order]):
        await kept.keep([each], kind=ReportKind.LAST, most=5, at=NOON + timedelta(minutes=minute))
    assert (await kept.day()).rows == len(TWINS)
    edited = [replace(each, support_number="SR-1") for each in TWINS]
    await kept.keep(edited, at=NOON + timedelta(hours=1))
    assert (await kept.day()).rows == len(TWINS)
    assert {each.support_number for each in await kept.rows()} == {"SR-1"}
    for each in edited:
        (before,) = await kept.earlier(each)
        assert before.row.explanation == each.explanation


@pytest.mark.parametrize("order", [1, -1])
async def test_a_row_of_one_report_that_may_be_another_is_kept_too(kept: Kept, order: int) -> None:
    unread = row("7", None, started_text="soon", problem="no readable date")
    for minute in range(3):
        await kept.keep([row("7"), unread][::order], at=NOON + timedelta(minutes=minute))
        assert await kept.rows() == [row("7"), unread]


async def test_a_row_of_another_day_in_a_report_is_kept_with_its_day(kept: Kept) -> None:
    await kept.keep([row("7"), row("7", NOON - timedelta(days=1))])
    assert await kept.rows() == [row("7")]
    assert await kept.rows(YESTERDAY) == [row("7", NOON - timedelta(days=1))]


async def test_the_past_of_a_row_without_a_number_is_found(kept: Kept) -> None:
    await kept.keep([row("")])
    await kept.keep([row("", explanation="printer")])
    (before,) = await kept.earlier(row("", explanation="printer"))
    assert before.row == row("")


async def test_a_connection_with_the_number_of_this_one_and_the_same_device_is_found(kept: Kept) -> None:
    before, twin = row("7", NOON - timedelta(days=1)), row("7", NOON - timedelta(hours=1))
    await kept.keep([before], kind=ReportKind.YESTERDAY)
    await kept.keep([row("7"), twin])
    assert await kept.same_device(row("7")) == [twin, before]
    assert await kept.same_device(twin) == [row("7"), before]


async def test_long_texts_come_back_whole(kept: Kept) -> None:
    known = row("7", explanation="x" * 7_000, support_number="y" * 700, extra=(("as it came", "z" * 700),))
    await kept.keep([known])
    assert await kept.rows() == [known]


async def test_other_connections_with_the_same_device_are_found(kept: Kept) -> None:
    before = row("1", NOON - timedelta(days=1))
    await kept.keep([before], kind=ReportKind.YESTERDAY)
    await kept.keep([row("2"), row("3", customer_device="T-2"), row("4", customer_device="")])
    assert await kept.same_device(row("2")) == [before]
    assert await kept.same_device(row("4", customer_device="")) == []


async def test_the_zone_that_is_corrected_later_corrects_the_past(kept: Kept) -> None:
    await kept.keep([row("7")])
    (known,) = await kept.rows(zone=ZoneInfo("Europe/Berlin"))
    assert known.started == NOON.replace(tzinfo=ZoneInfo("Europe/Berlin"))


def page(first: int, count: int) -> list[Connection]:
    """The newest connections: those of the numbers below ``first``, newest first."""
    return [
        row(f"{number:04d}", NOON + timedelta(seconds=number)) for number in range(first - 1, first - 1 - count, -1)
    ]


async def test_a_page_that_meets_what_is_known_leaves_no_gap(kept: Kept) -> None:
    await kept.keep(page(10, 10))
    await kept.keep(page(14, 5), kind=ReportKind.LAST, most=5)
    assert (await kept.day()).state is DayState.OPEN
    assert (await kept.day()).proof(ZONE, is_today=True) == "14 rows, no gap until 12:00"


async def test_a_full_page_of_strangers_is_a_gap_until_all_of_the_day_was_read(kept: Kept) -> None:
    await kept.keep(page(10, 10))
    await kept.keep(page(20, 5), kind=ReportKind.LAST, most=5, at=NOON + timedelta(minutes=1))
    assert (await kept.day()).state is DayState.GAP
    await kept.keep(page(21, 5), kind=ReportKind.LAST, most=5, at=NOON + timedelta(minutes=2))
    assert (await kept.day()).proof(ZONE, is_today=True) == "16 rows, GAP since 12:01, no gap until 12:00"
    await kept.keep(page(22, 22), at=NOON + timedelta(minutes=3))
    assert (await kept.day()).proof(ZONE, is_today=True) == "22 rows, 1 gap repaired 12:03, no gap until 12:03"


async def test_what_was_missed_while_nobody_looked_is_a_gap_that_the_whole_day_repairs_at_once(
    kept: Kept,
) -> None:
    await kept.keep(page(10, 10))
    await kept.keep(page(14, 14), at=NOON + timedelta(minutes=15))
    assert (await kept.day()).repaired == 0
    await kept.keep(page(20, 20), at=NOON + timedelta(hours=2))
    assert (await kept.day()).proof(ZONE, is_today=True) == "20 rows, 1 gap repaired 14:00, no gap until 14:00"


async def test_a_full_page_on_a_day_that_was_known_to_be_empty_is_a_gap(kept: Kept) -> None:
    await kept.keep([])
    await kept.keep(page(20, 5), kind=ReportKind.LAST, most=5)
    assert (await kept.day()).state is DayState.GAP


async def test_the_first_page_of_a_day_is_no_gap(kept: Kept) -> None:
    await kept.keep(page(10, 5), kind=ReportKind.LAST, most=5)
    assert (await kept.day()).state is DayState.OPEN
    assert (await kept.day()).whole_at is None


async def test_a_page_that_is_not_full_is_the_whole_day(kept: Kept) -> None:
    await kept.keep(page(3, 3), kind=ReportKind.LAST, most=5)
    assert (await kept.day()).whole_at == NOON.timestamp()


async def test_yesterday_is_closed_when_it_was_read_after_its_end_and_read_again_in_the_morning(
    kept: Kept,
) -> None:
    await kept.keep(page(10, 10), at=NOON)
    midnight = datetime(2024, 8, 23, 0, 7, tzinfo=ZONE)
    assert (await kept.day()).state is DayState.OPEN
    await kept.keep(page(12, 12), kind=ReportKind.YESTERDAY, at=midnight)
    assert (await kept.day()).proof(ZONE) == "12 rows, closed Fri 00:07"
    await kept.keep(page(13, 13), kind=ReportKind.YESTERDAY, at=midnight + timedelta(hours=7))
    assert (await kept.day()).proof(ZONE) == "13 rows, closed Fri 00:07, read again Fri 07:07, 1 came later"
    assert (await kept.day()).name == "Thu 22"


async def test_yesterday_repairs_the_gap_in_which_the_day_ended(kept: Kept) -> None:
    await kept.keep(page(10, 10))
    await kept.keep(page(20, 5), kind=ReportKind.LAST, most=5)
    await kept.keep(page(20, 20), kind=ReportKind.YESTERDAY, at=datetime(2024, 8, 23, 0, 7, tzinfo=ZONE))
    assert (await kept.day()).proof(ZONE) == "20 rows, 1 gap repaired Fri 00:07, closed Fri 00:07"


async def test_the_rows_say_which_day_an_answer_is_about_and_not_our_calendar(kept: Kept) -> None:
    """The server has not passed midnight yet: its yesterday is the day before ours."""
    await kept.keep([row("1", NOON - timedelta(days=1))], kind=ReportKind.YESTERDAY, at=NOON)
    early = datetime(2024, 8, 23, 0, 5, tzinfo=ZONE)
    await kept.keep(page(3, 3), at=NOON)
    await kept.keep([row("1", NOON - timedelta(days=1))], kind=ReportKind.YESTERDAY, at=early)
    assert (await kept.day()).state is DayState.OPEN
    assert (await kept.day(YESTERDAY)).read_at == early.timestamp()


async def test_an_empty_answer_closes_only_a_day_of_which_nothing_is_known(kept: Kept) -> None:
    await kept.keep([], kind=ReportKind.YESTERDAY, at=NOON)
    assert (await kept.day(YESTERDAY)).proof(ZONE) == "0 rows, closed Thu 12:00"
    await kept.keep(page(3, 3))
    await kept.keep([], kind=ReportKind.YESTERDAY, at=NOON + timedelta(days=1))
    assert (await kept.day()).state is DayState.OPEN


async def test_a_day_that_was_never_read_after_its_end_says_up_to_when_it_is_known(kept: Kept) -> None:
    await kept.keep(page(3, 3))
    assert (await kept.day()).proof(ZONE) == "3 rows, NOT CLOSED, known until 12:00"


async def test_an_unreadable_row_that_comes_with_yesterday_belongs_to_it(kept: Kept) -> None:
    lost = row("9", None, problem="no date")
    await kept.keep([row("8", NOON - timedelta(days=1)), lost], kind=ReportKind.YESTERDAY)
    assert [each.uid for each in await kept.rows(YESTERDAY)] == ["8", "9"]


async def test_a_row_from_far_away_does_not_decide_which_day_it_is(kept: Kept) -> None:
    far = row("9", datetime(2062, 1, 1, tzinfo=ZONE))
    known = await kept.keep([far, *page(20, 20)])
    fetched = known.fetched[ReportKind.TODAY]
    assert (fetched.server_day, fetched.apart) == (TODAY, 1)
    assert (await kept.day()).proof(ZONE, is_today=True) == "20 rows, no gap until 12:00"
    assert await kept.rows("2062-01-01") == [far]
    assert "2062-01-01" not in known.days


async def test_todays_rows_in_the_report_of_yesterday_close_nothing(kept: Kept) -> None:
    await kept.keep(page(20, 20))
    yesterdays = [row("y", NOON - timedelta(days=1))]
    later = NOON + timedelta(minutes=5)
    await kept.keep([*page(20, 20), *yesterdays], kind=ReportKind.YESTERDAY, at=later)
    assert (await kept.day()).state is DayState.OPEN
    assert (await kept.day(YESTERDAY)).state is DayState.OPEN
    await kept.keep([*page(20, 1), *yesterdays * 1], kind=ReportKind.YESTERDAY, at=later)
    assert (await kept.day(YESTERDAY)).state is DayState.OPEN
    await kept.keep(yesterdays, kind=ReportKind.YESTERDAY, at=later)
    assert (await kept.day(YESTERDAY)).state is DayState.CLOSED


async def test_a_yesterday_that_is_cut_by_another_zone_closes_no_day(kept: Kept) -> None:
    """It has the first 3 hours of a day and the last 21 of the one before."""
    hours = [row(f"{hour:02d}", datetime(2024, 8, 21, 3, tzinfo=ZONE) + timedelta(hours=hour)) for hour in range(24)]
    known = await kept.keep(hours[::-1], kind=ReportKind.YESTERDAY, at=datetime(2024, 8, 22, 3, 7, tzinfo=ZONE))
    assert {each.state for each in await kept.store.days(ACCOUNT)} == {DayState.OPEN}
    assert known.fetched[ReportKind.YESTERDAY].apart == 3


async def test_two_accounts_in_one_file_do_not_see_each_other(kept: Kept) -> None:
    await kept.keep([row("7")])
    assert await kept.store.connections_of("other", TODAY, ZONE) == []
    assert await kept.store.days("other") == []


BEGAN = NOON.timestamp()


async def test_what_was_answered_and_is_not_stored_yet_nobody_else_asks_for(kept: Kept) -> None:
    async def under_way(seconds: float) -> frozenset[str]:
        return (await kept.state(BEGAN + seconds)).under_way

    slot = await kept.claimed(ReportKind.TODAY, BEGAN)
    assert await under_way(1.0) == {ReportKind.TODAY}
    await kept.complete(slot, BEGAN + 1.0)
    assert await under_way(1.5) == {ReportKind.TODAY}
    assert await under_way(3.5) == frozenset()  # who was answered has died
    await kept.keep([row("7")])
    assert await under_way(1.5) == frozenset()


async def test_a_request_that_failed_is_not_one_that_is_being_stored(kept: Kept) -> None:
    slot = await kept.claimed(ReportKind.TODAY, BEGAN)
    await kept.complete(slot, BEGAN + 1.0)
    await kept.store.fail(LIMIT, ReportKind.TODAY, slot)
    known = await kept.state(BEGAN + 1.0)
    assert known.under_way == frozenset()
    assert known.failed == {ReportKind.TODAY: BEGAN}
    assert await kept.left(BEGAN + 1.0) == 2  # it was sent all the same


async def test_a_second_try_with_a_new_token_fails_together_with_the_first(kept: Kept) -> None:
    first = await kept.claimed(ReportKind.LAST, BEGAN)
    await kept.complete(first, BEGAN)
    kept.clock.set_uptime(BEGAN + 1.0)
    await kept.store.reserve(LIMIT, ReportKind.LAST)
    await kept.store.fail(LIMIT, ReportKind.LAST, first)
    known = await kept.state(BEGAN + 1.0)
    assert known.under_way == frozenset()
    assert known.failed == {ReportKind.LAST: BEGAN + 1.0}


async def test_what_never_left_this_machine_has_not_failed(kept: Kept) -> None:
    slot = await kept.claimed(ReportKind.YESTERDAY, BEGAN)
    await kept.store.release(LIMIT, slot)
    await kept.store.fail(LIMIT, ReportKind.YESTERDAY, slot)
    assert (await kept.state(BEGAN)).failed == {}
