"""Who is to be called back, at the desk: known within moments, read when something was stored, and never lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import calls_of
from tests.desk.harness import running, settings_of, until_live
from tests.models.test_callbacks import MISSED
from tests.models.test_contacts import contact
from tests.waiting import until
from tui.archive import open_store
from tui.archive.sql.store import SqlStore
from tui.archive.sqlite import SqliteEngine
from tui.config import ArchiveSettings, CallsSettings, Settings
from tui.crash import FaultReports
from tui.demo import Altigen, Simulation
from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.desk.altigen.callbacks import NOT_KEPT, READ_SECONDS, RETRY_SECONDS, CallbackList
from tui.models.callbacks import Callback, Callbacks
from tui.models.kept_calls import KeptCall
from tui.services.errors import Rejected, ServiceError

NUMBER = "+13125550199"
CALLBACK = Callback(line=NUMBER, number=NUMBER, name="", called="", times=1, first=0.0, last=0.0, is_certain=True)


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveSettings:
    return ArchiveSettings(path=str(tmp_path / "archive.sqlite"))


@pytest.fixture
def settings(simulation: Simulation, archive: ArchiveSettings) -> Settings:
    """Calls only, and they are kept."""
    return settings_of(simulation, alpemix=None, remotepc=None, archive=archive)


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    return simulation.altigen


async def pass_until(clock: FakeClock, condition: object) -> None:
    """Let time pass in steps until this holds."""
    assert callable(condition)

    def is_met() -> bool:
        if condition():
            return True
        clock.advance(0.25)
        return False

    await until(is_met)


def waiting(desk: Desk) -> tuple[Callback, ...]:
    return calls_of(desk).history.callbacks.open


def list_of(desk: Desk) -> CallbackList:
    return desk.counter(AltiGenCounter).callbacks


async def test_who_is_to_be_called_back_goes_by_the_name_that_the_team_uses(
    settings: Settings, altigen: Altigen, clock: FakeClock
) -> None:
    async with open_store(settings.archive) as store:
        await store.add_contacts([contact("Acme", line=NUMBER)])
    async with running(settings, clock, archive=settings.archive) as desk:
        await until_live(desk, clock, "altigen")
        await pass_until(clock, lambda: not calls_of(desk).is_settling)
        await altigen.disconnect(await altigen.ring("3125550199", "Harbour Dental"))
        await altigen.disconnect(await altigen.ring("3125550198", "Oak Street Books"))
        await pass_until(clock, lambda: len(waiting(desk)) == 2)
        assert {each.name for each in waiting(desk)} == {"Acme", "Oak Street Books"}


async def test_a_call_that_was_missed_here_is_on_the_list_and_one_that_gets_through_leaves_it(
    settings: Settings, altigen: Altigen, clock: FakeClock
) -> None:
    async with running(settings, clock, archive=settings.archive) as desk:
        await until_live(desk, clock, "altigen")
        await pass_until(clock, lambda: not calls_of(desk).is_settling)
        await altigen.disconnect(await altigen.ring("3125550199", "Harbour Dental"))
        await pass_until(clock, lambda: len(waiting(desk)) == 1)
        (callback,) = waiting(desk)
        assert (callback.e164, callback.name, callback.times) == (NUMBER, "Harbour Dental", 1)
        handle = await altigen.ring("+1 312 555-0199")
        await altigen.connect(handle)
        await pass_until(clock, lambda: not waiting(desk))
        await altigen.disconnect(handle)
        await pass_until(clock, lambda: not calls_of(desk).live())
        assert not waiting(desk)


async def test_what_one_takes_and_finishes_the_other_sees_and_both_cannot_take(
    settings: Settings, clock: FakeClock
) -> None:
    async with (
        open_store(settings.archive) as store,
        running(settings, clock, archive=settings.archive) as one,
        running(settings, clock, archive=settings.archive) as other,
    ):
        at = clock.now().at.timestamp()
        await store.store_calls([replace(MISSED, start=at - 60, known_at=at - 40)], [], at)
        await pass_until(clock, lambda: waiting(one) and waiting(other))
        list_of(one).person, list_of(other).person = "ada", "eve"
        assert await list_of(one).take(*waiting(one)) == "taken for 15 min"
        with pytest.raises(Rejected, match="ada has taken it"):
            await list_of(other).take(*waiting(other))
        await pass_until(clock, lambda: waiting(other)[0].taken is not None)
        await list_of(other).finish(waiting(other)[0], "\x1b[31mwrote an e-mail ")
        await pass_until(clock, lambda: not waiting(one) and not waiting(other))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"archive": ArchiveSettings(calls=False)}, NOT_KEPT),
        ({}, "the archive is just being opened"),
    ],
)
async def test_where_there_is_no_list_the_reason_is_told(
    settings: Settings, clock: FakeClock, changed: dict[str, ArchiveSettings], reason: str
) -> None:
    desk = Desk(replace(settings, **changed), clock=clock)
    for command in (list_of(desk).take(CALLBACK), list_of(desk).finish(CALLBACK, "no need")):
        with pytest.raises(Rejected) as caught:
            await command
        assert caught.value.sentence == reason


class Counting(SqlStore):
    """Counts how often it is read."""

    reads = 0

    async def callbacks(self, since: float) -> Callbacks:
        self.reads += 1
        return await super().callbacks(since)


@asynccontextmanager
async def kept(settings: Settings, clock: FakeClock) -> AsyncIterator[tuple[CallbackList, Counting]]:
    """The list alone, over a store that counts."""
    counter = AltiGenCounter(settings, clock=clock)
    engine = SqliteEngine(Path(settings.archive.path), clock, retry_seconds=0.0)
    store = Counting(engine, clock)
    async with store, asyncio.TaskGroup() as group:
        keeping = asyncio.TaskGroup()

        async def keep() -> None:
            async with keeping:
                counter.callbacks.begin(keeping, store, FaultReports(None))

        task = group.create_task(keep())
        try:
            yield counter.callbacks, store
        finally:
            task.cancel()


def some(number: int) -> KeptCall:
    return replace(MISSED, id=f"{number:016x}", handle=number, start=MISSED.start + number)


async def test_the_list_is_read_when_something_was_stored_and_at_most_once_a_second(
    settings: Settings, clock: FakeClock
) -> None:
    async with kept(settings, clock) as (_, store):
        await until(lambda: store.reads == 1)
        for _ in range(200):
            clock.advance(READ_SECONDS * 7)
            await asyncio.sleep(0)
        assert store.reads == 1
        begun = clock.tick()
        for number in range(1, 50):
            await store.store_calls([some(number)], [], MISSED.start)
            clock.advance(READ_SECONDS / 10)
        await pass_until(clock, lambda: store.reads >= 3)
        assert store.reads <= 2 + (clock.tick() - begun) / READ_SECONDS


async def test_while_the_archive_cannot_be_used_that_is_said_and_nothing_is_taken(
    settings: Settings, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(settings.archive.path)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(path.parent))
    path.write_bytes(b"no database at all " * 500)
    async with kept(settings, clock) as (callbacks, store):
        history = callbacks.history
        await until(lambda: "damaged" in history.callbacks_trouble)
        callback = replace(CALLBACK, last=MISSED.start)
        for command in (callbacks.take(callback), callbacks.finish(callback, "no need")):
            with pytest.raises(ServiceError, match="damaged"):
                await command
        path.unlink()
        clock.advance(RETRY_SECONDS)
        await until(lambda: not history.callbacks_trouble)
        await store.store_calls([some(1)], [], MISSED.start)
        await pass_until(clock, lambda: len(history.callbacks.open) == 1)


async def test_for_how_long_one_is_taken_and_may_wait_is_set_in_the_config(
    settings: Settings, clock: FakeClock
) -> None:
    settings = replace(settings, calls=CallsSettings(claim_minutes=3, callback_minutes=2))
    at = clock.now().at.timestamp()
    async with kept(settings, clock) as (callbacks, store):
        await store.store_calls([replace(MISSED, start=at, known_at=at + 20)], [], at)
        await pass_until(clock, lambda: len(callbacks.history.callbacks.open) == 1)
        assert not callbacks.overdue()
        clock.advance(120)
        assert callbacks.overdue()
        assert await callbacks.take(*callbacks.history.callbacks.open) == "taken for 3 min"
        assert not callbacks.overdue()
        clock.advance(180)
        assert callbacks.overdue()
