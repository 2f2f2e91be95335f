"""A TCP proxy on loopback that can lose what is said, as a firewall, a cut cable or a slow line does."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import socket
import ssl
import struct
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

import pytest

from tui.demo.addresses import LOOPBACK

PIECE = 65_536

TURNS: Final = 20
"""Of the event loop until a connection that was accepted at the last moment is known to be open."""

SO_ATTACH_FILTER: Final = 26
SO_DETACH_FILTER: Final = 27

NO_BYTE_OF_ANY_PACKET: Final = struct.pack("HBBI", 0x06, 0, 0, 0)
"""The filter of one instruction that Linux applies to what arrives: return 0."""


class Relay:
    """Stands before a port of this machine: `async with Relay(port) as relay`, and `relay.port` is the one to use.

    With `tls` it speaks TLS to its clients, which the simulated systems do not. Each piece waits for `delay_seconds`.
    """

    def __init__(self, target: int, *, tls: ssl.SSLContext | None = None) -> None:
        self.target = target
        self.port = 0
        self.delay_seconds = 0.0
        self._is_gone = False
        self._is_closed = False
        self._connections = 0
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
        self._is_closed = True
        for line in list(self._open):
            line.abort()
        await self._is_idle.wait()
        for _ in range(TURNS):
            await asyncio.sleep(0)
        await self._is_idle.wait()

    def cut(self) -> None:
        """Swallow from now on what is said on the connections that are open; neither side is told."""
        for line in self._open:
            line.swallows = True

    def cut_newest(self) -> None:
        """Swallow only what is said on the connection that was opened last: the channel of a fresh session."""
        self._open[-1].swallows = True

    def vanish(self) -> None:
        """Be as a machine that is gone: no packet is acknowledged any more, and none that asks for a connection.

        Only this wakes keepalives and `tcp_user_timeout`: for what is swallowed the system still answers. Not every
        system allows it (`CAN_VANISH`).
        """
        self._is_gone = True
        for line in self._open:
            line.ignore_packets()
        for listening in self._listening():
            ignore_packets(listening)

    def mend(self) -> None:
        """Carry again what is said from now on; what was swallowed is lost, what was not acknowledged is said again."""
        for line in self._open:
            line.swallows = False
        if self._is_gone:
            self._is_gone = False
            for line in self._open:
                line.take_packets()
            for listening in self._listening():
                take_packets(listening)

    def _listening(self) -> Sequence[socket.socket]:
        assert self._server is not None
        return self._server.sockets

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        self._is_idle.clear()
        try:
            await self._connect(reader, writer)
        finally:
            self._connections -= 1
            if not self._connections:
                self._is_idle.set()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            writer.transport.abort()
            return
        line = Line(self, writer, there_writer)
        if self._is_gone:
            line.ignore_packets()
        if self._is_closed:
            line.abort()
        self._open.append(line)
        try:
            async with asyncio.TaskGroup() as directions:
                directions.create_task(line.hand_on(reader, there_writer))
                directions.create_task(line.hand_on(there_reader, writer))
        finally:
            line.abort()
            self._open.remove(line)


class Line:
    """One connection through the relay."""

    def __init__(self, relay: Relay, here: asyncio.StreamWriter, there: asyncio.StreamWriter) -> None:
        self.swallows = False
        self._relay = relay
        self._ends = here, there
        self._aborted = asyncio.Event()

    def abort(self) -> None:
        """Break both ends."""
        self._aborted.set()
        for end in self._ends:
            end.transport.abort()

    def ignore_packets(self) -> None:
        """Let neither end hear its peer."""
        for end in self._ends:
            ignore_packets(end.get_extra_info("socket"))

    def take_packets(self) -> None:
        """Let both ends hear their peers again."""
        for end in self._ends:
            take_packets(end.get_extra_info("socket"))

    async def hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry what comes from one side to the other, its end too, unless it is to be swallowed."""
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                if self._relay.delay_seconds:
                    await asyncio.sleep(self._relay.delay_seconds)
                if not self.swallows:
                    writer.write(piece)
                    await writer.drain()
        if self.swallows:
            await self._aborted.wait()  # the end is swallowed too
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof() if writer.can_write_eof() else writer.close()


def ignore_packets(end: socket.socket) -> None:
    """Throw away each packet that arrives here, before TCP sees it."""
    program = ctypes.create_string_buffer(NO_BYTE_OF_ANY_PACKET)
    end.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(program)))


def take_packets(end: socket.socket) -> None:
    """Take again what arrives."""
    end.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


def _can_vanish() -> bool:
    with socket.socket() as tried:
        try:
            ignore_packets(tried)
        except OSError:
            return False
        return True


CAN_VANISH: Final = _can_vanish()
"""Whether this system lets whoever runs the tests throw packets away."""

needs_to_vanish = pytest.mark.skipif(not CAN_VANISH, reason="this system lets only root throw packets away")
