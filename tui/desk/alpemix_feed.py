"""The team's remote-support connections, within the request limit of Alpemix."""

from __future__ import annotations

from tui.config import AlpemixSettings
from tui.desk.feed import Feed
from tui.models.clock import Clock
from tui.models.connection_board import ConnectionBoard
from tui.models.links import Link
from tui.services.alpemix import AlpemixService


class AlpemixFeed(Feed[AlpemixService]):
    """All of today at first, then the newest few at an interval, within the request budget."""

    def __init__(self, settings: AlpemixSettings, board: ConnectionBoard, link: Link, clock: Clock) -> None:
        super().__init__(link, clock)
        self._settings = settings
        self._board = board
        self._wants_all = True

    def _open(self) -> AlpemixService:
        return AlpemixService(self._settings, clock=self.clock)

    async def _serve(self, service: AlpemixService) -> None:
        while True:
            if not self._board.fetched:
                self.link.connecting("asking for today's connections")
            report = await (service.today() if self._wants_all else service.last(self._settings.last))
            now = self.clock.now()
            first = self._board.fetched is None
            known = self._board.merge(report.rows, now)
            self._board.repaired += report.repaired
            self._board.unreadable = report.unreadable
            # A full page of which nothing is known: there may be more between it and what we have.
            self._wants_all = (
                not first and not self._wants_all and known == 0 and len(report.rows) >= self._settings.last
            )
            self._backoff.reset()
            self.link.live(now)
            wait = service.reports.seconds_to_next() if self._wants_all else float(self._settings.refresh_seconds)
            self._board.next_request = self.clock.tick() + wait
            self._asked.clear()
            await self._pause(wait)
            if (seconds := service.reports.seconds_to_next()) > 0:  # asked for earlier than the limit allows
                self._board.next_request = self.clock.tick() + seconds
                await self.clock.sleep(seconds)
