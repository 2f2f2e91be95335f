"""What is exported and copied is what the pane shows, at its moment."""

from __future__ import annotations

import json
from pathlib import Path

from tests.screen.app_driver import SMALL, AppDriver, app_driver


async def talking_for(on: AppDriver, seconds: int) -> int:
    """A call that has been going on for a while."""
    handle = await on.simulation.altigen.ring("3125550100", "Harbour Dental")
    await on.until("ringing")
    await on.simulation.altigen.connect(handle)
    await on.until("talking")
    await on.pass_seconds(seconds)
    assert f"00:{seconds:02d}" in on.line("talking", "Harbour Dental")
    return handle


async def exported(on: AppDriver, home: Path) -> int:
    """The talk time that an export has, in seconds."""
    await on.press("E")
    await on.until("Export what the pane shows")
    await on.press("end", "ctrl+u")
    await on.type("calls.json")
    await on.press("enter")
    await on.until("written to")
    (row,) = json.loads((home / "calls.json").read_text("utf-8"))
    return int(row["talk"])


async def copied(on: AppDriver) -> str:
    """The row as it is copied."""
    await on.press("y")
    await on.until("Copy")
    await on.press("end", "enter")
    await on.when(lambda: bool(on.terminal.clipboard))
    return on.terminal.clipboard


async def test_a_paused_pane_is_exported_and_copied_as_it_stands(home: Path) -> None:
    async with app_driver(SMALL) as on:
        handle = await talking_for(on, 5)
        await on.press("p")
        await on.pass_seconds(25)
        await on.simulation.altigen.disconnect(handle)
        await on.until("PAUSED +1")
        assert "00:05" in on.line("talking", "Harbour Dental")
        assert await exported(on, home) == 5
        assert "00:05" in await copied(on)


async def test_while_the_link_is_down_calls_are_exported_and_copied_as_they_were_last_heard_of(home: Path) -> None:
    async with app_driver(SMALL) as on:
        await talking_for(on, 5)
        on.simulation.altigen.fault("down")
        await on.simulation.altigen.drop_channels()
        await on.until("waiting")
        await on.pass_seconds(25)
        assert "00:05" in on.line("talking", "Harbour Dental")
        assert await exported(on, home) == 5
        assert "00:05" in await copied(on)


async def test_a_link_that_is_lost_in_a_pause_moves_nothing_in_it() -> None:
    async with app_driver(SMALL) as on:
        await talking_for(on, 5)
        await on.press("p")
        await on.pass_seconds(20)
        on.simulation.altigen.fault("down")
        await on.simulation.altigen.drop_channels()
        await on.until("waiting")
        assert "00:05" in on.line("talking", "Harbour Dental")
