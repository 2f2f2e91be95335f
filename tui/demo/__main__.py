"""The simulation as a process of its own: `python -m tui.demo --scenario desk`."""

import argparse
import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence

from tui.demo.addresses import PATHS
from tui.demo.scenario import BadScenario, names
from tui.demo.simulation import Simulation

FINE = 0
FAILED = 1
WRONG_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal comes or the parent is gone; gives the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        sockets = [socket.socket(fileno=each) for each in asked.sockets] if asked.sockets else None
        simulation = Simulation(asked.scenario, sockets=sockets)
        asyncio.run(_serve(simulation, asked.parent_pipe))
    except BadScenario as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USAGE
    except OSError as error:
        sys.stderr.write(f"cannot listen on loopback: {error}\n")
        return FAILED
    return FINE


async def _serve(simulation: Simulation, parent_pipe: int | None) -> None:
    loop = asyncio.get_running_loop()
    is_over = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, is_over.set)

    def parent_spoke(pipe: int) -> None:
        if not os.read(pipe, 1024):
            loop.remove_reader(pipe)
            is_over.set()

    if parent_pipe is not None:
        loop.add_reader(parent_pipe, parent_spoke, parent_pipe)
    async with simulation:
        sys.stdout.write(simulation.config())
        sys.stdout.flush()
        await is_over.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tui.demo", description=__doc__)
    parser.add_argument(
        "--scenario", default="desk", metavar="NAME", help=f"{', '.join(names())}, or the path of a TOML file"
    )
    parser.add_argument(
        "--sockets",
        type=_descriptors,
        metavar="FD,FD,FD",
        help="listening sockets that the parent passed on (default: on free ports)",
    )
    parser.add_argument("--parent-pipe", type=int, metavar="FD", help="end when this pipe reaches its end")
    return parser


def _descriptors(text: str) -> list[int]:
    numbers = [int(each) for each in text.split(",")]
    if len(numbers) != len(PATHS):
        raise argparse.ArgumentTypeError(f"{len(PATHS)} descriptors are needed, not {len(numbers)}")
    return numbers


if __name__ == "__main__":
    sys.exit(main())
