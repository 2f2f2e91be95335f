"""Runs a coroutine in the foreground: a signal cancels it, and it may still log off before the program ends."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, TypeVar

from tui.exit_codes import Interrupted

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Result = TypeVar("Result")


def run_in_foreground(work: Coroutine[Any, Any, Result]) -> Result:
    """What the coroutine returns; raises Interrupted when a signal came, after the coroutine has ended."""
    return asyncio.run(_cancelled_by_signals(work))


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


async def _cancelled_by_signals(work: Coroutine[Any, Any, Result]) -> Result:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    caught: list[int] = []

    def stop(number: int) -> None:
        caught.append(number)
        if task is not None:
            task.cancel()

    before = {each: signal.getsignal(each) for each in _not_ignored()}
    for each in before:
        loop.add_signal_handler(each, stop, each)
    try:
        return await work
    except asyncio.CancelledError:
        if caught:
            raise Interrupted(caught[0]) from None
        raise
    finally:
        for each, handler in before.items():
            loop.remove_signal_handler(each)
            signal.signal(each, handler)


def _not_ignored() -> list[signal.Signals]:
    """Under nohup a hang-up is ignored, and stays so."""
    return [each for each in SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
