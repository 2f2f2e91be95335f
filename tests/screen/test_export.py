"""Exporting what a pane shows: exactly that, harmless for spreadsheets, and never over another file."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.screen.app_driver import SIZES, SMALL, AppDriver, app_driver
from tui.demo import Simulation


async def export_as(on: AppDriver, name: str) -> None:
    await on.press("E")
    await on.until("Export what the pane shows")
    await on.press("end", "ctrl+u")
    await on.type(name)
    await on.press("enter")


@pytest.mark.parametrize("size", SIZES)
async def test_the_name_that_is_offered_says_pane_and_time(size: tuple[int, int], home: Path) -> None:
    async with app_driver(size, opening=True) as on:
        await on.press("3", "E")
        await on.until("128 rows into", "helpdeck-users-20240822-090005.csv")
        await on.press("enter")
        await on.until("128 rows written")
        assert len((home / "helpdeck-users-20240822-090005.csv").read_text("utf-8").splitlines()) == 129


async def test_what_is_written_is_what_is_shown(home: Path) -> None:
    async with app_driver(SMALL, opening=True) as on:
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
        columns = "user used allotted active created mark problem as_sent free over"
        assert set(written[0]) == set(columns.split())


async def test_no_cell_is_a_formula(home: Path) -> None:
    def hostile(simulation: Simulation) -> None:
        simulation.alpemix.add_connection(tuname="=cmd|'/c calc'!A1", exp="+1", supnum="@SUM(1)")

    async with app_driver(prepare=hostile) as on:
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
    async with app_driver(opening=True) as on:
        await export_as(on, name)
        await on.until(problem)
        assert "Export what the pane shows" in on.text
    assert (home / "there.csv").read_text() == "mine"
    assert not (home / "users.txt").exists()


async def exported(on: AppDriver, home: Path, ending: str) -> list[dict[str, Any]]:
    await export_as(on, f"pane.{ending}")
    await on.until("rows written to")
    if ending == "json":
        read: list[dict[str, Any]] = json.loads((home / "pane.json").read_text("utf-8"))
        return read
    with (home / "pane.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def test_lengths_of_connections_are_seconds_that_a_spreadsheet_sums(home: Path) -> None:
    lengths = [1000, 3600, 59, 0, 90_061]

    def prepare(simulation: Simulation) -> None:
        for length in lengths:
            simulation.alpemix.add_connection(dur=length)
        simulation.alpemix.add_connection(dur=None)
        simulation.alpemix.add_connection(dur="12.5")

    async with app_driver(prepare=prepare) as on:
        await on.press("2")
        await on.until("7 today")
        rows = await exported(on, home, "csv")
        written = [row["duration"] for row in rows]
        assert sorted(written) == sorted([*map(str, lengths), "", ""])
        assert [row["as_sent"] for row in rows if row["as_sent"]] == ["dur: 12.5"]
        assert {row["start"] for row in rows} == {"2024-08-22T12:00:00+03:00"}
        assert {row["explanation"] for row in rows} == {""}
        typed = await exported(on, home, "json")
        assert {row["duration"] for row in typed} == {*lengths, None}
        assert {row["start"] for row in typed} == {"2024-08-22T12:00:00+03:00"}


async def test_a_long_explanation_is_exported_whole(home: Path) -> None:
    note = "the printer " * 60
    async with app_driver(prepare=lambda simulation: simulation.alpemix.add_connection(exp=note.strip())) as on:
        await on.press("2")
        await on.until("1 today")
        (row,) = await exported(on, home, "csv")
        assert row["explanation"] == note.strip()


async def test_calls_are_exported_with_seconds_and_dates_and_without_signs(home: Path) -> None:
    async with app_driver(opening=True) as on:
        later = await on.simulation.altigen.ring("3125550142", "Later")
        await on.until("Later")
        await on.pass_seconds(70)
        await on.simulation.altigen.connect(later)
        await on.when(lambda: "talking" in on.line("in  Later"))
        await on.pass_seconds(3_700)
        typed = {row["name"]: row for row in await exported(on, home, "json")}
        assert (typed["Later"]["rang"], typed["Later"]["talk"], typed["Later"]["at_least"]) == (70, 3_700, False)
        assert typed["Later"]["at"] == "2024-08-22T09:00:05+00:00"
        ringing = next(row for row in typed.values() if row["state"] == "ringing")
        assert (ringing["talk"], ringing["rec"], ringing["muted"], ringing["at_least"]) == (None, None, None, True)
        written = {row["name"]: row for row in await exported(on, home, "csv")}
        assert (written["Later"]["talk"], written["Later"]["at"]) == ("3700", "2024-08-22T09:00:05+00:00")
        assert not any(sign in "".join(row.values()) for row in written.values() for sign in "≥●‖▸")


async def test_no_sign_that_stands_for_nothing_is_in_a_file_and_what_could_not_be_read_stands_apart(home: Path) -> None:
    def prepare(simulation: Simulation) -> None:
        simulation.alpemix.add_connection(exp="", supnum="", dt="soon")

    async with app_driver(prepare=prepare) as on:
        await on.press("2")
        await on.until("soon", "-missing-")
        (written,) = await exported(on, home, "csv")
        assert (written["start"], written["explanation"], written["number"]) == ("", "", "")
        assert (written["problem"], written["as_sent"]) == ("no readable date", "dt: soon")
        (typed,) = await exported(on, home, "json")
        assert typed["start"] is None


async def test_what_is_not_known_of_an_account_is_exported_as_nothing(home: Path) -> None:
    def prepare(simulation: Simulation) -> None:
        simulation.remotepc.extra_rows = [{"username": "odd@example.com", "alloted_computers": 4}]

    async with app_driver(prepare=prepare) as on:
        await on.press("3")
        await on.until("odd@example.com")
        (typed,) = await exported(on, home, "json")
        assert (typed["used"], typed["allotted"], typed["active"], typed["created"]) == (None, 4, None, None)
        (written,) = await exported(on, home, "csv")
        assert (written["used"], written["active"], written["mark"]) == ("", "", "")
