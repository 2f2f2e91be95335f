"""The board of the team: read from the shared archive while somebody looks at it, and when something was stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from tui.desk.alpemix import AlpemixCounter
from tui.desk.counter import Counter
from tui.models.clock import Clock, Moment
from tui.models.listening import bounds_of
from tui.models.versioned import Versioned
from tui.models.waiting import first_of
from tui.services.errors import OwnFault

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.config import ArchiveSettings, Settings, TeamSettings
    from tui.crash import FaultReports
    from tui.models.team import Team, TeamDay

READ_SECONDS: Final = 1.0
"""The board is read no more often than this, whatever is stored."""

READ_MOST: Final = 5.0
"""Nor more seldom where something was stored, however long that takes."""

REST_TIMES: Final = 5
"""Within these bounds a rest is as many times as long as the reading before it."""

AGAIN_SECONDS: Final = 300.0
"""How often it is read while nothing is told: that somebody still listens is no news, and whoever has fallen silent
tells nothing. Fifty boards cost a server less than one statement a second."""

RETRY_SECONDS: Final = 30.0
"""How long to wait after the archive could not be read."""

LOOKED_SECONDS: Final = 3.0
"""Who has not looked for as long does not look any more: a screen looks once a second at the least."""


def why_no_board(archive: ArchiveSettings | None, team: TeamSettings) -> str:
    """Why there is no board of the team; empty where there is one."""
    if archive is None or not archive.url:
        return "needs a team's archive: archive.url"
    return "" if team.board else "there is no board here: team.board"


class TeamWatch(Versioned):
    """What the archive holds of today for the board; ``version`` grows whenever it was read."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        archive: ArchiveSettings | None,
        counters: Mapping[str, Counter[Any, Any, Any]],
        clock: Clock,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._archive = archive
        self._counters = counters
        self._clock = clock
        self._looked_at = float("-inf")
        self._looks = asyncio.Event()
        self._asked = asyncio.Event()
        self._held: tuple[str, TeamDay] | None = None
        self.read_at: Moment | None = None
        """When it was read last; None before it was."""
        self.trouble = ""
        """Why it could not be read anew; empty while it could."""

    @property
    def why_none(self) -> str:
        """Why there is no board; empty where there is one."""
        return why_no_board(self._archive, self._settings().team)

    def look(self) -> None:
        """Somebody looks now."""
        self._looked_at = self._clock.tick()
        self._looks.set()

    def ask(self) -> None:
        """Read it again as soon as possible."""
        self._asked.set()

    def adopt(self) -> None:
        """The settings are others now."""
        self.ask()
        self._changed()

    @property
    def connections(self) -> Counter[Any, Any, Any] | None:
        """Where today's connections come from."""
        return self._counters.get(AlpemixCounter.name)

    def team(self) -> Team:
        """The technicians, by what is known now."""
        from tui.archive.records import SILENT_SECONDS  # the first frame shows nothing of the archive
        from tui.models.team import Team, team_of

        if self._held is None or self.read_at is None:
            return Team()
        (day, held), settings = self._held, self._settings()
        connections = () if self.connections is None else tuple(self.connections.board)
        heard_since = self.read_at.at.timestamp() - SILENT_SECONDS
        return team_of(day, held, connections, settings.team.technicians, bounds_of(day, settings.ui.zone), heard_since)

    async def run(self, archive: Store, faults: FaultReports) -> None:
        """Read it while somebody looks, until cancelled."""
        from tui.archive.errors import StoreError

        news = archive.watch_calls()
        while True:
            await self._until_somebody_looks()
            try:
                began = self._clock.tick()
                await self._read(archive)
                rest = REST_TIMES * (self._clock.tick() - began)
                await self._clock.sleep(min(max(READ_SECONDS, rest), READ_MOST))
                await first_of(news(self._patience), self._asked.wait())
            except StoreError as error:
                await self._wait_in_trouble(error.sentence)
            except Exception as error:  # noqa: BLE001 - a fault of ours here must not take the systems along
                await self._wait_in_trouble(OwnFault(faults.write(error)).sentence)

    async def _until_somebody_looks(self) -> None:
        if self._clock.tick() - self._looked_at > LOOKED_SECONDS:
            self._looks.clear()
            await self._looks.wait()

    async def _read(self, archive: Store) -> None:
        """Read the day. Raises StoreError."""
        self._asked.clear()
        now, zone = self._clock.now(), self._settings().ui.zone
        day = now.at.astimezone(zone).date().isoformat()
        self._held = day, await archive.team_day(day, bounds_of(day, zone)[0])
        self.read_at, self.trouble = now, ""
        self._changed()

    @property
    def _patience(self) -> float:
        """Seconds until it is read again where nothing is told: no longer than the day lasts."""
        if self._held is None:
            return AGAIN_SECONDS
        _, end = bounds_of(self._held[0], self._settings().ui.zone)
        return min(AGAIN_SECONDS, max(0.0, end - self._clock.now().at.timestamp()))

    async def _wait_in_trouble(self, trouble: str) -> None:
        self.trouble = trouble
        self._changed()
        await first_of(self._clock.sleep(RETRY_SECONDS), self._asked.wait())
