"""Who calls is seen before the call is taken: by name where somebody has said it, as a maybe where it is likely."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.clock import START
from tests.models.test_contacts import contact, step
from tests.models.test_kept_calls import KEPT
from tests.screen.app_driver import LARGE, SIZES, app_driver
from tests.store.harness import row
from tui.archive import open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.config import ArchiveSettings
from tui.models.clock import Uptime
from tui.models.connections import Report, ReportKind
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
        assert "NORDLICHT" not in on.text
        assert "1 RINGING: Acme" in on.lines[0]
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


async def test_calls_of_before_have_the_names_too_of_today_and_of_an_earlier_day(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    await keep(path, acme())
    called = replace(KEPT, line=LINE, number=WRITTEN, name="NORDLICHT")
    days = [("2024-08-22", START - timedelta(hours=1)), ("2024-08-20", START - timedelta(days=2))]
    async with open_store(ArchiveSettings(path=str(path))) as store:
        for number, (day, at) in enumerate(days):
            start = at.timestamp()
            moved = replace(called, id=f"{number:016x}", handle=number, day=day, start=start, talk_at=start)
            await store.store_calls([replace(moved, known_at=start + 9)], [], start)
    async with app_driver(archive=path) as on:
        await on.until("Acme", "08:00:00")
        await on.press("[")
        await on.until("Tue 20 Aug", "Acme")
        assert "NORDLICHT" not in on.text
        await on.press("L", "t")
        await on.until("Acme: taken back")
        await on.press("escape")
        await on.until("NORDLICHT")


async def test_what_is_linked_is_shown_with_its_reasons_confirmed_and_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    await keep(path, acme(), acme("Acme Ltd", source="other.csv"))
    async with app_driver(LARGE, archive=path) as on:
        await on.simulation.altigen.ring(WRITTEN, "NORDLICHT")
        await on.until("one of 2")
        await on.press("L")
        await on.until(f"Links of {LINE}", "ada has added it from list.csv")
        await on.press("G", "m")
        await on.until("Acme Ltd is the same customer as")
        await on.press("enter")
        await on.until("Acme Ltd: is Acme")
        assert len([line for line in on.lines if "customer" in line and "yes" in line]) == 1
        await on.press("t")
        await on.until("taken back by", "Acme: taken back")
        await on.press("t")
        await on.until("it is taken back already")
        await on.press("a")
        await on.until("Link the number")
        await on.fill("Nordlicht [b]GmbH", "T-100", "")
        await on.press("enter")
        await on.until("Nordlicht [b]GmbH, T-100: confirmed")
        await on.press("escape")
        await on.until_gone("Links of")
        assert "Nordlicht [b]GmbH" in on.line("ringing", "in")


async def test_the_card_tells_who_calls_what_came_of_them_and_their_account(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    account = "office@acme.example"
    await keep(path, acme(device="T-1", account=account))
    began = START - timedelta(days=4)
    earlier = replace(
        KEPT, line=LINE, start=began.timestamp(), talk_at=began.timestamp(), known_at=began.timestamp() + 80
    )
    async with app_driver(LARGE, archive=path) as on:
        on.simulation.remotepc.add_user(account, alloted=5, utilized=3)
        await on.press("3", "r", "1")
        async with open_store(ArchiveSettings(path=str(path))) as store:
            await store.store_calls([earlier], [], 0.0)
            row_before = row("1", began, customer_device="T-1", seconds=2_460, support_number="SR-123")
            section = on.app.desk.settings.alpemix
            assert section is not None
            limit = Limit(section.account, "reports", 3, 60.0)
            requested = RequestedReport(ReportKind.TODAY, 0, 5, Uptime("x", 1.0), began.date().isoformat())
            report = Report(rows=(replace(row_before, explanation="printer [driver]"),))
            await store.store_report(limit, requested, report, began.timestamp())
        await on.simulation.altigen.ring(WRITTEN, "NORDLICHT")
        await on.until("Acme")
        await on.press("enter")
        await on.until("details", "Last connection")
        assert "Acme" in on.line("Customer")
        assert f"{began.day} {began:%b}, 41 min, SR-123, printer [driver]" in on.line("Last connection")
        assert "answered at 201" in on.line("Last call")
        assert f"{account}, 3 of 5 computers used" in on.line("Account")
