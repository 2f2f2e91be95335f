"""Going from day to day: which days there are, and rows that come when another day is shown already."""

from __future__ import annotations

import asyncio

import pytest

from tests.waiting import alongside, until
from tui.models.connection_board import ConnectionBoard
from tui.models.days import Day
from tui.panes.day_browser import DayBrowser

TODAY = "2026-11-21"


def board_of(*days: str) -> ConnectionBoard:
    board = ConnectionBoard()
    board.day = TODAY
    board.days = {day: Day(day=day) for day in days or ("2026-11-20", "2026-11-17", TODAY)}
    return board


async def rows_of(day: str) -> list[str]:
    return [f"a row of {day}"]


def browsing(board: ConnectionBoard | None = None) -> DayBrowser[str]:
    return DayBrowser(board_of() if board is None else board, rows_of)


def test_it_begins_with_today_and_knows_the_day_before() -> None:
    days = browsing()
    assert (days.past, days.shown, days.earlier, days.later) == (None, TODAY, "2026-11-20", None)


def test_it_goes_to_the_nearest_day_that_there_is_and_no_further() -> None:
    days = browsing()
    days.go_to("2026-11-20")
    assert (days.past, days.earlier, days.later) == ("2026-11-20", "2026-11-17", TODAY)
    days.go_to("2026-11-17")
    assert (days.earlier, days.later) == (None, "2026-11-20")


def test_today_counts_as_a_day_though_nothing_of_it_is_stored() -> None:
    days = browsing(board_of("2026-11-20"))
    days.go_to("2026-11-20")
    assert days.later == TODAY


async def test_the_rows_of_a_day_come_with_its_load_and_both_change_the_version() -> None:
    days = browsing()
    versions = [days.version]
    days.go_to("2026-11-20")
    assert (days.rows, days.is_loading) == ([], True)
    versions.append(days.version)
    assert await days.load()
    assert (days.rows, days.is_loading) == (["a row of 2026-11-20"], False)
    versions.append(days.version)
    assert versions == sorted(set(versions))


async def test_nothing_is_fetched_for_today() -> None:
    days = browsing()
    days.go_to("2026-11-20")
    days.go_to(TODAY)
    assert not await days.load()
    assert (days.past, days.rows, days.is_loading) == (None, [], False)


async def test_rows_that_come_when_another_day_is_shown_are_not_taken() -> None:
    asked: dict[str, asyncio.Event] = {}

    async def slowly(day: str) -> list[str]:
        asked[day] = asyncio.Event()
        await asked[day].wait()
        return await rows_of(day)

    days = DayBrowser[str](board_of(), slowly)
    days.go_to("2026-11-20")
    loaded: list[bool] = []

    async def load() -> None:
        loaded.append(await days.load())

    async with alongside(load()):
        await until(lambda: asked)
        days.go_to("2026-11-17")
        asked["2026-11-20"].set()
        await until(lambda: loaded)
    assert loaded == [False]
    assert (days.rows, days.is_loading) == ([], True)


async def test_a_day_is_loaded_again_once_when_the_archive_has_more() -> None:
    board = board_of()
    days = browsing(board)
    board.stored += 1
    outdated = [days.is_outdated]  # today comes from its board
    days.go_to("2026-11-20")
    outdated.append(days.is_outdated)
    board.stored += 1
    outdated.append(days.is_outdated)
    await days.load()
    outdated.append(days.is_outdated)
    assert outdated == [False, False, True, False]


async def test_a_day_that_cannot_be_fetched_is_not_asked_for_at_every_frame() -> None:
    async def failing(_: str) -> list[str]:
        raise OSError

    board = board_of()
    days = DayBrowser[str](board, failing)
    days.go_to("2026-11-20")
    board.stored += 1
    with pytest.raises(OSError):
        await days.load()
    assert not days.is_outdated
    assert not days.is_loading
