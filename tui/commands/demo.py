"""`helpdeck demo`: the dashboard against the three simulated systems, which run as a process of their own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tui.config import AlpemixSettings, AltiGenSettings, RemotePCSettings, Secret, Settings
from tui.config.reader import settings_from

CONFIG_LIMIT: Final = 65_536
STOP_SECONDS: Final = 3.0

NOT_YET: Final = Settings(
    altigen=AltiGenSettings(url=("http://127.0.0.1",), user="", password=Secret("")),
    alpemix=AlpemixSettings(user="", secret_key=Secret("")),
    remotepc=RemotePCSettings(api_key=Secret("")),
)
"""What the first frame is painted with: all three systems are on, their ports are not known yet."""


def demo(scenario: str) -> int:
    """Show the dashboard over the simulated systems; returns its exit code."""
    with _simulators(scenario) as simulators:
        # The simulators start up while Textual is imported: a technician waits for the longer of the two only.
        from tui.dashboard import run

        return run(NOT_YET, lambda: asyncio.to_thread(_settings, simulators))


@contextmanager
def _simulators(scenario: str) -> Iterator[subprocess.Popen[bytes]]:
    """The simulated systems; they end when this block does, or this process, however it ends."""
    ours, theirs = os.pipe()
    command = [sys.executable, "-m", "tui.demo", "--scenario", scenario, "--parent-pipe", str(ours)]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=(ours,),
        start_new_session=True,
    )  # fmt: skip
    os.close(ours)
    try:
        yield process
    finally:
        os.close(theirs)  # the pipe's end is what tells them
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _settings(simulators: subprocess.Popen[bytes]) -> Settings:
    """The settings that fit the simulators, once they listen."""
    if simulators.stdout is None:
        raise RuntimeError("the simulators were started without a pipe to read from")
    # They write their config at once, when they listen, and nothing after it.
    config = os.read(simulators.stdout.fileno(), CONFIG_LIMIT).decode()
    if not config:
        raise RuntimeError("the simulated systems did not start")
    return settings_from(tomllib.loads(config), Path("demo"))
