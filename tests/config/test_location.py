"""Which file is read."""

from __future__ import annotations

from pathlib import Path

from tui.config.location import config_path


def test_the_option_goes_before_everything() -> None:
    assert config_path("a.toml", {"HELPDECK_CONFIG": "b.toml"}) == Path("a.toml")


def test_the_environment_goes_before_the_home_folder(home: Path) -> None:
    assert config_path(None, {"HELPDECK_CONFIG": "~/b.toml"}) == home / "b.toml"


def test_an_empty_variable_counts_as_none(home: Path) -> None:
    assert config_path(None, {"HELPDECK_CONFIG": ""}) == home / ".config" / "helpdeck" / "config.toml"


def test_a_home_folder_that_is_not_known_is_a_file_name() -> None:
    assert config_path("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")
