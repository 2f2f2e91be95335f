"""The remote-support connections that are known now, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from tui.models.clock import Moment
from tui.models.connections import Connection

CONNECTIONS_KEPT: Final = 5_000

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class ConnectionBoard:
    """The team's connections by ``uid``. ``version`` grows with every change of a row."""

    def __init__(self) -> None:
        self.version = 0
        self.next_request = 0.0
        """Monotonic time of the next automatic request."""
        self.fetched: Moment | None = None
        """When the last good report came."""
        self.repaired = 0
        """Reports that were not valid JSON and had to be repaired."""
        self.unreadable = 0
        """Rows of the last report of which something could not be read."""
        self._rows: dict[str | Connection, Connection] = {}  # by uid, or by themselves where they have none

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def merge(self, rows: Iterable[Connection], now: Moment) -> int:
        """Take a report in; a row seen before is updated. Returns how many rows were known already.

        A row without a ``uid`` cannot be recognised again: of these, those of the last report are kept.
        """
        self.fetched = now
        came = {row.uid or row: row for row in rows}
        known = sum(key in self._rows for key in came)
        kept = {key: row for key, row in self._rows.items() if row.uid} | came
        newest = sorted(kept.items(), key=lambda item: item[1].started or _LONG_AGO, reverse=True)
        fresh = dict(newest[:CONNECTIONS_KEPT])
        if fresh != self._rows:
            self._rows = fresh
            self.version += 1
        return known

    def get(self, uid: str) -> Connection | None:
        """The connection of this number, or None."""
        return self._rows.get(uid)
