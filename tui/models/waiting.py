"""Waiting: for the first of several things, for what blocks, and after work that is done again and again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Final, TypeVar

Result = TypeVar("Result")

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


async def in_thread(work: Callable[[], Result], name: str) -> Result:
    """Do something that may take long beside the loop; nobody waits for it when the program ends."""
    done = Future[Result]()
    done.set_running_or_notify_cancel()  # so that nobody who stops waiting for it cancels it

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            done.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await asyncio.wrap_future(done)
