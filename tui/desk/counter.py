"""What the systems have in common at the desk: each has a counter with a board, a link, a feed and its commands.

A counter is there from the start, with its board empty. Its feed runs while the config switches the system on.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from tui.audit import Audit
from tui.config import Settings
from tui.desk.refusals import Credentials, Refusals
from tui.models.clock import Clock
from tui.models.links import Link
from tui.services.errors import Rejected, Unreachable

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.archive.records import UserList
    from tui.crash import FaultReports
    from tui.desk.feed import Feed
    from tui.models.notes import Subject
    from tui.services.trace import Trace


Section = TypeVar("Section")
"""The settings of a system."""
SomeFeed = TypeVar("SomeFeed", bound="Feed[Any, Any, Any]")
SomeBoard = TypeVar("SomeBoard")
"""What is known of a system now; its ``version`` grows with every change."""
Service = TypeVar("Service")


class Counter(ABC, Generic[Section, SomeFeed, SomeBoard]):
    """One system: what is known of it, how its link stands, and what can be asked of it."""

    name: ClassVar[str]
    """Section of the config."""
    title: ClassVar[str]
    """What people call it."""
    purpose: ClassVar[str]
    """What it is for, as `helpdeck init` says it."""
    questions: ClassVar[Mapping[str, str]]
    """Key -> question of `helpdeck init`. Any other key is asked for when the system's answer leads to it."""
    limitations: ClassVar[str]
    """What it cannot do, or not as often as one wants, as the help says it."""
    board_kind: ClassVar[type[Any]]
    """Class of its board, which begins empty."""
    at_once: ClassVar[frozenset[str]] = frozenset()
    """Keys that are looked at whenever they are needed: the feed need not begin anew for them."""
    has_commands: ClassVar[bool] = True
    """Whether its commands change something in the system, which the feed is to know."""

    def __init__(
        self,
        settings: Settings,
        audit: Audit | None = None,
        clock: Clock | None = None,
        state_folder: Path | None = None,
        keeper: str = "",
    ) -> None:
        """``keeper``: as whom this process keeps what is to be remembered; empty where it only looks."""
        self.settings = settings
        self.clock = clock or Clock()
        self.audit = audit or Audit(None, self.clock)
        self.link = Link(self.clock)
        self.board: SomeBoard = self.board_kind()
        self.feed: SomeFeed | None = None
        """None while the system is off or just starting."""
        self.refusals = Refusals()
        self.known_users: Callable[[], UserList | None] = lambda: None
        """Gives the users that are known now, to whichever counter."""
        self._state_folder = state_folder
        self._keeper = keeper
        self._opened: tuple[asyncio.TaskGroup, Store, FaultReports] | None = None
        self._running: asyncio.Task[None] | None = None
        if self.section is not None:
            self.link.connecting("starting")

    @property
    def section(self) -> Section | None:
        """Its settings; None where the config switches it off."""
        section: Section | None = getattr(self.settings, self.name)
        return section

    @property
    def zone(self) -> tzinfo | None:
        """That of the system's own clock, where its days go by one; None also before anything is known of it."""
        return None

    # Each system's own.

    @staticmethod
    @abstractmethod
    def _credentials(section: Section) -> Credentials:
        """What lets us in."""

    @abstractmethod
    async def check(self, section: Section) -> str:
        """Ask whether the system lets us in, and leave nothing behind; says what it showed. Raises ServiceError."""

    @abstractmethod
    async def run_trace(self, section: Section, show: Callable[[Trace], None], seconds: float) -> str:
        """Do with the system what the feed does, once; says what came of it. Raises ServiceError.

        ``show`` is given the trace as soon as there is one; what never ends is given up after ``seconds``.
        """

    @abstractmethod
    def _new_feed(self, section: Section, archive: Store) -> SomeFeed:
        """A feed with these settings. What talks to the system is imported here: the first frame is not to wait."""

    @abstractmethod
    def _forget(self) -> None:
        """Drop what is known: it is of another account than the one that is asked now."""

    @abstractmethod
    def about(self, row: Any, day: str = "") -> Subject | None:
        """What names a row for a note on it; None where nothing of it is kept. ``day``: that is shown."""

    def listed(self) -> UserList | None:
        """The users that it knows now, for who looks for one; None where it knows none."""
        return None

    # The life of the feed.

    def open(self, group: asyncio.TaskGroup, archive: Store, faults: FaultReports) -> None:
        """From now on the feed can run."""
        self._opened = group, archive, faults
        self.start()

    def start(self) -> None:
        """Let the feed run, if the config switches the system on and it does not run yet."""
        section = self.section
        if self._opened is None or section is None or self._running is not None:
            return
        group, archive, faults = self._opened
        self.feed = self._new_feed(section, archive)
        self.feed.faults = faults
        self.feed.on_wrong_credentials = partial(self.refusals.note, self._credentials(section))
        self._running = group.create_task(self.feed.run(), name=f"{self.name} feed")

    async def stop(self) -> None:
        """End the feed, and wait until it has logged off."""
        (running, self._running), feed = (self._running, None), self.feed
        if running is not None:
            running.cancel()
            await asyncio.wait([running])
            if self.feed is feed:
                self.feed = None

    async def begin_anew(self, before: Section | None) -> None:
        """Stop the feed, and start one with the settings of now; ``before``: those that it had."""
        if self.link.is_on:
            self.link.connecting("closing")
        await self.stop()
        section = self.section
        if section is None or (
            before is not None and self._credentials(before).accounts != self._credentials(section).accounts
        ):
            self._forget()
        if section is None:
            self.link.off()
        else:
            self.link.connecting("starting")
            self.start()

    def begins_anew_for(self, changed: Sequence[str]) -> bool:
        """Whether the feed has to begin anew where these keys of the config changed."""
        own = (key.partition(".") for key in changed)
        return any(section == self.name and key not in self.at_once for section, _, key in own) or (
            self.has_commands and "ui.readonly" in changed
        )

    async def release(self) -> None:
        """Give back what others may need while the program is suspended, perhaps for hours."""

    def resume(self) -> None:
        """Take again what :meth:`release` gave back."""

    # What the person may know, and ask for.

    def watch(self, on_change: Callable[[], None], at_once: Callable[[], None]) -> None:
        """Call these from now on: after every change, and where somebody waits for just that."""
        board: Any = self.board
        board.on_change = self.link.on_change = on_change

    @property
    def why_off(self) -> str:
        """Why there is nothing of the system."""
        return f"{self.title} is switched off: the config has no [{self.name}] section"

    @property
    def why_not_asked(self) -> str:
        """Why only what the archive holds of the system is shown; empty where the system is asked."""
        section: Any = self.section
        if section is None or getattr(section, "asks", True):
            return ""
        return f"{self.title} is not asked from here: the config has no {self.name}.{section.to_ask}"

    @property
    def trace(self) -> Trace | None:
        """The last exchanges with the system; None while it is off or just starting."""
        trace: Trace | None = None if self.feed is None or self.feed.service is None else self.feed.service.trace
        return trace

    def service(self, kind: type[Service]) -> Service:
        """The open service, with the commands of this class. Raises Unreachable where there is none."""
        service = None if self.feed is None else self.feed.service
        if not isinstance(service, kind):
            raise Unreachable(f"{self.title} is not connected")
        return service

    def why_not(self, action: str, row: object = None) -> str:
        """Why something cannot be changed in the system now, in a sentence; empty when it can."""
        if self.settings.ui.readonly:
            return "read-only: nothing is changed from here"
        return self.why_not_asked if self.link.is_on else self.why_off

    def allow(self, action: str, row: object = None) -> None:
        """Raise Rejected with the reason where an action is not possible now."""
        if reason := self.why_not(action, row):
            raise Rejected(reason)

    def refresh(self) -> str:
        """Ask the system again as soon as its limits allow; says what will happen."""
        if not self.link.is_on:
            return self.why_off
        if self.feed is None:
            return f"{self.title} is just starting"
        self.feed.ask()
        return self.why_not_asked or f"asking {self.title} now"

    @property
    def was_refused(self) -> bool:
        """Whether the credentials of now are ones that the system has refused."""
        return self.section is not None and self.refusals.holds(self._credentials(self.section))

    @property
    def question(self) -> str:
        """What to ask before what was refused is sent once more."""
        times = 0 if self.section is None else self.refusals.times(self._credentials(self.section))
        return self._again(times)

    def _again(self, times: int) -> str:
        return f"the same key again? refused {'once' if times == 1 else f'{times} times'}"


class KeptCounter(Counter[Section, SomeFeed, SomeBoard]):
    """One of a system that forgets: the archive keeps what it tells, also while nobody looks."""

    @property
    @abstractmethod
    def kept(self) -> str:
        """What has been kept last, in words that change a few times a day; empty while that is nothing."""

    @property
    @abstractmethod
    def trouble(self) -> str:
        """Why what is told is not kept although the system answers; empty where it is."""

    @abstractmethod
    async def keep_once(self, section: Section, archive: Store) -> None:
        """Keep what is due, unless another process has just done it. Raises ServiceError."""
