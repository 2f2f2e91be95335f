"""The customers' RemotePC accounts."""

from __future__ import annotations

from tui.config import RemotePCSettings
from tui.desk.feed import MISSED, Feed
from tui.models.clock import Clock
from tui.models.links import Link
from tui.models.user_board import UserBoard
from tui.services.remotepc import RemotePCReader, RemotePCService


class RemotePCFeed(Feed[RemotePCReader]):
    """The list of accounts, at an interval, and again after each change."""

    def __init__(
        self, settings: RemotePCSettings, board: UserBoard, link: Link, clock: Clock, *, readonly: bool
    ) -> None:
        super().__init__(link, clock)
        self._kind = RemotePCReader if readonly else RemotePCService
        self._settings = settings
        self._board = board

    @property
    def commands(self) -> RemotePCService | None:
        """The open service with its commands; None where nothing is to be changed."""
        return self.service if isinstance(self.service, RemotePCService) else None

    def _open(self) -> RemotePCReader:
        return self._kind(self._settings, clock=self.clock)

    async def _serve(self, service: RemotePCReader) -> None:
        while True:
            if not self._board.fetched:
                self.link.connecting("asking for the list of users")
            # Before the request: who asks while it is under way, as after a change, wants a newer answer.
            self._asked.clear()
            users = await service.list_users()
            now = self.clock.now()
            self._board.replace(users, now)
            self._recovered()
            seconds = float(self._settings.refresh_seconds)
            self.link.live(now, good_for=MISSED * seconds)
            await self._pause(seconds)
