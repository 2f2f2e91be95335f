"""Call-backs on the screen: who waits is seen, taken, called and finished, and leaves the list by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.clock import START
from tests.models.test_callbacks import MISSED
from tests.models.test_kept_calls import KEPT
from tests.screen.app_driver import SIZES, SMALL, AppDriver, app_driver
from tui.archive import Store, open_store
from tui.config import ArchiveSettings
from tui.models.callbacks import Step, StepKind
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall

NOW = START.timestamp()
NEWS_SECONDS = 2.0
"""After this a dashboard has seen what another process has stored in the file."""


def missed(minutes: float, number: str = "+13125550199", name: str = "Harbour Dental", **fields: Any) -> KeptCall:
    """A call that was missed this long before the test begins."""
    start = NOW - minutes * 60
    id = f"{hash((minutes, number)) & 0xFFFFFFFFFFFFFFFF:016x}"
    call = replace(MISSED, id=id, handle=int(minutes * 10), start=start, known_at=start + 20, day="2024-08-22")
    return replace(call, number=number, line=number, name=name, **fields)


def talked(minutes: float, number: str = "+13125550199", **fields: Any) -> KeptCall:
    start = NOW - minutes * 60
    call = replace(KEPT, id=f"{int(minutes * 100) + 10_000:016x}", handle=7_000, start=start, day="2024-08-22")
    return replace(call, number=number, line=number, talk_at=start + 5, known_at=start + 50, **fields)


@asynccontextmanager
async def desk(
    folder: Path, *calls: KeptCall, size: tuple[int, int] = SMALL, **changed: Any
) -> AsyncIterator[tuple[AppDriver, Store]]:
    """A dashboard, and the store as a colleague uses it."""
    path = folder / "archive.sqlite"
    async with open_store(ArchiveSettings(path=str(path))) as colleague:
        await colleague.store_calls(calls, [], NOW)
        async with app_driver(size, archive=path, **changed) as on:
            yield on, colleague


@pytest.mark.parametrize("size", SIZES)
async def test_who_is_to_be_called_back_is_one_line_for_each_number(size: tuple[int, int], tmp_path: Path) -> None:
    calls = [
        missed(90), missed(35), missed(20, name=""),
        missed(60, "205", "Reception"),
        missed(10, "+13125550142", "Nordlicht GmbH", outcome=Outcome.ENDED_UNSEEN),
        missed(50, "+13125550101", "Oak Street Books"), talked(45, "+13125550101"),
        missed(5, "", ""),
    ]  # fmt: skip
    async with desk(tmp_path, *calls, size=size) as (on, _):
        await on.until("0 live, 6 missed, 3 to call back")
        await on.press("b")
        await on.until("Call-backs: missed in the last 14 days", "3 open, 2 for longer than 30 min, 1 without a number")
        assert on.rows("Harbour Dental", "Reception", "Nordlicht") == ["Harbour Dental", "Reception", "Nordlicht"]
        said = on.line("Harbour Dental", "+13125550199").split()
        assert said[3] == "3"
        assert said[6:8] == ["20", "min"]
        assert "1?" in on.line("Nordlicht")
        assert "Oak Street" not in on.text
        await on.press("escape")
        await on.until_gone("Call-backs")


async def test_a_colleague_s_call_empties_the_open_list(tmp_path: Path) -> None:
    async with desk(tmp_path, missed(20)) as (on, colleague):
        await on.press("b")
        await on.until("1 open", "Harbour Dental")
        await colleague.store_calls([talked(-1, direction="out", outcome=Outcome.REACHED)], [], NOW)
        await on.pass_seconds(NEWS_SECONDS)
        await on.until("0 open", "nobody waits to be called back")
        await colleague.store_calls([missed(-3)], [], NOW)
        await on.pass_seconds(NEWS_SECONDS)
        await on.until("1 open", "Harbour Dental")


async def test_what_is_taken_says_by_whom_until_it_lapses(tmp_path: Path) -> None:
    async with desk(tmp_path, missed(20), missed(10, "205", "Reception")) as (on, colleague):
        await on.press("b")
        await on.until("2 open")
        step = Step(id="1", line="205", kind=StepKind.TAKEN, by="ada", at=NOW, until=NOW + 600)
        await colleague.take_callback(step, 0.0)
        await on.pass_seconds(NEWS_SECONDS)
        await on.until("ada 9 min")
        await on.press("t")
        await on.until("taken for 15 min")
        (mine,) = [each for each in (await colleague.callbacks(0.0)).open if each.line != "205"]
        assert mine.taken is not None
        who = mine.taken.by
        await on.when(lambda: who in on.line("Harbour Dental"))
        await on.pass_seconds(600)
        await on.until_gone("ada")
        assert who in on.line("Harbour Dental")
        await on.pass_seconds(301)
        assert who not in on.line("Harbour Dental", "08:40")


async def test_what_another_has_just_taken_is_theirs(tmp_path: Path) -> None:
    async with desk(tmp_path, missed(20)) as (on, colleague):
        await on.press("b")
        await on.until("1 open")
        step = Step(id="1", line="+13125550199", kind=StepKind.TAKEN, by="ada", at=NOW, until=NOW + 600)
        await colleague.take_callback(step, 0.0)
        await on.press("t")
        await on.until("ada has taken it just before")


async def test_the_form_calls_the_number_and_the_list_stays(tmp_path: Path) -> None:
    async with desk(tmp_path, missed(20)) as (on, _):
        await on.press("b")
        await on.until("1 open")
        await on.press("c")
        await on.until("Place a call", "will call +1 312-555-0199")
        await on.press("enter")
        await on.when(lambda: bool(on.simulation.altigen.placed))
        assert on.simulation.altigen.placed[0]["target"] == "+13125550199"
        await on.until("AltiGen has taken it", "1 open")


async def test_what_is_done_without_a_call_asks_why_and_is_kept(tmp_path: Path) -> None:
    async with desk(tmp_path, missed(20)) as (on, colleague):
        await on.press("b")
        await on.until("1 open")
        await on.press("d")
        await on.until("Done without a call", "Harbour Dental +13125550199")
        await on.press("enter")
        await on.until("say why nobody needs to call")
        await on.type("wrote an e-mail")
        await on.press("enter")
        await on.until("done without a call", "0 open")
        assert (await colleague.callbacks(0.0)).open == ()


async def test_who_was_missed_while_the_reason_was_typed_stays_on_the_list(tmp_path: Path) -> None:
    async with desk(tmp_path, missed(20)) as (on, colleague):
        await on.press("b")
        await on.until("1 open")
        await on.press("d")
        await on.until("Done without a call")
        await colleague.store_calls([missed(-0.05)], [], NOW)
        await on.pass_seconds(NEWS_SECONDS)
        await on.type("wrote an e-mail")
        await on.press("enter")
        await on.until("done without a call", "1 open")


async def test_the_top_line_says_when_somebody_waits_too_long(tmp_path: Path) -> None:
    calls = {"callback_minutes": 25}
    async with desk(tmp_path, missed(20), calls=calls) as (on, colleague):
        await on.until("1 to call back")
        assert "CALL BACK" not in on.lines[0]
        await on.pass_seconds(300)
        assert "CALL BACK: Harbour Dental, 25 min" in on.lines[0]
        await colleague.store_calls([missed(40, "205", "Reception")], [], NOW)
        await on.pass_seconds(NEWS_SECONDS)
        await on.until("CALL BACK: 2, 45 min")
        for place, line in enumerate(("205", "+13125550199")):
            at = NOW + 300
            step = Step(id=str(place), line=line, kind=StepKind.TAKEN, by="ada", at=at, until=at + 600)
            await colleague.take_callback(step, 0.0)
        await on.pass_seconds(NEWS_SECONDS)
        await on.until_gone("CALL BACK")


async def test_where_nothing_is_changed_nothing_is_taken(tmp_path: Path) -> None:
    async with desk(tmp_path, missed(20), ui={"readonly": True}) as (on, _):
        await on.press("b")
        await on.until("1 open")
        for key in ("t", "d", "c"):
            await on.press(key)
            await on.until("read-only: nothing is changed from here")


async def test_in_an_empty_list_the_keys_say_that_there_is_nobody(tmp_path: Path) -> None:
    async with desk(tmp_path) as (on, _):
        await on.press("b")
        await on.until("0 open", "nobody waits to be called back")
        for key in ("t", "d", "c"):
            await on.press(key)
            await on.until("there is nobody here")


async def test_a_hostile_name_is_shown_as_it_is_kept(tmp_path: Path) -> None:
    async with desk(tmp_path, missed(20, name="[red]x[/] [bold")) as (on, _):
        await on.press("b")
        await on.until("[red]x[/]")


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_done_without_a_call_stands_below_with_why_and_how_much_was_listened_to(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with desk(tmp_path, missed(20), missed(10, "205", "Reception"), size=size) as (on, _):
        await on.until("2 to call back")
        await on.press("b")
        await on.until("2 open", "listened since Thu 22 Aug 09:00", "1 of 1 extension now")
        await on.press("d")
        await on.type("sent [offer]")
        await on.press("enter")
        await on.until("1 open", "by", "+13125550199: sent [offer]")
        assert "done 09:00 by" in on.line("sent [offer]")
