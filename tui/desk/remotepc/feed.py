"""The customers' RemotePC accounts."""

from __future__ import annotations

from tui.config import RemotePCSettings
from tui.desk.feed import MISSED, Feed
from tui.models.user_board import UserBoard
from tui.services.remotepc import RemotePCReader


class RemotePCFeed(Feed[RemotePCSettings, UserBoard, RemotePCReader]):
    """The list of accounts, at an interval, and again after each change."""

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
