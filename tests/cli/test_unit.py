"""`helpdeck collect --unit`: a unit that systemd takes, and that gives the service little."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.harness import Helpdeck

LOOKS_EXPOSED_FROM = 20
"""In tenths: below 2.0 systemd calls a service well kept."""

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not there")


def unit(helpdeck: Helpdeck, home: Path, *arguments: str) -> Path:
    """The unit as a file."""
    ended = helpdeck("collect", "--unit", *arguments)
    assert ended.returncode == 0
    path = home / "helpdeck-collect.service"
    path.write_text(ended.stdout)
    return path


def analysed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False, timeout=60)


@needs_systemd
@pytest.mark.parametrize(
    "arguments",
    [(), ("--user", "helpdeck"), ("--config", '/etc/a folder/100% "$HOME" \\.toml')],
    ids=["dynamic", "named", "odd config"],
)
def test_systemd_takes_it(helpdeck: Helpdeck, home: Path, arguments: tuple[str, ...]) -> None:
    ended = analysed("verify", "--man=no", str(unit(helpdeck, home, *arguments)))
    assert (ended.returncode, ended.stderr) == (0, "")


@needs_systemd
def test_it_gives_the_service_little(helpdeck: Helpdeck, home: Path) -> None:
    for arguments in ((), ("--user", "helpdeck")):
        path = str(unit(helpdeck, home, *arguments))
        ended = analysed("security", "--offline=true", f"--threshold={LOOKS_EXPOSED_FROM}", path)
        assert ended.returncode == 0, ended.stdout


def test_it_runs_as_nobody_else_or_as_the_user_that_is_named(helpdeck: Helpdeck, home: Path) -> None:
    assert "DynamicUser=yes" in unit(helpdeck, home).read_text()
    named = unit(helpdeck, home, "--user", "desk-2").read_text()
    assert "User=desk-2" in named
    assert "DynamicUser" not in named


@pytest.mark.parametrize("name", ["", "a b", "x\nExecStart=/bin/sh", "%u", "2desk"])
def test_a_name_that_is_none_is_refused(helpdeck: Helpdeck, name: str) -> None:
    ended = helpdeck("collect", "--unit", "--user", name)
    assert (ended.returncode, ended.stdout) == (2, "")


def test_it_needs_no_config(helpdeck: Helpdeck, home: Path) -> None:
    text = unit(helpdeck, home).read_text()
    assert 'Environment="HELPDECK_CONFIG=/etc/helpdeck/collect.toml"' in text


@pytest.mark.parametrize("arguments", [("--unit", "--once"), ("--user", "desk"), ("--once", "--user", "desk")])
def test_what_does_not_go_together_is_refused(helpdeck: Helpdeck, arguments: tuple[str, ...]) -> None:
    ended = helpdeck("collect", *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
