"""`helpdeck simulate`: systems to try things out on."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.cli.harness import Helpdeck
from tui.demo.scenario import names


def test_the_printed_configuration_opens_the_three_systems(
    helpdeck: Helpdeck, home: Path, simulated_config: str
) -> None:
    path = home / "demo.toml"
    path.touch(0o600)
    path.write_text(simulated_config)
    ended = helpdeck("check", "--config", str(path))
    assert [line.split(":")[0] for line in ended.stdout.splitlines()[1:]] == [
        "altigen    ok",
        "alpemix    ok",
        "remotepc   ok",
    ]
    assert ended.returncode == 0


def test_a_port_that_is_taken_is_one_sentence(helpdeck: Helpdeck) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = helpdeck("simulate", "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr == (f"helpdeck: ports {port} to {port + 2} cannot be listened on: Address already in use\n")


def test_an_unknown_scenario_names_those_that_exist(helpdeck: Helpdeck) -> None:
    ended = helpdeck("simulate", "--port", "0", "--scenario", "nothing")
    assert all(name in ended.stderr for name in names())


def test_a_port_that_cannot_be_is_told_with_those_that_can(helpdeck: Helpdeck) -> None:
    ended = helpdeck("simulate", "--port", "70000")
    assert ended.returncode == 2
    assert "a port is a number from 1 to 65533, or 0 for free ones" in ended.stderr
