"""The config read again by `r`: what changed is applied, and what was refused is not sent again unasked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import calls_of, phone_of, users_of
from tests.desk.harness import is_bound, settings_of, until_live
from tests.waiting import until
from tui.config import Secret, Settings
from tui.config.problems import ConfigError, Problem
from tui.demo import Simulation
from tui.desk import Desk
from tui.desk.rereading import changes
from tui.models.links import Phase
from tui.services.altigen import AltiGenReader
from tui.services.remotepc import RemotePCReader
from tui.state import state_folder


class File:
    """A config file in the words of the desk."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.problems: list[Problem] = []
        self.readings: list[bool] = []
        self.is_open = threading.Event()
        self.is_open.set()

    def __call__(self, *, wholly: bool) -> Settings | None:
        self.readings.append(wholly)
        self.is_open.wait()
        if self.problems:
            raise ConfigError(self.problems)
        return self.settings

    def change(self, section: str, **values: Any) -> None:
        self.settings = replace(self.settings, **{section: replace(getattr(self.settings, section), **values)})

    def without(self, section: str) -> None:
        self.settings = replace(self.settings, **{section: None})


@asynccontextmanager
async def desk_of(settings: Settings, clock: FakeClock) -> AsyncIterator[tuple[Desk, File]]:
    file = File(settings)
    desk = Desk(settings, clock=clock, state_folder=state_folder(), reread=file)
    async with asyncio.TaskGroup() as group:
        engine = group.create_task(desk.run())
        try:
            yield desk, file
        finally:
            engine.cancel()


def log_ons(simulation: Simulation) -> int:
    return sum((each.method, each.path) == ("POST", "/sessions") for each in simulation.altigen.requests)


def wrong(settings: Settings, password: str = "wrong") -> Settings:
    assert settings.altigen is not None
    return replace(settings, altigen=replace(settings.altigen, password=Secret(password)))


async def refused(desk: Desk, system: str = "altigen") -> None:
    await until(lambda: desk.counters[system].link.phase is Phase.REFUSED)


async def test_a_corrected_password_is_read_said_and_sent(simulation: Simulation, clock: FakeClock) -> None:
    right = settings_of(simulation, alpemix=None, remotepc=None)
    async with desk_of(wrong(right), clock) as (desk, file):
        await refused(desk)
        file.settings = right
        again = await desk.rereading.ask_again("altigen")
        assert (again.said, again.question, again.problems) == ("changed: altigen.password", "", ())
        await until(lambda: is_bound(simulation))
        assert log_ons(simulation) == 2


async def test_the_password_that_was_refused_is_not_sent_again_unasked(
    simulation: Simulation, clock: FakeClock
) -> None:
    settings = wrong(settings_of(simulation, alpemix=None, remotepc=None))
    async with desk_of(settings, clock) as (desk, file):
        await refused(desk)
        for _ in range(3):
            again = await desk.rereading.ask_again("altigen")
            assert again.question == "the same password again? 1 of 8 (eight lock the extension)"
        assert log_ons(simulation) == 1
        assert file.readings == [True] * 3
        await desk.rereading.insist("altigen")
        await until(lambda: log_ons(simulation) == 2)
        await refused(desk)
        assert "2 of 8" in (await desk.rereading.ask_again("altigen")).question


async def test_the_count_goes_on_over_other_passwords_and_an_older_one_is_known_again(
    simulation: Simulation, clock: FakeClock
) -> None:
    right = settings_of(simulation, alpemix=None, remotepc=None)
    async with desk_of(wrong(right, "one"), clock) as (desk, file):
        await refused(desk)
        file.settings = wrong(right, "two")
        assert not (await desk.rereading.ask_again("altigen")).question
        await until(lambda: log_ons(simulation) == 2)
        await refused(desk)
        file.settings = wrong(right, "one")
        again = await desk.rereading.ask_again("altigen")
        assert "2 of 8" in again.question
        assert log_ons(simulation) == 2
        await desk.rereading.insist("altigen")
        await until(lambda: log_ons(simulation) == 3)
        await refused(desk)
        assert "3 of 8" in (await desk.rereading.ask_again("altigen")).question


