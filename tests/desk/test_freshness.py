"""Live is what is true when it is read: data that is too old is stale, whatever its feed believes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import connections_of
from tests.desk.harness import running, settings_of
from tests.waiting import until
from tui.archive.sqlite.database import open_database
from tui.config import ArchiveSettings
from tui.demo import Simulation
from tui.models.links import Phase


@pytest.mark.parametrize("system", ["alpemix", "remotepc"])
async def test_while_an_answer_is_outstanding_for_long_the_data_becomes_stale(
    simulation: Simulation, clock: FakeClock, system: str
) -> None:
    """The feed waits for the answer, and cannot say anything meanwhile."""
    settings = settings_of(simulation, altigen=None)
    assert settings.alpemix is not None
    assert settings.remotepc is not None
    settings = replace(
        settings,
        alpemix=replace(settings.alpemix, refresh_seconds=20),
        remotepc=replace(settings.remotepc, refresh_seconds=20),
    )
    answered = asyncio.Event()
    async with running(settings, clock) as desk:
        link = desk.counters[system].link
        faulty = getattr(simulation, system)
        await until(lambda: link.is_live and (system != "alpemix" or len(faulty.report_requests) == 2))
        await clock.until_sleeping(2)
        faulty.fault("slow", until=answered)
        asked = len(faulty.requests)
        for _ in range(25):
            clock.advance(1)
            await clock.until_sleeping()
            if len(faulty.requests) > asked:
                break
        await until(lambda: len(faulty.requests) > asked)
        assert link.is_live
        clock.advance(20)
        assert link.phase is Phase.DEGRADED
        assert link.text(clock.now()) == "stale: no good answer within 40 s"
        answered.set()
        await until(lambda: link.is_live)


async def test_a_report_is_as_new_as_its_request_however_long_its_token_was_in_coming(
    simulation: Simulation, clock: FakeClock
) -> None:
    """Its slot stood too long meanwhile and was taken anew: nobody is to wait for what the first was to bring."""
    given = asyncio.Event()
    simulation.alpemix.fault("slow", until=given)
    async with running(settings_of(simulation, altigen=None, remotepc=None), clock) as desk:
        await until(lambda: len(simulation.alpemix.requests) == 1)
        clock.advance(120)
        desk.counters["alpemix"].refresh()
        given.set()
        await until(lambda: desk.counters["alpemix"].link.is_live)  # time stands still
        assert connections_of(desk).fetched == clock.now()


async def test_a_report_that_needed_a_new_token_is_as_new_as_its_second_request(
    simulation: Simulation, clock: FakeClock
) -> None:
    alpemix, given = simulation.alpemix, asyncio.Event()
    async with running(settings_of(simulation, altigen=None, remotepc=None), clock) as desk:
        await until(lambda: len(alpemix.report_requests) == 2)  # today and yesterday
        await clock.until_sleeping()
        alpemix.expire_token()
        alpemix.fault("slow", until=given, after=1)
        asked = len(alpemix.requests)
        clock.advance(62)
        await until(lambda: len(alpemix.requests) == asked + 2)
        clock.advance(120)
        desk.counters["alpemix"].refresh()
        given.set()
        await until(lambda: desk.counters["alpemix"].link.is_live)  # time stands still
        assert connections_of(desk).fetched == clock.now()


async def test_a_report_of_yesterday_that_cannot_be_stored_makes_today_no_fresher(
    simulation: Simulation, clock: FakeClock, tmp_path: Path
) -> None:
    archive, given = ArchiveSettings(path=str(tmp_path / "archive.sqlite"), calls=False), asyncio.Event()
    simulation.alpemix.fault("slow", until=given, after=2)  # a token, today, and then yesterday
    settings = settings_of(simulation, altigen=None, remotepc=None, archive=archive)
    async with running(settings, clock, archive=archive) as desk:
        link, began = desk.counters["alpemix"].link, clock.now()
        await until(lambda: len(simulation.alpemix.requests) == 3)
        assert link.is_live
        clock.advance(50)
        locked = open_database(Path(archive.path))
        locked.execute("BEGIN IMMEDIATE")
        given.set()
        await until(lambda: link.phase is Phase.WAITING)
        assert "locked" in link.reason
        assert connections_of(desk).fetched == began
        locked.execute("ROLLBACK")
        locked.close()
