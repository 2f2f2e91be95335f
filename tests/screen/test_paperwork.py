"""`w`: the work without a paper trail, of oneself or of all; it shrinks as it is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.scenes import talk
from tests.screen.app_driver import SIZES, SMALL, AppDriver, app_driver

TEAM = {"technicians": {"201": "ayse"}}


@asynccontextmanager
async def desk(folder: Path, size: tuple[int, int] = SMALL, **team: object) -> AsyncIterator[AppDriver]:
    """Ayse's long call without anything, a connection of hers and one of a colleague's, both not written."""
    async with app_driver(size, altigen={"region": "TR"}, archive=folder / "archive.sqlite", team=team or TEAM) as on:
        handle = await talk(on.simulation.altigen, "0212 555 01 99", "Ege Tarım")
        await on.until("talking")
        await on.pass_seconds(290)
        await on.pass_seconds(290)
        await on.simulation.altigen.disconnect(handle)
        long_ago = on.clock.now().at.replace(hour=1)
        on.simulation.alpemix.add_connection(started=long_ago, uname="ayse", tuname="Lantern Theatre", supnum="SR-1")
        on.simulation.alpemix.add_connection(started=long_ago, uname="can", tuname="Quarry Lane Vets", tunum="T-2")
        await on.pass_seconds(60)
        await on.press("2")
        await on.until("2 today")
        await on.press("1")
        yield on


@pytest.mark.parametrize("size", SIZES)
async def test_one_s_own_is_shown_and_a_key_shows_that_of_all(size: tuple[int, int], tmp_path: Path) -> None:
    async with desk(tmp_path, size) as on:
        await on.press("w")
        await on.until("Work without a paper trail", "2 of 201, ayse", "listened since")
        assert ("connection ayse" in on.text) is (size != SMALL)
        assert "no connection or note" in on.line("Ege Tarım", "201, ayse", "no connection")
        assert on.line("Lantern Theatre").rstrip().endswith("no explanation")
        assert "Quarry Lane" not in on.text
        await on.press("a")
        await on.until("3 of all")
        assert "no explanation, support no" in on.line("can", "Quarry Lane")
        await on.press("a")
        await on.until("2 of 201, ayse")
        await on.press("escape")
        await on.until_gone("Work without")


async def test_enter_goes_to_the_row_in_its_pane(tmp_path: Path) -> None:
    async with desk(tmp_path) as on:
        await on.press("w")
        await on.until("Lantern Theatre")
        await on.press("G", "enter")
        await on.until_gone("Work without")
        assert "Lantern Theatre" in on.line("▸")
        await on.press("w")
        await on.until("Ege Tarım")
        await on.press("enter")
        await on.until_gone("Work without")
        assert "Ege Tarım" in on.line("▸")


async def test_it_shrinks_while_it_is_open(tmp_path: Path) -> None:
    async with desk(tmp_path) as on:
        await on.press("w")
        await on.until("2 of 201, ayse")
        for each in on.simulation.alpemix.connections:
            each["exp"] = "printer"
        await on.pass_seconds(300)
        await on.pass_seconds(60)
        await on.until("1 of 201, ayse")
        assert "Lantern Theatre" not in on.text


async def test_where_nobody_knows_who_has_the_extension_that_is_said(tmp_path: Path) -> None:
    async with desk(tmp_path, technicians={}) as on:
        await on.press("w")
        await on.until("1 of 201, whose is not known", "Ege Tarım")
        await on.press("a")
        await on.until("3 of all")


async def test_without_altigen_there_is_only_that_of_all(tmp_path: Path) -> None:
    async with app_driver(without=("altigen",), is_connecting=False, archive=tmp_path / "archive.sqlite") as on:
        on.simulation.alpemix.add_connection(uname="can", supnum="SR-2")
        await on.until("1 today")
        await on.press("w")
        await on.until("1 of all", "no explanation")
        await on.press("a")
        await on.until("mine only: there is no extension in the config")
