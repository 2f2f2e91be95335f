"""`helpdeck check --trace SYSTEM`: what really goes over the wire, so that a site can see how its system speaks."""

from __future__ import annotations

import asyncio
from typing import Final

from tui.commands.conversation import Say
from tui.config import Settings
from tui.models.calls import Unreadable
from tui.services.errors import LicenceInUse, Limited, NotBound, ServiceError, Unreachable
from tui.services.trace import Trace

SECONDS: Final = 20.0
"""How long the event channel is listened to."""

EVERY_SECONDS: Final = 0.1
"""How often to look for what came."""

OK: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
TRY_AGAIN: Final = 3


async def trace(system: str, settings: Settings, say: Say, *, seconds: float = SECONDS) -> int:
    """Ask one system, show every exchange as it happens, and give the exit code."""
    asking = {"altigen": _altigen, "alpemix": _alpemix, "remotepc": _remotepc}[system]
    if getattr(settings, system) is None:
        say(f"{system} is off: there is no section [{system}]")
        return WRONG_USAGE
    shown = _Shown(say)
    failure: ServiceError | None = None
    fault = ""
    async with asyncio.TaskGroup() as group:
        showing = group.create_task(shown.keep_up())
        try:
            verdict = await asking(settings, shown, seconds)
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
        return OK
    say(f"{failure.sentence}{f' It says: {failure.detail}' if failure.detail else ''}")
    may_pass = isinstance(failure, Unreachable | LicenceInUse | Limited) and not isinstance(failure, NotBound)
    return TRY_AGAIN if may_pass else FAILED


class _Shown:
    """Shows the exchanges that came since it last looked."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._seen = 0
        self.trace: Trace | None = None

    def catch_up(self) -> None:
        if self.trace is None:
            return
        fresh = self.trace.version - self._seen
        self._seen = self.trace.version
        for exchange in list(self.trace)[-fresh:] if fresh else []:
            time = f"{exchange.at.at.astimezone():%H:%M:%S.%f}"[:-3]
            self._say(f"{time} {exchange.direction} {exchange.text}")

    async def keep_up(self) -> None:
        """Show them as they come."""
        while True:
            self.catch_up()
            await asyncio.sleep(EVERY_SECONDS)


async def _altigen(settings: Settings, shown: _Shown, seconds: float) -> str:
    from tui.services.altigen import AltiGenReader

    if settings.altigen is None:
        return ""
    told = unread = 0
    async with AltiGenReader(settings.altigen) as service:
        shown.trace = service.trace
        await service.log_on()
        async with service.channel() as channel:
            await channel.bind()
            try:
                async with asyncio.timeout(seconds):
                    async for events, _came in channel:
                        unread += sum(isinstance(event, Unreadable) for event in events)
                        told += len(events)
            except TimeoutError:
                pass  # that is how long was to be listened
            await service.log_off()  # before the channel goes, which would release the session too
    if told > unread:
        return f"{told - unread} events came in {seconds:.0f} s: altigen.events_path and altigen.bind fit."
    if unread:
        return f"{unread} messages came, and none could be read as an event: does altigen.events_path fit?"
    return (
        f"No event came in {seconds:.0f} s. If there was a call meanwhile, altigen.events_path or altigen.bind does "
        "not fit: the guide gives neither, so try other values."
    )


async def _alpemix(settings: Settings, shown: _Shown, _seconds: float) -> str:
    from tui.archive import open_store
    from tui.services.alpemix import AlpemixService

    if settings.alpemix is None:
        return ""
    # Its requests count like those of a dashboard that runs beside it; the kept token is left alone: the key is tried.
    async with (
        open_store(settings.archive) as archive,
        AlpemixService(settings.alpemix, archive=archive) as service,
    ):
        shown.trace = service.trace
        report = await service.last(settings.alpemix.last)
    repaired = ", after its JSON was repaired" if report.repaired else ""
    return f"{len(report.rows)} connections were read{repaired}."


async def _remotepc(settings: Settings, shown: _Shown, _seconds: float) -> str:
    from tui.services.remotepc import RemotePCReader

    if settings.remotepc is None:
        return ""
    async with RemotePCReader(settings.remotepc) as service:
        shown.trace = service.trace
        users = await service.list_users()
    return f"{len(users)} users were read."
