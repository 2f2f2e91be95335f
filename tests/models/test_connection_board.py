"""The team's connections, report after report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.clock import START, FakeClock
from tui.models.connection_board import CONNECTIONS_KEPT, ConnectionBoard
from tui.models.connections import Connection


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def row(uid: str, minute: float | None = 0, **fields: str) -> Connection:
    started = None if minute is None else START + timedelta(minutes=minute)
    return Connection(uid=uid, started=started, started_text=str(minute), seconds=60, **fields)  # type: ignore[arg-type] # texts only


def uids(board: ConnectionBoard) -> Sequence[str]:
    return [row.uid for row in board]


def test_the_newest_connection_comes_first_however_the_report_is_ordered(clock: FakeClock) -> None:
    board = ConnectionBoard()
    board.merge([row("b", 2), row("a", 1), row("c", 3)], clock.now())
    assert uids(board) == ["c", "b", "a"]
    assert len(board) == 3
    assert board.fetched == clock.now()


def test_connections_of_the_same_second_keep_the_order_of_the_report(clock: FakeClock) -> None:
    board = ConnectionBoard()
    board.merge([row("b"), row("c"), row("a")], clock.now())
    board.merge([row("b"), row("c"), row("a")], clock.now())
    assert uids(board) == ["b", "c", "a"]


def test_a_row_without_a_readable_date_comes_last(clock: FakeClock) -> None:
    board = ConnectionBoard()
    board.merge([row("x", None), row("a", 1), row("y", None), row("b", 2)], clock.now())
    assert uids(board) == ["b", "a", "x", "y"]


def test_a_row_seen_before_is_updated_where_it_stands(clock: FakeClock) -> None:
    board = ConnectionBoard()
    board.merge([row("b", 2), row("a", 1)], clock.now())
    board.merge([row("a", 1, explanation="printer")], clock.now())
    assert uids(board) == ["b", "a"]
    known = board.get("a")
    assert known is not None
    assert known.explanation == "printer"
    assert board.get("z") is None


def test_a_report_says_how_many_of_its_rows_were_known_already(clock: FakeClock) -> None:
    board = ConnectionBoard()
    assert board.merge([row("b", 2), row("a", 1)], clock.now()) == 0
    assert board.merge([row("c", 3), row("b", 2, explanation="new")], clock.now()) == 1
    assert board.merge(iter([row("c", 3)]), clock.now()) == 1


def test_a_row_that_comes_twice_in_one_report_was_not_known_for_that(clock: FakeClock) -> None:
    board = ConnectionBoard()
    assert board.merge([row("a", 1), row("a", 1)], clock.now()) == 0


def test_a_report_that_says_nothing_new_changes_nothing_but_its_age(clock: FakeClock) -> None:
    board = ConnectionBoard()
    report = [row("b", 2), row("a", 1), row("a", 1, explanation="twice, and not alike")]
    board.merge(report, clock.now())
    version = board.version
    clock.advance(30)
    board.merge(report, clock.now())
    board.merge([], clock.now())
    assert board.version == version
    assert board.fetched == clock.now()


def test_every_change_of_a_row_raises_the_version(clock: FakeClock) -> None:
    board = ConnectionBoard()
    board.merge([row("a", 1)], clock.now())
    first = board.version
    board.merge([row("a", 1, customer="Harbour Dental")], clock.now())
    second = board.version
    board.merge([row("b", 2)], clock.now())
    assert first < second < board.version


def test_the_oldest_connections_leave_a_board_that_is_full(clock: FakeClock) -> None:
    board = ConnectionBoard()
    report = [row(str(minute), minute) for minute in range(CONNECTIONS_KEPT + 10)]
    board.merge([*report, row("undated", None)], clock.now())
    assert len(board) == CONNECTIONS_KEPT
    assert uids(board)[0] == str(CONNECTIONS_KEPT + 9)
    assert uids(board)[-1] == "10"
    version = board.version
    board.merge(report, clock.now())
    assert board.version == version


def test_rows_without_a_number_are_all_shown_as_the_last_report_has_them(clock: FakeClock) -> None:
    board = ConnectionBoard()
    board.merge([row("a", 1), row("", 2, customer="Harbour Dental"), row("", 3, customer="North Clinic")], clock.now())
    assert [row.customer for row in board] == ["North Clinic", "Harbour Dental", ""]
    board.merge([row("", 3, customer="North Clinic", explanation="printer")], clock.now())
    assert [row.explanation for row in board] == ["printer", ""]
    assert board.get("") is None
