"""Waiting for the first of several things, and resting after work that is done again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

SHARE: Final = 0.002
"""Of the time, that may be spent on such work: the rest is for the screen."""


def rest_after(took: float, least: float, most: float) -> float:
    """Seconds to rest after work that ``took`` some: in proportion, within these bounds."""
    return min(max(least, took / SHARE), most)


async def first_of(*ways: Coroutine[Any, Any, object]) -> None:
    """Wait until one of them has ended, and give the others up. Raises what it raises."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
