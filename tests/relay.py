"""A TCP proxy on loopback that can cut its connections silently, as a firewall does that has forgotten them."""

import asyncio
import contextlib
import ssl
from types import TracebackType
from typing import Self

from tui.demo.addresses import LOOPBACK

PIECE = 65_536


class Relay:
    """Stands before a port of this machine: `async with Relay(port) as relay`, and `relay.port` is the one to use.

    With `tls` it speaks TLS to its clients, which the simulated systems do not.
    """

    def __init__(self, target: int, *, tls: ssl.SSLContext | None = None) -> None:
        self.target = target
        self.port = 0
        self._tls = tls
        self._open: list[Line] = []
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._carry, LOOPBACK, 0, ssl=self._tls)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for line in list(self._open):
            line.abort()
        await self._is_idle.wait()

    def cut(self) -> None:
        """Swallow from now on what is said on the connections that are open; neither side is told."""
        for line in self._open:
            line.swallows = True

    def cut_newest(self) -> None:
        """Swallow only what is said on the connection that was opened last: the channel of a fresh session."""
        self._open[-1].swallows = True

    def mend(self) -> None:
        """Carry again what is said from now on; what was swallowed is lost."""
        for line in self._open:
            line.swallows = False

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            writer.transport.abort()
            return
        line = Line(writer, there_writer)
        self._open.append(line)
        self._is_idle.clear()
        try:
            async with asyncio.TaskGroup() as directions:
                directions.create_task(line.hand_on(reader, there_writer))
                directions.create_task(line.hand_on(there_reader, writer))
        finally:
            line.abort()
            self._open.remove(line)
            if not self._open:
                self._is_idle.set()


class Line:
    """One connection through the relay."""

    def __init__(self, here: asyncio.StreamWriter, there: asyncio.StreamWriter) -> None:
        self.swallows = False
        self._ends = here, there
        self._aborted = asyncio.Event()

    def abort(self) -> None:
        """Break both ends."""
        self._aborted.set()
        for end in self._ends:
            end.transport.abort()

    async def hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry what comes from one side to the other, its end too, unless it is to be swallowed."""
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                if not self.swallows:
                    writer.write(piece)
                    await writer.drain()
        if self.swallows:
            await self._aborted.wait()  # the end is swallowed too
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof() if writer.can_write_eof() else writer.close()
