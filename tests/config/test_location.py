"""Which file is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.archive.sqlite.files import archive_path
from tui.config.location import config_path
from tui.state import state_folder


def test_the_option_goes_before_everything() -> None:
    assert config_path("a.toml", {"HELPDECK_CONFIG": "b.toml"}) == Path("a.toml")


def test_the_environment_goes_before_the_home_folder(home: Path) -> None:
    assert config_path(None, {"HELPDECK_CONFIG": "~/b.toml"}) == home / "b.toml"


def test_an_empty_variable_counts_as_none(home: Path) -> None:
    assert config_path(None, {"HELPDECK_CONFIG": ""}) == home / ".config" / "helpdeck" / "config.toml"


def test_a_home_folder_that_is_not_known_is_a_file_name() -> None:
    assert config_path("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")


@pytest.mark.parametrize("folder", ["elsewhere", "./elsewhere", "../elsewhere", "~/elsewhere", ""])
def test_a_folder_of_the_environment_that_is_not_absolute_is_ignored(
    home: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, folder)
    assert config_path(None, {}) == home / ".config" / "helpdeck" / "config.toml"
    assert state_folder() == home / ".local" / "state" / "helpdeck"
    assert archive_path("").parent == home / ".local" / "share" / "helpdeck"
