"""What the three simulated systems share: an address on loopback, faults, and a log of what was asked."""

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Scope

from tui.demo.addresses import PATHS, url
from tui.demo.faults import Body, Fault, FaultList, FaultyWire, Kind
from tui.demo.server import LoopbackServer
from tui.demo.sloppiness import Sloppiness, System
from tui.demo.sloppy_wire import SloppyWire

Clock = Callable[[], float]
"""Monotonic seconds, for everything that is limited or spaced."""
Calendar = Callable[[], datetime]
"""The aware time of day, for everything that carries a date."""

Refusals = Mapping[type[Exception], Callable[[Request, Any], Awaitable[Response]]]

REQUESTS_KEPT = 10_000


def now() -> datetime:
    """The time of day."""
    return datetime.now(UTC)


class Asked(Struct, frozen=True):
    """One request as it arrived; what could be a secret in its headers is not kept."""

    method: str
    path: str
    """Below the system's address, without the query."""
    at: float


class SimulatedSystem:
    """A system that listens on loopback; each of the three adds its routes and its truth."""

    name: System

    def __init__(self, *, sloppiness: int | None, clock: Clock, calendar: Calendar) -> None:
        """`sloppiness`: the seed of the forms that its answers take; without one they are as the pages show."""
        self.sloppiness = None if sloppiness is None else Sloppiness(self.name, sloppiness)
        self.clock = clock
        self.calendar = calendar
        self.requests: deque[Asked] = deque(maxlen=REQUESTS_KEPT)
        self.faults = FaultList()
        self._server: LoopbackServer | None = None

    @property
    def path(self) -> str:
        """Where its API begins."""
        return PATHS[self.name]

    @property
    def url(self) -> str:
        """The address to configure."""
        return url(self.name, self.server.port)

    @property
    def server(self) -> LoopbackServer:
        """The server, once it was started."""
        if self._server is None:
            raise RuntimeError("the simulation was not started: use `async with`")
        return self._server

    def routes(self) -> Sequence[BaseRoute]:
        """What the system answers to."""
        raise NotImplementedError

    def refusals(self) -> Refusals:
        """What it answers where a route ends with one of these errors."""
        return {}

    async def start(self, listening: socket.socket, tasks: asyncio.TaskGroup) -> None:
        """Serve on this socket."""
        app: ASGIApp = Starlette(routes=self.routes(), exception_handlers=self.refusals())
        # Inside the other, so that a fault stays exactly as it was asked for.
        app = app if self.sloppiness is None else SloppyWire(app, self.sloppiness)
        wire = FaultyWire(app, self._arrived, self._reset)
        self._server = LoopbackServer(wire, listening, tasks)
        await self._server.start()

    async def stop(self) -> None:
        """Stop serving."""
        await self.server.stop()

    def fault(
        self,
        kind: Kind | Literal["down", "up"],
        times: int | None = 1,
        path: str | None = None,
        *,
        after: int = 0,
        method: str | None = None,
        status: int = 500,
        body: Body = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 0.0,
        until: asyncio.Event | None = None,
    ) -> None:
        """Let something go wrong for the next `times` requests; with None, for all until `heal`.

        `after`: how many of those that it concerns are answered as usual before. `path` is a pattern below the address
        (`/sessions/*/calls`). `down` and `up` act at once.
        """
        if kind == "down":
            self.server.down()
        elif kind == "up":
            self.server.up()
        else:
            self.faults.add(Fault(kind, times, after, path, method, status, body, seconds, until, headers or {}))

    def heal(self) -> None:
        """Forget every fault and listen again."""
        self.faults.clear()
        self.server.up()

    def _reset(self, client: tuple[str, int]) -> None:
        self.server.reset(client)

    def _arrived(self, scope: Scope) -> Fault | None:
        method = "WEBSOCKET" if scope["type"] == "websocket" else str(scope["method"])
        path = str(scope["path"]).removeprefix(self.path)
        self.requests.append(Asked(method, path, self.clock()))
        return self.faults.take(method, path)
