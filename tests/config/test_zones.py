"""Time zones, also on a machine that has none."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tui.config.problems import ConfigError, InvalidValue
from tui.config.reader import read_config
from tui.config.zones import zone_of


@pytest.mark.usefixtures("no_zones")
def test_a_machine_without_time_zones_still_knows_turkey() -> None:
    assert zone_of("Europe/Istanbul").utcoffset(datetime(2024, 8, 22)) == timedelta(hours=3)  # noqa: DTZ001
    with pytest.raises(InvalidValue):
        zone_of("Europe/Berlin")


def read(folder: Path, line: str) -> str:
    """The time zone that a configuration comes to."""
    file = folder / "config.toml"
    file.touch(0o600)
    file.write_text(f'[alpemix]\nuser = "main"\nsecret_key = "key"\n{line}\n')
    settings = read_config(file).alpemix
    assert settings is not None
    return settings.timezone


@pytest.mark.usefixtures("no_zones")
@pytest.mark.parametrize("line", ["", 'timezone = "Europe/Istanbul"'])
def test_without_time_zones_turkey_is_as_good_written_out_as_by_default(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, line) == "Europe/Istanbul"


@pytest.mark.usefixtures("no_zones")
@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "Turkey", "europe/istanbul", "Europe", "../Europe/Istanbul"])
def test_without_time_zones_it_is_said_for_another_what_to_install(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, f'timezone = "{name}"')
    [problem] = caught.value.problems
    assert (problem.key, problem.suggestion) == ("alpemix.timezone", "")
    assert "no time zones; install tzdata" in problem.message
