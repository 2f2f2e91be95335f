"""One HTTP and WebSocket server on loopback that starts and stops at once and can break its connections on request."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any, cast

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.server import ServerState

from tui.demo.addresses import BACKLOG, reserved_socket

KEEP_ALIVE_SECONDS = 60
TURNS_TO_CLOSE = 20
"""How many turns of the event loop a closing connection gets to flush before it is cut."""


class LoopbackServer:
    """An ASGI program behind a socket.

    uvicorn's own `Server` polls ten times a second and installs signal handlers; what hundreds of tests need is only
    its protocols, so those are used directly.
    """

    def __init__(self, app: ASGIApp, listening: socket.socket, tasks: asyncio.TaskGroup) -> None:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port = int(listening.getsockname()[1])
        self._socket = listening
        self._tasks = tasks
        self._state = ServerState()
        self._listener: asyncio.base_events.Server | None = None
        self._is_up = True
        self._config = Config(
            cast("Any", app),
            http="h11",
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            # The .NET WebSocket server neither pings nor compresses.
            ws_ping_interval=None,
            ws_ping_timeout=None,
            ws_per_message_deflate=False,
        )

    async def start(self) -> None:
        """Answer from now on."""
        if not self._config.loaded:
            self._config.load()
        protocol = cast("Callable[..., asyncio.Protocol]", self._config.http_protocol_class)
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            lambda: protocol(config=self._config, server_state=self._state, app_state={}),
            sock=self._socket,
            backlog=BACKLOG,
            start_serving=False,
        )
        # The listener is known before the first wait, so that `down` and `stop` find it whenever they come.
        await self._listener.start_serving()

    async def stop(self) -> None:
        """Stop listening, say goodbye to every connection, and leave no task behind."""
        self._close()
        for connection in list(self._state.connections):
            connection.shutdown()
        await self._turns_until_unconnected()
        for connection in list(self._state.connections):
            connection.transport.abort()
        unfinished = list(self._state.tasks)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        await self._turns_until_unconnected()

    def reset(self, client: tuple[str, int]) -> None:
        """Break the connection of this peer with a TCP reset."""
        for transport in self.transports_of(client):
            self._reset(transport)

    def transports_of(self, client: tuple[str, int]) -> list[asyncio.Transport]:
        """What carries the bytes of this peer."""
        transports = [connection.transport for connection in self._state.connections]
        return [each for each in transports if each.get_extra_info("peername") == client]

    def down(self) -> None:
        """Refuse new connections and reset those that exist, as a host does whose service died."""
        if not self._is_up:
            return
        self._close()
        self._socket = reserved_socket(self.port)
        for connection in list(self._state.connections):
            self._reset(connection.transport)

    def up(self) -> None:
        """Accept connections again."""
        if self._is_up:
            return
        self._is_up = True
        self._socket.listen(BACKLOG)
        self._tasks.create_task(self._start_again())

    async def _start_again(self) -> None:
        if self._is_up and self._listener is None:
            await self.start()

    async def _turns_until_unconnected(self) -> None:
        for _ in range(TURNS_TO_CLOSE):
            if not self._state.connections:
                return
            await asyncio.sleep(0)

    def _close(self) -> None:
        self._is_up = False
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._socket.close()

    @staticmethod
    def _reset(transport: asyncio.Transport) -> None:
        peer: socket.socket = transport.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
