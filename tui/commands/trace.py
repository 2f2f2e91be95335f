"""`helpdeck check --trace SYSTEM`: what really goes over the wire, so that a site can see how its system speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import tzinfo
from typing import Final

from tui.commands.check import failure_of
from tui.commands.conversation import Say
from tui.config import Settings
from tui.desk.systems import counter_of
from tui.exit_codes import FINE, WRONG_USAGE
from tui.services.errors import describe_error
from tui.services.trace import Trace

SECONDS: Final = 20.0
"""How long the event channel is listened to."""

EVERY_SECONDS: Final = 0.1
"""How often to look for what came."""


async def trace(system: str, settings: Settings, say: Say, *, seconds: float = SECONDS) -> int:
    """Ask one system, show every exchange as it happens, and give the exit code."""
    counter = counter_of(system)(settings)
    if counter.section is None:
        say(f"{system} is off: there is no section [{system}]")
        return WRONG_USAGE
    if reason := counter.why_not_asked:
        say(reason)
        return WRONG_USAGE
    section = counter.section
    return await show(lambda shown: counter.run_trace(section, shown, seconds), say, settings.ui.zone)


async def show(
    asking: Callable[[Callable[[Trace], None]], Awaitable[str]], say: Say, zone: tzinfo | None = None
) -> int:
    """Show every exchange as it happens, and what came of it; gives the exit code."""
    shown = _Shown(say, zone)
    try:
        async with asyncio.TaskGroup() as group:
            showing = group.create_task(shown.keep_up())
            try:
                said, code = await asking(shown.take), FINE
            except Exception as error:  # noqa: BLE001 - it is told with what went over the wire before it
                failure = failure_of(error)
                said, code = describe_error(failure), failure.verdict.exit_code
            finally:
                showing.cancel()
    except ExceptionGroup as unshown:
        raise unshown.exceptions[0] from None  # the output is closed, or its disk is full
    shown.catch_up()
    say(said)
    return code


class _Shown:
    """Shows the exchanges that came since it last looked."""

    def __init__(self, say: Say, zone: tzinfo | None) -> None:
        self._say = say
        self._zone = zone
        self._seen = 0
        self._trace: Trace | None = None

    def take(self, trace: Trace) -> None:
        """Show what is in this trace."""
        self._trace = trace

    def catch_up(self) -> None:
        if self._trace is None:
            return
        fresh = self._trace.version - self._seen
        self._seen = self._trace.version
        for exchange in list(self._trace)[-fresh:] if fresh else []:
            time = f"{exchange.at.at.astimezone(self._zone):%H:%M:%S.%f}"[:-3]
            self._say(f"{time} {exchange.direction} {exchange.text}")

    async def keep_up(self) -> None:
        """Show them as they come."""
        while True:
            self.catch_up()
            await asyncio.sleep(EVERY_SECONDS)
