"""Running beside another task, and waiting for what it or another process does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

PATIENCE_SECONDS: Final = 30.0
"""Real seconds after which a condition that does not come true is a failed test."""


async def until(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Let the others go on until this is true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def alongside(coroutine: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Run it beside the block, and cancel it when the block ends."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(coroutine)
        try:
            yield task
        finally:
            task.cancel()
