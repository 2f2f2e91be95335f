"""`helpdeck demo`: the dashboard against the three simulated systems, which run as a process of their own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from tui.commands.conversation import Say
from tui.config import AlpemixSettings, AltiGenSettings, RemotePCSettings, Secret, Settings, UISettings

CONFIG_LIMIT: Final = 65_536
STOP_SECONDS: Final = 3.0

NOT_YET: Final = Settings(
    altigen=AltiGenSettings(url=("http://127.0.0.1",), user="", password=Secret("")),
    alpemix=AlpemixSettings(user="", secret_key=Secret("")),
    remotepc=RemotePCSettings(api_key=Secret("")),
)
"""What the first frame is painted with: all three systems are on, their ports are not known yet."""


def demo(scenario: str, complain: Say, *, readonly: bool = False) -> int:
    """Show the dashboard over the simulated systems; returns its exit code, or theirs where they did not last."""
    from tui.dashboard import run

    ui = UISettings(readonly=readonly)
    simulators: subprocess.Popen[bytes] | None = None
    with ExitStack() as running:

        async def settings() -> Settings | None:
            # Started after the first frame: before it, the two would take the processor from each other.
            nonlocal simulators
            simulators = running.enter_context(_simulators(scenario))
            found = await asyncio.to_thread(_settings, simulators)
            return found and replace(found, ui=ui)

        # A demo leaves nothing behind in the real dashboard.
        code = run(replace(NOT_YET, ui=ui), complain, settings, remembers=False)
        if simulators is None or simulators.poll() is None:
            return code
        if simulators.stderr is not None:
            complain(f"helpdeck: the simulated systems ended: {simulators.stderr.read().decode().strip()}")
        return simulators.returncode or code


@contextmanager
def _simulators(scenario: str) -> Iterator[subprocess.Popen[bytes]]:
    """The simulated systems; they end when this block does, or this process, however it ends."""
    ours, theirs = os.pipe()
    command = [sys.executable, "-m", "tui.demo", "--scenario", scenario, "--parent-pipe", str(ours)]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=(ours,),
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
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _settings(simulators: subprocess.Popen[bytes]) -> Settings | None:
    """The settings that fit the simulators, once they listen; None where they ended instead."""
    import tomllib  # the first frame is painted without these two

    from tui.config.reader import settings_from

    if simulators.stdout is None:
        raise RuntimeError("the simulators were started without a pipe to read from")
    # They write their config at once, when they listen, and nothing after it.
    config = os.read(simulators.stdout.fileno(), CONFIG_LIMIT).decode()
    if not config:
        simulators.wait()
        return None
    return settings_from(tomllib.loads(config), Path("demo"))
