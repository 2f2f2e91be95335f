"""The three systems together, on loopback, with a script that is played or without one."""

import asyncio
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from inspect import signature
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import tomli_w

from tui.demo import scenario as scenarios
from tui.demo.addresses import listening_sockets, section
from tui.demo.alpemix import Alpemix
from tui.demo.altigen import Altigen
from tui.demo.player import Player
from tui.demo.remotepc import RemotePc
from tui.demo.system import Calendar, Clock, SimulatedSystem, now

System = TypeVar("System", bound=SimulatedSystem)


class Simulation:
    """AltiGen, Alpemix and RemotePC as servers: `async with Simulation("desk") as simulation`.

    With `scripted=False` they are empty and nothing happens that is not asked for; `opening=True` fills them
    all the same.
    The mappings replace settings of the scenario: `altigen={"licences": 2}`.
    """

    def __init__(
        self,
        scenario: str | Path = "desk",
        *,
        scripted: bool = True,
        opening: bool | None = None,
        port: int = 0,
        sockets: Sequence[socket.socket] | None = None,
        altigen: Mapping[str, Any] | None = None,
        alpemix: Mapping[str, Any] | None = None,
        remotepc: Mapping[str, Any] | None = None,
        clock: Clock = time.monotonic,
        calendar: Calendar = now,
    ) -> None:
        self.scenario = scenarios.read(scenario)
        watches: dict[str, Any] = {"clock": clock, "calendar": calendar}
        self.altigen = _made(Altigen, {**self.scenario.altigen, **(altigen or {}), **watches})
        self.alpemix = _made(Alpemix, {**self.scenario.alpemix, **(alpemix or {}), **watches})
        self.remotepc = _made(RemotePc, {**self.scenario.remotepc, **(remotepc or {}), **watches})
        self._is_played = scripted
        self._is_opened = scripted if opening is None else opening
        self._port = port
        self._sockets = sockets
        self._open = AsyncExitStack()

    @property
    def systems(self) -> tuple[SimulatedSystem, SimulatedSystem, SimulatedSystem]:
        """The three, in the order of their ports."""
        return self.altigen, self.alpemix, self.remotepc

    async def __aenter__(self) -> Self:
        listening = list(self._sockets) if self._sockets is not None else listening_sockets(self._port)
        player = Player(self.scenario, self.altigen, self.alpemix, self.remotepc)
        async with AsyncExitStack() as opening:
            for each in listening:
                opening.callback(each.close)
            tasks = await opening.enter_async_context(asyncio.TaskGroup())
            if self._is_opened:
                await player.open()
            for system, each in zip(self.systems, listening, strict=True):
                await system.start(each, tasks)
                opening.push_async_callback(system.stop)
            if self._is_played:
                telling = tasks.create_task(player.play())
                opening.callback(telling.cancel)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.__aexit__(kind, error, trace)

    def config(self) -> str:
        """A configuration of Helpdeck for these three."""
        return tomli_w.dumps({each.name: section(each.name, each.url, vars(each)) for each in self.systems})


def _made(system: type[System], values: Mapping[str, Any]) -> System:
    if unknown := values.keys() - signature(system).parameters.keys():
        raise scenarios.BadScenario(f"[{system.name}]: unknown keys: {', '.join(sorted(unknown))}")
    try:
        return system(**values)
    except (TypeError, ValueError, LookupError) as error:  # LookupError: no such time zone or encoding
        raise scenarios.BadScenario(f"[{system.name}]: {error}") from error
