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
        self._rows: dict[str, Connection] = {}

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def merge(self, rows: Iterable[Connection], now: Moment) -> int:
        """Take a report in; a row seen before is updated. Returns how many rows were known already."""
        self.fetched = now
        known = 0
        changed = False
        for row in rows:
            before = self._rows.get(row.uid)
            known += before is not None
            if before != row:
                self._rows[row.uid] = row
                changed = True
        if changed:
            newest = sorted(self._rows.values(), key=lambda row: row.started or _LONG_AGO, reverse=True)
            self._rows = {row.uid: row for row in newest[:CONNECTIONS_KEPT]}
            self.version += 1
        return known

    def get(self, uid: str) -> Connection | None:
        """The connection of this number, or None."""
        return self._rows.get(uid)
