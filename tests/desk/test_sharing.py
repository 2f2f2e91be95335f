"""Several Helpdecks of one account on one machine: they ask as one, and show the same."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import connections_of, report_budget_of
from tests.desk.harness import settings_of, until_live
from tests.users import as_nobody, folder_for_everybody, only_root
from tests.waiting import until
from tui.archive.sqlite.database import open_database
from tui.config import ArchiveSettings, Secret, Settings
from tui.demo import Alpemix, Simulation
from tui.desk import Desk
from tui.models.links import Phase
from tui.state import state_folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


@pytest.fixture
def alpemix(simulation: Simulation) -> Alpemix:
    return simulation.alpemix


def settings_for(simulation: Simulation, **changed: Any) -> Settings:
    settings = settings_of(simulation, altigen=None, remotepc=None)
    assert settings.alpemix is not None
    return replace(settings, alpemix=replace(settings.alpemix, **changed))


@asynccontextmanager
async def desks(count: int, settings: Settings, clock: FakeClock, path: Path) -> AsyncIterator[list[Desk]]:
    """Several desks on one archive, each running as in a process of its own."""
    async with AsyncExitStack() as stack:
        running = []
        for _ in range(count):
            desk = Desk(settings, clock=clock, state_folder=state_folder(), archive=ArchiveSettings(path=str(path)))
            group = await stack.enter_async_context(asyncio.TaskGroup())
            stack.callback(group.create_task(desk.run()).cancel)
            running.append(desk)
        yield running


async def let_pass(clock: FakeClock, seconds: int, sleepers: int) -> None:
    """Let time pass second by second, each after all have done what was due."""
    for _ in range(seconds):
        await clock.until_sleeping(sleepers)
        clock.advance(1)
    await clock.until_sleeping(sleepers)


def uids(desk: Desk) -> list[str]:
    return [row.uid for row in connections_of(desk)]


async def test_ten_cost_what_one_costs(simulation: Simulation, clock: FakeClock, alpemix: Alpemix, path: Path) -> None:
    alpemix.add_connection()
    async with desks(10, settings_for(simulation), clock, path) as ten:
        await let_pass(clock, 5, 10)
        assert all(desk.counters["alpemix"].link.is_live and len(connections_of(desk)) == 1 for desk in ten)
        assert (len(alpemix.token_requests), len(alpemix.report_requests)) == (1, 2)
        alpemix.add_connection()
        await let_pass(clock, 120, 10)
        assert all(uids(desk) == ["0000000002", "0000000001"] for desk in ten)
        assert len(alpemix.report_requests) == 2 + 4
        assert alpemix.violations == 0


async def test_what_one_asks_for_all_are_shown(
    simulation: Simulation, clock: FakeClock, alpemix: Alpemix, path: Path
) -> None:
    async with desks(3, settings_for(simulation), clock, path) as (one, *others):
        await let_pass(clock, 3, 3)
        alpemix.add_connection()
        one.counters["alpemix"].refresh()
        await until(lambda: len(connections_of(one)) == 1)
        await let_pass(clock, 2, 3)
        await until(lambda: all(len(connections_of(desk)) == 1 for desk in others))
        await until(lambda: {report_budget_of(desk) for desk in (one, *others)} == {(0, 3)})


async def test_whatever_all_of_them_press_the_limits_hold(
    simulation: Simulation, clock: FakeClock, alpemix: Alpemix, path: Path
) -> None:
    async with desks(4, settings_for(simulation), clock, path) as four:
        for number in range(90):
            await clock.until_sleeping(4)
            clock.advance(1.3)
            four[number % 4].counters["alpemix"].refresh()
            four[(number * 7) % 4].counters["alpemix"].refresh()
        await clock.until_sleeping(4)
    times = list(alpemix.report_requests)
    assert len(times) > 4
    assert alpemix.violations == 0
    assert all(later - earlier >= 60 for earlier, later in zip(times, times[3:], strict=False))


async def test_a_start_shortly_after_another_asks_for_nothing(
    simulation: Simulation, clock: FakeClock, alpemix: Alpemix, path: Path
) -> None:
    alpemix.add_connection()
    settings = settings_for(simulation)
    async with desks(1, settings, clock, path) as (desk,):
        await until(lambda: len(alpemix.report_requests) == 2 and desk.counters["alpemix"].link.is_live)
    clock.advance(10)
    async with desks(1, settings, clock, path) as (desk,):
        await until(lambda: desk.counters["alpemix"].link.is_live)
        assert len(connections_of(desk)) == 1
        assert report_budget_of(desk) == (1, 3)
    assert (len(alpemix.token_requests), len(alpemix.report_requests)) == (1, 2)


async def test_after_the_machine_started_anew_the_token_is_still_used(
    simulation: Simulation, clock: FakeClock, alpemix: Alpemix, path: Path
) -> None:
    settings = settings_for(simulation)
    async with desks(1, settings, clock, path) as (desk,):
        await until(lambda: len(alpemix.report_requests) == 2 and desk.counters["alpemix"].link.is_live)
    clock.restart()
    clock.advance(20)
    async with desks(1, settings, clock, path) as (desk,):
        await until(lambda: report_budget_of(desk) is not None)
        await let_pass(clock, 60, 1)
        await until(lambda: len(alpemix.report_requests) > 2)
    assert len(alpemix.token_requests) == 1
    assert alpemix.violations == 0


async def test_a_cool_down_that_one_was_given_all_obey(
    simulation: Simulation, clock: FakeClock, alpemix: Alpemix, path: Path
) -> None:
    async with desks(3, settings_for(simulation), clock, path) as three:
        await let_pass(clock, 3, 3)
        alpemix.answer_with(204)
        await let_pass(clock, 35, 3)
        await until(lambda: all(desk.counters["alpemix"].link.phase is Phase.WAITING for desk in three))
        asked = len(alpemix.report_requests)
        for _ in range(14):
            for desk in three:
                assert "blocked this address" in desk.counters["alpemix"].refresh()
            await let_pass(clock, 60, 3)
        assert (len(alpemix.report_requests), len(alpemix.token_requests)) == (asked, 1)
        assert all(desk.counters["alpemix"].link.phase is Phase.WAITING for desk in three)
        await let_pass(clock, 90, 3)
        assert all(desk.counters["alpemix"].link.is_live for desk in three)


async def test_a_wrong_key_costs_each_one_request_and_names_the_setting(
    simulation: Simulation, clock: FakeClock, alpemix: Alpemix, path: Path
) -> None:
    async with desks(8, settings_for(simulation, secret_key=Secret("wrong")), clock, path) as eight:

        def all_are_refused() -> bool:
            clock.advance(0.5)
            return all(desk.counters["alpemix"].link.phase is Phase.REFUSED for desk in eight)

        await until(all_are_refused)
        assert {desk.counters["alpemix"].link.setting for desk in eight} == {"alpemix.secret_key"}
    assert len(alpemix.token_requests) == 8
    assert alpemix.violations == 0


async def test_while_the_archive_is_locked_nothing_is_asked_and_it_is_said(
    simulation: Simulation, clock: FakeClock, alpemix: Alpemix, path: Path
) -> None:
    alpemix.add_connection()
    async with desks(1, settings_for(simulation), clock, path) as (desk,):
        await until(lambda: len(alpemix.report_requests) == 2 and len(connections_of(desk)) == 1)
        await clock.until_sleeping()
        other = open_database(path)
        other.execute("BEGIN IMMEDIATE")
        clock.advance(31)
        await until(lambda: "locked by another program" in desk.counters["alpemix"].link.reason)
        assert len(connections_of(desk)) == 1  # what is known stays on the screen
        assert len(alpemix.report_requests) == 2
        other.execute("ROLLBACK")
        other.close()
        desk.counters["alpemix"].refresh()
        await until(lambda: desk.counters["alpemix"].link.is_live)
        await until(lambda: len(alpemix.report_requests) == 3)


async def test_an_archive_of_a_newer_helpdeck_is_refused_until_it_is_moved_away(
    simulation: Simulation, clock: FakeClock, alpemix: Alpemix, path: Path
) -> None:
    with contextlib.closing(open_database(path)) as newer:
        newer.execute("PRAGMA user_version = 9999")
    async with desks(1, settings_for(simulation), clock, path) as (desk,):
        link = desk.counters["alpemix"].link
        await until(lambda: link.phase is Phase.REFUSED)
        assert "newer Helpdeck: use that one" in link.reason
        for _ in range(50):
            await clock.until_sleeping()
            clock.advance(30)
        assert not alpemix.requests
        path.rename(path.with_suffix(".away"))
        await let_pass(clock, 35, 1)
        await until(lambda: link.is_live)


@only_root
async def test_who_has_another_users_archive_still_gets_calls_and_users(
    simulation: Simulation, clock: FakeClock, alpemix: Alpemix
) -> None:
    alpemix.add_connection()
    with folder_for_everybody() as folder:
        path = folder / "archive.sqlite"
        open_database(path).close()
        with as_nobody():
            desk = Desk(settings_of(simulation), clock=clock, archive=ArchiveSettings(path=str(path)))
            async with asyncio.TaskGroup() as group:
                engine = group.create_task(desk.run())
                await until_live(desk, clock, "altigen", "remotepc")
                link = desk.counters["alpemix"].link
                await until(lambda: link.phase is Phase.REFUSED)
                assert "another user's file" in link.reason
                engine.cancel()
    assert not alpemix.requests


async def test_a_damaged_archive_is_said_and_the_pane_lives_on_with_care(
    simulation: Simulation, clock: FakeClock, alpemix: Alpemix, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(path.parent))
    path.write_bytes(b"no database at all " * 500)
    alpemix.add_connection()
    async with desks(2, settings_for(simulation), clock, path) as (one, other):
        await until(lambda: "damaged" in one.counters["alpemix"].link.reason)
        assert not alpemix.report_requests  # what was asked just before is not known
        await let_pass(clock, 70, 2)
        await until(lambda: len(connections_of(one)) == len(connections_of(other)) == 1)
        assert "damaged: move it away" in connections_of(one).trouble
        assert "with care" in connections_of(other).trouble
        budget = connections_of(one).budget
        assert budget is not None
        assert budget.limit == 1
        await let_pass(clock, 130, 2)
        times = list(alpemix.report_requests)
        assert all(later - earlier >= 60 for earlier, later in pairwise(times))
