"""`helpdeck demo`: its settings are whole before anything is painted, and fit what the simulated systems are."""

from __future__ import annotations

import tomllib
from pathlib import Path

import httpx
import pytest

from tui.commands.demo import demo, settings_for
from tui.config.reader import settings_from
from tui.config.settings import HooksSettings
from tui.demo import Simulation, names


async def agree(scenario: str | Path) -> None:
    async with Simulation(scenario) as simulation:
        ports = [httpx.URL(each.url).port or 0 for each in simulation.systems]
        written = settings_from(tomllib.loads(simulation.config()), Path("config.toml"))
        assert settings_for(str(scenario), ports) == written


@pytest.mark.parametrize("scenario", names())
async def test_the_settings_are_those_that_the_systems_would_print(scenario: str) -> None:
    await agree(scenario)


async def test_what_a_scenario_sets_otherwise_is_in_the_settings(tmp_path: Path) -> None:
    scenario = tmp_path / "other.toml"
    scenario.write_text(
        '[altigen]\nsystem = "maxacd"\nuser = "305"\npassword = "x"\nevents_path = "/ws"\nbind = "text"\n'
        'record_path = "/sessions/{session}/calls/{call}/record"\n'
        '[alpemix]\nuser = "chief"\ntimezone = "Europe/Berlin"\n'
    )
    await agree(scenario)


def test_it_is_read_only_where_that_was_asked_for() -> None:
    assert not settings_for("desk", (1, 2, 3)).ui.readonly
    assert settings_for("desk", (1, 2, 3), readonly=True).ui.readonly


@pytest.mark.parametrize("wrong", ["nonsense = 3", "[", 'altigen.bind = "jsno"'])
def test_a_scenario_that_cannot_be_used_is_told_before_the_dashboard_opens(tmp_path: Path, wrong: str) -> None:
    scenario = tmp_path / "wrong.toml"
    scenario.write_text(f"{wrong}\n")
    said: list[str] = []
    assert demo(str(scenario), lambda text="", *, end="\n": said.append(text)) == 2
    assert [sentence.startswith(f"helpdeck: the simulated systems ended: {scenario}") for sentence in said] == [True]


@pytest.mark.parametrize("scenario", names())
async def test_its_calls_start_no_program(scenario: str) -> None:
    assert settings_for(scenario, (1, 2, 3)).hooks == HooksSettings()
    async with Simulation(scenario, scripted=False) as simulation:
        assert "hooks" not in tomllib.loads(simulation.config())
