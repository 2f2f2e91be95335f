"""The port of the archive: what the rest of the program may ask of it, in the words of the desk.

A protocol and not a base class: an engine shares no code with it, and is loaded only when it is chosen. mypy holds an
engine to it where :func:`tui.archive.open_store` returns one.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import tzinfo
from typing import Any, Protocol

from tui.archive.budget import Limit, Slot
from tui.archive.errors import StoreError
from tui.archive.records import Claim, FetchState, RequestedReport, UserList
from tui.models.budget import Budget
from tui.models.call_history import LineHistory
from tui.models.callbacks import Callbacks, Step
from tui.models.callers import Evidence
from tui.models.connections import Connection, Earlier, Report, ReportKind
from tui.models.contacts import Contact, Known, TieStep
from tui.models.days import Day
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell
from tui.models.notes import Note, Page, Subject
from tui.models.search import Answer, Search
from tui.models.team import TeamDay

Policy = Callable[[FetchState], ReportKind | None]
"""Decides by what is known what to ask next; None while nothing is due.

Pure: an engine calls it with no other process in between, perhaps in another thread.
"""


class Changed(Protocol):
    """Tells what :meth:`Store.changed` does."""

    def __call__(self, within: float = 0.0) -> Coroutine[Any, Any, bool]:
        """Wait ``within`` seconds for it."""


class Store(AbstractAsyncContextManager["Store"], Protocol):
    """What is remembered, shared by every process that uses it.

    ``async with`` opens it. Every coroutine may raise :class:`~tui.archive.errors.StoreError`: then nothing was done.
    What writes does so wholly or not at all, with no other writer in between. Times of requests are of this machine's
    uptime, taken when no other writer has to be waited for any more.

    While a fallback is used, what keeps calls, call-backs, contacts, ties and notes raises that error, too, and so does
    the list of call-backs: nobody shares a fallback, and it is gone with the next start.
    """

    @property
    def is_shared(self) -> bool:
        """Whether another process can store something in it."""

    @property
    def degraded_by(self) -> StoreError | None:
        """Why a fallback is used, in which fewer requests are allowed; None while the archive itself is."""

    async def changed(self, within: float = 0.0) -> bool:
        """Tell whether another process has stored something since this was last told; waits ``within`` seconds for it.

        It may be cancelled at any time: a change that was not told is told the next time.
        """

    def listener(self) -> Changed:
        """Give a ``changed`` of its own to one more who listens in this process."""

    # Connections and days.

    async def days(self, account: str) -> list[Day]:
        """Give every day of an account, the oldest first."""

    async def connections_of(self, account: str, day: str, zone: tzinfo) -> list[Connection]:
        """Give the connections of a day, newest first; those whose start cannot be read come last."""

    async def earlier_of(self, account: str, day: str, row: Connection, zone: tzinfo) -> list[Earlier]:
        """Give what was said of a connection before it was changed, the latest first."""

    async def same_device(self, account: str, row: Connection, zone: tzinfo) -> list[Connection]:
        """Give other connections with the customer's device, the newest first."""

    def snapshot(self) -> AbstractAsyncContextManager[None]:
        """Let everything that is read within be as at its beginning, whatever is stored meanwhile."""

    # Reports.

    async def fetch_state(self, limit: Limit) -> FetchState:
        """Give what is known of the account of a limit, for deciding what to ask next."""

    async def claim(self, limit: Limit, policy: Policy) -> Claim:
        """Decide what to ask next and take a slot for it, with no other process in between."""

    async def store_report(self, limit: Limit, requested: RequestedReport, report: Report, at: float) -> FetchState:
        """Keep a report and what it proves. ``at``: when the answer came, in seconds of the epoch."""

    async def fail(self, limit: Limit, kind: ReportKind, slot: Slot) -> None:
        """Note that a request ended without a report: nothing of it will be stored, and nobody need wait for it."""

    async def note_keeper(self, limit: Limit, host: str) -> None:
        """Note that a host keeps the days of an account, unless another still does. Nobody is told of it."""

    # Calls. Times are seconds of the epoch.

    async def store_calls(
        self, calls: Sequence[KeptCall], spells: Sequence[Spell], at: float, *, tells: bool = True
    ) -> None:
        """Keep what a listener saw, and when it listened; what was told before of the same call is joined with it.

        A call of which nobody has told for long before ``at`` has ended unseen. ``tells``: whether it is news.
        """

    async def extensions(self) -> list[str]:
        """Give the extensions that somebody listened to, or of which calls are kept."""

    async def call_days(self, extension: str) -> list[str]:
        """Give the days of which calls are kept, the oldest first."""

    async def calls_of(self, extension: str, day: str) -> list[KeptCall]:
        """Give the calls of a day, the newest first."""

    async def line_history(self, line: str, but: str, before: float) -> LineHistory:
        """Give what came of a number before a moment. ``but``: the id of a call that is not told of; may be empty."""

    async def day_of_calls(
        self, extension: str, day: str, since: float, until: float
    ) -> tuple[list[KeptCall], list[Spell]]:
        """Give the calls of a day, the newest first, and when somebody listened between two moments."""

    async def spells_of(self, extension: str, since: float, until: float) -> list[Spell]:
        """Tell when somebody listened to an extension between two moments."""

    async def team_day(self, day: str, since: float) -> TeamDay:
        """Give the calls of today of all extensions, and who listened when. ``since``: the first moment of the day."""

    async def forget_calls(self, before: str) -> None:
        """Drop the calls of the days before this one, the notes on them, and what was done about them."""

    # Notes.

    async def add_notes(self, notes: Sequence[Note]) -> None:
        """Keep these; one that is there already stays as it is."""

    async def notes_of(self, subject: Subject) -> list[Note]:
        """Give the last notes on one subject, the newest last."""

    async def notes_of_line(self, line: str, but: Subject) -> list[Note]:
        """Give the last notes on calls with a number but this one, whose ever they are, the newest last.

        ``line``: that of :func:`tui.models.numbers.one_number`.
        """

    async def notes_on(self, page: Page) -> list[Note]:
        """Give all notes on what stands on a page, the newest last; a call by the id that it is kept under."""

    async def noted(self, pages: Iterable[Page]) -> set[Subject]:
        """Tell which subjects on these pages have notes; a call by each of its sights."""

    # The search over all days.

    async def find(self, wanted: Search, most: int, zone: tzinfo) -> Answer:
        """Give the newest rows, of all accounts, in which something is found. ``zone``: that of the connections."""

    async def bring_on_searched(self) -> int:
        """Bring some rows up to date for the search; gives how many days are left, 0 where there is nothing to do."""

    async def keep_searched(self) -> None:
        """Bring on what is searched, beside everything else, whenever something was stored from here; never ends."""

    def watch_calls(self) -> Changed:
        """Give one who is told as :meth:`changed` tells it, and of the calls that this process stores.

        What concerns no call, as that Alpemix was asked, is left out where the archive can tell. Each that is given is
        told by itself: who asks takes nothing from the others.
        """

    # Call-backs.

    async def callbacks(self, since: float) -> Callbacks:
        """Give who was missed since then, and has neither been reached nor got through after that."""

    async def take_callback(self, step: Step, since: float) -> Step:
        """Let somebody call a number back, unless another does already; gives whose claim holds.

        ``since``: how far back to look for what has come of it, as in :meth:`callbacks`.
        """

    async def finish_callback(self, step: Step) -> None:
        """Keep why nobody needs to call a number back."""

    # Who calls.

    async def add_contacts(self, contacts: Sequence[Contact]) -> int:
        """Keep these; one that is there already stays as it is. Gives how many were not."""

    async def contacts(self) -> list[Contact]:
        """Give every contact, in the order of their ids."""

    async def forget_line(self, line: str) -> int:
        """Drop all that people have said of a number; gives how much that was."""

    async def tie_steps(self) -> list[TieStep]:
        """Give everything that was said of ties, in the order of their ids."""

    async def say_ties(self, steps: Sequence[TieStep]) -> None:
        """Keep what somebody says of ties; it is the last word on each, whatever was said before by any clock."""

    async def known_of(self, lines: Sequence[str]) -> dict[str, Known]:
        """Give all that people have said of some numbers; those of which nothing was said are left out."""

    async def evidence_of(self, line: str, account: str, zone: tzinfo) -> Evidence:
        """Give what tells whose a number may be. ``account``, ``zone``: of the connections."""

    async def newest_with(self, account: str, devices: Sequence[str], most: int, zone: tzinfo) -> list[Connection]:
        """Give the newest connections with any of these devices of customers."""

    # Users.

    async def store_users(self, account: str, found: UserList) -> None:
        """Keep the list of a day in place of an earlier one of that day; the oldest days beyond a limit go."""

    async def users_of(self, account: str, day: str) -> UserList | None:
        """Give the list of a day, or of the last day before it that has one."""

    # The budget.

    def guard(self, limit: Limit) -> None:
        """Let nothing of a limit go for a window wherever what was asked just before is unknown, as in a fallback."""

    async def budget(self, limit: Limit) -> Budget:
        """Give how many requests may go, and when the next."""

    async def reserve(self, limit: Limit, what: str = "", instead_of: Slot | None = None) -> tuple[Slot | None, Budget]:
        """Take a slot, if one is free. ``what``: what it is to bring. ``instead_of``: a slot to give back first."""

    async def complete(self, limit: Limit, slot: Slot) -> Budget:
        """Note that the answer of a request came, or never will: its slot counts for one more window from now."""

    async def release(self, limit: Limit, slot: Slot) -> Budget:
        """Give a slot back whose request never left this machine: it costs nothing."""

    async def block(self, limit: Limit, seconds: float, reason: str = "") -> Budget:
        """Let nothing of this kind go for this many seconds, for everybody; a longer block that holds is kept."""
