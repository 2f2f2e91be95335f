"""The support desk without a screen: boards to read and commands to give."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from tui.audit import AUDIT_FILE, Audit
from tui.config import ArchiveSettings, Settings
from tui.desk.accounts import Accounts
from tui.desk.feeds import SYSTEMS, Feeds
from tui.desk.phone import Phone
from tui.desk.refusals import Refusals
from tui.desk.rereading import Reread, Rereading
from tui.models.call_board import CallBoard
from tui.models.calls import Call, CallState
from tui.models.clock import Clock
from tui.models.connection_board import ConnectionBoard
from tui.models.connections import Connection, Earlier
from tui.models.links import Link, Phase
from tui.models.user_board import UserBoard
from tui.services.errors import Rejected, Unreachable

if TYPE_CHECKING:
    from tui.desk.alpemix_feed import AlpemixFeed
    from tui.desk.altigen_feed import AltiGenFeed
    from tui.desk.remotepc_feed import RemotePCFeed
    from tui.models.dialling import Target
    from tui.services.altigen import AltiGenService
    from tui.services.remotepc import RemotePCService
    from tui.services.trace import Trace

NAMES: Final = {"altigen": "AltiGen", "alpemix": "Alpemix", "remotepc": "RemotePC"}

_ON_CALL: Final = frozenset({"calls.hang_up", "calls.record", "calls.mute"})

Result = TypeVar("Result")


class Desk:
    """The whole program but its screen.

    The boards and links are there from the start, empty; :meth:`run` fills them. Commands raise
    :class:`~tui.services.errors.ServiceError` with a sentence for the person.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        state_folder: Path | None = None,
        archive: ArchiveSettings | None = None,
        reread: Reread | None = None,
    ) -> None:
        """``state_folder``: for the audit, AltiGen's session id and Alpemix's token; None keeps them nowhere.

        ``archive``: what remembers connections and counts requests for all processes; None is one in memory.
        ``reread``: reads the config again; None where there is none to read.
        """
        self.settings = settings
        self._archive = archive
        self.clock = clock or Clock()
        self.calls = CallBoard()
        self.connections = ConnectionBoard()
        self.users = UserBoard()
        self.audit = Audit(None if state_folder is None else state_folder / AUDIT_FILE, self.clock)
        self.accounts = Accounts(self)
        self.phone = Phone(self)
        self.links = {system: Link(self.clock) for system in SYSTEMS}
        self.refusals = Refusals()
        self.feeds = Feeds(
            self.calls, self.connections, self.users, self.links, self.clock, state_folder, self.refusals
        )
        self.rereading = Rereading(self, reread)
        for system in SYSTEMS:
            if getattr(settings, system) is not None:
                self.links[system].connecting("starting")

    async def run(self) -> None:
        """Keep the boards current until cancelled; then log off, so that the licence is free."""
        from tui.archive import open_store  # with the rest of what takes longer than the first frame to paint

        async with open_store(self._archive, self.clock) as archive, asyncio.TaskGroup() as group:
            self.feeds.open(group, archive)
            for system in SYSTEMS:
                self.feeds.start(system, self.settings)
            # The group stands open where no feed runs, too: one may be put aside, or be switched on later.
            await asyncio.Event().wait()

    async def release_licence(self) -> None:
        """Give the AltiGen licence back until :meth:`resume`: the program is put aside, perhaps for hours."""
        # What was refused holds no licence, and must not be tried again by coming back.
        if self._altigen is not None and self.links["altigen"].phase is not Phase.REFUSED:
            self.links["altigen"].connecting("giving the licence back")
            await self.feeds.stop("altigen")

    def resume(self) -> None:
        """Take the licence and the calls (again); what ended meanwhile is found out by the opening snapshot."""
        self.feeds.start("altigen", self.settings)

    def forget(self, system: str) -> None:
        """What is known of a system is of another account than the one that is asked now."""
        match system:
            case "altigen":
                self.calls.give_up(self.clock.now(), "not seen to its end: the config names another extension")
            case "alpemix":
                self.connections.clear()
            case "remotepc":
                self.users.clear()

    # What the person may know.

    def trace(self, system: str) -> Trace | None:
        """The last exchanges with a system; None while it is off or just starting."""
        feed = self.feeds.of(system)
        return None if feed is None or feed.service is None else feed.service.trace

    @property
    def report_budget(self) -> tuple[int, int] | None:
        """Report requests left in this minute, to whichever process, and allowed in all; None before they are known."""
        budget = self.connections.budget
        return None if budget is None else (budget.left(self.clock.uptime().seconds), budget.limit)

    def why_not(self, action: str, call: Call | None = None) -> str:
        """Why an action is not possible now, in a sentence; empty when it is."""
        system = action_system(action)
        if system is None:
            return ""
        if self.settings.ui.readonly:
            return "read-only: nothing is changed from here"
        if not (link := self.links[system]).is_on:
            return f"{NAMES[system]} is switched off: the config has no [{system}] section"
        if system == "altigen" and link.phase not in (Phase.LIVE, Phase.DEGRADED):
            return f"{NAMES[system]} is not connected ({link.word(self.clock.now())})"
        return self._why_not_on_call(action, call) if action in _ON_CALL else ""

    def _why_not_on_call(self, action: str, call: Call | None) -> str:
        assert self.settings.altigen is not None
        if action == "calls.hang_up" and self.settings.altigen.why_no_drop:
            return self.settings.altigen.why_no_drop
        if call is None:
            return "there is no call here"
        if not call.is_live:
            return "this call has ended"
        if action == "calls.hang_up" and "conference" in call.event_type:
            return "AltiGen cannot drop a conference"
        if action == "calls.record" and call.state is not CallState.CONNECTED and call.recording is None:
            return "only a connected call can be recorded"
        if action == "calls.mute" and call.recording is None:
            return "this call is not being recorded"
        return ""

    # What the person asks for.

    def refresh(self, system: str) -> str:
        """Ask a system again as soon as its limits allow; says what will happen."""
        link = self.links[system]
        if not link.is_on:
            return f"{NAMES[system]} is switched off: the config has no [{system}] section"
        if system == "altigen" and link.is_live and self.calls.is_settling:
            return "the calls are being read anew just now"
        feed = self.feeds.of(system)
        if feed is None:
            return f"{NAMES[system]} is just starting"
        feed.ask()
        budget, uptime = self.connections.budget, self.clock.uptime().seconds
        if system == "alpemix" and budget is not None and budget.left(uptime) == 0:
            why = budget.reason or f"{budget.limit} of {budget.limit} requests of this minute are used"
            return f"{why}: asking again in {budget.seconds_to_next(uptime):.0f} s"
        return "reading all calls anew" if system == "altigen" and link.is_live else f"asking {NAMES[system]} now"

    async def connections_of(self, day: str) -> list[Connection]:
        """The connections of a day of the archive, newest first."""
        return await self._remembered(lambda feed: feed.rows_of(day))

    async def earlier_connections(self, day: str, row: Connection) -> tuple[list[Earlier], list[Connection]]:
        """What was said of a connection before it was changed, and the others with the same customer's device."""
        earlier = await self._remembered(lambda feed: feed.earlier_of(day, row))
        return earlier, await self._remembered(lambda feed: feed.same_device(row))

    async def _remembered(self, ask: Callable[[AlpemixFeed], Awaitable[Result]]) -> Result:
        from tui.archive.errors import StoreError

        if self._alpemix is None:
            raise Unreachable("Alpemix is switched off, or just starting")
        try:
            return await ask(self._alpemix)
        except StoreError as error:
            raise Unreachable(error.sentence) from error

    def dialled(self, text: str) -> Target:
        """What a typed number would call, by the config's system and region. Raises Undialable."""
        from tui.models.dialling import Undialable, read_target

        settings = self.settings.altigen
        if settings is None:
            raise Undialable("AltiGen is switched off")
        return read_target(
            text,
            region=settings.region,
            accepts_sip=settings.is_maxacd,
            dial_format=settings.dial_format,
        )

    @property
    def _altigen(self) -> AltiGenFeed | None:
        return self.feeds.altigen

    @property
    def _alpemix(self) -> AlpemixFeed | None:
        return self.feeds.alpemix

    @property
    def _remotepc(self) -> RemotePCFeed | None:
        return self.feeds.remotepc

    def altigen_commands(self) -> AltiGenService:
        """The service that changes calls; raises Unreachable while there is none."""
        if self._altigen is None or self._altigen.commands is None:
            raise Unreachable("AltiGen is not connected")
        return self._altigen.commands

    def remotepc_commands(self) -> RemotePCService:
        """The service that changes accounts; raises Unreachable while there is none."""
        if self._remotepc is None or self._remotepc.commands is None:
            raise Unreachable("RemotePC is not connected")
        return self._remotepc.commands

    def allow(self, action: str, call: Call | None = None) -> None:
        """Raise Rejected with the reason where an action is not possible now."""
        if reason := self.why_not(action, call):
            raise Rejected(reason)


def action_system(action: str) -> str | None:
    """The system that an action changes something in; None for the rest."""
    if action == "connections.place_call":
        return "altigen"
    return {"calls": "altigen", "users": "remotepc"}.get(action.partition(".")[0])
