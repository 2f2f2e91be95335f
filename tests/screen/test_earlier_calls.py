"""The card of a call tells what came of its number before."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.clock import START
from tests.models.test_kept_calls import KEPT
from tests.screen.app_driver import SIZES, app_driver
from tui.archive import open_store
from tui.config import ArchiveSettings
from tui.models.callbacks import Step, StepKind
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall

DAY = 86_400.0
NOON = START.timestamp()


def earlier(days: int, **fields: object) -> KeptCall:
    start = NOON - days * DAY
    made = replace(KEPT, id=f"{days:016x}", handle=days, start=start, talk_at=start + 5, known_at=start + 85)
    return replace(made, day=f"2024-08-{22 - days:02d}", **fields)


@pytest.mark.parametrize("size", SIZES)
async def test_the_earlier_calls_of_the_number_stand_in_the_card_and_how_many_more(
    size: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / "archive.sqlite"
    missed = earlier(1, talk_at=None, outcome=Outcome.MISSED, extension="202")
    async with open_store(ArchiveSettings(path=str(path))) as store:
        await store.store_calls([missed, *(earlier(days) for days in range(2, 9))], [], NOON)
        await store.finish_callback(
            Step(id="1", line=KEPT.line, kind=StepKind.DONE, by="ada", at=NOON - DAY, until=NOON, why="[wrote] back")
        )
    async with app_driver(size, altigen={"region": "TR"}, archive=path) as on:
        await on.simulation.altigen.ring("+90 212 555 01 99", "Harbour")
        await on.until("Harbour")
        await on.press("enter")
        await on.until("details")
        await on.until("and 3 more")
        assert "2024-08-21 09:00 ada: [wrote] back" in on.line("No call needed")
        assert "2024-08-21 09:00 in, missed at 202, rang 01:25" in on.text
        assert "2024-08-20 09:00 in, answered at 201, talked 01:20" in on.text
        assert "2024-08-16" not in on.text


async def test_a_number_that_never_called_before_has_no_earlier_calls(tmp_path: Path) -> None:
    async with app_driver(altigen={"region": "TR"}, archive=tmp_path / "archive.sqlite") as on:
        await on.simulation.altigen.ring("+90 212 555 01 99", "Harbour")
        await on.until("Harbour")
        await on.press("enter")
        await on.until("details", "Handle")
        await on.pass_seconds(5)
        assert "Earlier call" not in on.text
