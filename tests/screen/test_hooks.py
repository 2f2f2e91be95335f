"""What came of the programs that calls start, where a person looks: below, in a card, and in that of the call."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screen.app_driver import SIZES, SMALL, app_driver


def script(home: Path, text: str) -> list[str]:
    path = home / "pop"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return [str(path)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_failure_is_told_once_and_the_card_has_what_it_said(home: Path, size: tuple[int, int]) -> None:
    hooks = {"ring": script(home, "echo 'ticket [red]4711[/] of \033[31m'; exit 3"), "missed": ["true"]}
    async with app_driver(size, hooks=hooks) as on:
        handle = await on.simulation.altigen.ring("6175550142", "Harbour Dental")
        await on.until("hook ring: exit code 3 (H shows more)")
        await on.simulation.altigen.disconnect(handle)
        await on.until("missed")
        await on.pass_seconds(20)
        assert "exit code" not in on.text
        await on.press("H")
        await on.until("Programs that calls start", "Now", "1 over, 1 failed", "Harbour Dental", "exit code 3 (")
        await on.until("ticket [red]4711[/] of ␛[31m", "went well (")
        assert on.line("ended", "none yet")
        await on.press("escape", "enter")
        await on.until("details", "Hook ring", "exit code 3 (", "Hook missed")


async def test_where_none_is_set_it_says_so(home: Path) -> None:
    async with app_driver(SMALL) as on:
        await on.press("H")
        await on.until("None is started", "the config names none ([hooks])")


async def test_in_read_only_mode_it_says_that_none_is_started(home: Path) -> None:
    async with app_driver(SMALL, hooks={"ring": ["true"]}, ui={"readonly": True}) as on:
        await on.press("H")
        await on.until("None is started", "read-only (hooks.readonly)")