async def test_another_path_of_the_same_host_is_no_way_around_the_question(
    simulation: Simulation, clock: FakeClock
) -> None:
    settings = wrong(settings_of(simulation, alpemix=None, remotepc=None))
    async with desk_of(settings, clock) as (desk, file):
        await refused(desk)
        file.change("altigen", url=(f"{simulation.altigen.url}/", "http://127.0.0.1:1"), ping_seconds=20)
        again = await desk.rereading.ask_again("altigen")
        assert again.said == "changed: altigen.url, altigen.ping_seconds"
        assert "1 of 8" in again.question
        assert log_ons(simulation) == 1


async def test_another_user_is_another_account_and_the_first_is_logged_off(
    simulation: Simulation, clock: FakeClock
) -> None:
    settings = settings_of(simulation, alpemix=None, remotepc=None)
    async with desk_of(settings, clock) as (desk, file):
        await until(lambda: is_bound(simulation))
        await simulation.altigen.ring("3125550100", "Harbour Dental")
        await until(calls_of(desk).live)
        file.change("altigen", user="999")
        assert (await desk.rereading.ask_again("altigen")).said == "changed: altigen.user"
        await refused(desk)
        assert not simulation.altigen.sessions
        assert not calls_of(desk).live()
        file.settings = settings
        await desk.rereading.ask_again("altigen")
        await until(lambda: is_bound(simulation))


@pytest.mark.parametrize(("system", "key"), [("alpemix", "secret_key"), ("remotepc", "api_key")])
async def test_a_key_is_guarded_and_corrected_alike(
    simulation: Simulation, clock: FakeClock, system: str, key: str
) -> None:
    right = settings_of(simulation)
    file_settings = replace(right, **{system: replace(getattr(right, system), **{key: Secret("wrong")})})
    async with desk_of(file_settings, clock) as (desk, file):
        await refused(desk, system)
        asked = len(getattr(simulation, system).requests)
        assert (await desk.rereading.ask_again(system)).question == "the same key again? refused once"
        assert len(getattr(simulation, system).requests) == asked
        file.settings = right
        assert (await desk.rereading.ask_again(system)).said == f"changed: {system}.{key}"
        await until(lambda: desk.counters[system].link.is_live)


async def test_coming_back_from_the_shell_does_not_send_what_was_refused(
    simulation: Simulation, clock: FakeClock
) -> None:
    settings = wrong(settings_of(simulation, alpemix=None, remotepc=None))
    async with desk_of(settings, clock) as (desk, _):
        await refused(desk)
        await desk.release_licence()
        desk.resume()
        assert desk.counters["altigen"].link.phase is Phase.REFUSED
        await asyncio.sleep(0)
        assert log_ons(simulation) == 1


async def test_a_config_that_cannot_be_read_leaves_the_old_one_in_use(simulation: Simulation, clock: FakeClock) -> None:
    async with desk_of(settings_of(simulation), clock) as (desk, file):
        await until_live(desk, clock)
        file.problems = [Problem(Path("config.toml"), "altigen.pasword", "is not a known key", "password")]
        again = await desk.rereading.ask_again("remotepc")
        assert again.problems == tuple(file.problems)
        assert again.said == "asking RemotePC now"
        assert desk.settings == settings_of(simulation)


async def test_sections_are_switched_off_and_on(simulation: Simulation, clock: FakeClock) -> None:
    everything = settings_of(simulation)
    async with desk_of(everything, clock) as (desk, file):
        await until_live(desk, clock)
        await until(lambda: is_bound(simulation))
        for system in ("altigen", "alpemix", "remotepc"):
            file.without(system)
        assert (await desk.rereading.ask_again("altigen")).said == "changed: [altigen], [alpemix], [remotepc]"
        assert all(counter.link.phase is Phase.OFF for counter in desk.counters.values())
        assert not simulation.altigen.sessions
        assert not users_of(desk).fetched
        assert "switched off" in (await desk.rereading.ask_again("alpemix")).said
        file.settings = everything
        await desk.rereading.ask_again("remotepc")
        await until_live(desk, clock)
        await until(lambda: is_bound(simulation))


