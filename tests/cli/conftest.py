"""The command as a person starts it: a process of its own, with the simulated systems beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.harness import Ended, Helpdeck
from tui.config import ArchiveSettings, Settings
from tui.config.reader import read_config
from tui.demo import Simulation


@pytest.fixture
def helpdeck(home: Path) -> Helpdeck:
    """Runs `helpdeck …` to its end, in the test's home folder."""

    def run(*arguments: str, answers: str = "", **environment: str) -> Ended:
        return subprocess.run(
            [sys.executable, "-m", "tui", *arguments],
            input=answers,
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, **environment},
            check=False,
        )

    return run


@pytest.fixture
async def simulation() -> AsyncIterator[Simulation]:
    """The three systems without a script: nothing happens that is not asked for."""
    async with Simulation(scripted=False) as running:
        yield running


@pytest.fixture
def settings_of(tmp_path: Path) -> Callable[[str], Settings]:
    """The settings that a configuration's text holds."""

    def read(text: str) -> Settings:
        path = tmp_path / "config.toml"
        path.touch(0o600)
        path.write_text(text)
        return read_config(path)

    return read


@pytest.fixture
def simulated_config(home: Path) -> Iterator[str]:
    """The configuration of simulated systems that run as a process of their own."""
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "simulate", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        assert process.stderr.readline() == "The simulated systems are listening. ctrl+c ends them.\n"
        os.set_blocking(process.stdout.fileno(), False)
        yield process.stdout.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert process.stderr.read() == ""


@pytest.fixture(params=["sqlite", "postgres"])
def archive(request: pytest.FixtureRequest, home: Path) -> ArchiveSettings:
    """A place for an archive, in which none is yet."""
    if request.param == "postgres":
        return ArchiveSettings(url=request.getfixturevalue("postgres_url"))
    return ArchiveSettings(path=str(home / "archive.sqlite"))


@pytest.fixture
def run(helpdeck: Helpdeck, home: Path) -> Callable[..., Ended]:
    """Runs `helpdeck archive …` on an archive."""

    def archive_command(archive: ArchiveSettings, *arguments: str, password: str = "", **rest: str) -> Ended:
        path = home / "config.toml"
        path.touch(0o600)
        place = f'url = "{archive.url}"' if archive.url else f'path = "{archive.path}"'
        path.write_text(f'[remotepc]\napi_key = "key"\n[archive]\n{place}\npassword = "{password}"\n')
        return helpdeck("archive", *arguments, "--config", str(path), **rest)

    return archive_command
