"""Lets several in one process listen for what others have stored: an engine tells each change once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from tui.archive.errors import StoreError
from tui.archive.store import Changed


class News:
    """Changes, each told to everyone who listens."""

    def __init__(self, changed: Callable[[float], Coroutine[Any, Any, bool]]) -> None:
        """``changed``: that of the engine."""
        self._changed = changed
        self._count = 0
        self._told = asyncio.Event()

    def listener(self) -> Changed:
        """A ``changed`` for one who listens from now on."""
        heard = self._count

        async def changed(within: float = 0.0) -> bool:
            nonlocal heard
            if heard == self._count:
                await self._listen(within)
            has_changed, heard = heard != self._count, self._count
            return has_changed

        return changed

    async def _listen(self, within: float) -> None:
        """Wait for what the engine tells, or has told to another who listens."""
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(self._ask(within))
            told = group.create_task(self._told.wait())
            await asyncio.wait((asking, told), return_when=asyncio.FIRST_COMPLETED)
            asking.cancel()
            told.cancel()
        if not asking.cancelled() and (failure := asking.result()) is not None:
            raise failure

    async def _ask(self, within: float) -> StoreError | None:
        """Ask the engine, and tell all at once: it does not tell it again. Gives what went wrong."""
        try:
            has_changed = await self._changed(within)
        except StoreError as error:
            return error
        if has_changed:
            self._count += 1
            self._told.set()
            self._told = asyncio.Event()
        return None
