"""`helpdeck demo`: the dashboard against the three simulated systems, which run as a process of their own."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

from msgspec import ValidationError, convert

from tui.commands.conversation import Say
from tui.config import Secret, Settings
from tui.demo import scenario as scenarios
from tui.demo.addresses import PATHS, listening_sockets, section, url
from tui.exit_codes import FAILED, WRONG_USAGE

CONFIG_LIMIT: Final = 65_536
STOP_SECONDS: Final = 3.0


def demo(scenario: str, complain: Say, *, readonly: bool = False) -> int:
    """Show the dashboard over the simulated systems; returns its exit code, or theirs where they did not last."""
    from tui.dashboard import run

    simulators: subprocess.Popen[bytes] | None = None
    with ExitStack() as running:
        try:
            sockets = [running.enter_context(each) for each in listening_sockets()]
            settings = settings_for(scenario, [each.getsockname()[1] for each in sockets], readonly=readonly)
        except scenarios.BadScenario as error:
            complain(f"helpdeck: the simulated systems ended: {error}")
            return WRONG_USAGE
        except OSError as error:
            complain(f"helpdeck: the simulated systems ended: cannot listen on loopback: {error}")
            return FAILED

        async def are_listening() -> bool:
            # Started after the first frame: before it, the two would take the processor from each other.
            nonlocal simulators
            simulators = running.enter_context(_simulators(scenario, sockets))
            return await asyncio.to_thread(_have_begun, simulators)

        # A demo leaves nothing behind in the real dashboard.
        code = run(settings, complain, are_listening, remembers=False)
        if simulators is None or simulators.poll() is None:
            return code
        if simulators.stderr is not None:
            complain(f"helpdeck: the simulated systems ended: {simulators.stderr.read().decode().strip()}")
        return simulators.returncode or code


def settings_for(scenario: str, ports: Sequence[int], *, readonly: bool = False) -> Settings:
    """The settings that fit the simulated systems of a scenario on these ports; raises BadScenario."""
    found = scenarios.read(scenario)
    places = zip(PATHS, ports, strict=True)
    table: dict[str, dict[str, object]] = {
        **{system: section(system, url(system, port), getattr(found, system)) for system, port in places},
        "ui": {"readonly": readonly},
    }
    table["altigen"]["url"] = [table["altigen"]["url"]]  # there may be several
    try:
        # Not by the reader of config files: its checks and sentences take a while to load, and no file is read here.
        return convert(table, Settings, dec_hook=lambda kind, text: kind(text) if kind is Secret else text)
    except ValidationError as error:
        raise scenarios.BadScenario(f"{scenario}: {error}") from error


@contextmanager
def _simulators(scenario: str, sockets: Sequence[socket.socket]) -> Iterator[subprocess.Popen[bytes]]:
    """The simulated systems; they end when this block does, or this process, however it ends."""
    ours, theirs = os.pipe()
    descriptors = [each.fileno() for each in sockets]
    command = [sys.executable, "-m", "tui.demo", "--scenario", scenario, "--parent-pipe", str(ours)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [*command, "--sockets", ",".join(map(str, descriptors))], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, pass_fds=(ours, *descriptors), start_new_session=True,
    ) as process:  # fmt: skip
        os.close(ours)
        for each in sockets:
            each.close()  # from now on they are theirs alone: a system that is down refuses
        try:
            yield process
        finally:
            os.close(theirs)  # the pipe's end is how they notice
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _have_begun(simulators: subprocess.Popen[bytes]) -> bool:
    """Whether the simulators answer, once that is known; they may have ended instead."""
    if simulators.stdout is None:
        raise RuntimeError("the simulators were started without a pipe to read from")
    # They write their config at once, when they answer, and nothing after it.
    if not os.read(simulators.stdout.fileno(), CONFIG_LIMIT):
        simulators.wait()
        return False
    return True
