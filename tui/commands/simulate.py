"""`helpdeck simulate`: the three simulated systems in the foreground, with a configuration that fits them."""

from __future__ import annotations

import asyncio
import contextlib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.commands.conversation import Say
from tui.commands.foreground import run_in_foreground
from tui.demo.scenario import names
from tui.exit_codes import FAILED, FINE, WRONG_USAGE

if TYPE_CHECKING:
    from tui.demo import Simulation

NEEDS_EXTRA: Final = "The simulated systems need two more packages: pip install 'helpdeck[demo]'"


def why_not(scenario: str) -> str:
    """Why nothing can be simulated by this scenario; empty when it can."""
    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        return NEEDS_EXTRA
    if scenario in names() or (scenario.endswith(".toml") and _is_file(scenario)):
        return ""
    return f"there is no scenario of this name; there are {', '.join(names())}"


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:
        return False


def simulate(port: int, scenario: str, say: Say, complain: Say) -> int:
    """Serve until a signal comes; gives the exit code if it does not come to that."""
    from tui.demo import BadScenario, Simulation

    try:
        simulation = Simulation(scenario, port=port)
    except (BadScenario, OSError) as error:
        complain(f"helpdeck: the scenario cannot be used: {error}")
        return WRONG_USAGE
    try:
        run_in_foreground(_serve(simulation, say, complain))
    except OSError as error:
        complain(f"helpdeck: ports {port} to {port + 2} cannot be listened on: {error.strerror}")
        return FAILED
    return FINE


async def _serve(simulation: Simulation, say: Say, complain: Say) -> None:
    async with simulation:
        with contextlib.suppress(BrokenPipeError):  # whoever wanted the configuration has read enough of it
            say(simulation.config(), end="")
        complain("The simulated systems are listening. ctrl+c ends them.")
        await asyncio.Event().wait()
