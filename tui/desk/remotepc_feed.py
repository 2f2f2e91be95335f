"""The customers' RemotePC accounts."""

from __future__ import annotations

from tui.config import RemotePCSettings
from tui.desk.feed import Feed
from tui.models.clock import Clock
from tui.models.links import Link
from tui.models.user_board import UserBoard
from tui.services.remotepc import RemotePCService


class RemotePCFeed(Feed[RemotePCService]):
    """The list of accounts, at an interval, and again after each change."""

    def __init__(self, settings: RemotePCSettings, board: UserBoard, link: Link, clock: Clock) -> None:
        super().__init__(link, clock)
        self._settings = settings
        self._board = board

    def _open(self) -> RemotePCService:
        return RemotePCService(self._settings, clock=self.clock)

    async def _serve(self, service: RemotePCService) -> None:
        while True:
            if not self._board.fetched:
                self.link.connecting("asking for the list of users")
            users = await service.list_users()
            now = self.clock.now()
            self._board.replace(users, now)
            self._backoff.reset()
            self.link.live(now)
            self._asked.clear()
            await self._pause(float(self._settings.refresh_seconds))
