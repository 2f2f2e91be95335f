"""`helpdeck check --trace`: what goes over the wire is shown, and no secret of it."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tui.commands.trace import trace
from tui.config import Settings
from tui.config.reader import settings_from
from tui.demo import Simulation


@pytest.fixture
async def simulation() -> AsyncIterator[Simulation]:
    async with Simulation("desk", scripted=False, opening=True) as simulation:
        yield simulation


def settings_of(simulation: Simulation) -> Settings:
    return settings_from(tomllib.loads(simulation.config()), Path("simulation"))


class Screen:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, text: str = "", *, end: str = "\n") -> None:
        self.lines.append(text)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


async def test_the_frames_of_the_event_channel_are_shown_as_they_came(simulation: Simulation) -> None:
    screen = Screen()
    assert await trace("altigen", settings_of(simulation), screen, seconds=0.3) == 0
    assert "→ POST /sessions" in screen.text
    assert "← HTTP 200" in screen.text
    assert "→ WebSocket /events" in screen.text
    assert screen.text.count('← {"eventType": "CallEvent"') >= 5
    assert "altigen.events_path and altigen.bind fit" in screen.lines[-1]
    assert not simulation.altigen.sessions


async def test_when_no_frame_comes_the_two_settings_are_named() -> None:
    async with Simulation("desk", scripted=False) as empty:
        screen = Screen()
        assert await trace("altigen", settings_of(empty), screen, seconds=0.2) == 0
    assert screen.lines[-1].startswith("No event came in")
    assert "altigen.events_path or altigen.bind" in screen.lines[-1]


async def test_a_channel_that_is_not_there_is_said_with_its_setting(simulation: Simulation) -> None:
    simulation.altigen.fault("status", path="/events", status=404)
    screen = Screen()
    assert await trace("altigen", settings_of(simulation), screen, seconds=0.3) == 3
    assert "altigen.events_path" in screen.lines[-1]
    assert not simulation.altigen.sessions


@pytest.mark.parametrize("system", ["altigen", "alpemix", "remotepc"])
async def test_no_secret_is_shown(simulation: Simulation, system: str) -> None:
    settings = settings_of(simulation)
    screen = Screen()
    await trace(system, settings, screen, seconds=0.2)
    assert settings.altigen is not None
    assert settings.alpemix is not None
    assert settings.remotepc is not None
    for secret in (settings.altigen.password, settings.alpemix.secret_key, settings.remotepc.api_key):
        assert secret.reveal() not in screen.text
    assert len(screen.lines) >= 3


async def test_a_system_that_is_off_says_so() -> None:
    screen = Screen()
    assert await trace("remotepc", Settings(), screen) == 2
    assert "no section [remotepc]" in screen.text


async def test_whoever_has_read_enough_of_it_ends_it_in_order(simulation: Simulation) -> None:
    """The command line knows what a closed pipe means, and not what a group of such errors does."""

    def enough(text: str = "", *, end: str = "\n") -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        await trace("altigen", settings_of(simulation), enough, seconds=60)
    assert not simulation.altigen.sessions
