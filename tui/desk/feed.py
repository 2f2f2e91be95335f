"""What the three feeds share: each talks to one service, writes to one board, and says how its link stands.

A feed that fails waits and tries again or stops, as the error's :attr:`~tui.services.errors.ServiceError.verdict` says.
No feed ends another.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Generic, TypeVar

from tui.crash import FaultReports
from tui.models.clock import Clock
from tui.models.links import Link
from tui.models.waiting import first_of
from tui.services.errors import OwnFault, Refused, ServiceError, UsedUp
from tui.services.pacing import Backoff

Section = TypeVar("Section")
"""The settings of a system."""
SomeBoard = TypeVar("SomeBoard")
Service = TypeVar("Service")

MISSED: Final = 2
"""Data is stale when this many of its intervals have passed without a good answer."""


class Feed(ABC, Generic[Section, SomeBoard, Service]):
    """Keeps one board current for as long as it runs."""

    def __init__(
        self,
        settings: Section,
        board: SomeBoard,
        link: Link,
        clock: Clock,
        new_service: Callable[[], AbstractAsyncContextManager[Service]],
    ) -> None:
        self._settings = settings
        self._board = board
        self._new_service = new_service
        self.link = link
        self.clock = clock
        self.service: Service | None = None
        """The open service, or None before the first and after the last moment of :meth:`run`."""
        self.on_wrong_credentials: Callable[[], None] = lambda: None
        """Called when the system does not accept what it was given to let us in."""
        self.faults = FaultReports(None)
        """Where the reports of faults of our own go."""
        self._asked = asyncio.Event()
        self._backoff = Backoff()
        self._failure: ServiceError | None = None
        """What went wrong last; None since the system answered well."""

    def ask(self) -> None:
        """Do not wait any longer: the person wants it now."""
        self._asked.set()

    async def run(self) -> None:
        """Keep the board current until cancelled; closing the service then logs off."""
        async with self._new_service() as service:
            self.service = service
            try:
                while True:
                    self._asked.clear()
                    try:
                        await self._serve(service)
                    except ServiceError as error:
                        await self._rest(error)
                    except Exception as error:  # noqa: BLE001 - a fault of ours here must not take the others along
                        await self._rest(OwnFault(self.faults.write(error)))
            finally:
                self.service = None

    @abstractmethod
    async def _serve(self, service: Service) -> None:
        """Talk to the system until something goes wrong, which is raised."""

    async def _rest(self, error: ServiceError) -> None:
        """Wait as the error demands, or until the person asks."""
        if isinstance(error, UsedUp) and self._failure is not None:
            # The cause stays on the screen while the budget is waited for.
            self._say_waiting(error.at_least, self._failure)
            await self._pause(error.at_least)
            return
        self._failure = error
        if isinstance(error, Refused) and error.wrong_credentials:
            self.on_wrong_credentials()
        if error.is_refusal:
            self.link.refused(error.sentence, detail=error.detail, setting=error.setting)
        if error.least_wait is None:
            self._asked.clear()  # who asked before it was refused did not know: a password is not tried twice for that
            await self._asked.wait()
        else:
            delay = max(error.least_wait, self._backoff.next_delay())
            if not error.is_refusal:
                self._say_waiting(delay, error)
            await self._pause(delay)

    def _recovered(self) -> None:
        """The system has answered well."""
        self._failure = None
        self._backoff.reset()

    def _say_waiting(self, seconds: float, error: ServiceError) -> None:
        self.link.waiting(self.clock.now(), seconds, error.sentence, detail=error.detail, setting=error.setting)

    async def _pause(self, seconds: float) -> None:
        """Let this many seconds pass, or fewer when the person asks."""
        await self._unless_asked(self.clock.sleep(seconds))

    async def _unless_asked(self, waiting: Coroutine[Any, Any, None]) -> None:
        """Wait for it, or until the person asks: then it is cancelled."""
        await first_of(waiting, self._asked.wait())
