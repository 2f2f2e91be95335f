"""Waiting for what another task or process does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

PATIENCE_SECONDS: Final = 30.0
"""Real seconds after which a condition that does not come true is a failed test."""


async def until(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Let the others go on until this is so."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.001)
