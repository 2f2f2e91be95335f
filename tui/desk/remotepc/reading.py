"""The users as a team's archive has them, for whoever has no API key: RemotePC is not asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tui.archive.errors import StoreError
from tui.desk.feed import MISSED
from tui.desk.remotepc.feed import RemotePCFeed, day_of
from tui.models.clock import Moment
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
            now = self.clock.now()
            try:
                found = await self._archive.users_of(self._settings.account, day_of(now))
            except StoreError as error:
                raise unavailable(error) from error
            self._recovered()
            if found is None:
                self.link.degraded(NO_LIST)
            else:
                age = max(0.0, now.at.timestamp() - found.at)
                fetched = Moment(now.at - timedelta(seconds=age), now.tick - age)
                self._board.replace(found.users, fetched)
                # It was kept up to an interval after it came, and is read up to one later.
                self.link.live(fetched, good_for=(MISSED + 1) * seconds, overdue=NOBODY_ASKS)
            await self._pause(seconds)
