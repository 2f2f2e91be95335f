"""The counter of RemotePC: the customers' accounts, and what can be changed in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from tui.config import RemotePCSettings
from tui.desk.counter import KeptCounter
from tui.desk.refusals import Credentials
from tui.desk.remotepc.accounts import Accounts
from tui.models.notes import Subject, about_user
from tui.models.user_board import UserBoard
from tui.models.users import User

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.archive.records import UserList
    from tui.desk.remotepc.feed import RemotePCFeed
    from tui.services.trace import Trace


class RemotePCCounter(KeptCounter[RemotePCSettings, "RemotePCFeed", UserBoard]):
    """The list of users, and the accounts that are added to it."""

    name = "remotepc"
    title = "RemotePC"
    purpose = "customers' accounts"
    questions: ClassVar[Mapping[str, str]] = {"url": "Address", "api_key": "API key (My account, API keys)"}
    limitations = "cannot delete or change users: its API has no such call"
    board_kind = UserBoard

    @cached_property
    def accounts(self) -> Accounts:
        """The commands on accounts."""
        return Accounts(self)

    @staticmethod
    def _credentials(section: RemotePCSettings) -> Credentials:
        """The key; it says who we are, too."""
        return Credentials((section.url,), "", section.api_key)

    def _new_feed(self, section: RemotePCSettings, archive: Store) -> RemotePCFeed:
        from tui.desk.remotepc.feed import RemotePCFeed
        from tui.desk.remotepc.reading import ReadingFeed
        from tui.services.remotepc import RemotePCReader, RemotePCService

        kind = RemotePCReader if self.settings.ui.readonly or not section.asks else RemotePCService
        service = partial(kind, section, clock=self.clock)
        if not section.asks:
            return ReadingFeed(section, self.board, self.link, self.clock, service, archive)
        kept_in = archive if self._keeper else None
        return RemotePCFeed(section, self.board, self.link, self.clock, service, kept_in)

    def _forget(self) -> None:
        self.board.clear()

    def about(self, row: User, day: str = "") -> Subject | None:
        """The user, whichever day it is."""
        return None if self.section is None else about_user(self.section.account, row.username)

    def listed(self) -> UserList | None:
        """The list as it came last, with those that have left it since somebody looked."""
        from tui.archive.records import UserList
        from tui.desk.remotepc.feed import day_of

        fetched = self.board.fetched
        return None if fetched is None else UserList(day_of(fetched), fetched.at.timestamp(), tuple(self.board.rows()))

    @property
    def kept(self) -> str:
        """The day whose list was kept last."""
        return "" if self.feed is None else self.feed.kept

    @property
    def trouble(self) -> str:
        """Nothing: the link says it."""
        return ""

    async def keep_once(self, section: RemotePCSettings, archive: Store) -> None:
        """Keep the list of today, where it has none yet."""
        self.feed = self._new_feed(section, archive)
        await self.feed.keep_once()

    async def check(self, section: RemotePCSettings) -> str:
        """Get the list."""
        return f"let in, {await self._count(section)} users"

    async def run_trace(self, section: RemotePCSettings, show: Callable[[Trace], None], seconds: float) -> str:
        """Get the list."""
        return f"{await self._count(section, show)} users were read."

    async def _count(self, section: RemotePCSettings, show: Callable[[Trace], None] = lambda _: None) -> int:
        from tui.services.remotepc import RemotePCReader

        async with RemotePCReader(section) as service:
            show(service.trace)
            return len(await service.list_users())
