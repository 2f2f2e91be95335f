"""The team's connections, report after report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tests.clock import START
from tui.models.connection_board import CONNECTIONS_KEPT, ConnectionBoard
from tui.models.connections import Connection


def row(uid: str, minute: float | None = 0, **fields: str) -> Connection:
    started = None if minute is None else START + timedelta(minutes=minute)
    return Connection(uid=uid, started=started, started_text=str(minute), seconds=60, **fields)  # type: ignore[arg-type] # texts only


def uids(board: ConnectionBoard) -> Sequence[str]:
    return [row.uid for row in board]


def test_the_newest_connection_comes_first_however_the_report_is_ordered() -> None:
    board = ConnectionBoard()
    board.merge([row("b", 2), row("a", 1), row("c", 3)])
    assert uids(board) == ["c", "b", "a"]
    assert len(board) == 3
    assert board.newest_start == START + timedelta(minutes=3)


def test_connections_of_the_same_second_stand_as_the_archive_orders_them() -> None:
    board = ConnectionBoard()
    board.merge([row("b"), row("c"), row("a")])
    assert uids(board) == ["c", "b", "a"]
    board.begin("2024-08-22", [row("a"), row("b"), row("c")])
    assert uids(board) == ["c", "b", "a"]


def test_another_day_begins_with_the_rows_that_the_archive_has_of_it() -> None:
    board = ConnectionBoard()
    board.begin("2024-08-22", [row("a", 1)])
    before = board.version
    board.begin("2024-08-23", [])
    assert (uids(board), board.day) == ([], "2024-08-23")
    assert board.version > before


def test_a_row_without_a_readable_date_comes_last() -> None:
    board = ConnectionBoard()
    board.merge([row("x", None), row("a", 1), row("y", None), row("b", 2)])
    assert uids(board) == ["b", "a", "y", "x"]


def test_a_row_seen_before_is_updated_where_it_stands() -> None:
    board = ConnectionBoard()
    board.merge([row("b", 2), row("a", 1)])
    board.merge([row("a", 1, explanation="printer")])
    assert uids(board) == ["b", "a"]
    known = board.get("a")
    assert known is not None
    assert known.explanation == "printer"
    assert board.get("z") is None


def test_a_report_that_says_nothing_new_changes_nothing() -> None:
    board = ConnectionBoard()
    report = [row("b", 2), row("a", 1), row("a", 1, explanation="twice, and not alike")]
    board.merge(report)
    version = board.version
    board.merge(report)
    board.merge([])
    assert board.version == version


def test_every_change_of_a_row_raises_the_version() -> None:
    board = ConnectionBoard()
    board.merge([row("a", 1)])
    first = board.version
    board.merge([row("a", 1, customer="Harbour Dental")])
    second = board.version
    board.merge([row("b", 2)])
    assert first < second < board.version


def test_the_oldest_connections_leave_a_board_that_is_full() -> None:
    board = ConnectionBoard()
    report = [row(str(minute), minute) for minute in range(CONNECTIONS_KEPT + 10)]
    board.merge([*report, row("undated", None)])
    assert len(board) == CONNECTIONS_KEPT
    assert uids(board)[0] == str(CONNECTIONS_KEPT + 9)
    assert uids(board)[-1] == "10"
    version = board.version
    board.merge(report)
    assert board.version == version


def test_rows_without_a_number_are_all_shown_as_the_last_report_has_them() -> None:
    board = ConnectionBoard()
    board.merge([row("a", 1), row("", 2, customer="Harbour Dental"), row("", 3, customer="North Clinic")])
    assert [row.customer for row in board] == ["North Clinic", "Harbour Dental", ""]
    board.merge([row("", 3, customer="North Clinic", explanation="printer")])
    assert [row.explanation for row in board] == ["printer", ""]
    assert board.get("") is None


def test_connections_that_the_server_gave_one_number_are_all_there() -> None:
    board = ConnectionBoard()
    twins = [row("a", 3, device="U-1"), row("a", 2, device="U-1"), row("a", 2, device="U-2")]
    board.merge([*twins, row("b", 1)])
    assert uids(board) == ["a", "a", "a", "b"]
    board.merge([row("a", 2, device="U-2", explanation="printer")])
    assert [each.explanation for each in board] == ["", "", "printer", ""]
    board.begin("2024-08-22", twins)
    board.merge([row("a", 4)])
    assert len(board) == 4
    assert len({each.identity for each in board}) == 4


def test_a_row_of_which_less_is_known_is_the_same_connection() -> None:
    board = ConnectionBoard()
    board.merge([row("a", None)])
    board.merge([row("a", 2, device="U-1")])
    board.merge([row("a", 2, customer_device="T-1")])
    assert len(board) == 1


def test_rows_of_one_report_are_kept_apart_where_little_is_known_of_one() -> None:
    board = ConnectionBoard()
    report = [row("a", 2, device="U-1"), row("a", None, device="U-1"), row("a", None)]
    for rows in (report, report[::-1], report):
        board.merge(rows)
        assert len(board) == 3
    board.begin("2024-08-22", report)
    assert len(board) == 3