async def test_what_needs_a_restart_is_said_and_not_applied(simulation: Simulation, clock: FakeClock) -> None:
    async with desk_of(settings_of(simulation), clock) as (desk, file):
        await until_live(desk, clock)
        file.change("ui", theme="dracula", bell=False, ascii=True)
        file.settings = replace(file.settings, keys={"calls.hang_up": "f8"})
        said = (await desk.rereading.ask_again("remotepc")).said
        assert said == (
            "changed: ui.bell; changed after a restart: ui.theme, ui.ascii, keys.calls.hang_up; asking RemotePC now"
        )
        assert desk.settings.ui == replace(settings_of(simulation).ui, bell=False)
        assert desk.settings.keys == {}
        assert (await desk.rereading.ask_again("remotepc")).said == "asking RemotePC now"


async def test_programs_that_calls_start_hold_at_once(simulation: Simulation, clock: FakeClock) -> None:
    async with desk_of(settings_of(simulation), clock) as (desk, file):
        await until_live(desk, clock)
        file.change("hooks", ring=("true",), at_once=2)
        assert (await desk.rereading.ask_again("remotepc")).said == (
            "changed: hooks.ring, hooks.at_once; asking RemotePC now"
        )
        assert desk.settings.hooks == file.settings.hooks


async def test_readonly_takes_the_commands_away_at_once(simulation: Simulation, clock: FakeClock) -> None:
    async with desk_of(settings_of(simulation), clock) as (desk, file):
        await until_live(desk, clock)
        await until(lambda: is_bound(simulation))
        file.change("ui", readonly=True)
        await desk.rereading.ask_again("remotepc")
        await until_live(desk, clock)
        await until(lambda: is_bound(simulation))
        assert "read-only" in desk.counters["remotepc"].why_not("users.add")
        altigen, remotepc = desk.counters["altigen"].feed, desk.counters["remotepc"].feed
        assert altigen is not None
        assert type(altigen.service) is AltiGenReader
        assert remotepc is not None
        assert type(remotepc.service) is RemotePCReader


async def test_a_setting_that_is_looked_at_when_needed_ends_no_session(
    simulation: Simulation, clock: FakeClock
) -> None:
    async with desk_of(settings_of(simulation), clock) as (desk, file):
        await until_live(desk, clock)
        await until(lambda: is_bound(simulation))
        file.change("altigen", region="TR")
        assert (await desk.rereading.ask_again("altigen")).said.startswith("changed: altigen.region; ")
        assert log_ons(simulation) == 1
        assert phone_of(desk).target("5325550141").sent == "+905325550141"


async def test_a_reading_that_hangs_holds_up_nothing_and_is_not_begun_twice(
    simulation: Simulation, clock: FakeClock
) -> None:
    async with desk_of(settings_of(simulation), clock) as (desk, file):
        file.is_open.clear()
        waiting = asyncio.create_task(desk.rereading.ask_again("altigen"))  # noqa: TID251 - it is awaited below
        await until(lambda: file.readings)
        assert (await desk.rereading.ask_again("remotepc")).said == "the config is still being read"
        await until_live(desk, clock)
        file.is_open.set()
        assert "being read anew" in (await waiting).said
        assert len(file.readings) == 1


def test_no_value_is_named_in_what_changed() -> None:
    before = Settings()
    after = replace(before, keys={"calls.hang_up": "f8"}, ui=replace(before.ui, bell=False))
    assert changes(before, after) == ["ui.bell", "keys.calls.hang_up"]
    assert changes(before, before) == []
