"""A person without a secret of Alpemix or RemotePC still reads what the team's store holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tui.config import Settings
from tui.config.problems import ConfigError
from tui.config.reader import settings_from

TEAM = {"url": "postgresql://helpdeck@db.example.com/helpdeck"}


def read(**sections: Any) -> Settings:
    return settings_from(sections, Path("config.toml"))


def problems(**sections: Any) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        read(**sections)
    return [(problem.key, problem.message) for problem in caught.value.problems]


def test_with_a_team_s_store_a_section_needs_no_secret_and_its_system_is_not_asked() -> None:
    settings = read(alpemix={"user": "main"}, remotepc={}, archive=TEAM)
    assert settings.alpemix is not None
    assert settings.remotepc is not None
    assert not settings.alpemix.asks
    assert not settings.remotepc.asks


def test_with_a_secret_a_system_is_asked_whatever_the_store_is() -> None:
    for archive in ({}, TEAM):
        settings = read(alpemix={"user": "main", "secret_key": "k"}, remotepc={"api_key": "k"}, archive=archive)
        assert settings.alpemix is not None
        assert settings.remotepc is not None
        assert settings.alpemix.asks
        assert settings.remotepc.asks


def test_an_empty_secret_is_none() -> None:
    settings = read(alpemix={"user": "main", "secret_key": ""}, remotepc={"api_key": ""}, archive=TEAM)
    assert settings == read(alpemix={"user": "main"}, remotepc={}, archive=TEAM)


@pytest.mark.parametrize("archive", [{}, {"url": ""}, {"path": "archive.sqlite"}])
def test_without_a_team_s_store_the_secret_is_missing(archive: dict[str, str]) -> None:
    assert problems(alpemix={"user": "main"}, remotepc={}, archive=archive) == [
        ("alpemix.secret_key", "is missing, and [alpemix] needs it"),
        ("remotepc.api_key", "is missing, and [remotepc] needs it"),
    ]
    assert problems(alpemix={"user": "main", "secret_key": ""}, archive=archive) == [("alpemix.secret_key", "is empty")]


def test_what_is_wrong_with_the_store_s_address_is_the_only_problem() -> None:
    assert [key for key, _ in problems(alpemix={"user": "main"}, archive={"url": "db.example.com"})] == ["archive.url"]


def test_a_secret_whose_source_gives_nothing_is_a_problem_beside_a_team_s_store_too() -> None:
    [(key, message)] = problems(remotepc={"api_key": {"env": "NO_SUCH_VARIABLE"}}, archive=TEAM)
    assert key == "remotepc.api_key"
    assert "which is not set" in message


def test_altigen_needs_its_password_beside_a_team_s_store_too() -> None:
    [(key, _)] = problems(altigen={"url": "https://pbx.example.com", "user": "201"}, archive=TEAM)
    assert key == "altigen.password"
