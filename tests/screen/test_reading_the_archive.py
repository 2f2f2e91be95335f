"""The panes of a system that is not asked from here: they show what a team's archive holds, and say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date
from pathlib import Path

import pytest

from tests.screen.app_driver import SIZES, app_driver
from tests.store.harness import row
from tui.archive import Store, open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport, UserList
from tui.config import ArchiveSettings
from tui.demo import Simulation
from tui.models.clock import Clock
from tui.models.connections import Report, ReportKind
from tui.models.users import User


async def fill(store: Store, clock: Clock, account: str, reseller: str, names: Sequence[str]) -> None:
    """Let somebody else have kept a connection of today, and these users."""
    now = clock.now()
    requested = RequestedReport(ReportKind.TODAY, 0, 25, clock.uptime(), "2024-08-22")
    report = Report(rows=(row("1", customer="Harbour Dental"),))
    await store.store_report(Limit(account, "reports", 3, 60.0), requested, report, now.at.timestamp())
    users = tuple(User(username=name, allotted=3, used=1, active=True, created=date(2023, 1, 13)) for name in names)
    day = now.at.astimezone(UTC).date().isoformat()
    await store.store_users(reseller, UserList(day, now.at.timestamp(), users))


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_only_read_is_shown_with_its_age_and_cannot_be_changed(
    size: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / "archive.sqlite"
    simulated: list[Simulation] = []
    async with app_driver(size, archive=path, is_connecting=False, prepare=simulated.append, has_secrets=False) as on:
        settings = on.app.desk.settings
        assert settings.alpemix is not None
        assert settings.remotepc is not None
        async with open_store(ArchiveSettings(path=str(path)), on.clock) as store:
            await fill(store, on.clock, settings.alpemix.account, settings.remotepc.account, ["a@example.com"])
        await on.press("3", "z", "r")
        await on.until("RemotePC is not asked from here: the config has no remotepc.api_key")
        await on.until("a@example.com", "from the archive, 0 s old")
        await on.press("a")
        await on.until("add: RemotePC is not asked from here")
        await on.press("2", "r")  # it may have looked before anything was kept, and time stands still
        await on.until("Alpemix is not asked from here: the config has no alpemix.secret_key")
        await on.until("Harbour Dental", "from the archive, ")
        await on.pass_seconds(90)
        await on.until("from the archive, 1 min old")
    assert not simulated[0].alpemix.requests
    assert not simulated[0].remotepc.requests
