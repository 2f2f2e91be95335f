"""`helpdeck collect`: what the systems forget is kept while nobody looks."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.collecting import collecting, service_manager
from tests.postgres.server import PostgresServer
from tests.waiting import until
from tui.archive import Store, open_store
from tui.archive.budget import Limit
from tui.config.reader import read_config
from tui.demo import Simulation
from tui.models.days import DayState

KEPT = [(2, DayState.CLOSED), (1, DayState.OPEN)]

MOST_SECONDS = 5.0
"""From a signal to the end of the process."""

Write = Callable[..., Path]


@pytest.fixture
async def simulation() -> AsyncIterator[Simulation]:
    """The three systems, where it is about noon: yesterday can be closed, and is not over in the middle of a test."""
    hours = datetime.now(UTC).hour - 12  # the names of these zones say how far UTC is ahead
    async with Simulation(scripted=False, alpemix={"timezone": f"Etc/GMT{hours:+}"}) as running:
        yield running


def today() -> str:
    return datetime.now(UTC).date().isoformat()


@pytest.fixture(params=["sqlite", "postgres"])
def archive(request: pytest.FixtureRequest, home: Path) -> str:
    """The section of the config that names the archive."""
    if request.param == "postgres":
        return f'[archive]\nurl = "{request.getfixturevalue("postgres_url")}"\n'
    return f'[archive]\npath = "{home / "archive.sqlite"}"\n'


@pytest.fixture
def write(home: Path, simulation: Simulation) -> Write:
    """Writes a config for the simulated systems."""

    def write(archive: str, *, without: str = "") -> Path:
        path = home / f"{uuid4()}.toml"
        path.touch(0o600)
        # Nothing is due a second time, however slow the machine is.
        text = simulation.config().replace("[alpemix]", "[alpemix]\nrefresh_seconds = 86400")
        sections = [each for each in text.split("\n\n") if not (without and each.startswith(without))]
        path.write_text("\n\n".join([*sections, archive]))
        return path

    return write


@pytest.fixture
def config(write: Write, archive: str) -> Path:
    return write(archive)


@pytest.fixture
async def store(config: Path) -> AsyncIterator[Store]:
    async with open_store(read_config(config).archive) as store:
        yield store


def account(config: Path) -> str:
    settings = read_config(config).alpemix
    assert settings is not None
    return settings.account


def fill(simulation: Simulation) -> None:
    """Two connections of yesterday, one of today, and a user."""
    yesterday = simulation.alpemix.calendar() - timedelta(days=1)
    simulation.alpemix.add_connection(started=yesterday)
    simulation.alpemix.add_connection(started=yesterday)
    simulation.alpemix.add_connection()
    simulation.remotepc.add_user("a@example.com")


async def until_kept(store: Store, config: Path) -> None:
    """Wait until two connections are known of yesterday, which is closed, and one of today."""
    async with asyncio.timeout(30):
        while [(day.rows, day.state) for day in await store.days(account(config))] != KEPT:
            await asyncio.sleep(0.01)


async def test_connections_and_users_are_kept_with_no_screen_and_no_licence(
    simulation: Simulation, config: Path, store: Store
) -> None:
    fill(simulation)
    async with collecting(config) as collector:
        await collector.until_said("Alpemix: live")
        await collector.until_said("RemotePC: kept the users of")
        await until_kept(store, config)
        assert await collector.end() == 128 + signal.SIGTERM
    assert not simulation.altigen.sessions
    assert not simulation.altigen.logons
    settings = read_config(config)
    assert settings.remotepc is not None
    found = await store.users_of(settings.remotepc.account, today())
    assert found is not None
    assert [user.username for user in found.users] == ["a@example.com"]


async def test_who_keeps_the_days_can_be_read_by_everybody(config: Path, store: Store) -> None:
    limit = Limit(account(config), "reports", 3, 60.0)
    async with collecting(config) as collector:
        await collector.until_said("Alpemix: live")
        async with asyncio.timeout(30):
            while (keeper := (await store.fetch_state(limit)).keeper) is None:
                await asyncio.sleep(0.01)
        assert keeper.host == os.uname().nodename


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_at_once_with_its_code(config: Path, number: signal.Signals) -> None:
    async with collecting(config) as collector:
        await collector.until_said("Alpemix: live")
        begun = time.monotonic()
        assert await collector.end(number) == 128 + number
        assert time.monotonic() - begun < MOST_SECONDS


async def test_a_signal_ends_it_while_a_request_hangs(simulation: Simulation, config: Path) -> None:
    release = asyncio.Event()
    for system in (simulation.alpemix, simulation.remotepc):
        system.fault("slow", until=release)
    async with collecting(config) as collector:
        await until(lambda: simulation.alpemix.requests and simulation.remotepc.requests)
        begun = time.monotonic()
        assert await collector.end() == 128 + signal.SIGTERM
        assert time.monotonic() - begun < MOST_SECONDS
    release.set()


async def test_what_changes_is_said_once_and_not_with_every_request(simulation: Simulation, write: Write) -> None:
    config = write("", without="[alpemix]")
    simulation.remotepc.fault("status", times=None, status=503)
    async with collecting(config) as collector:
        await until(lambda: len(simulation.remotepc.requests) >= 3)
        simulation.remotepc.heal()
        await collector.until_said("RemotePC: live")
    waiting = [line for line in collector.lines if "waiting" in line]
    assert len(waiting) == 1
    assert len(collector.lines) == 3


async def test_two_of_them_ask_no_more_than_one(simulation: Simulation, config: Path) -> None:
    fill(simulation)
    async with collecting(config) as one, collecting(config) as two:
        for each in (one, two):
            await each.until_said("Alpemix: live")
            await each.until_said("RemotePC: live")
            await each.until_said("2 rows, closed")
        assert len(simulation.alpemix.token_requests) == 1
        assert len(simulation.alpemix.report_requests) == 2
        assert simulation.alpemix.violations == 0
        assert await one.end() == await two.end() == 128 + signal.SIGTERM


async def test_once_keeps_what_is_due_and_then_there_is_nothing_to_ask(
    simulation: Simulation, config: Path, store: Store
) -> None:
    fill(simulation)
    days = {today()}
    for _ in range(2):
        async with collecting(config, "--once") as collector:
            assert await collector.ended() == 0
        assert [line.split(":")[0] for line in collector.lines] == ["alpemix    ok", "remotepc   ok"]
        assert "2 rows, closed" in collector.lines[0]
        assert len(simulation.alpemix.report_requests) == 2
        days.add(today())
        assert len(simulation.remotepc.requests) <= len(days)
    assert not simulation.altigen.requests
    await until_kept(store, config)


async def test_once_says_that_it_is_worth_trying_again_where_a_system_is_away(
    simulation: Simulation, config: Path
) -> None:
    simulation.remotepc.fault("status", times=None, status=503)
    async with collecting(config, "--once") as collector:
        assert await collector.ended() == 3
    assert [line.split(":")[0] for line in collector.lines] == ["alpemix    ok", "remotepc   unreachable"]


async def test_once_says_that_it_failed_where_a_system_refuses(simulation: Simulation, config: Path) -> None:
    config.write_text(config.read_text().replace(simulation.alpemix.secret_key, "wrong-key"))
    simulation.remotepc.fault("status", times=None, status=503)
    async with collecting(config, "--once") as collector:
        assert await collector.ended() == 1
    assert "alpemix    refused" in collector.lines[0]
    assert "wrong-key" not in "".join(collector.lines)


async def test_a_server_that_is_away_is_waited_for_and_a_signal_still_ends_it(
    simulation: Simulation, write: Write
) -> None:
    config = write('[archive]\nurl = "postgresql://helpdeck@127.0.0.1:1/helpdeck"\n')
    async with collecting(config) as collector:
        await collector.until_said("The archive cannot be reached")
        begun = time.monotonic()
        assert await collector.end() == 128 + signal.SIGTERM
        assert time.monotonic() - begun < MOST_SECONDS
    assert not simulation.alpemix.report_requests
    async with collecting(config, "--once") as collector:
        assert await collector.ended() == 3


async def test_a_signal_ends_it_while_the_server_stands_still(
    simulation: Simulation, write: Write, postgres: PostgresServer, postgres_url: str, home: Path
) -> None:
    config = write(f'[archive]\nurl = "{postgres_url}"\n')
    address = str(home / "notify")
    postgres.freeze()
    with service_manager(address) as manager:
        async with collecting(config, NOTIFY_SOCKET=address) as collector:
            await until(lambda: "READY=1" in manager.told)  # its feeds wait for the server
            begun = time.monotonic()
            assert await collector.end() == 128 + signal.SIGTERM
            assert time.monotonic() - begun < MOST_SECONDS
    postgres.thaw()
    assert not simulation.alpemix.requests


async def test_a_file_that_cannot_be_written_keeps_nothing(home: Path, write: Write) -> None:
    archive = home / "archive.sqlite"
    archive.write_text("This is no database.")
    config = write(f'[archive]\npath = "{archive}"\n')
    for once in ([], ["--once"]):
        async with collecting(config, *once) as collector:
            assert await collector.ended() == 2
        assert len(collector.lines) == 1
        assert "archive.path" in collector.lines[0]


async def test_where_there_is_nothing_to_keep_it_says_so(home: Path, simulation: Simulation) -> None:
    path = home / "altigen.toml"
    path.touch(0o600)
    path.write_text(simulation.config().split("\n\n")[0])
    async with collecting(path) as collector:
        assert await collector.ended() == 2
    assert collector.lines == [
        "helpdeck: Alpemix is switched off: the config has no [alpemix] section",
        "helpdeck: RemotePC is switched off: the config has no [remotepc] section",
        "helpdeck: so there is nothing to keep",
    ]


async def test_what_is_only_read_from_the_archive_is_not_kept(home: Path, simulation: Simulation) -> None:
    path = home / "reader.toml"
    path.touch(0o600)
    path.write_text('[remotepc]\n[archive]\nurl = "postgresql://helpdeck@127.0.0.1:1/helpdeck"\n')
    async with collecting(path, "--once") as collector:
        assert await collector.ended() == 2
    assert collector.lines == [
        "helpdeck: Alpemix is switched off: the config has no [alpemix] section",
        "helpdeck: RemotePC is not asked from here: the config has no remotepc.api_key",
        "helpdeck: so there is nothing to keep",
    ]


@pytest.mark.parametrize("is_abstract", [False, True], ids=["file", "abstract"])
async def test_a_service_manager_is_told_how_it_stands(config: Path, home: Path, is_abstract: bool) -> None:
    address = f"@helpdeck-{uuid4()}" if is_abstract else str(home / "notify")
    with service_manager(address) as manager:
        async with collecting(config, NOTIFY_SOCKET=address, WATCHDOG_USEC="400000") as collector:
            await until(lambda: "READY=1" in manager.told)
            await until(lambda: "STATUS=Alpemix live; RemotePC live" in manager.told)
            await until(lambda: manager.told.count("WATCHDOG=1") > 3)
            assert "STOPPING=1" not in manager.told
            await collector.end()
        assert manager.told[-1] == "STOPPING=1"
        assert manager.told.count("READY=1") == manager.told.count("STOPPING=1") == 1


async def test_a_service_is_ready_although_a_system_is_away(simulation: Simulation, config: Path, home: Path) -> None:
    simulation.alpemix.fault("status", times=None, status=503)
    address = str(home / "notify")
    with service_manager(address) as manager:
        async with collecting(config, NOTIFY_SOCKET=address):
            await until(lambda: "READY=1" in manager.told)
            await until(lambda: any(told.startswith("STATUS=Alpemix waiting: ") for told in manager.told))
            assert "WATCHDOG=1" not in manager.told


async def test_a_service_manager_that_is_gone_disturbs_nothing(config: Path, home: Path) -> None:
    async with collecting(config, NOTIFY_SOCKET=str(home / "nobody"), WATCHDOG_USEC="many") as collector:
        await collector.until_said("Alpemix: live")
        assert await collector.end() == 128 + signal.SIGTERM
