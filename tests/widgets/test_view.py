"""Which rows a table shows, in what order, and where its cursor is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import FakeClock
from tui.models.filters import Kind
from tui.models.folding import fold
from tui.widgets.view import Column, Sort, View, fit, next_column

NOW = FakeClock().now()


class Ticket(NamedTuple):
    """A row as simple as a row can be."""

    number: int
    customer: str = ""
    state: str = "open"
    minutes: int = 0


COLUMNS: Sequence[Column[Ticket]] = (
    Column("number", "No", lambda row, _: f"#{row.number}", width=4, sort=lambda row: row.number),
    Column("customer", "Customer", lambda row, _: row.customer, width=10, grow=2, rank=0),
    Column("state", "State", lambda row, _: row.state, width=6, rank=1),
    Column("minutes", "Lasted", lambda row, now: f"{row.minutes} min", width=7, grow=1, rank=2, right=True),
)

COMPARED: Sequence[Column[Ticket]] = (
    *COLUMNS,
    Column("lasted", "", lambda *_: "", width=0, written=lambda row, _: row.minutes * 60 or None, kind=Kind.LENGTH),
    Column("begun", "", lambda row, _: f"12:{row.number:02}:50", width=0, kind=Kind.TIME),
)


AS_THEY_COME = Sort()


def view_of(*rows: Ticket, filter: str = "", sort: Sort = AS_THEY_COME) -> View[Ticket]:
    view = View(COLUMNS, lambda row: row.number)
    view.filter, view.sort = filter, sort
    view.take(rows, NOW)
    return view


def numbers(view: View[Ticket]) -> list[int]:
    return [row.number for row in view.rows]


def tickets(*numbers: int) -> list[Ticket]:
    return [Ticket(number) for number in numbers]


# The filter.

DESK = (
    Ticket(1, "Harbour Dental", "open", 5),
    Ticket(2, "North Clinic", "closed", 50),
    Ticket(3, "Işık Hastanesi", "open"),
    Ticket(4, "İSTANBUL Sigorta", "closed"),
)


@pytest.mark.parametrize(
    ("filter", "shown"),
    [
        ("", [1, 2, 3, 4]),
        ("   ", [1, 2, 3, 4]),
        ("harbour", [1]),
        ("DENTAL harbour", [1]),
        ("harbour clinic", []),
        ("closed", [2, 4]),
        ("state:closed", [2, 4]),
        ("customer:closed", []),
        ("state:closed istanbul", [4]),
        ("!state:closed", [1, 3]),
        ("!closed !dental", [3]),
        ("istanbul", [4]),
        ("IŞIK", [3]),
        ("ışık", [3]),
        ("#2", [2]),
        ('"north clinic"', [2]),
        ('"clinic north"', []),
        ("state:", [1, 2, 3, 4]),
        ("!state:", [1, 2, 3, 4]),
        ("!", [1, 2, 3, 4]),
        (":", []),
        ("minutes:50", [2]),
        ("minutes:5 !minutes:50", [1]),
    ],
)
def test_a_filter_shows_the_rows_that_all_its_words_fit(filter: str, shown: list[int]) -> None:
    view = view_of(*DESK, filter=filter)
    assert numbers(view) == shown
    assert view.total == len(DESK)


def test_what_is_not_understood_hides_nothing_and_is_said() -> None:
    view = view_of(*DESK, filter="nonsense:closed dental")
    assert (numbers(view), view.problem) == ([1], "no field nonsense")
    view.filter = ""
    view.take(DESK, NOW)
    assert (numbers(view), view.problem) == ([1, 2, 3, 4], "")


@pytest.mark.parametrize(
    ("filter", "shown"),
    [
        ("lasted>5m", [2]),
        ("lasted<=5m open", [1]),
        ("!lasted>5m", [1, 3, 4]),
        ("2", [2]),
        ("12", []),
        ("50", [2]),
        ("begun:12:02", [2]),
        ("12:02", [2]),
    ],
)
def test_lengths_are_compared_and_a_number_alone_is_found_in_no_time(filter: str, shown: list[int]) -> None:
    view = View(COMPARED, lambda row: row.number)
    view.filter = filter
    view.take(DESK, NOW)
    assert numbers(view) == shown


@pytest.mark.parametrize("written", ["İSTANBUL", "ISTANBUL", "ıstanbul", "istanbul", "I\u0307stanbul"])
def test_turkish_letters_are_found_in_every_way_to_write_them(written: str) -> None:
    assert fold(written) == "istanbul"


@given(st.text(max_size=20))
def test_a_text_is_found_by_what_it_says_in_any_case(text: str) -> None:
    assert fold(text) in fold(f"x{text}x")
    assert fold(text.casefold()) == fold(text)


# The order.


def test_without_a_sort_the_rows_stay_as_they_come() -> None:
    assert numbers(view_of(*tickets(3, 1, 2))) == [3, 1, 2]
    assert numbers(view_of(*tickets(3, 1, 2), sort=Sort(inverted=True))) == [2, 1, 3]


def test_a_sort_by_a_column_that_is_not_there_is_no_sort() -> None:
    assert numbers(view_of(*tickets(3, 1, 2), sort=Sort("gone"))) == [3, 1, 2]


def test_a_column_sorts_by_its_key_and_not_by_its_text() -> None:
    assert numbers(view_of(*tickets(10, 9, 100), sort=Sort("number"))) == [9, 10, 100]
    assert numbers(view_of(*tickets(10, 9, 100), sort=Sort("number", inverted=True))) == [100, 10, 9]


def test_a_column_without_a_key_sorts_by_its_text_without_case() -> None:
    rows = [Ticket(1, "north"), Ticket(2, "Harbour"), Ticket(3, "İstanbul"), Ticket(4, "idea")]
    assert numbers(view_of(*rows, sort=Sort("customer"))) == [2, 4, 3, 1]


@pytest.mark.parametrize("inverted", [False, True])
def test_rows_that_are_alike_keep_their_order(inverted: bool) -> None:
    assert numbers(view_of(*tickets(3, 1, 2), sort=Sort("state", inverted))) == [3, 1, 2]


def test_taking_rows_leaves_the_caller_s_list_alone() -> None:
    rows = tickets(3, 1, 2)
    view = View(COLUMNS, lambda row: row.number)
    view.sort = Sort("number")
    view.take(rows, NOW)
    assert [row.number for row in rows] == [3, 1, 2]


# The cursor.


def test_the_cursor_follows_the_top_until_it_is_moved() -> None:
    view = view_of(*tickets(1, 2))
    view.take(tickets(3, 1, 2), NOW)
    assert view.current == Ticket(3)
    view.move(1)
    view.take(tickets(4, 3, 1, 2), NOW)
    assert view.current == Ticket(1)
    view.move(0)
    view.take(tickets(5, 4), NOW)
    assert view.current == Ticket(5)


def test_the_cursor_can_be_held_on_the_first_row() -> None:
    view = view_of(*tickets(1, 2))
    view.go_to(1)
    view.take(tickets(3, 1, 2), NOW)
    assert view.current == Ticket(1)


def test_the_cursor_stays_on_its_row_when_it_changes_or_moves() -> None:
    view = view_of(*tickets(1, 2, 3))
    view.move(1)
    view.take([Ticket(3), Ticket(1), Ticket(2, "renamed")], NOW)
    assert view.current == Ticket(2, "renamed")
    view.sort = Sort("number", inverted=True)
    view.take(tickets(1, 2, 3), NOW)
    assert view.current == Ticket(2)


@pytest.mark.parametrize(
    ("cursor", "left", "lands_on"),
    [
        (1, (1, 3, 4), 3),
        (3, (1, 2, 3), 3),
        (0, (2, 3, 4), 2),
        (1, (8, 9, 1, 3, 4), 3),
        (2, (9, 1, 2), 2),
        (2, (4, 9, 1), 4),
        (1, (4,), 4),
        (1, (9, 8), 8),
    ],
)
def test_a_row_that_leaves_hands_the_cursor_to_its_neighbour(cursor: int, left: tuple[int, ...], lands_on: int) -> None:
    view = view_of(*tickets(1, 2, 3, 4))
    view.go_to(cursor + 1)
    view.take(tickets(*left), NOW)
    assert view.current == Ticket(lands_on)


def test_a_filter_that_fits_nothing_for_a_moment_does_not_lose_the_row() -> None:
    view = view_of(*tickets(1, 2, 3))
    view.move(2)
    for filter in ("nonsense", ""):
        view.filter = filter
        view.take(tickets(1, 2, 3), NOW)
    assert view.current == Ticket(3)


def test_there_is_no_current_row_where_there_are_none() -> None:
    view = view_of()
    assert view.current is None
    view.move(5)
    assert (view.current, view.cursor) == (None, 0)
    view.take(tickets(1), NOW)
    assert view.current == Ticket(1)


@given(st.integers(min_value=-100, max_value=100))
def test_the_cursor_never_leaves_the_rows(to: int) -> None:
    view = view_of(*tickets(1, 2, 3))
    view.move(to)
    assert view.cursor == min(max(to, 0), 2)


@given(
    st.lists(st.lists(st.integers(min_value=0, max_value=9), unique=True), min_size=1, max_size=8),
    st.lists(st.integers(min_value=0, max_value=9), min_size=8, max_size=8),
)
def test_whatever_comes_and_goes_a_row_that_is_still_there_keeps_the_cursor(
    batches: list[list[int]], moves: list[int]
) -> None:
    view = view_of()
    for batch, to in zip(batches, moves, strict=False):
        before = view.current
        view.take(tickets(*batch), NOW)
        if before in view.rows and not view.follows:
            assert view.current == before
        assert (view.current is None) == (not batch)
        view.move(to)


# The columns.

WIDTH_OF_RANK_0 = 4 + 1 + 10


@given(st.integers(min_value=WIDTH_OF_RANK_0, max_value=300), st.integers(min_value=0, max_value=3))
def test_columns_fill_the_width_exactly_where_one_may_grow(width: int, gap: int) -> None:
    shown = fit(COLUMNS, width + gap, gap)
    assert sum(cells for _, cells in shown) + gap * (len(shown) - 1) == width + gap
    assert all(cells >= column.width for column, cells in shown)


@given(st.integers(min_value=-5, max_value=300))
def test_columns_that_may_go_never_make_a_line_wider_than_it_is(width: int) -> None:
    shown = fit(COLUMNS, width)
    needed = sum(cells for _, cells in shown) + len(shown) - 1
    assert needed <= width or all(column.rank == 0 for column, _ in shown)


@pytest.mark.parametrize("width", [-1, 0, 1, 10, WIDTH_OF_RANK_0 - 1])
def test_below_what_the_columns_that_always_show_need_they_keep_their_width_and_the_line_is_cropped(width: int) -> None:
    assert [(column.id, cells) for column, cells in fit(COLUMNS, width)] == [("number", 4), ("customer", 10)]


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (30, ["number", "customer", "state", "minutes"]),
        (29, ["number", "customer", "state"]),
        (22, ["number", "customer", "state"]),
        (21, ["number", "customer"]),
    ],
)
def test_the_columns_of_the_highest_rank_go_first(width: int, shown: list[str]) -> None:
    assert [column.id for column, _ in fit(COLUMNS, width)] == shown


def test_what_is_left_over_is_shared_by_the_columns_that_grow() -> None:
    assert [cells for _, cells in fit(COLUMNS, 30 + 31)] == [4, 10 + 20, 6, 7 + 11]


def test_columns_that_do_not_grow_leave_the_rest_free() -> None:
    columns: list[Column[Ticket]] = [
        Column("a", "A", lambda row, _: "", width=3),
        Column("b", "B", lambda row, _: "", width=4),
    ]
    assert [cells for _, cells in fit(columns, 100)] == [3, 4]
    assert fit([], 100) == []


@pytest.mark.parametrize(
    ("current", "step", "then"),
    [
        ("", 1, "a"),
        ("a", 1, "b"),
        ("b", 1, ""),
        ("", -1, "b"),
        ("a", -1, ""),
        ("hidden", 1, "a"),
        ("hidden", -1, "b"),
    ],
)
def test_the_next_column_to_sort_by_goes_round_through_no_sort_at_all(current: str, step: int, then: str) -> None:
    assert next_column(["a", "b"], current, step) == then
    assert next_column([], current, step) == ""
