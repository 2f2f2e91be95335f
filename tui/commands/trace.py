"""`helpdeck check --trace SYSTEM`: what really goes over the wire, so that a site can see how its system speaks."""

from __future__ import annotations

import asyncio
from typing import Final

from tui.commands.conversation import Say
from tui.config import Settings
from tui.desk.systems import counter_of
from tui.exit_codes import FAILED, FINE, TRY_AGAIN, WRONG_USAGE
from tui.services.errors import LicenceInUse, Limited, NotBound, ServiceError, Unreachable
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
    shown = _Shown(say)
    failure: ServiceError | None = None
    fault = ""
    async with asyncio.TaskGroup() as group:
        showing = group.create_task(shown.keep_up())
        try:
            verdict = await counter.speak(counter.section, shown.take, seconds)
        except ServiceError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - it is told with what went over the wire before it
            fault = f"a fault of Helpdeck itself ({type(error).__name__})"
        finally:
            showing.cancel()
    shown.catch_up()
    if fault:
        say(fault)
        return FAILED
    if failure is None:
        say(verdict)
        return FINE
    say(f"{failure.sentence}{f' It says: {failure.detail}' if failure.detail else ''}")
    may_pass = isinstance(failure, Unreachable | LicenceInUse | Limited) and not isinstance(failure, NotBound)
    return TRY_AGAIN if may_pass else FAILED


class _Shown:
    """Shows the exchanges that came since it last looked."""

    def __init__(self, say: Say) -> None:
        self._say = say
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
            time = f"{exchange.at.at.astimezone():%H:%M:%S.%f}"[:-3]
            self._say(f"{time} {exchange.direction} {exchange.text}")

    async def keep_up(self) -> None:
        """Show them as they come."""
        while True:
            self.catch_up()
            await asyncio.sleep(EVERY_SECONDS)
