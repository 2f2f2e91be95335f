"""The calls that are not stored yet: in memory, and on the disk of this machine while the archive is away."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from tui.models.kept_calls import KeptCall, Listener, joined
from tui.spool import Spool

KEPT_MOST: Final = 20_000
"""Calls that wait in memory. Where there is no room, what follows stays on the board, which counts what it drops."""


class Unstored:
    """What is to be stored of each call, the oldest first; the last that was seen of one counts."""

    def __init__(self, spool: Spool, first_spool: Spool, listener: Listener) -> None:
        """``first_spool``: another of the same name, for what was shown before it could be stored."""
        self._spool = spool
        self._first = first_spool
        self._listener = listener
        self._sights: dict[str, KeptCall] = {}
        self._spooled: dict[str, KeptCall] = {}
        """Those of which a line waits on the disk."""
        self._writing = threading.Lock()

    def __len__(self) -> int:
        return len(self._sights)

    @property
    def room(self) -> int:
        """For how many more there is room."""
        return max(0, KEPT_MOST - len(self._sights))

    def add(self, sight: KeptCall) -> None:
        """Let it be stored next; in its turn, where something of its call waits already."""
        self._sights[sight.id] = sight

    def first(self, count: int) -> list[KeptCall]:
        """Give the first of them."""
        return list(self._sights.values())[:count]

    async def stored(self, sights: Sequence[KeptCall]) -> None:
        """Forget these, unless more was seen of them meanwhile; once all is stored, what waits on the disk too."""
        for sight in sights:
            if self._sights.get(sight.id) is sight:
                del self._sights[sight.id]
        if not self._sights and (count := len(self._spool.waiting)):
            await asyncio.to_thread(self._spool.delivered, count)
            self._spooled.clear()

    def shown(self, first_sights: Sequence[KeptCall]) -> None:
        """Let calls that are about to be seen outlive this process: it may be killed before they are stored."""
        with contextlib.suppress(OSError):  # then they may be lost
            self._first.append(*map(msgspec.json.encode, first_sights), flushes=False)

    async def taken(self) -> None:
        """All that was shown has been stored, or waits on the disk."""
        if count := len(self._first.waiting):
            await asyncio.to_thread(self._first.delivered, count)

    async def wait_on_disk(self) -> bool:
        """Write down what waits: this process may end before it can be stored. Where that fails, it waits in memory.

        Tells whether all of it is on the disk.
        """

        def write() -> None:
            with self._writing:  # one that is waited for no longer goes on beside the next, and must not end after it
                for id, sight in list(self._sights.items()):
                    if self._spooled.get(id) is not sight:
                        self._spool.append(msgspec.json.encode(sight))
                        self._spooled[id] = sight

        try:
            await asyncio.to_thread(write)
        except OSError:
            return False
        return True

    async def take_over(self) -> None:
        """Take what processes have left that died before they could store it."""
        if not await asyncio.to_thread(self._spool.take_over):
            return
        found = await asyncio.to_thread(self._found, self._spool.waiting)
        self._sights |= found
        self._spooled |= found

    def _found(self, lines: Sequence[bytes]) -> dict[str, KeptCall]:
        found: dict[str, KeptCall] = {}
        for line in lines:
            with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):  # of another Helpdeck, or damaged
                sight = msgspec.json.decode(line, type=KeptCall)
                if sight.id not in self._spooled:
                    sight = replace(sight, line=self._listener.line_of(sight.line))
                    found[sight.id] = joined(found.get(sight.id, sight), sight)
        return found

    def close(self) -> None:
        """Let go of what waits: the next who looks takes it over."""
        self._spool.close()
        self._first.close()
