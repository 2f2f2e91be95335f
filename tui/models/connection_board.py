"""The remote-support connections that are known now: those of today, and the days that the archive holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from tui.models.budget import Budget
from tui.models.clock import Moment
from tui.models.connections import LONG_AGO, Connection
from tui.models.days import Day
from tui.models.namesakes import Namesakes, fixed_of
from tui.models.versioned import Versioned

CONNECTIONS_KEPT: Final = 5_000


class Keeper(NamedTuple):
    """Who keeps the days while nobody looks."""

    host: str
    at: Moment
    """When they last said so."""


class ConnectionBoard(Versioned):
    """The team's connections of the server's today by ``uid``. ``version`` grows with every change of a row."""

    def __init__(self) -> None:
        super().__init__()
        self.day = ""
        """The server's today, as ``2024-08-22``; empty before the archive was looked at."""
        self.days: dict[str, Day] = {}
        """Every day of the archive with its proof."""
        self.stored = 0
        """Grows when something of any day may have changed in the archive."""
        self.budget: Budget | None = None
        """What is left of the report requests; None before it was looked up."""
        self.next_at: datetime | None = None
        """When the next request goes by itself."""
        self.fetched: Moment | None = None
        """When the last good report came, to whichever process."""
        self.repaired = False
        """The last report was not valid JSON and had to be repaired."""
        self.unreadable = 0
        """Rows of the last report of which something could not be read."""
        self.trouble = ""
        """What is the matter with the archive."""
        self.remarks: tuple[str, ...] = ()
        """What the clocks do not agree on."""
        self.keeper: Keeper | None = None
        """Who keeps the days while nobody looks, as the archive said when it was last read."""
        # By their key, or by themselves where they have no number.
        self._rows: dict[str | Connection, Connection] = {}

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def begin(self, day: str, rows: Iterable[Connection]) -> None:
        """It is this day for the server, and these are its rows; an earlier one is for the archive to show."""
        self.day = day
        self._take(_keyed(rows, Namesakes()))

    def clear(self) -> None:
        """Another account, or none: nothing of what is known is about it."""
        self.days = {}
        self.budget = self.next_at = self.fetched = None
        self.repaired, self.unreadable, self.trouble, self.remarks, self.keeper = False, 0, "", (), None
        self.stored += 1
        self.begin("", ())

    def merge(self, rows: Iterable[Connection]) -> None:
        """Take a report in; a row seen before is updated.

        A row without a ``uid`` cannot be recognised again: of these, those of the last report are kept.
        """
        known = {key: row for key, row in self._rows.items() if row.uid}
        namesakes = Namesakes((key, fixed_of(row)) for key, row in known.items() if isinstance(key, str))
        self._take(known | _keyed(rows, namesakes))

    def get(self, uid: str) -> Connection | None:
        """The connection of this number, the first of several, or None."""
        return self._rows.get(uid)

    @property
    def newest_start(self) -> datetime | None:
        """When the newest connection began."""
        return next((row.started for row in self), None)

    def _take(self, rows: dict[str | Connection, Connection]) -> None:
        newest = sorted(rows.items(), key=_order, reverse=True)
        fresh = dict(newest[:CONNECTIONS_KEPT])
        if fresh != self._rows or list(fresh) != list(self._rows):
            self._rows = fresh
            self._changed()


def _keyed(rows: Iterable[Connection], namesakes: Namesakes) -> dict[str | Connection, Connection]:
    return {namesakes.key_of(row) if row.uid else row: row for row in rows}


def _order(item: tuple[str | Connection, Connection]) -> tuple[datetime, str]:
    """As the archive orders them, so that all processes show the same."""
    row = item[1]
    return row.started or LONG_AGO, row.uid
