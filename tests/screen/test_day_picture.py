"""The day as a picture, by `D`: what it shows, on what it rests, at every size, and while things go on."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.clock import START
from tests.counters import calls_of
from tests.screen.app_driver import SIZES, SMALL, AppDriver, app_driver
from tests.screen.test_call_days import TODAY, YESTERDAY, archive, call, filled, until_known
from tui.models.calls import Outcome
from tui.panes.calls import CallsPane
from tui.panes.day_picture import DaySource

__all__ = ["archive"]


def row(on: AppDriver, name: str) -> str:
    """The signs of a row of the picture, of its lowest line."""
    (found,) = [line[12:] for line in on.lines if f"{line} ".startswith(f"{name:>11} ")]
    return found


async def opened(on: AppDriver) -> None:
    await on.press("D")
    await on.until("calls and connections by the hour")


@pytest.mark.parametrize("size", SIZES)
async def test_today_has_what_was_before_the_start_and_follows_what_comes_in(
    archive: Path, size: tuple[int, int]
) -> None:
    async with app_driver(size, archive=archive) as on:
        await until_known(on)
        await opened(on)
        await on.until(f"{TODAY:%a %d %b %Y}", "2 calls, 0 answered, 1 missed, 1 other, ≥01:00 talk", "1 gap, 30 min")
        cells = 2 if size == SMALL else 4
        assert row(on, "missed").rstrip() == " " * 8 * cells + "█" * (cells - 1)
        assert row(on, "listened").rstrip() == "·" * 8 * cells + "╌" * cells + "━" * cells
        assert row(on, "hour").split()[:3] == (["0", "2", "4"] if size == SMALL else ["0", "1", "2"])
        assert "listened: ━ all of the hour, ╌ part, · nobody" in on.text
        handle = await on.simulation.altigen.ring("3125550101", "Ankara Merkez")
        await on.until("3 calls, 0 answered, 1 missed, 2 others")
        await on.simulation.altigen.connect(handle)
        await on.until("3 calls, 1 answered, 1 missed, 1 other")
        assert row(on, "answered").rstrip() == " " * 9 * cells + "█" * (cells - 1)
        await on.press("escape")
        await on.until_gone("by the hour")


@pytest.mark.parametrize("size", SIZES)
async def test_other_days_open_in_it_and_in_its_pane(archive: Path, size: tuple[int, int]) -> None:
    async with app_driver(size, archive=archive) as on:
        await until_known(on)
        await opened(on)
        await on.press("[")
        await on.until(f"{YESTERDAY:%a %d %b %Y}: calls and connections", "3 calls, 2 answered, 1 missed, 02:00 talk")
        await on.until("1 gap, 4 min", "closed")
        assert row(on, "listened").rstrip().endswith("·" * 13)
        await on.press("[")
        await on.until("the archive has no earlier day")
        await on.press("escape")
        await on.until(f"1 Calls  {YESTERDAY:%a %d}: 3")
        await opened(on)
        await on.until("3 calls, 2 answered")
        await on.press("]")
        await on.until(f"{TODAY:%a %d %b %Y}: calls and connections", "2 calls, 0 answered")


async def test_at_40x10_the_calls_are_told_with_what_they_rest_on(archive: Path) -> None:
    async with app_driver(archive=archive) as on:
        await until_known(on)
        await opened(on)
        for size in ((40, 10), (60, 16), (200, 60), (40, 10)):
            await on.resize(*size)
            await on.until("2 calls, 0 answered, 1 missed", "listened 08:00 to 09:00, 1 gap, 30 min")
            assert len(row(on, "hour").rstrip()) <= size[0] - 12
        assert row(on, "missed").rstrip() == " " * 8 + "█"
        assert row(on, "listened").rstrip() == "········╌━"


async def test_it_is_drawn_in_ascii_where_that_is_wanted(archive: Path) -> None:
    async with app_driver(archive=archive, ui={"ascii": True}) as on:
        await on.until("Kuzey")
        await opened(on)
        await on.until("1 missed")
        assert row(on, "missed").rstrip() == " " * 16 + "#"
        assert row(on, "listened").rstrip() == "................--=="
        assert on.text.isascii()
        assert "?" not in "".join(on.lines[2:-1])


async def test_the_connections_pane_has_the_same_picture_of_its_day(archive: Path) -> None:
    async with app_driver(archive=archive, opening=True) as on:
        await on.press("2")
        await opened(on)
        # Its day is one by Alpemix's clock, and its hours are told by the person's.
        await on.until("40 shown", "no gap until", "day of Europe/Istanbul +0300")
        assert row(on, "hour").split()[:2] == ["22", "0"]
        assert "█" in row(on, "connections")


async def test_of_a_system_that_is_off_it_says_so_and_shows_no_figure(archive: Path) -> None:
    async with app_driver(without=("altigen", "remotepc"), is_connecting=False, archive=archive) as on:
        await on.press("2")
        await on.until("Alpemix live")
        await opened(on)
        await on.until("AltiGen is switched off", "connections: 0 shown")
        assert "0 missed" not in on.text
        assert row(on, "listened").strip() == ""


async def test_before_a_day_is_known_there_is_no_picture() -> None:
    async with app_driver(without=("altigen",), is_connecting=False) as on:
        await on.press("1", "D")
        await on.until("no day is known yet")


@pytest.mark.parametrize(("day", "hours"), [("2024-10-27", 25), ("2024-03-31", 23)])
async def test_a_day_on_which_clocks_are_changed_has_all_its_hours(tmp_path: Path, day: str, hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=berlin)
    last = noon.replace(hour=23, minute=59)
    path = await filled(tmp_path / "archive.sqlite", call(1, last, name="Kuzey Yapı"))
    async with app_driver(archive=path, began=last + timedelta(seconds=30), ui={"timezone": "Europe/Berlin"}) as on:
        await until_known(on)
        await opened(on)
        await on.until("1 missed")
        assert row(on, "missed").rstrip() == " " * 2 * (hours - 1) + "█"
        await on.resize(40, 10)
        await on.when(lambda: row(on, "missed").rstrip() == " " * (hours - 1) + "█")


async def test_of_thousands_of_calls_in_an_hour_a_single_missed_one_is_seen_beside_them(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    calls = [
        call(number, START - hour + number * timedelta(milliseconds=700), Outcome.ANSWERED) for number in range(5_000)
    ]
    path = await filled(tmp_path / "archive.sqlite", *calls, call(9_999, START - hour, name="Kuzey Yapı"))
    async with app_driver(archive=path) as on:
        await on.when(lambda: len(calls_of(on.app.desk).history.earlier) == 5_001)
        await opened(on)
        await on.until("5,001 calls, 5,000 answered, 1 missed")
        assert [line[:11] for line in on.lines].count("      5,000") == 2, on.text
        assert row(on, "missed").rstrip() == " " * 16 + "▁"


async def test_nothing_is_worked_out_anew_while_nothing_changes(archive: Path) -> None:
    async with app_driver(archive=archive) as on:
        await until_known(on)
        source = DaySource(on.app.query_one(CallsPane))
        now = on.clock.now()
        source.look(now)
        await on.settle()
        shown = source.look(now)
        assert source.look(now) is shown
        await on.simulation.altigen.ring("3125550101")
        await on.when(lambda: source.look(now) is not shown)
