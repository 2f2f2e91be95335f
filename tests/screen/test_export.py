"""Exporting what a pane shows: exactly that, harmless for spreadsheets, and never over another file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.screen.stage import SIZES, SMALL, Stage, stage
from tui.demo import Simulation


async def export_as(on: Stage, name: str) -> None:
    await on.press("E")
    await on.until("Export what the pane shows")
    await on.press("end", "ctrl+u")
    await on.type(name)
    await on.press("enter")


@pytest.mark.parametrize("size", SIZES)
async def test_the_name_that_is_offered_says_pane_and_time(size: tuple[int, int], home: Path) -> None:
    async with stage(size, opening=True) as on:
        await on.press("3", "E")
        await on.until("128 rows into", "helpdeck-users-20240822-090005.csv")
        await on.press("enter")
        await on.until("128 rows written")
        assert len((home / "helpdeck-users-20240822-090005.csv").read_text("utf-8").splitlines()) == 129


async def test_what_is_written_is_what_is_shown(home: Path) -> None:
    async with stage(SMALL, opening=True) as on:
        await on.press("3", ">", "=", "slash")
        await on.type("harbour")
        await on.press("enter")
        shown = [line.split()[0].lstrip("▸") for line in on.lines if "harbour-dental" in line]
        count = int(on.line("/harbour").split("/harbour: ")[1].split()[0])
        await export_as(on, "users.json")
        await on.until(f"{count} rows written to")
        written = json.loads((home / "users.json").read_text("utf-8"))
        assert len(written) == count
        names = [row["user"] for row in written]
        assert names == sorted(names, reverse=True)
        assert all(name.startswith(part.rstrip("…")) for name, part in zip(names, shown, strict=False))
        assert set(written[0]) == {"user", "used", "allotted", "active", "created", "mark"}


async def test_no_cell_is_a_formula(home: Path) -> None:
    def hostile(simulation: Simulation) -> None:
        simulation.alpemix.add_connection(tuname="=cmd|'/c calc'!A1", exp="+1", supnum="@SUM(1)")

    async with stage(prepare=hostile) as on:
        await on.press("2")
        await on.until("=cmd")
        await export_as(on, "connections.csv")
        await on.until("1 rows written to")
        with (home / "connections.csv").open(encoding="utf-8", newline="") as file:
            row = next(csv.DictReader(file))
        assert (row["customer"], row["explanation"], row["number"]) == ("'=cmd|'/c calc'!A1", "'+1", "'@SUM(1)")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("there.csv", "this file exists already"),
        ("users.txt", "must end in .csv or .json"),
        ("nowhere/users.csv", "no such folder"),
        ("", "must end in .csv or .json"),
        (f"{'x' * 300}.csv", "File name too long"),
    ],
)
async def test_a_name_that_will_not_do_is_said_beside_it(home: Path, name: str, problem: str) -> None:
    (home / "there.csv").write_text("mine")
    async with stage(opening=True) as on:
        await export_as(on, name)
        await on.until(problem)
        assert "Export what the pane shows" in on.text
    assert (home / "there.csv").read_text() == "mine"
    assert not (home / "users.txt").exists()
