"""Waiting for what another task does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool]) -> None:
    """Let the others go on until this is so; the test's own time limit ends it otherwise."""
    while not condition():
        await asyncio.sleep(0)
