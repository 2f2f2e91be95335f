"""The days of the archive, each with the proof that nothing of it is missing, or the word for what may be."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Final

from msgspec import Struct

DAYS_OF_A_WEEK: Final = 7


class DayState(StrEnum):
    """Whether a day can be billed from."""

    OPEN = "open"
    """It is not over, or was not read again since then."""
    GAP = "gap"
    """Something of it may be missing, and is being fetched."""
    CLOSED = "closed"
    """It was read whole after its end."""


class Day(Struct, frozen=True, kw_only=True):
    """One day by the server's calendar. Times are seconds of the epoch, None for what has not happened."""

    day: str
    """As ``2024-08-22``."""
    rows: int = 0
    whole_at: float | None = None
    """When all of it was last read while it lasted."""
    until: float | None = None
    """Up to when it is known without a gap."""
    gap_since: float | None = None
    """A gap that is not repaired yet."""
    repaired: int = 0
    """Gaps that were found and repaired."""
    repaired_at: float | None = None
    closed_at: float | None = None
    """When it was first read whole after its end."""
    read_at: float | None = None
    """When it was last read whole after its end."""
    late: int = 0
    """Connections that came to light only after it was closed."""

    @property
    def state(self) -> DayState:
        """Whether it can be billed from."""
        if self.gap_since is not None:
            return DayState.GAP
        return DayState.OPEN if self.closed_at is None else DayState.CLOSED

    @property
    def name(self) -> str:
        """``Fri 21``."""
        return f"{self._date:%a %d}"

    @property
    def long_name(self) -> str:
        """``Fri 21 Nov 2026``."""
        return f"{self._date:%a %d %b %Y}"

    def proof(self, zone: tzinfo | None, *, is_today: bool = False) -> str:
        """``63 rows, 1 gap repaired 14:02, closed Sat 00:07``; times of day in a zone (None: this machine's)."""

        def at(seconds: float | None) -> str:
            return "" if seconds is None else self._time(datetime.fromtimestamp(seconds, UTC).astimezone(zone))

        parts = [f"{self.rows} row" if self.rows == 1 else f"{self.rows} rows"]
        if self.repaired:
            gaps = "1 gap" if self.repaired == 1 else f"{self.repaired} gaps"
            parts.append(f"{gaps} repaired {at(self.repaired_at)}")
        if self.gap_since is not None:
            parts.append(f"GAP since {at(self.gap_since)}")
        if self.closed_at is not None:
            parts.append(f"closed {at(self.closed_at)}")
            if self.read_at is not None and at(self.read_at) != at(self.closed_at):
                parts.append(f"read again {at(self.read_at)}")
            if self.late:
                parts.append(f"{self.late} came later")
        elif is_today:
            parts.append(f"no gap until {at(self.until)}" if self.until is not None else "not read yet")
        else:
            parts.append(f"NOT CLOSED, known until {at(self.until)}" if self.until is not None else "NOT CLOSED")
        return ", ".join(parts)

    def proof_line(
        self, zone: tzinfo | None, server: tzinfo, server_name: str, width: int, *, is_today: bool = False
    ) -> str:
        """The day and its proof; where the server's zone is not that of the times, by which the day goes, too."""
        proof = self.proof(zone, is_today=is_today)
        noon = self._date.replace(hour=12, tzinfo=server)
        long, short = f"{self.long_name}: {proof}", f"{self.name}: {proof}"
        lines = [long]
        if noon.astimezone(zone).utcoffset() != noon.utcoffset():
            offset = f"{noon:%z}"
            lines = [
                f"{long} · day of {server_name} {offset}",
                f"{long} · day of {offset}",
                f"{short} · day of {offset}",
            ]
        return next((line for line in lines if len(line) <= width), short)

    def _time(self, at: datetime) -> str:
        """A time of day; where it is not of the day itself, with the day of the week or the date that it is of."""
        apart = (at.date() - self._date.date()).days
        if apart == 0:
            return f"{at:%H:%M}"
        if 0 < apart < DAYS_OF_A_WEEK:
            return f"{at:%a %H:%M}"
        return f"{at:%d %b %H:%M}" if at.year == self._date.year else f"{at:%d %b %Y %H:%M}"

    @property
    def _date(self) -> datetime:
        return datetime.fromisoformat(self.day)
