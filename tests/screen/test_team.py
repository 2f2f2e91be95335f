"""The team on the screen: who does what now, what has come of today, and on what that rests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
import pytest
from msgspec.structs import replace

from tests.clock import START
from tests.models.test_kept_calls import KEPT
from tests.screen.app_driver import SIZES, SMALL, AppDriver, app_driver
from tui.archive import Store, open_store
from tui.config import ArchiveSettings
from tui.demo import Simulation
from tui.desk.team import READ_SECONDS
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell

NOW: Final = START.timestamp()
DAY: Final = "2024-08-22"
NEEDS: Final = "needs a team's archive: archive.url"
TECHNICIANS: Final = {"201": "Ada", "202": "Eve", "203": "Kim"}


def call(extension: str, minutes: float, **fields: Any) -> KeptCall:
    """A call that was taken this long before the test began, and talked for a minute."""
    start = NOW - minutes * 60
    times = {"start": start, "talk_at": start + 10, "known_at": start + 70}
    made = replace(KEPT, id=f"{hash((extension, minutes)) & (2**64 - 1):016x}", extension=extension, day=DAY, **times)
    return replace(made, handle=int(minutes), line=f"+90{extension}", number="+902125550199", **fields)


def live(extension: str, minutes: float, **fields: Any) -> KeptCall:
    return call(extension, minutes, **{"known_at": NOW, "outcome": Outcome.LIVE, **fields})


def spell(extension: str, minutes: float, until: float = NOW, host: str = "desk2") -> Spell:
    return Spell(id=f"{extension}{host}", extension=extension, host=host, began=NOW - minutes * 60, until=until)


HELD: Final = (
    call("202", 50),
    call("202", 40, talk_at=None, outcome=Outcome.MISSED),
    live("202", 3, name="[b]Harbour Dental"),
    spell("202", 58),
    call("203", 30),
    spell("203", 58, NOW - 1_200),
)


@asynccontextmanager
async def team(
    url: str, *held: KeptCall | Spell, size: tuple[int, int] = SMALL, **changed: Any
) -> AsyncIterator[tuple[AppDriver, Store]]:
    """A dashboard that shows the team, and the store as a colleague uses it."""
    archive = ArchiveSettings(url=url)
    settings = {"technicians": TECHNICIANS, **changed.pop("team", {})}

    def prepare(simulation: Simulation) -> None:
        simulation.alpemix.add_connection(uname="Eve", dur=600)

    async with open_store(archive) as colleague:
        calls = [each for each in held if isinstance(each, KeptCall)]
        await colleague.store_calls(calls, [each for each in held if isinstance(each, Spell)], NOW)
        async with app_driver(size, archive=archive, prepare=prepare, team=settings, **changed) as on:
            await on.press("4")
            await on.until("4 Team", "reporting")
            yield on, colleague


async def pass_until(on: AppDriver, is_so: Callable[[], bool]) -> None:
    """Let time pass until this is on the screen: a board that was just read rests for some seconds."""
    for _ in range(30):
        if is_so():
            return
        await on.pass_seconds(READ_SECONDS)
    pytest.fail(on.text)


@pytest.mark.parametrize("size", SIZES)
async def test_each_technician_is_one_line_by_name_with_figures_and_what_they_rest_on(
    postgres_url: str, size: tuple[int, int]
) -> None:
    async with team(postgres_url, *HELD, size=size) as (on, _):
        await on.until("2 of 3 reporting, since 08:02", "connections: 1 row, no gap until")
        assert on.rows("▸Ada", " Eve ", " Kim ") == ["▸Ada", " Eve ", " Kim "]
        assert "[b]Harbour" in on.line(" Eve ")
        assert on.line(" Eve ").split()[-8:] == ["02:55", "3", "1", "03:55", "1", "10:00", "since", "08:02"]
        assert on.line(" Kim ").split() == ["Kim", "1", "0", "01:00", "0", "00:00", "until", "08:40"]
        assert on.line("▸Ada").split() == ["▸Ada", "0", "0", "00:00", "0", "00:00", "since", "09:00"]
        assert "4 calls, 1 missed, 04:55 talk, 1 connection, 10:00" in on.text
        # The others are a line each, at every size.
        assert on.rows(" 1 Calls", " 2 Connections", " 3 Users", " 4 Team")[-1] == " 4 Team"
        assert sum("▸" in line for line in on.lines) == 1
        await on.press("1")
        await on.until_gone("4 Team")
        await on.press("4", "tab")
        await on.until_gone("4 Team")


async def test_what_happens_at_another_shows_and_durations_go_on_by_themselves(postgres_url: str) -> None:
    async with team(postgres_url, *HELD) as (on, colleague):
        await on.until("02:55")
        await on.pass_seconds(READ_SECONDS)
        await on.until("02:56", "03:56")
        ringing = live("203", 0, talk_at=None, name="Reception")
        await colleague.store_calls([ringing], [spell("203", 0, NOW + 30, "desk3")], NOW)
        await pass_until(on, lambda: "Reception" in on.text)
        await on.until("rings", "3 of 3 reporting")
        taken = replace(ringing, talk_at=NOW + 2, known_at=NOW + 4, outcome=Outcome.ANSWERED)
        await colleague.store_calls([taken], [], NOW)
        await pass_until(on, lambda: "Reception" not in on.text)
        assert on.line(" Kim ").split()[1:4] == ["2", "0", "01:02"]


async def test_the_card_says_all_that_is_known_and_what_is_published_of_oneself(postgres_url: str) -> None:
    async with team(postgres_url, *HELD, spell("202", 20, host="desk9")) as (on, _):
        await on.press("enter")
        await on.until("Team: details", "Ada", "Published of you", "listened 09:00 to 09:00")
        await on.press("escape", "j", "enter")
        await on.until("[b]Harbour Dental +902125550199, since 08:57:10", "3: 1 answered, 1 missed, 1 going on")
        await on.until("Helpdecks on desk2, desk9 listened at the same time")
        assert "Published of you" not in on.text


async def test_the_keys_of_every_pane_work_here(postgres_url: str) -> None:
    async with team(postgres_url, *HELD) as (on, _):
        await on.press("=")
        assert on.rows(" Eve ", "Kim ") == ["Kim ", " Eve "]
        await on.press("=", "/")
        await on.type("harbour")
        await on.press("enter")
        await on.until("1 of 3")
        await on.press("y")
        await on.until("Copy", "+902125550199")
        await on.press("escape", "T")
        await on.until("this is of no single system")
        await on.press("n")
        await on.until("nothing of this row is kept")
        await on.press("r")
        await on.until("reading the archive again")
        await on.press("escape")
        await on.until("Kim")
        await on.press("escape")
        await on.until_gone("4 Team")


async def test_names_and_the_board_can_be_left_out(postgres_url: str) -> None:
    async with team(postgres_url, *HELD, team={"names": False}) as (on, _):
        assert "Harbour" not in on.text
        assert "+9021255501" in on.line(" Eve ")
        await on.press("j", "enter")
        await on.until("Team: details", "+902125550199")
        assert "Harbour" not in on.text
        await on.press("escape")
        settings = on.app.desk.settings
        on.app.desk.adopt(replace(settings, team=replace(settings.team, board=False)))
        await on.until("there is no board here: team.board")
        assert " Eve " not in on.text


async def test_where_there_is_no_board_the_key_says_why() -> None:
    async with app_driver() as on:
        await on.press("4")
        await on.until(NEEDS)
        assert "4 Team" not in on.text
        await on.press(":")
        await on.type("go to the team")
        await on.until(f"not now: {NEEDS}")


async def test_while_the_archive_cannot_be_read_what_was_known_stays_with_its_age(postgres_url: str) -> None:
    def turn(version: str) -> None:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(f"UPDATE helpdeck.state SET version = version {version}".encode())

    async with team(postgres_url, *HELD) as (on, _):
        await on.until("02:55")
        turn("+ 1")  # somebody upgrades it for a newer Helpdeck
        await on.pass_seconds(READ_SECONDS)
        await on.press("r")
        await on.until("newer Helpdeck", "s old")
        assert "02:55" in on.line(" Eve ")
        turn("- 1")
        await on.press("r")
        await on.until_gone("newer Helpdeck")
