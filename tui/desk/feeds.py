"""Which feeds run: each is started with the settings of its system, stopped, and started anew with others."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.config import Settings
from tui.desk.refusals import Refusals
from tui.models.clock import Clock
from tui.models.links import Link

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.desk.alpemix_feed import AlpemixFeed
    from tui.desk.altigen_feed import AltiGenFeed
    from tui.desk.remotepc_feed import RemotePCFeed
    from tui.models.call_board import CallBoard
    from tui.models.connection_board import ConnectionBoard
    from tui.models.user_board import UserBoard

SYSTEMS: Final = ("altigen", "alpemix", "remotepc")


class Feeds:
    """One feed for each system that is switched on, for as long as the desk runs."""

    def __init__(
        self,
        calls: CallBoard,
        connections: ConnectionBoard,
        users: UserBoard,
        links: dict[str, Link],
        clock: Clock,
        state_folder: Path | None,
        refusals: Refusals,
    ) -> None:
        self.altigen: AltiGenFeed | None = None
        self.alpemix: AlpemixFeed | None = None
        self.remotepc: RemotePCFeed | None = None
        self._calls = calls
        self._connections = connections
        self._users = users
        self._links = links
        self._clock = clock
        self._state_folder = state_folder
        self._refusals = refusals
        self._group: asyncio.TaskGroup | None = None
        self._archive: Store | None = None
        self._running: dict[str, asyncio.Task[None]] = {}

    def open(self, group: asyncio.TaskGroup, archive: Store) -> None:
        """From now on feeds can be started."""
        self._group, self._archive = group, archive

    def of(self, system: str) -> AltiGenFeed | AlpemixFeed | RemotePCFeed | None:
        """The feed of a system; None while it is off or just starting."""
        return {"altigen": self.altigen, "alpemix": self.alpemix, "remotepc": self.remotepc}[system]

    def start(self, system: str, settings: Settings) -> None:
        """Let a system's feed run, if the settings switch it on and it does not run yet."""
        # httpx and websockets take longer to import than the first frame to paint: not before it.
        from tui.desk.alpemix_feed import AlpemixFeed
        from tui.desk.altigen_feed import AltiGenFeed
        from tui.desk.remotepc_feed import RemotePCFeed

        if self._group is None or self._archive is None or system in self._running:
            return
        link, clock, folder, readonly = self._links[system], self._clock, self._state_folder, settings.ui.readonly
        if system == "altigen" and settings.altigen is not None:
            self.altigen = AltiGenFeed(settings.altigen, self._calls, link, clock, folder, readonly=readonly)
        elif system == "alpemix" and settings.alpemix is not None:
            self.alpemix = AlpemixFeed(settings.alpemix, self._connections, link, clock, self._archive, folder)
        elif system == "remotepc" and settings.remotepc is not None:
            self.remotepc = RemotePCFeed(settings.remotepc, self._users, link, clock, readonly=readonly)
        else:
            return
        feed = self.of(system)
        assert feed is not None
        feed.on_wrong_credentials = partial(self._refusals.note, getattr(settings, system))
        self._running[system] = self._group.create_task(feed.run(), name=f"{system} feed")

    async def stop(self, system: str) -> None:
        """End a system's feed, and wait until it has logged off."""
        running = self._running.pop(system, None)
        if running is not None:
            running.cancel()
            await asyncio.wait([running])
            setattr(self, system, None)
