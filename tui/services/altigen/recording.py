"""What can be done with the recording of an AltiGen call, and how fast: each thing once, and never too soon."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Final, Literal

from tui.models.clock import Clock

MUTE_SPACING: Final = 0.5
"""Seconds between a mute and an unmute of the same call (guide, "Record Call")."""


class RecordOperation(Enum):
    """What can be done with a recording."""

    START = "Start"
    MUTE = "Mute"
    UNMUTE = "Unmute"
    STOP = "Stop"

    @property
    def is_switch(self) -> bool:
        """Whether it mutes or unmutes."""
        return self in (RecordOperation.MUTE, RecordOperation.UNMUTE)

    def word(self, mute: Literal["mute", "pause"]) -> str:
        """What a system calls it that mutes, or pauses and resumes."""
        return {"Mute": "Pause", "Unmute": "Resume"}.get(self.value, self.value) if mute == "pause" else self.value


class RecordPacing:
    """Lets operations through one by one: a mute and an unmute of a call at least MUTE_SPACING seconds apart.

    What is asked again before it can be seen to be done is done once: a hammered key must not go on switching
    afterwards.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._one_by_one = asyncio.Lock()
        self._asked: dict[int, RecordOperation] = {}
        """What was asked last for each call, as long as that is not done."""
        self._switched: dict[int, tuple[float, RecordOperation | None]] = {}
        """When each call was last asked to switch, in ticks, and what came of it; only within MUTE_SPACING."""

    async def once(self, handle: int, operation: RecordOperation, send: Callable[[], Awaitable[None]]) -> None:
        """Send it as soon as it may go, unless the same is under way or was just done."""
        now = self._clock.tick()
        self._switched = {call: switch for call, switch in self._switched.items() if now - switch[0] < MUTE_SPACING}
        if operation in (self._asked.get(handle), self._switched.get(handle, (0.0, None))[1]):
            return
        self._asked[handle] = operation
        try:
            async with self._one_by_one:
                await self._in_time(handle, operation, send)
        finally:
            if self._asked.get(handle) is operation:
                del self._asked[handle]

    async def _in_time(self, handle: int, operation: RecordOperation, send: Callable[[], Awaitable[None]]) -> None:
        if not operation.is_switch:
            await send()
            return
        if handle in self._switched:
            at, _ = self._switched[handle]
            await self._clock.sleep(at + MUTE_SPACING - self._clock.tick())
        done: RecordOperation | None = None
        try:
            await send()
            done = operation
        finally:
            self._switched[handle] = self._clock.tick(), done
