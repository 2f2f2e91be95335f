"""Who calls is seen before the call is taken: by name where somebody has said it, as a maybe where it is likely."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.models.test_contacts import contact, step
from tests.screen.app_driver import LARGE, SIZES, app_driver
from tui.archive import open_store
from tui.config import ArchiveSettings
from tui.models.contacts import Contact, TieStep

LINE = "+13125550142"
WRITTEN = "(312) 555-0142"


async def keep(path: Path, *said: Contact | TieStep) -> None:
    """Say it on another machine."""
    async with open_store(ArchiveSettings(path=str(path))) as store:
        await store.add_contacts([each for each in said if isinstance(each, Contact)])
        await store.say_ties([each for each in said if isinstance(each, TieStep)])


def acme(name: str = "Acme", **fields: Any) -> Contact:
    return contact(name, line=LINE, **fields)


@pytest.mark.parametrize("size", SIZES)
async def test_a_ringing_call_shows_the_name_that_the_team_uses(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    await keep(path, acme())
    async with app_driver(size, archive=path) as on:
        await on.simulation.altigen.ring(WRITTEN, "NORDLICHT GMBH")
        await on.until("Acme")
        assert "NORDLICHT" not in on.line("ringing", "in")
        await on.simulation.altigen.ring("3125550143", "Oak Street Books")
        await on.until("Oak Street Books")


async def test_a_number_of_several_customers_says_of_how_many(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    await keep(path, acme(), acme("Beta"), step("Gamma", one=LINE))
    async with app_driver(archive=path) as on:
        await on.simulation.altigen.ring(WRITTEN)
        await on.until("one of 3")


async def test_a_name_that_tries_to_be_markup_or_to_steer_the_terminal_is_text(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    await keep(path, acme("[bold red]--help[/] \x1b[2J$(id)"))
    async with app_driver(LARGE, archive=path) as on:
        await on.simulation.altigen.ring(WRITTEN)
        await on.until("[bold red]--help[/] ␛[2J$(id)")


async def test_what_another_says_while_a_call_goes_on_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    async with app_driver(archive=path) as on:
        await on.simulation.altigen.ring(WRITTEN, "NORDLICHT")
        await on.until("NORDLICHT")
        await keep(path, acme())
        for _ in range(15):
            await on.pass_seconds(1)
        await on.until("Acme")
