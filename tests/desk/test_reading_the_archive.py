"""Whoever has no secret of a system still sees what the team's archive holds of it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import connections_of, users_of
from tests.desk.harness import running, settings_of
from tests.postgres.server import PostgresServer
from tests.store.harness import row
from tests.waiting import until
from tui.archive import open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport, UserList
from tui.config import ArchiveSettings, Secret, Settings
from tui.demo import Simulation
from tui.desk import Desk
from tui.models.connections import Report, ReportKind
from tui.models.links import Phase
from tui.models.users import User
from tui.services.errors import Rejected


@pytest.fixture
def settings(simulation: Simulation, tmp_path: Path) -> Settings:
    archive = ArchiveSettings(path=str(tmp_path / "archive.sqlite"))
    return settings_of(simulation, altigen=None, archive=archive)


@pytest.fixture
def without_secrets(settings: Settings) -> Settings:
    assert settings.alpemix is not None
    assert settings.remotepc is not None
    alpemix = replace(settings.alpemix, secret_key=Secret(""))
    return replace(settings, alpemix=alpemix, remotepc=replace(settings.remotepc, api_key=Secret("")))


def desk_of(settings: Settings, clock: FakeClock, keeper: str = "") -> AbstractAsyncContextManager[Desk]:
    return running(settings, clock, archive=settings.archive, keeper=keeper)


async def keep_some(simulation: Simulation, settings: Settings, clock: FakeClock) -> tuple[int, int]:
    """Let a collector keep a connection and a user; gives how often it has asked."""
    simulation.alpemix.add_connection()
    simulation.remotepc.add_user("a@example.com")
    async with desk_of(settings, clock, keeper="host1") as desk:
        links = [desk.counters[name].link for name in ("alpemix", "remotepc")]
        await until(lambda: all(link.is_live for link in links) and len(simulation.alpemix.report_requests) == 2)
        await clock.until_sleeping(2)
    return len(simulation.alpemix.requests), len(simulation.remotepc.requests)


async def test_what_others_have_kept_is_shown_and_nothing_is_asked(
    simulation: Simulation, settings: Settings, without_secrets: Settings, clock: FakeClock
) -> None:
    asked = await keep_some(simulation, settings, clock)
    clock.advance(40)
    async with desk_of(without_secrets, clock) as desk:
        await until(lambda: len(connections_of(desk)) == len(users_of(desk)) == 1)
        for name in ("alpemix", "remotepc"):
            link = desk.counters[name].link
            await until(lambda link=link: link.is_live)  # type: ignore[misc] # mypy cannot type a default
            assert link.fresh is not None
            assert clock.now().at - link.fresh.at == timedelta(seconds=40)
        await clock.until_sleeping(2)
        clock.advance(600)
        await clock.until_sleeping(2)
        assert (len(simulation.alpemix.requests), len(simulation.remotepc.requests)) == asked


async def test_what_is_kept_meanwhile_is_shown_too(
    simulation: Simulation, settings: Settings, without_secrets: Settings, clock: FakeClock
) -> None:
    async with desk_of(without_secrets, clock) as desk:
        await until(lambda: all(desk.counters[name].link.phase is Phase.DEGRADED for name in ("alpemix", "remotepc")))
        assert "helpdeck collect" in desk.counters["remotepc"].link.reason
        await clock.until_sleeping(2)
        await keep_some(simulation, settings, clock)
        clock.advance(1)
        desk.counters["remotepc"].refresh()
        await until(lambda: len(connections_of(desk)) == len(users_of(desk)) == 1)


async def test_where_nobody_asks_any_more_it_is_called_old(
    simulation: Simulation, settings: Settings, without_secrets: Settings, clock: FakeClock
) -> None:
    await keep_some(simulation, settings, clock)
    async with desk_of(without_secrets, clock) as desk:
        await until(lambda: all(desk.counters[name].link.is_live for name in ("alpemix", "remotepc")))
        await clock.until_sleeping(2)
        clock.advance(1000)
        for name, what in (("alpemix", "nobody asks Alpemix now"), ("remotepc", "nobody asks RemotePC now")):
            link = desk.counters[name].link
            assert link.phase is Phase.DEGRADED
            assert what in link.reason


async def test_nothing_can_be_changed_and_it_is_said_why(
    simulation: Simulation, settings: Settings, without_secrets: Settings, clock: FakeClock
) -> None:
    await keep_some(simulation, settings, clock)
    async with desk_of(without_secrets, clock) as desk:
        remotepc = desk.counters["remotepc"]
        await until(lambda: remotepc.link.is_live)
        why = "RemotePC is not asked from here: the config has no remotepc.api_key"
        assert remotepc.why_not("users.add") == why
        with pytest.raises(Rejected, match="not asked from here"):
            remotepc.allow("users.add")
        assert remotepc.refresh() == why
        assert desk.counters["alpemix"].refresh() == (
            "Alpemix is not asked from here: the config has no alpemix.secret_key"
        )


async def test_a_server_need_let_it_do_no_more_than_read(
    settings: Settings, without_secrets: Settings, clock: FakeClock, postgres: PostgresServer, postgres_url: str
) -> None:
    assert settings.alpemix is not None
    assert settings.remotepc is not None
    async with open_store(ArchiveSettings(url=postgres_url), clock) as store:
        requested = RequestedReport(ReportKind.TODAY, 0, 25, clock.uptime(), "2024-08-22")
        report = Report(rows=(row("1", clock.now().at),))
        limit = Limit(settings.alpemix.account, "reports", 3, 60.0)
        await store.store_report(limit, requested, report, clock.now().at.timestamp())
        user = User(username="a@example.com", allotted=3, used=1, active=True, created=None)
        found = UserList("2024-08-22", clock.now().at.timestamp(), (user,))
        await store.store_users(settings.remotepc.account, found)
    with postgres.account("reader", "a password"), psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute("GRANT USAGE ON SCHEMA helpdeck TO reader")
        owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA helpdeck TO reader")
        archive = ArchiveSettings(url=postgres_url.replace("helpdeck@", "reader@"), password=Secret("a password"))
        async with desk_of(replace(without_secrets, archive=archive), clock) as desk:
            await until(lambda: len(connections_of(desk)) == len(users_of(desk)) == 1)
            await until(lambda: all(desk.counters[name].link.is_live for name in ("alpemix", "remotepc")))
            await clock.until_sleeping(2)
        owner.execute("REVOKE SELECT ON ALL TABLES IN SCHEMA helpdeck FROM reader")
        owner.execute("REVOKE USAGE ON SCHEMA helpdeck FROM reader")
