"""The port for whoever looks after the archive itself: what is in it, a copy of it, its tables.

Beside the port of the desk (:mod:`tui.archive.store`). What is asked here may take its time, and waits for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from tui.archive.errors import StoreError


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
    trouble: StoreError | None = None
    """Why it cannot be used by this Helpdeck."""


class Upkeep(Protocol):
    """An archive that is looked after."""

    def status(self) -> Status:
        """Tell how it stands. Nothing is made, and nothing waits for it."""
