"""What the archive is told of reports and lists, and what it tells of those that were fetched."""

from __future__ import annotations

from typing import Final, NamedTuple

from tui.archive.budget import Slot
from tui.models.budget import Budget
from tui.models.clock import Uptime
from tui.models.connections import ReportKind
from tui.models.days import Day
from tui.models.users import User

CHANGES_KEPT: Final = 100
"""Earlier values kept of one connection; one that is polled while it lasts changes its duration every time."""

SAME_DEVICE_LIMIT: Final = 50
"""Other connections with a device that are looked up."""

USER_LISTS_KEPT: Final = 400
"""Days of an account whose list of users is kept: a month can be compared with that of the year before."""

KEEPER_SECONDS: Final = 180.0
"""Who has not said for this long that they keep the days keeps them no more."""

SILENT_SECONDS: Final = 180.0
"""A call of which nobody has told for this long is listened to by nobody any more."""

NOTES_READ: Final = 200
"""Notes of one subject that are read, the last ones."""

LINE_NOTES_READ: Final = 5
"""Notes on other calls with a number that are read, the last ones."""

LINE_CALLS_READ: Final = 5
"""Earlier calls with a number that are read, the last ones."""

DONE_READ: Final = 3
"""Call-backs of a number that were done without a call and are read, the last ones."""

SAID_READ: Final = 10_000
"""Contacts, and steps of ties and of names that are one, that are read of some numbers at once; the last steps."""


class RequestedReport(NamedTuple):
    """A report that was asked for."""

    kind: ReportKind
    most: int
    """How many rows at the most; 0: all."""
    page: int
    """How many rows a look at the newest few has: that many without a known one are a gap."""
    began: Uptime
    today: str
    """The day by our own clock in the server's zone, when the answer came."""
    slot_id: int | None = None
    """The slot that it was asked for with."""


class LastFetch(NamedTuple):
    """The last good answer of a kind."""

    began: float
    """On this boot's uptime; what was fetched in an earlier boot began long before zero."""
    at: float
    server_day: str
    """The day that its newest row is of; empty where it had no row."""
    repaired: bool
    unreadable: int
    apart: int
    """Its rows that are of another day than the report."""


class Keeper(NamedTuple):
    """Who keeps the days of an account while nobody looks."""

    host: str
    at: float
    """When they last said so, on this boot's uptime."""


class UserList(NamedTuple):
    """The users of an account as they were on a day."""

    day: str
    """As ``2024-08-22``, by UTC: the system does not tell of a zone."""
    at: float
    """When the list came, in seconds of the epoch."""
    users: tuple[User, ...]


class FetchState(NamedTuple):
    """What is known of an account, for deciding what to ask next."""

    days: dict[str, Day]
    """The newest few."""
    fetched: dict[ReportKind, LastFetch]
    under_way: frozenset[str]
    """Kinds of reports that some process is waiting for, or is about to store. It empties as time passes."""
    failed: dict[ReportKind, float]
    """When a report of a kind was last asked for in vain, on this boot's uptime."""
    keeper: Keeper | None = None
    """None where nobody keeps the days but who looks at them."""


class Claim(NamedTuple):
    """What may be asked now, if anything."""

    kind: ReportKind | None
    """What is to be asked next; None while nothing is."""
    slot: Slot | None
    """The permission to ask for it; None while the budget is used up."""
    budget: Budget
    state: FetchState
