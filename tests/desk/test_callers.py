"""Who calls, at the desk: looked up when it rings, once, and whatever is the matter with the archive, calls go on."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import calls_of
from tests.desk.harness import running, settings_of, until_live
from tests.models.test_contacts import contact
from tests.models.test_kept_calls import KEPT
from tests.waiting import until
from tui.archive import open_store
from tui.config import ArchiveSettings, Settings, UISettings
from tui.demo import Altigen, Simulation
from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.desk.callers import CALM, PACE_SECONDS, Callers
from tui.models.calls import Call
from tui.models.contacts import Did, TieKind
from tui.models.kept_calls import call_of
from tui.services.errors import Rejected, Unreachable

LINE = "+13125550142"


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveSettings:
    return ArchiveSettings(path=str(tmp_path / "archive.sqlite"), calls=False)


@pytest.fixture
def settings(simulation: Simulation, archive: ArchiveSettings) -> Settings:
    """Calls only; to know who calls, they need not be kept."""
    return settings_of(simulation, alpemix=None, remotepc=None, archive=archive)


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    return simulation.altigen


def callers_of(desk: Desk) -> Callers:
    return desk.counter(AltiGenCounter).callers


def shown(desk: Desk) -> list[str]:
    """Who calls, of each call, the oldest first."""
    return [callers_of(desk).shown(call) for call in calls_of(desk)]


def newest(desk: Desk) -> Call:
    return next(calls_of(desk).newest_first())


async def add(archive: ArchiveSettings, *names: str) -> None:
    async with open_store(archive) as store:
        await store.add_contacts([contact(name, line=LINE) for name in names])


async def test_somebody_who_waits_for_the_name_is_told_at_once(
    settings: Settings, altigen: Altigen, clock: FakeClock, archive: ArchiveSettings
) -> None:
    await add(archive, "Acme")
    async with running(settings, clock, archive=archive) as desk:
        told: list[list[str]] = []
        desk.watch(lambda: None, lambda: told.append(shown(desk)))
        await until_live(desk, clock, "altigen")
        await altigen.ring("312 555 01 42", "NORDLICHT")
        await until(lambda: told == [["Acme"]])
        await altigen.ring("312 555 01 43", "NOBODY")
        await altigen.ring("", "")
        await altigen.ring("001 312 555 0142", "NORDLICHT")
        await until(lambda: shown(desk) == ["Acme", "", "", "Acme"])
        assert len(told) == 2


async def test_in_a_burst_the_calls_are_looked_up_in_their_pace_and_all_of_them_at_last(
    settings: Settings, altigen: Altigen, clock: FakeClock, archive: ArchiveSettings
) -> None:
    await add(archive, "Acme")
    async with running(settings, clock, archive=archive) as desk:
        await until_live(desk, clock, "altigen")
        await altigen.ring("3125550142")
        await until(lambda: shown(desk) == ["Acme"])
        for _ in range(3 * CALM):
            await altigen.ring("3125550142")
        began = clock.tick()

        def are_known() -> bool:
            if len(calls_of(desk)) > 3 * CALM and all(shown(desk)):
                return True
            clock.advance(PACE_SECONDS)
            return False

        await until(are_known)
        assert clock.tick() > began


async def test_what_a_person_says_is_on_every_call_of_the_number_and_can_be_taken_back(
    settings: Settings, altigen: Altigen, clock: FakeClock, archive: ArchiveSettings
) -> None:
    await add(archive, "Acme", "Acme Ltd")
    async with running(settings, clock, archive=archive) as desk:
        await until_live(desk, clock, "altigen")
        for _ in range(2):
            await altigen.ring("3125550142", "NORDLICHT")
        await until(lambda: shown(desk) == ["one of 2", "one of 2"])
        callers = callers_of(desk)
        caller = await callers.caller(newest(desk))
        caller = await callers.merge(caller, "Acme Ltd", "Acme")
        assert shown(desk) == ["Acme", "Acme"]
        with pytest.raises(Rejected, match="one name already"):
            await callers.merge(caller, "ACME", "Acme")
        caller = await callers.say(caller, Did.TAKEN_BACK, [(TieKind.CUSTOMER, "Acme")])
        assert shown(desk) == ["", ""]
        (tie,) = caller.ties
        assert tie.step is not None
        assert (tie.step.by, tie.is_taken_back) == (callers.person, True)
        await callers.say(caller, Did.CONFIRMED, [(TieKind.CUSTOMER, "Acme"), (TieKind.DEVICE, "T-1")])
        assert shown(desk) == ["Acme", "Acme"]


async def test_read_only_changes_nothing_and_a_call_without_a_number_is_tied_to_nothing(
    settings: Settings, altigen: Altigen, clock: FakeClock, archive: ArchiveSettings
) -> None:
    async with running(settings, clock, archive=archive) as desk:
        await until_live(desk, clock, "altigen")
        await altigen.ring("", "")
        await until(lambda: len(calls_of(desk)) == 1)
        caller = await callers_of(desk).caller(newest(desk))
        with pytest.raises(Rejected, match="no number"):
            await callers_of(desk).say(caller, Did.CONFIRMED, [(TieKind.CUSTOMER, "Acme")])
        desk.counters["altigen"].settings = replace(settings, ui=UISettings(readonly=True))
        for ask in (
            callers_of(desk).say(caller, Did.CONFIRMED, [(TieKind.CUSTOMER, "Acme")]),
            callers_of(desk).merge(caller, "a", "b"),
        ):
            with pytest.raises(Rejected, match="read-only"):
                await ask


async def test_an_archive_that_cannot_be_read_costs_the_names_and_no_call(
    simulation: Simulation, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "archive.sqlite"
    path.write_bytes(b"no database at all" * 1_000)
    archive = ArchiveSettings(path=str(path), calls=False)
    settings = settings_of(simulation, alpemix=None, remotepc=None, archive=archive)
    async with running(settings, clock, archive=archive) as desk:
        await until_live(desk, clock, "altigen")
        for _ in range(2):
            await simulation.altigen.ring("3125550142", "NORDLICHT")
        await until(lambda: shown(desk) == ["", ""])


async def test_before_the_archive_is_open_nothing_is_known(settings: Settings, clock: FakeClock) -> None:
    desk = Desk(settings, clock=clock)
    assert "just being opened" in callers_of(desk).why_not()
    assert callers_of(desk).of(1) is None
    with pytest.raises(Unreachable):
        await callers_of(desk).caller(call_of(KEPT))
