"""Calls of before: today's from before the start, and those of earlier days, with how much of them was listened to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.clock import START
from tests.models.test_kept_calls import KEPT
from tests.screen.app_driver import SIZES, SMALL, AppDriver, app_driver
from tui.archive import open_store
from tui.archive.sqlite.schema import VERSION
from tui.config import ArchiveSettings
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell

TODAY = START.date()
YESTERDAY = TODAY - timedelta(days=1)


def call(number: int, at: datetime, outcome: Outcome = Outcome.MISSED, **fields: object) -> KeptCall:
    start = at.timestamp()
    made = replace(KEPT, id=f"{number:016x}", handle=number, day=at.astimezone().date().isoformat(), start=start)
    talk_at = None if outcome is Outcome.MISSED else start + 20
    return replace(made, known_at=start + 80, talk_at=talk_at, outcome=outcome, **fields)


async def filled(path: Path, *calls: KeptCall) -> Path:
    spells = [
        Spell(id=str(number), extension="201", host="desk1", began=began.timestamp(), until=until.timestamp())
        for number, (began, until) in enumerate(
            (
                (START - timedelta(days=1, hours=1), START - timedelta(days=1)),
                (START - timedelta(days=1) + timedelta(minutes=4), START - timedelta(days=1) + timedelta(hours=2)),
                (START - timedelta(hours=1), START - timedelta(minutes=30)),
            )
        )
    ]
    async with open_store(ArchiveSettings(path=str(path))) as store:
        await store.store_calls(calls, spells, START.timestamp())
    return path


@pytest.fixture
async def archive(tmp_path: Path) -> Path:
    """Three calls of yesterday and two of this morning, before the program was started."""
    day, morning = timedelta(days=1), timedelta(minutes=40)
    return await filled(
        tmp_path / "archive.sqlite",
        call(1, START - day - morning, name="Ege Tarım A.Ş.", called="Billing"),
        call(2, START - day, Outcome.ANSWERED, name="Lantern Theatre"),
        call(3, START - day + morning, Outcome.ANSWERED, name="Oak Street Books"),
        call(4, START - morning, name="Kuzey Yapı"),
        call(5, START - morning / 2, Outcome.ENDED_UNSEEN, name="Westgate Pharmacy", at_least=True),
    )


def at(time: datetime) -> str:
    return f"{time.astimezone():%H:%M}"


async def until_known(on: AppDriver) -> None:
    await on.until("Kuzey Yapı")


@pytest.mark.parametrize("size", SIZES)
async def test_todays_calls_from_before_the_start_are_there_again_and_counted(
    archive: Path, size: tuple[int, int]
) -> None:
    async with app_driver(size, archive=archive) as on:
        await on.until("Kuzey Yapı", "0 live, 1 missed", "Westgate Pharmacy")
        assert on.line("Westgate Pharmacy").startswith("▸unseen")
        await on.simulation.altigen.disconnect(await on.simulation.altigen.ring("3125550101", "Ankara Merkez"))
        await on.until("0 live, 2 missed", "3 calls, 2 missed, ≥01:00 talk, longest ring 01:20")
        assert on.rows("Ankara", "Westgate", "Kuzey") == ["Ankara", "Westgate", "Kuzey"]


@pytest.mark.parametrize("size", SIZES)
async def test_the_days_before_are_gone_through_with_their_figures_and_what_those_rest_on(
    archive: Path, size: tuple[int, int]
) -> None:
    async with app_driver(size, archive=archive) as on:
        await until_known(on)
        await on.press("[")
        begun, until = START - timedelta(days=1, hours=1), START - timedelta(days=1) + timedelta(hours=2)
        await on.until(
            f"1 Calls  {YESTERDAY:%a %d}: 3",
            "3 calls, 1 missed, 02:00 talk, longest ring 01:20",
            f"{YESTERDAY:%a %d %b %Y}: listened {at(begun)} to {at(until)}, 1 gap, 4 min",
        )
        assert on.rows("Oak Street", "Lantern", "Ege Tar") == ["Oak Street", "Lantern", "Ege Tar"]
        await on.press("[")
        await on.until("the archive has no earlier day")
        await on.press("]")
        await on.until("Kuzey Yapı", "0 live, 1 missed")
        await on.press("]")
        await on.until("this is today")


async def test_at_80x24_a_missed_call_shows_when_and_what_was_called(archive: Path) -> None:
    async with app_driver(SMALL, archive=archive) as on:
        await until_known(on)
        await on.press("[")
        await on.until("Ege Tarım")
        missed = on.line("Ege Tarım A.Ş.")
        assert "Billing" in missed
        assert f"{(START - timedelta(days=1, minutes=40)).astimezone():%H:%M:%S}" in missed


async def test_a_call_of_before_opens_and_its_number_can_be_called(archive: Path) -> None:
    async with app_driver(archive=archive) as on:
        await until_known(on)
        await on.press("[")
        await on.until("Ege Tarım")
        await on.press("G", "enter")
        await on.until("details", "Ege Tarım A.Ş.", "missed", "Billing")
        await on.press("escape", "c")
        await on.until("Place a call")
        assert "0212 555 01 99" in on.lines[on.field_line("Number")]


async def test_while_nothing_is_kept_the_calls_are_shown_without_figures(tmp_path: Path) -> None:
    path = await filled(tmp_path / "archive.sqlite")
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    async with app_driver(archive=path, is_connecting=False) as on:
        await on.until("binding the event channel")
        await on.pass_seconds(20)
        await on.until("AltiGen live")
        await on.simulation.altigen.disconnect(await on.simulation.altigen.ring("3125550101", "Ankara Merkez"))
        await on.until("Ankara Merkez", "0 live, 1 missed", "newer Helpdeck")
        assert "listened" not in on.text
        await on.press("[")
        await on.until("the archive has no earlier day")


async def test_a_hostile_name_of_before_is_shown_harmless(tmp_path: Path) -> None:
    hostile = "[red]x[/] --help \N{SYMBOL FOR ESCAPE}[31m"
    path = await filled(tmp_path / "archive.sqlite", call(1, START - timedelta(hours=1), name=hostile))
    async with app_driver((160, 40), archive=path) as on:
        await on.until(hostile)
