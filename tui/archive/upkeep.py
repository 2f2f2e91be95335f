"""The port for whoever looks after the archive itself: what is in it, a copy of it, its tables.

Beside the port of the desk (:mod:`tui.archive.store`). What is asked here may take its time, and waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from tui.archive.errors import StoreError

Progress = Callable[[int, int], None]
"""Called now and then with how much is done, and how much there is."""


class Client(NamedTuple):
    """A program that uses the archive, as far as it can be known."""

    application: str | None
    process: int | None
    user: str | None
    host: str | None
    since: datetime | None


class Counts(NamedTuple):
    """What an archive holds, of all accounts."""

    accounts: int
    rows: int
    earlier: int
    """Earlier values of rows."""
    days: int
    days_with_gap: int
    first_day: str | None
    last_day: str | None
    calls: int = 0
    notes: int = 0
    contacts: int = 0


class Searched(NamedTuple):
    """How the search over all days stands."""

    days_left: int
    """Days of which something is not known to it yet."""
    why_slow: str
    """Why every text is looked through, in a few words; empty where there is an index."""
    may_be_indexed: bool = False
    """An upgrade makes the index, once the database lets us."""


class Status(NamedTuple):
    """How an archive stands; None is what cannot be known."""

    engine: str
    place: str
    version: int | None = None
    """Of its tables."""
    counts: Counts | None = None
    size: int | None = None
    """Bytes, with what SQLite keeps beside the file."""
    clients: tuple[Client, ...] | None = None
    """Who uses it now, but for whoever asks."""
    is_older: bool = False
    """Whether its tables are older than those of this Helpdeck."""
    searched: Searched | None = None
    trouble: StoreError | None = None
    """Why it cannot be used by this Helpdeck."""


class Upgraded(NamedTuple):
    """The versions of the tables before and after."""

    before: int
    after: int
    copy: Path | None = None
    """Of a file, made before it was changed; None where there was nothing in it."""


class Brought(NamedTuple):
    """What was brought from one archive into another, and found there afterwards."""

    days: int
    rows: int
    earlier: int
    days_there: int
    """The same days, counted in the other one."""
    rows_there: int
    earlier_there: int
    written: int
    """Days that were not there before, or not all of them."""
    lists: int
    """Lists of users: each is there afterwards, or a later one of its day."""
    lists_written: int
    calls: int = 0
    """Calls: each is there afterwards, with all that was known of it."""
    calls_written: int = 0
    notes: int = 0
    notes_written: int = 0
    contacts: int = 0
    contacts_written: int = 0


class Upkeep(Protocol):
    """An archive that is looked after."""

    def status(self) -> Status:
        """Tell how it stands. Nothing is made, and nothing waits for it."""

    def backup(self, path: Path, progress: Progress) -> Counts:
        """Copy all of it as at this moment into a new SQLite file (0600), whatever others write meanwhile.

        Raises:
            StoreError: it cannot be read, or the copy is not the same.
            OSError: there is something of that name, or it cannot be written.
        """

    def upgrade(self) -> Upgraded:
        """Bring the tables up to date, with nobody else writing; a file is copied before. None are made.

        Raises:
            StoreError: nothing was changed.
        """
