"""What the commands say of an archive that is another user's."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.users import folder_for_everybody, only_root
from tui.archive.sqlite.database import open_database
from tui.demo import Simulation

pytestmark = only_root


@pytest.fixture
def config(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A configuration of nobody that names an archive of root, in a home of nobody."""
    with folder_for_everybody() as home:
        open_database(home / "archive.sqlite").close()
        path = home / "config.toml"
        path.touch(0o600)
        path.write_text(f'{simulation.config()}\n[archive]\npath = "archive.sqlite"\n')
        nobody = pwd.getpwnam("nobody").pw_uid
        os.chown(home, nobody, -1)
        os.chown(path, nobody, -1)
        monkeypatch.setenv("XDG_STATE_HOME", str(home))
        monkeypatch.setenv("HELPDECK_SYSTEM_CONFIG", str(home / "system.toml"))  # pytest's folders are closed
        yield path


def ended(*command: str) -> subprocess.CompletedProcess[str]:
    """How the program ends that nobody starts."""
    become = [shutil.which("setpriv") or pytest.skip("there is no setpriv"), "--reuid=nobody", "--clear-groups"]
    python = [*become, sys.executable, "-B"]
    if subprocess.run([*python, "-c", "import tui"], capture_output=True, check=False).returncode:
        pytest.skip("nobody cannot reach the interpreter")
    return subprocess.run([*python, "-m", "tui", *command], capture_output=True, text=True, timeout=30, check=False)


async def test_check_asks_the_other_two_and_says_what_is_the_matter(config: Path) -> None:
    ran = await asyncio.to_thread(ended, "check", "--config", str(config))
    said = {line.split()[0]: line for line in ran.stdout.splitlines()[1:]}
    assert ran.returncode == 1
    assert "ok:" in said["altigen"]
    assert "ok:" in said["remotepc"]
    assert "is another user's file" in said["alpemix"]
    assert ran.stderr == ""


async def test_export_says_it_in_one_sentence(config: Path) -> None:
    ran = ended("export", "connections", "--config", str(config), "--output", "-")
    assert (ran.returncode, ran.stdout) == (1, "")
    (line,) = ran.stderr.splitlines()
    assert "is another user's file" in line
