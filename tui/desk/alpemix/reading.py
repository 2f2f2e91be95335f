"""The connections as a team's archive has them, for whoever has no secret key: Alpemix is not asked."""

from __future__ import annotations

from typing import Final, Never

from tui.archive.records import KEEPER_SECONDS
from tui.desk.alpemix.feed import LOOK_SECONDS, AlpemixFeed
from tui.services.alpemix import AlpemixService

NOBODY_ASKS: Final = "nobody asks Alpemix now: this is what the archive holds"


class ReadingFeed(AlpemixFeed):
    """Shows what others have stored, and takes part in nothing else."""

    async def _keep_up(self, service: AlpemixService) -> Never:
        while True:
            self._asked.clear()
            await self._catch_up(service)
            fetched, good_for = self._board.fetched, max(KEEPER_SECONDS, self._fresh_seconds)
            if fetched is None:
                self.link.degraded(NOBODY_ASKS)
            else:
                self.link.live(fetched, good_for=good_for, overdue=NOBODY_ASKS)
            await self._unless_asked(self._watch(LOOK_SECONDS))
