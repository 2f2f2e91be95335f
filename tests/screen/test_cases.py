"""The card of a call shows its connection and that of a connection its call: as a suggestion, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.scenes import talk
from tests.screen.app_driver import SIZES, AppDriver, app_driver

HOSTILE = "[b]x[/b]\x1b[31m --help"


async def case(on: AppDriver, started: datetime | None = None, **fields: object) -> None:
    """Somebody calls, is answered, and a minute later there is a connection."""
    await talk(on.simulation.altigen, "0212 555 01 99", "Ege Tarım")
    await on.pass_seconds(60)
    on.simulation.alpemix.add_connection(started=started, tuname="EGE TARIM A.Ş.", **fields)
    await on.pass_seconds(30)
    await on.press("2")
    await on.until("1 today")


@pytest.mark.parametrize("size", SIZES)
async def test_a_call_and_its_connection_show_each_other(size: tuple[int, int], tmp_path: Path) -> None:
    async with app_driver(size, altigen={"region": "TR"}, archive=tmp_path / "archive.sqlite") as on:
        await case(on, uname="ayse", supnum="SR-123", dur=300)
        await on.press("enter")
        await on.until("details", "maybe (")
        said = on.line("Call", "maybe (")
        assert "in, live at 201, talked" in said
        assert "into the call" in on.text
        await on.press("escape", "1", "enter")
        await on.until("Direction", "Connection", "maybe (")
        assert "ayse" in on.line("Connection", "maybe (")
        assert "names alike" in on.text


async def test_the_technician_of_the_extension_is_said_to_have_it(tmp_path: Path) -> None:
    team = {"technicians": {"201": "Ayse"}}
    async with app_driver(altigen={"region": "TR"}, archive=tmp_path / "archive.sqlite", team=team) as on:
        await case(on, uname="ayse")
        await on.press("enter")
        await on.until("ayse has 201, ")


async def test_what_strangers_wrote_stays_text(tmp_path: Path) -> None:
    async with app_driver(altigen={"region": "TR"}, archive=tmp_path / "archive.sqlite") as on:
        await case(on, uname=HOSTILE, exp=HOSTILE)
        await on.press("1", "enter")
        await on.until("maybe (", "[b]x[/b]␛[31m --help")


async def test_a_connection_of_long_before_has_no_call(tmp_path: Path) -> None:
    async with app_driver(altigen={"region": "TR"}, archive=tmp_path / "archive.sqlite") as on:
        begun = on.clock.now().at - timedelta(hours=5)
        await case(on, uname="ayse", started=begun)
        await on.press("enter")
        await on.until("details", "Technician")
        await on.pass_seconds(1)
        assert "maybe" not in on.text
