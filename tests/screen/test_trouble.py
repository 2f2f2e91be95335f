"""One system in trouble: it says so, keeps its rows with their age, and leaves the others alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.counters import calls_of
from tests.screen.app_driver import LARGE, SIZES, SMALL, AppDriver, app_driver
from tui.demo import Simulation

NAMES = {"altigen": "AltiGen", "alpemix": "Alpemix", "remotepc": "RemotePC"}
PANES = {"altigen": "1", "alpemix": "2", "remotepc": "3"}


def still_live(on: AppDriver, but: str) -> bool:
    return all(f"{name} live" in on.lines[0] for system, name in NAMES.items() if system != but)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("system", ["altigen", "alpemix", "remotepc"])
async def test_a_system_that_is_down_from_the_start_leaves_the_others_live(size: tuple[int, int], system: str) -> None:
    def down(simulation: Simulation) -> None:
        getattr(simulation, system).fault("reset", None)

    async with app_driver(size, prepare=down, is_connecting=False, opening=True) as on:
        await on.until(f"{NAMES[system]} waiting")
        await on.press(PANES[system])
        await on.when(lambda: "  waiting" in on.text and f": {NAMES[system]}" in "".join(on.lines[1:]))
        await on.when(lambda: still_live(on, system))
        getattr(on.simulation, system).heal()
        await on.press("r")
        await on.when(lambda: f"{NAMES[system]} live" in on.lines[0])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fault", ["html", "half", "empty", "redirect", "reset", "cut"])
@pytest.mark.parametrize("system", ["alpemix", "remotepc"])
async def test_old_rows_stay_with_their_age_and_the_reason(size: tuple[int, int], system: str, fault: str) -> None:
    async with app_driver(size, opening=True) as on:
        await on.press(PANES[system])
        rows = [line.rstrip(" ▐") for line in on.lines if "@example" in line or "-missing-" in line][:4]
        getattr(on.simulation, system).fault(fault, None)
        await on.pass_seconds(25 if system == "alpemix" else 295)
        await on.until(f"{NAMES[system]} waiting", "data 30 s old" if system == "alpemix" else "data 5 min old")
        assert still_live(on, system)
        for row in rows:
            assert row.replace("▐", " ")[:60] in on.text.replace("▐", " ")
        assert NAMES[system] in "\n".join(on.lines[1:])


async def test_a_refused_password_says_so_and_names_the_setting() -> None:
    async with app_driver(SMALL, altigen={"password": "wrong"}, is_connecting=False) as on:
        await on.until("AltiGen refused", "Alpemix live", "RemotePC live")
        await on.until("altigen.password")
        await on.press("c")
        await on.until("call: AltiGen is not connected (refused)")


@pytest.mark.parametrize("size", SIZES)
async def test_a_long_reason_is_read_to_its_end_at_every_size(size: tuple[int, int]) -> None:
    async with app_driver(size, remotepc={"api_key": "wrong"}, is_connecting=False) as on:
        await on.until("RemotePC refused")
        await on.press("3", "z")
        await on.until("IP allow-list", "reseller account", "remotepc.api_key")


@pytest.mark.parametrize("size", SIZES)
async def test_a_reason_that_came_later_stands_below_the_old_rows(size: tuple[int, int]) -> None:
    async with app_driver(size, opening=True) as on:
        on.simulation.remotepc.refuse("Forbidden ", 403)
        await on.press("3", "z", "r")
        await on.until("RemotePC refused", "harbour-dental", "IP allow-list", "remotepc.api_key")
        await on.press("r")
        await on.until("RemotePC live")
        assert "IP allow-list" not in on.text


async def test_a_taken_licence_waits_with_the_seconds_left() -> None:
    def full(simulation: Simulation) -> None:
        simulation.altigen.licences = 0

    async with app_driver(SMALL, prepare=full, is_connecting=False) as on:
        await on.until("AltiGen waiting 60 s", "licence")
        await on.pass_seconds(20)
        await on.until("AltiGen waiting 40 s")
        on.simulation.altigen.licences = 1
        await on.press("r")
        await on.when(lambda: calls_of(on.app.desk).is_settling)


@pytest.mark.parametrize("abort", [False, True])
async def test_a_lost_channel_comes_back_and_the_calls_with_it(abort: bool) -> None:
    async with app_driver(opening=True) as on:
        await on.simulation.altigen.drop_channels(abort=abort)
        await on.until("AltiGen waiting")
        assert still_live(on, "altigen")
        assert "Quarry Lane Vets" in on.text
        await on.pass_seconds(1)
        await on.when(lambda: calls_of(on.app.desk).is_settling)
        await on.pass_seconds(5)
        await on.until("AltiGen live", "5 live", "Quarry Lane Vets")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("system", ["altigen", "alpemix", "remotepc"])
async def test_a_system_without_a_section_is_off(size: tuple[int, int], system: str) -> None:
    async with app_driver(size, without=(system,), is_connecting=False) as on:
        await on.until(f"{NAMES[system]} off")
        await on.press(PANES[system], "z")
        await on.until(f"{NAMES[system]} is switched off: the config has no [{system}] section")
        for key in ("cxom", "", "ail")[int(PANES[system]) - 1]:
            await on.press(key)
            await on.until(f"{NAMES[system]} is switched off")
        await on.press("r")
        assert on.is_open


async def test_the_frame_stands_before_anything_connects() -> None:
    def slow(simulation: Simulation) -> None:
        for system in simulation.systems:
            system.fault("slow", None, seconds=0.5)

    async with app_driver(LARGE, prepare=slow, is_connecting=False) as on:
        await on.until(" 1 Calls", " 2 Connections", " 3 Users", "logging on")
        await on.press("2", "3", "?")
        await on.until("Keys in users")


@pytest.mark.parametrize("size", SIZES)
async def test_no_figure_is_told_of_a_system_that_has_told_nothing(size: tuple[int, int]) -> None:
    def down(simulation: Simulation) -> None:
        for system in simulation.systems:
            system.fault("reset", None)

    async with app_driver(size, prepare=down, is_connecting=False) as on:
        await on.until("AltiGen waiting", "Alpemix waiting", "RemotePC waiting")
        assert "0 live" not in on.text
        assert "0 today" not in on.text
        assert "0 users" not in on.text


async def test_no_figure_is_told_of_systems_that_are_off() -> None:
    async with app_driver(without=("altigen", "remotepc"), is_connecting=False) as on:
        await on.until("AltiGen off", "RemotePC off", "Alpemix live")
        assert "0 live" not in on.text
        assert "0 users" not in on.text


async def test_what_is_the_matter_with_the_archive_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 9999")
    database.close()
    async with app_driver(archive=path, is_connecting=False) as on:
        await on.press("2")
        await on.until("newer Helpdeck")
        await on.until("Alpemix refused")
        assert on.text.count("use that one") == 1


async def test_what_is_the_matter_with_a_damaged_archive_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    path = tmp_path / "archive.sqlite"
    path.write_bytes(b"no database at all " * 500)
    async with app_driver(archive=path, is_connecting=False) as on:
        await on.press("2")
        await on.when(lambda: "one a minute" in " ".join(on.text.split()))
        assert " ".join(on.text.split()).count("one a minute") == 1


@pytest.mark.parametrize("size", SIZES)
async def test_a_channel_of_which_nothing_came_names_the_settings_to_try(size: tuple[int, int]) -> None:
    async with app_driver(size, altigen={"bind": "none"}, is_connecting=False) as on:
        await on.until("binding the event channel", "Alpemix live", "RemotePC live")
        assert on.lines[0].count("binding") == 1
        for _ in range(4):
            await on.pass_seconds(5)
        await on.when(lambda: "altigen.events_path, altigen.bind" in " ".join("".join(on.lines[1:]).split()))


async def test_calls_that_came_faster_than_they_could_be_kept_are_counted_in_the_pane() -> None:
    async with app_driver(SMALL) as on:
        await on.simulation.altigen.ring()
        await on.until("ringing")
        calls_of(on.app.desk).dropped = 3
        await on.until("3 calls came faster than they could be kept.")
