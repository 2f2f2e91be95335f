"""The counter of Alpemix: the team's remote-support connections, of today and of the archive."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from tui.config import AlpemixSettings
from tui.desk.counter import KeptCounter
from tui.desk.refusals import Credentials
from tui.models.clock import Moment
from tui.models.connection_board import ConnectionBoard
from tui.models.connections import Connection, Earlier, Report, ReportKind
from tui.models.notes import Subject, about_connection
from tui.services.errors import Unreachable

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.desk.alpemix.feed import AlpemixFeed
    from tui.services.trace import Trace

SPENT: Final = "one token request of 5 and one report of 3 a minute are spent"

Result = TypeVar("Result")


class AlpemixCounter(KeptCounter[AlpemixSettings, "AlpemixFeed", ConnectionBoard]):
    """The connections. There is nothing to change in Alpemix."""

    name = "alpemix"
    title = "Alpemix"
    purpose = "remote-support connections"
    questions: ClassVar[Mapping[str, str]] = {
        "url": "Address",
        "user": "Main user name",
        "secret_key": "Secret key (www.alpemix.com/webapi/login.htm shows it)",
        "timezone": "Time zone of its clock",
    }
    limitations = "tells of today and yesterday only, and takes 3 report requests a minute"
    board_kind = ConnectionBoard
    has_commands = False

    @staticmethod
    def _credentials(section: AlpemixSettings) -> Credentials:
        return Credentials((section.url,), section.user, section.secret_key)

    def _new_feed(self, section: AlpemixSettings, archive: Store) -> AlpemixFeed:
        from tui.desk.alpemix.feed import AlpemixFeed
        from tui.desk.alpemix.reading import ReadingFeed
        from tui.services.alpemix import AlpemixService

        kind = AlpemixFeed if section.asks else ReadingFeed
        service = partial(AlpemixService, section, clock=self.clock, archive=archive, token_folder=self._state_folder)
        return kind(section, self.board, self.link, self.clock, service, archive, self._keeper)

    def _forget(self) -> None:
        self.board.clear()

    @property
    def zone(self) -> tzinfo | None:
        """That of the server's clock; the first frame does not wait until it is loaded."""
        return None if self.feed is None else self.feed.zone

    def refresh(self) -> str:
        """Ask for the newest connections as soon as a request is left; says when."""
        said = super().refresh()
        budget, uptime = self.board.budget, self.clock.uptime().seconds
        if self.feed is None or self.why_not_asked or budget is None or budget.left(uptime) > 0:
            return said
        why = budget.reason or f"{budget.limit} of {budget.limit} requests of this minute are used"
        return f"{why}: asking again in {budget.seconds_to_next(uptime):.0f} s"

    @property
    def account(self) -> str:
        """Whose connections are shown; empty while the config switches it off."""
        return "" if self.section is None else self.section.account

    @property
    def report_budget(self) -> tuple[int, int] | None:
        """Report requests left in this minute, to whichever process, and allowed in all; None before they are known."""
        budget = self.board.budget
        return None if budget is None else (budget.left(self.clock.uptime().seconds), budget.limit)

    def about(self, row: Connection, day: str = "") -> Subject | None:
        """The connection, whatever is written into it later."""
        if self.section is None:
            return None
        if row.uid:
            return about_connection(self.section.account, day, row, row.uid)
        from tui.archive.keys import key_of  # there is hardly one without a number
        from tui.models.namesakes import Namesakes

        return about_connection(self.section.account, day, row, key_of(row, Namesakes()))

    @property
    def kept(self) -> str:
        """The last day that was closed, with its proof."""
        closed = [day for day in self.board.days.values() if day.closed_at is not None]
        if self.section is None or not closed:
            return ""
        day = max(closed, key=lambda each: each.day)
        return f"{day.long_name}: {day.proof(self.settings.ui.zone)}"

    @property
    def trouble(self) -> str:
        """Why reports are not kept, or not where they should be."""
        return self.board.trouble

    def kept_by(self, now: Moment) -> tuple[str, float] | None:
        """The host that keeps the days while nobody looks, and how many seconds ago it said so; None: nobody does."""
        keeper, section = self.board.keeper, self.section
        if keeper is None or section is None:
            return None
        from tui.archive.records import KEEPER_SECONDS  # the first frame shows nothing of the archive
        from tui.desk.feed import MISSED

        seconds = now.seconds_since(keeper.at)
        # It is heard of with what is stored: where that is seldom, for longer.
        return (keeper.host, seconds) if seconds < max(KEEPER_SECONDS, MISSED * section.refresh_seconds) else None

    async def keep_once(self, section: AlpemixSettings, archive: Store) -> None:
        """Close yesterday where it is due, and read today."""
        await self._new_feed(section, archive).keep_once()

    async def connections_of(self, day: str) -> list[Connection]:
        """The connections of a day of the archive, newest first."""
        return await self._remembered(lambda feed: feed.archive.connections_of(feed.account, day, feed.zone))

    async def earlier_connections(self, day: str, row: Connection) -> tuple[list[Earlier], list[Connection]]:
        """What was said of a connection before it was changed, and the others with the same customer's device."""
        earlier = await self._remembered(lambda feed: feed.archive.earlier_of(feed.account, day, row, feed.zone))
        others = await self._remembered(lambda feed: feed.archive.same_device(feed.account, row, feed.zone))
        return earlier, others

    async def _remembered(self, ask: Callable[[AlpemixFeed], Awaitable[Result]]) -> Result:
        from tui.archive.errors import StoreError

        if self.feed is None:
            raise Unreachable("Alpemix is switched off, or just starting")
        try:
            return await ask(self.feed)
        except StoreError as error:
            raise Unreachable(error.sentence) from error

    async def check(self, section: AlpemixSettings) -> str:
        """Get a token and one row."""
        await self._report(section, 1)
        return f"got a token as {section.user}, and a report ({SPENT})"

    async def run_trace(self, section: AlpemixSettings, show: Callable[[Trace], None], seconds: float) -> str:
        """Get a token and the newest rows."""
        report = await self._report(section, section.last, show)
        repaired = ", after its JSON was repaired" if report.repaired else ""
        return f"{len(report.rows)} connections were read{repaired}."

    async def _report(
        self, section: AlpemixSettings, count: int, show: Callable[[Trace], None] = lambda _: None
    ) -> Report:
        from tui.archive import open_store
        from tui.services.alpemix import AlpemixService

        # Its requests count like those of a dashboard beside it; the kept token is left alone: the key is tried.
        async with (
            open_store(self.settings.archive) as archive,
            AlpemixService(section, archive=archive) as service,
        ):
            show(service.trace)
            await service.reports.require_shared()
            return (await service.report(ReportKind.LAST, count))[0]
