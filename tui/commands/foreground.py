"""Runs a coroutine in the foreground: a signal cancels it, and it may still log off before the program ends."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, Never, TypeVar

from tui.exit_codes import Interrupted

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Result = TypeVar("Result")


def run_in_foreground(work: Coroutine[Any, Any, Result], *, ending_seconds: float = 0.0) -> Result:
    """What the coroutine returns; raises Interrupted when a signal came, after the coroutine has ended.

    ``ending_seconds``: within this after a signal the program is over, whatever it waits for; 0: it may take its time.
    """
    return asyncio.run(_cancelled_by_signals(work, ending_seconds))


@contextmanager
def interruptible() -> Iterator[None]:
    """Let a signal raise :class:`Interrupted` in what is not a coroutine, so that it cleans up."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        raise Interrupted(number)

    before = {each: signal.signal(each, interrupt) for each in _not_ignored()}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


async def _cancelled_by_signals(work: Coroutine[Any, Any, Result], ending_seconds: float) -> Result:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    caught: list[int] = []

    def cancel() -> None:
        if task is not None:
            task.cancel()

    def stop(number: int, _frame: FrameType | None) -> None:
        if ending_seconds and not caught:
            _end_after(ending_seconds, Interrupted(number).exit_code)
        caught.append(number)
        loop.call_soon_threadsafe(cancel)

    # Not handlers of the loop: the time to end begins where the loop is busy, too.
    before = {each: signal.signal(each, stop) for each in _not_ignored()}
    try:
        return await work
    except asyncio.CancelledError:
        if caught:
            raise Interrupted(caught[0]) from None
        raise
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _end_after(seconds: float, code: int) -> None:
    """End the process then, in the middle of whatever it waits for: a thread may wait for a server, or for a disk."""

    def end(_number: int, _frame: FrameType | None) -> Never:
        os._exit(code)

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _not_ignored() -> list[signal.Signals]:
    """Under nohup a hang-up is ignored, and stays so."""
    return [each for each in SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
