"""A desk that keeps what the systems forget, for all who use its archive."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import users_of
from tests.desk.harness import running, settings_of
from tests.waiting import until
from tui.archive import open_store
from tui.archive.records import KEEPER_SECONDS, UserList
from tui.archive.sqlite.database import open_database
from tui.config import ArchiveSettings, Settings, UISettings
from tui.demo import Simulation
from tui.desk import Desk
from tui.desk.alpemix import AlpemixCounter
from tui.desk.counter import KeptCounter
from tui.desk.remotepc import RemotePCCounter
from tui.desk.systems import SYSTEMS
from tui.services.alpemix import AlpemixService
from tui.services.errors import Limited, StoreUnavailable, Unreachable
from tui.state import state_folder

KEPT = [system for system in SYSTEMS if issubclass(system.counter, KeptCounter)]


@pytest.fixture
def settings(simulation: Simulation, tmp_path: Path) -> Settings:
    return settings_of(simulation, archive=ArchiveSettings(path=str(tmp_path / "archive.sqlite")))


def desk_of(settings: Settings, clock: FakeClock, keeper: str = "host1") -> AbstractAsyncContextManager[Desk]:
    """A desk of the systems that are kept, running; without a keeper one that only looks."""
    return running(settings, clock, archive=settings.archive, systems=KEPT, keeper=keeper)


async def users_kept(settings: Settings, day: str) -> UserList | None:
    assert settings.remotepc is not None
    async with open_store(settings.archive, to_read=True) as store:
        return await store.users_of(settings.remotepc.account, day)


async def test_a_desk_of_some_systems_has_only_their_counters(settings: Settings, clock: FakeClock) -> None:
    async with desk_of(settings, clock) as desk:
        assert list(desk.counters) == ["alpemix", "remotepc"]


async def test_the_list_of_a_day_is_the_last_that_came(
    simulation: Simulation, settings: Settings, clock: FakeClock
) -> None:
    settings = replace(settings, alpemix=None)
    simulation.remotepc.add_user("a@example.com")
    async with desk_of(settings, clock) as desk:
        await until(lambda: desk.counters["remotepc"].link.is_live)
        simulation.remotepc.add_user("b@example.com")
        while len(users_of(desk)) < 2:
            await clock.until_sleeping()
            clock.advance(10)
        await clock.until_sleeping()
        found = await users_kept(settings, "2024-08-22")
    assert found is not None
    assert [user.username for user in found.users] == ["a@example.com", "b@example.com"]
    assert found.at > clock.now().at.timestamp() - 60


async def test_a_desk_that_only_looks_keeps_no_list(settings: Settings, clock: FakeClock) -> None:
    async with desk_of(settings, clock, keeper="") as desk:
        await until(lambda: all(counter.link.is_live for counter in desk.counters.values()))
    assert await users_kept(settings, "2024-08-22") is None


async def test_a_list_that_cannot_be_stored_is_tried_again_without_asking_for_it(
    simulation: Simulation, settings: Settings, clock: FakeClock
) -> None:
    simulation.remotepc.add_user("a@example.com")
    settings = replace(settings, alpemix=None)
    answer = asyncio.Event()
    simulation.remotepc.fault("slow", until=answer)
    async with desk_of(settings, clock) as desk:
        link = desk.counters["remotepc"].link
        await until(lambda: simulation.remotepc.requests)
        locked = open_database(Path(settings.archive.path))
        locked.execute("BEGIN IMMEDIATE")
        answer.set()
        await until(lambda: link.is_trouble)
        assert "locked" in link.reason
        assert len(desk.counter(RemotePCCounter).board) == 1
        locked.execute("ROLLBACK")
        locked.close()
        await clock.until_sleeping()
        clock.advance(30)
        await until(lambda: link.is_live)
        assert len(simulation.remotepc.requests) == 1
        assert desk.counter(RemotePCCounter).kept == "the users of 2024-08-22"


async def test_of_two_who_keep_the_lists_one_asks_at_a_time_and_both_have_what_came(
    simulation: Simulation, settings: Settings, clock: FakeClock
) -> None:
    simulation.remotepc.add_user("a@example.com")
    settings = replace(settings, alpemix=None)
    async with desk_of(settings, clock) as one, desk_of(settings, clock, keeper="host2") as two:
        for seconds in range(0, 1200, 10):
            await clock.until_sleeping(2)
            assert len(simulation.remotepc.requests) <= 1 + seconds // 300
            clock.advance(10)
        await until(lambda: all(desk.counters["remotepc"].link.is_live for desk in (one, two)))
        assert len(users_of(one)) == len(users_of(two)) == 1
    assert len(simulation.remotepc.requests) >= 3


async def test_who_keeps_the_lists_goes_on_where_the_one_that_asked_failed(
    simulation: Simulation, settings: Settings, clock: FakeClock
) -> None:
    settings = replace(settings, alpemix=None)
    simulation.remotepc.fault("status", status=503)
    async with desk_of(settings, clock) as desk:
        link = desk.counters["remotepc"].link
        await until(lambda: link.is_trouble)
        await clock.until_sleeping()
        clock.advance(2)
        await until(lambda: link.is_live)
    assert len(simulation.remotepc.requests) == 2


async def test_who_looks_learns_who_keeps_the_days_with_what_is_stored(
    simulation: Simulation, settings: Settings, clock: FakeClock
) -> None:
    settings = replace(settings, remotepc=None)
    async with desk_of(settings, clock), desk_of(settings, clock, keeper="") as looking:
        counter = looking.counter(AlpemixCounter)
        while counter.kept_by(clock.now()) is None:
            await clock.until_sleeping(2)
            clock.advance(1)
            simulation.alpemix.add_connection()
        host, seconds = counter.kept_by(clock.now()) or ("", -1.0)
        assert host == "host1"
        assert 0 <= seconds < 60
        assert counter.kept_by(clock.now()) == (host, seconds)


async def test_who_has_not_said_so_for_minutes_keeps_the_days_no_more(settings: Settings, clock: FakeClock) -> None:
    settings = replace(settings, remotepc=None)
    async with desk_of(settings, clock) as desk:
        await until(lambda: desk.counters["alpemix"].link.is_live)
        await clock.until_sleeping()
    async with desk_of(settings, clock, keeper="") as looking:
        counter = looking.counter(AlpemixCounter)
        await until(lambda: counter.kept_by(clock.now()) is not None)
        noted = counter.board.keeper
        assert noted is not None
        assert counter.kept_by(noted.at._replace(tick=noted.at.tick + KEEPER_SECONDS - 1)) is not None
        assert counter.kept_by(noted.at._replace(tick=noted.at.tick + KEEPER_SECONDS)) is None


def unopened(settings: Settings, clock: FakeClock) -> tuple[AlpemixCounter, RemotePCCounter]:
    desk = Desk(settings, clock=clock, state_folder=state_folder(), systems=KEPT, keeper="host1")
    return desk.counter(AlpemixCounter), desk.counter(RemotePCCounter)


async def test_once_closes_yesterday_reads_today_and_asks_no_more(
    simulation: Simulation, settings: Settings, clock: FakeClock
) -> None:
    simulation.alpemix.add_connection(started=clock.now().at - timedelta(days=1))
    simulation.alpemix.add_connection()
    settings = replace(settings, ui=UISettings(timezone="Europe/Istanbul"))
    counter, _ = unopened(settings, clock)
    assert counter.section is not None
    async with open_store(settings.archive, clock) as store:
        for _ in range(2):
            await counter.keep_once(counter.section, store)
            assert len(simulation.alpemix.report_requests) == 2
        assert [row.uid for row in counter.board] == ["0000000002"]
        assert counter.kept == "Wed 21 Aug 2024: 1 row, closed Thu 12:00"


async def test_once_waits_for_a_request_that_is_free(
    simulation: Simulation, settings: Settings, clock: FakeClock
) -> None:
    counter, _ = unopened(settings, clock)
    assert counter.section is not None
    async with open_store(settings.archive, clock) as store, asyncio.TaskGroup() as group:
        async with AlpemixService(counter.section, clock=clock, archive=store) as service:
            for _ in range(2):
                async with service.reports.slot():
                    pass
        keeping = group.create_task(counter.keep_once(counter.section, store))
        await until(lambda: len(simulation.alpemix.report_requests) == 1)
        while not keeping.done():
            await asyncio.sleep(0)
            if clock.sleeping:
                clock.advance(1)
    assert len(simulation.alpemix.report_requests) == 2
    assert counter.kept


async def test_once_tells_that_yesterday_is_not_closed_where_it_was_just_asked_for_in_vain(
    simulation: Simulation, settings: Settings, clock: FakeClock
) -> None:
    counter, _ = unopened(settings, clock)
    assert counter.section is not None
    async with open_store(settings.archive, clock) as store:
        simulation.alpemix.fault("status", status=503, after=2)  # the token and today go well
        with pytest.raises(Unreachable):
            await counter.keep_once(counter.section, store)
        with pytest.raises(Limited, match="Wed 21 Aug 2024 is not closed"):
            await counter.keep_once(counter.section, store)
        clock.advance(300)
        await counter.keep_once(counter.section, store)


async def test_once_does_not_ask_while_the_archive_cannot_be_used(
    simulation: Simulation, settings: Settings, clock: FakeClock
) -> None:
    newer = open_database(Path(settings.archive.path))
    newer.execute("PRAGMA user_version = 9999")
    newer.close()
    alpemix, remotepc = unopened(settings, clock)
    assert alpemix.section is not None
    assert remotepc.section is not None
    async with open_store(settings.archive, clock) as store:
        with pytest.raises(StoreUnavailable):
            await alpemix.keep_once(alpemix.section, store)
        with pytest.raises(StoreUnavailable):
            await remotepc.keep_once(remotepc.section, store)
    assert not simulation.remotepc.requests
    assert not simulation.alpemix.requests


async def test_once_does_not_ask_for_a_list_that_is_kept(
    simulation: Simulation, settings: Settings, clock: FakeClock
) -> None:
    simulation.remotepc.add_user("a@example.com")
    _, counter = unopened(settings, clock)
    assert counter.section is not None
    async with open_store(settings.archive, clock) as store:
        for _ in range(2):
            await counter.keep_once(counter.section, store)
            assert counter.kept == "the users of 2024-08-22"
            assert len(simulation.remotepc.requests) == 1
        clock.advance(24 * 3600.0)
        await counter.keep_once(counter.section, store)
        assert len(simulation.remotepc.requests) == 2
        found = await store.users_of(counter.section.account, "2024-08-23")
    assert found is not None
    assert datetime.fromtimestamp(found.at, UTC) == clock.now().at
