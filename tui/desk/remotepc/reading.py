"""The users as a team's archive has them, for whoever has no API key: RemotePC is not asked."""

from __future__ import annotations

from typing import Final

from tui.archive.errors import StoreError
from tui.desk.remotepc.feed import RemotePCFeed
from tui.services.remotepc import RemotePCReader
from tui.services.request_budget import unavailable

NOBODY_ASKS: Final = "nobody asks RemotePC now: this is the last list that the archive holds"

NO_LIST: Final = "the archive holds no list of users: helpdeck collect keeps one"


class ReadingFeed(RemotePCFeed):
    """Shows the list that others have kept; looks as often as RemotePC would be asked."""

    async def _serve(self, service: RemotePCReader) -> None:
        assert self._archive is not None
        seconds = float(self._settings.refresh_seconds)
        while True:
            self._asked.clear()
            try:
                found = await self._archive.users_of(self._settings.account, self._today)
            except StoreError as error:
                raise unavailable(error) from error
            if found is None:
                self._recovered()
                self.link.degraded(NO_LIST)
            else:
                self._show(found, seconds, overdue=NOBODY_ASKS)
            await self._pause(seconds)
