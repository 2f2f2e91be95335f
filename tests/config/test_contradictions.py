"""Settings that are right each by itself and wrong together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tui.config.problems import ConfigError
from tui.config.reader import settings_from

ALTIGEN: dict[str, Any] = {"url": "https://pbx.example.com:8443/webproxy", "user": "201", "password": "1357"}


def problems(**changes: Any) -> list[str]:
    try:
        settings_from({"altigen": {**ALTIGEN, **changes}}, Path("config.toml"))
    except ConfigError as error:
        return [f"{problem.key}: {problem.message}" for problem in error.problems]
    return []


@pytest.mark.parametrize("host", ["pbx.example.com", "192.0.2.7", "127.example.com.evil.example"])
def test_plain_http_to_another_machine_is_refused(host: str) -> None:
    (said,) = problems(url=f"http://{host}/webproxy")
    assert said.startswith("altigen.url: sends the password readable")
    assert "insecure = true" in said


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_plain_http_to_this_machine_is_fine(host: str) -> None:
    assert not problems(url=f"http://{host}:8080/webproxy")


def test_plain_http_may_be_asked_for_by_name() -> None:
    assert not problems(url="http://pbx.example.com/webproxy", insecure=True)


def test_one_plain_address_of_several_is_enough_to_refuse() -> None:
    assert problems(url=["https://a.example.com/webproxy", "http://b.example.com/webproxy"])


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"ping_seconds": 40, "stale_seconds": 40}, "altigen.stale_seconds"),
        ({"stale_seconds": 120, "dead_seconds": 120}, "altigen.dead_seconds"),
    ],
)
def test_the_three_times_of_the_channel_follow_one_another(changes: dict[str, int], key: str) -> None:
    (said,) = problems(**changes)
    assert said.startswith(key)


@pytest.mark.parametrize(
    ("section", "secret"), [("alpemix", {"user": "main", "secret_key": "k"}), ("remotepc", {"api_key": "k"})]
)
def test_no_cloud_is_asked_without_tls(section: str, secret: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="readable for everybody"):
        settings_from({section: {"url": "http://api.example.com/x", **secret}}, Path("config.toml"))
