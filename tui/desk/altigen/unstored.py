"""The calls that are not stored yet: in memory, and on the disk of this machine while the archive is away."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

import msgspec

from tui.models.kept_calls import KeptCall
from tui.spool import Spool

KEPT_MOST: Final = 20_000
"""Calls that wait in memory. Where there is no room, what follows stays on the board, which counts what it drops."""


class Unstored:
    """What is to be stored of each call, the oldest first; the last that was seen of one counts."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._sights: dict[str, KeptCall] = {}
        self._spooled: dict[str, KeptCall] = {}
        """Those of which a line waits on the disk."""

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

    async def wait_on_disk(self) -> None:
        """Write down what waits: this process may end before it can be stored. Where that fails, it waits in memory."""
        new = [sight for id, sight in self._sights.items() if self._spooled.get(id) is not sight]

        def write() -> None:
            for sight in new:
                self._spool.append(msgspec.json.encode(sight))
                self._spooled[sight.id] = sight

        try:
            await asyncio.to_thread(write)
        except OSError:
            return

    async def take_over(self) -> None:
        """Take what processes have left that died before they could store it."""
        if not await asyncio.to_thread(self._spool.take_over):
            return
        found: dict[str, KeptCall] = {}
        for line in self._spool.waiting:
            with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):  # of another Helpdeck, or damaged
                sight = msgspec.json.decode(line, type=KeptCall)
                if sight.id not in self._spooled:
                    found[sight.id] = sight  # the last that was seen of it
        self._sights |= found
        self._spooled |= found

    def close(self) -> None:
        """Let go of what waits: the next who looks takes it over."""
        self._spool.close()
