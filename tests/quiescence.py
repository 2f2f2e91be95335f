"""Waiting until an event loop has nothing left to do by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.toolkit import ready_callbacks


async def until_nothing_is_ready() -> None:
    """Let the others run until no callback waits, no socket can be read or written, and no timer is due.

    Where nothing is ready when this task gives way, it is the first of the loop's next round. That round asks the
    system which sockets are ready and the clock which timers are due, and queues them behind this task. Where nothing
    is queued then either, the loop would sleep if this task were not there.
    """
    ready = ready_callbacks(asyncio.get_running_loop())
    was_alone = False
    while True:
        await asyncio.sleep(0)
        if was_alone and not ready:
            return
        was_alone = not ready


class Threads:
    """Counts what coroutines of the running loop wait for in threads, from now on; a test has a loop of its own."""

    def __init__(self) -> None:
        self._waited_for = 0
        loop = asyncio.get_running_loop()
        self._run_in_executor = loop.run_in_executor
        # The way of all threads that are waited for: of asyncio.to_thread, executors and look-ups of names.
        loop.run_in_executor = self._counted  # type: ignore[method-assign, assignment]

    @property
    def are_at_work(self) -> bool:
        """Whether a coroutine waits for a thread. What nobody waits for has no effect on the loop either."""
        return self._waited_for > 0

    def _counted(self, executor: Any, work: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        future = self._run_in_executor(executor, work, *arguments)
        self._waited_for += 1
        future.add_done_callback(self._end)
        return future

    def _end(self, _: asyncio.Future[Any]) -> None:
        self._waited_for -= 1
