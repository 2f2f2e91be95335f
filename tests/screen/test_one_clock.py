"""One clock on the screen: every time that people read is of one zone, which is said where it is not to be expected."""

from __future__ import annotations

import subprocess
import sys

import pytest
from msgspec.structs import replace

from tests.screen.app_driver import LARGE, SIZES, SMALL, AppDriver, app_driver
from tests.screen.test_rereading import let_reread
from tui.config import Settings

ISTANBUL = {"timezone": "Europe/Istanbul"}
IN_UTC = {"timezone": "UTC"}


async def begin(on: AppDriver) -> None:
    """A call and a connection of the same moment: 09:00:05 in UTC, 12:00:05 in Istanbul."""
    await on.simulation.altigen.connect(await on.simulation.altigen.ring("3125550142", "Caller"))
    await on.until("1 live")
    on.simulation.alpemix.add_connection(tuname="Harbour")
    await on.pass_seconds(31)
    await on.press("2")
    await on.until("Harbour")


async def shown(on: AppDriver, time: str) -> None:
    """Both of them are shown with this time: in the row, or where that has no room for it, in the card."""
    await on.press("1", "enter")
    await on.until(f"2024-08-22 {time}")
    await on.press("escape")
    if on.app.size[0] >= LARGE[0]:
        assert time in on.line("Caller", "talking")
    await on.press("2")
    await on.until(time)
    assert time in on.line("Harbour")


@pytest.mark.parametrize("size", SIZES)
async def test_by_default_all_times_are_of_this_machines_zone_which_is_said_where_a_system_has_another(
    size: tuple[int, int],
) -> None:
    async with app_driver(size) as on:
        await begin(on)
        await shown(on, "09:00:05")
        assert on.lines[0].rstrip().endswith("times in UTC")


@pytest.mark.parametrize("size", SIZES)
async def test_the_zone_that_is_set_is_that_of_all_times_and_is_said_where_it_is_not_the_machines(
    size: tuple[int, int],
) -> None:
    async with app_driver(size, ui=ISTANBUL) as on:
        await begin(on)
        await shown(on, "12:00:05")
        assert on.lines[0].rstrip().endswith("times in Europe/Istanbul")
        await on.press("enter")
        await on.until("2024-08-22 12:00:05 +03")
        assert "By Alpemix's clock" not in on.text  # it says the same
        await on.press("escape", "1", "enter")
        await on.until("2024-08-22 12:00:05 +03")
        await on.press("escape", "T")
        await on.until("the last requests and frames", "12:00:0")


async def test_where_machine_and_systems_agree_no_zone_is_said() -> None:
    async with app_driver(simulated={"alpemix": IN_UTC}, alpemix=IN_UTC) as on:
        await begin(on)
        await shown(on, "09:00:05")
        assert "times" not in on.lines[0]
        assert "day of" not in on.text


async def test_what_went_wrong_has_its_room_beside_the_zone() -> None:
    async with app_driver(SMALL, ui={"timezone": "America/Argentina/Buenos_Aires"}) as on:
        await begin(on)
        assert on.lines[0].rstrip().endswith("UTC-0300")  # the name is longer than the room that is left
        on.simulation.alpemix.fault("down")
        await on.pass_seconds(31)
        await on.until("Alpemix waiting")
        assert on.lines[0].rstrip().endswith("UTC-0300")


async def test_another_zone_holds_as_soon_as_the_config_was_read_again() -> None:
    async with app_driver(LARGE) as on:
        await begin(on)
        settings = on.app.desk.settings

        def reread(*, wholly: bool) -> Settings:
            return replace(settings, ui=replace(settings.ui, timezone="Asia/Tokyo"))

        let_reread(on.app.desk, reread)
        await on.press("r")
        await on.until("changed: ui.timezone")
        await shown(on, "18:00:05")
        assert on.lines[0].rstrip().endswith("times in Asia/Tokyo")


async def test_a_filter_finds_a_time_by_the_zone_that_is_set_now() -> None:
    async with app_driver(LARGE) as on:
        await begin(on)
        await on.press("slash")
        await on.type("start:09:00")
        await on.press("enter")
        await on.until("1 of 1")
        settings = on.app.desk.settings
        on.app.desk.adopt(replace(settings, ui=replace(settings.ui, timezone="Asia/Tokyo")))
        await on.frames()
        await on.until("0 of 1")


def test_the_first_frame_loads_no_zones_where_none_is_set() -> None:
    lines = (
        "import asyncio, sys, tomllib",
        "from pathlib import Path",
        "from tui.app import HelpdeckApp",
        "from tui.config.reader import settings_from",
        "from tui.desk import Desk",
        'config = \'[alpemix]\\nuser = "main"\\nsecret_key = "key"\'',
        "app = HelpdeckApp(Desk(settings_from(tomllib.loads(config), Path('config.toml'))))",
        "async def first():",
        "    async with app.run_test() as screen:",
        "        await screen.pause()",
        "asyncio.run(first())",
        "print('zoneinfo' in sys.modules)",
    )
    ran = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert ran.stdout.split()[-1] == "False"


async def test_a_day_of_connections_stays_the_servers_whatever_zone_is_set() -> None:
    async with app_driver(LARGE, ui={"timezone": "Asia/Tokyo"}) as on:
        on.simulation.alpemix.add_connection(tuname="Harbour")
        await on.pass_seconds(13 * 3600)  # 22:00:05 of Thursday in UTC: Friday 01:00 for Alpemix, 07:00 in Tokyo
        on.simulation.alpemix.add_connection(tuname="Of today")
        await on.pass_seconds(31)
        await on.press("2", "z")
        await on.until("1 today, Fri 23", "day of Europe/Istanbul +0300")
        assert "07:00:05" in on.line("Of today")
        await on.press("[")
        await on.until("Thu 22: 1", "Harbour")
        assert "18:00:05" in on.line("Harbour")
