"""The parts of a report and what each rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.models.test_contacts import contact, same
from tests.models.test_figures import answered, missed
from tests.models.test_kept_calls import KEPT, NOON
from tui.models.billing import Billing
from tui.models.connections import Connection
from tui.models.contacts import Customers
from tui.models.days import DayState
from tui.models.figures import Figures, Talks
from tui.models.kept_calls import KeptCall
from tui.models.listening import Listened, Spell
from tui.models.report import NO_CUSTOMERS, Days, Key, Known, Report, Split, Staff, Tally

ISTANBUL = ZoneInfo("Europe/Istanbul")
DAY = KEPT.day
NEXT = "2026-11-22"
HOUR = 3600.0


def spell(extension: str, began: float, until: float) -> Spell:
    """One from and to these hours after noon."""
    id = f"{extension} {began}"
    return Spell(id=id, extension=extension, host="desk1", began=NOON + began * HOUR, until=NOON + until * HOUR)


def report(
    split: Split,
    calls: Sequence[KeptCall] = (),
    connections: Sequence[Connection] = (),
    *,
    spells: Mapping[str, Sequence[Spell]] | None = None,
    days: Mapping[str, DayState | None] | None = None,
    technicians: Mapping[str, str] | None = None,
    only: str = "",
    customers: Customers = NO_CUSTOMERS,
) -> Report:
    tally = Tally(split, UTC, Staff(technicians or {}, only), Billing(), 0.0, customers)
    tally.add_calls(DAY, calls, Talks(calls))
    tally.add_connections(DAY, connections)
    return tally.report(Known(since=DAY, until=NEXT, spells=spells or {}, days=days or {}))


def figures(found: Report) -> dict[tuple[str, str], tuple[int, int]]:
    """How many calls and connections each row has."""
    return {row.key: (row.figures.calls, row.figures.connections) for row in found.rows}


def connection(technician: str = "", customer: str = "", started: datetime | None = None) -> Connection:
    return Connection("1", started, "", 60, technician=technician, customer=customer)


def test_calls_and_connections_of_one_technician_are_one_row() -> None:
    calls, rows = [missed("201", 0), missed("202", 100), missed("203", 200)], [connection("Ayşe"), connection("Ali")]
    found = report(Split.TECHNICIAN, calls, rows, technicians={"201": "Ayşe", "202": "Ayşe"})
    assert figures(found) == {("Ali", ""): (0, 1), ("Ayşe", ""): (2, 1), ("", "203"): (1, 0)}


@pytest.mark.parametrize("only", ["Ayşe", "201", "AYŞE", "Ays\u0327e"])
def test_of_one_technician_all_is_told_by_the_name_or_any_extension(only: str) -> None:
    calls, rows = [missed("201", 0), missed("202", 100), missed("203", 200)], [connection("Ayşe"), connection("Ali")]
    who = {"201": "Ayşe", "202": "Ayşe"}
    found = report(Split.WORKGROUP, calls, rows, technicians=who, only=only)
    assert figures(found) == {(KEPT.called, ""): (2, 0), ("", ""): (0, 1)}
    assert found.total.figures.calls == 2


def test_where_nobody_is_said_to_have_an_extension_it_is_told_alone() -> None:
    calls = [missed("201", 0), missed("202", 100)]
    assert figures(report(Split.TECHNICIAN, calls, [connection("Ali")], only="202")) == {("", "202"): (1, 0)}
    assert report(Split.TECHNICIAN, calls, only="nobody").rows == ()


def test_an_extension_that_nobody_is_said_to_have_is_not_taken_for_a_technician_of_that_name() -> None:
    found = report(Split.TECHNICIAN, [missed("201", 0)], [connection("201")])
    assert figures(found) == {("201", ""): (0, 1), ("", "201"): (1, 0)}


def test_what_nobody_of_several_took_and_what_has_no_technician_is_nobodys() -> None:
    found = report(Split.TECHNICIAN, [missed("201", 0), missed("202", 1)], [connection(" ")])
    assert figures(found)[Key()] == (1, 1)


def test_customers_are_told_apart_by_name_and_callers_by_number_as_nothing_says_whose_it_is() -> None:
    calls = [missed("201", 0), missed("201", 100, line="")]
    found = report(Split.CUSTOMER, calls, [connection(customer="Harbour"), connection()])
    assert figures(found) == {("Harbour", ""): (0, 1), ("", KEPT.line): (1, 0), ("", ""): (1, 1)}


def test_calls_and_connections_of_one_customer_are_one_row_where_it_is_certain_whose_the_number_is() -> None:
    known = Customers([contact("Harbour", line=KEPT.line, customer="HARBOUR DENTAL LTD")], [same("harbor", "Harbour")])
    calls = [missed("201", 0), missed("201", 100, line="+902125550100")]
    rows = [connection(customer=name) for name in ("Harbour Dental Ltd", "Harbor", "harbour", "Other")]
    found = report(Split.CUSTOMER, calls, rows, customers=known)
    assert figures(found) == {("Harbour", ""): (1, 3), ("Other", ""): (0, 1), ("", "+902125550100"): (1, 0)}


def test_connections_have_no_workgroup() -> None:
    found = report(Split.WORKGROUP, [missed("201", 0)], [connection()])
    assert figures(found) == {(KEPT.called, ""): (1, 0), ("", ""): (0, 1)}


def test_what_was_dialled_and_an_extension_that_was_called_itself_are_no_workgroups() -> None:
    out = replace(missed("201", 0), direction="out", number="0212 555", called="0212 555")
    direct = replace(missed("201 at hq", 100), called="201")
    line = replace(missed("201", 200), called="0850 111")
    found = report(Split.WORKGROUP, [out, direct, line])
    assert figures(found) == {("0850 111", ""): (1, 0), ("", ""): (2, 0)}


def test_the_hours_are_those_of_the_persons_clock_for_both_and_a_start_that_nobody_knows_is_of_none() -> None:
    half_past_three = datetime(2026, 11, 21, 15, 30, tzinfo=ISTANBUL)  # in UTC it is half past twelve
    found = report(Split.HOUR, [missed("201", 60)], [connection(started=half_past_three), connection()])
    assert figures(found) == {("12", ""): (1, 1), ("", ""): (0, 1)}


def test_who_has_no_name_comes_last_and_nobody_is_ranked() -> None:
    calls = [missed("201", at, line=line) for at, line in ((0, "+9021"), (100, ""), (200, "+9011"))]
    rows = [connection(customer=name) for name in ("ömer", "İpek", "Zeynep", "Zeynep", "ali")]
    found = report(Split.CUSTOMER, calls, rows)
    assert [name or line for name, line in figures(found)] == ["ali", "İpek", "Zeynep", "ömer", "+9011", "+9021", ""]


def test_each_day_carries_what_it_rests_on_and_one_of_which_nothing_is_known_is_left_out() -> None:
    listened = {"201": [spell("201", -4, 1), spell("201", 2, 5)], "202": [spell("202", 10, 13)]}
    days = {DAY: DayState.CLOSED, NEXT: None}
    found = report(Split.DAY, [missed("201", 0)], [connection()], spells=listened, days=days)
    first, second = found.rows
    assert (first.key.name, first.figures.calls, first.days) == (DAY, 1, Days(closed=1))
    assert first.listened.coverage is not None
    assert (first.listened.coverage.gaps, first.listened.coverage.gap_seconds) == (2, 6 * HOUR)
    assert (first.listened.reporting, first.listened.of) == (2, 2)
    assert (second.key.name, second.figures, second.days) == (NEXT, Figures(), Days(missing=1))
    assert (second.listened.reporting, second.listened.of) == (1, 2)  # 202 was heard until an hour after midnight
    assert [row.key.name for row in report(Split.DAY, days={DAY: None, NEXT: DayState.OPEN}).rows] == [NEXT]


def test_an_hour_rests_on_that_hour_of_all_days() -> None:
    listened = {"201": [spell("201", 0.5, 30)]}
    (hour,) = report(Split.HOUR, [missed("201", 60)], spells=listened).rows
    assert hour.key.name == "12"
    assert hour.listened.coverage is not None
    assert (hour.listened.coverage.listened_from, hour.listened.coverage.gaps) == (NOON + 0.5 * HOUR, 0)
    assert hour.listened.coverage.listened_until == NOON + 25 * HOUR


def test_a_technician_rests_on_their_own_extensions_whether_anybody_listened_to_them_or_not() -> None:
    listened = {"201": [spell("201", 0, 1)], "202": [], "203": [spell("203", 3, 4)]}
    calls, who = [answered("201", 0, 5, 5), answered("203", 100, 5, 5)], {"201": "Ayşe", "202": "Ayşe"}
    ayse, other = report(Split.TECHNICIAN, calls, spells=listened, technicians=who).rows
    assert (ayse.listened.reporting, ayse.listened.of) == (1, 2)
    assert (other.listened.reporting, other.listened.of) == (1, 1)
    assert ayse.listened.coverage is not None
    assert ayse.listened.coverage.listened_until == NOON + HOUR
    (nobody,) = report(Split.TECHNICIAN, [], [connection("Ali")], spells=listened).rows
    assert nobody.listened == Listened(coverage=None, reporting=0, of=0)


def test_a_report_of_two_days_is_the_sum_of_their_reports() -> None:
    late = replace(missed("201", 0), day=DAY, start=NOON + 11.999 * HOUR, known_at=NOON + 12.01 * HOUR)
    early = replace(missed("202", 0), day=NEXT, start=NOON + 12.001 * HOUR, known_at=NOON + 12.01 * HOUR)
    both = Tally(Split.DAY, UTC, Staff({}), Billing(), 0.0)
    both.add_calls(DAY, [late], Talks())
    both.add_calls(NEXT, [early], Talks())
    found = both.report(Known(since=DAY, until=NEXT, spells={}, days={}))
    assert figures(found) == {(DAY, ""): (1, 0), (NEXT, ""): (1, 0)}
    assert found.total.figures.calls == 2
