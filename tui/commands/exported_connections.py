"""`helpdeck export connections`: what the archive holds of some days, and whether those can be billed from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta, tzinfo
from functools import cached_property
from typing import Final

from tui.commands.exported import Exported, calendar, day_count
from tui.commands.exported_cases import ExportedCases, exported_cases
from tui.config import AlpemixSettings, Settings
from tui.config.zones import zone_of
from tui.models.billing import Billing, billed_seconds
from tui.models.cell import Cell
from tui.models.connections import Connection
from tui.models.days import Day, DayState

CONNECTION: Final[Mapping[str, Callable[[Connection], Cell]]] = {
    "start": lambda row: row.started,
    "seconds": lambda row: row.seconds,
    "mode": lambda row: str(row.mode),
    "technician": lambda row: row.technician,
    "customer": lambda row: row.customer,
    "device": lambda row: row.customer_device,
    "explanation": lambda row: row.explanation,
    "number": lambda row: row.support_number,
    "uid": lambda row: row.uid,
    "customer_ip": lambda row: row.customer_ip,
    "customer_local_ip": lambda row: row.customer_local_ip,
    "customer_id": lambda row: row.customer_alpemix_id,
    "technician_ip": lambda row: row.ip,
    "technician_local_ip": lambda row: row.local_ip,
    "technician_device": lambda row: row.device,
    "technician_id": lambda row: row.alpemix_id,
    "problem": lambda row: row.problem,
    "other": lambda row: "; ".join(f"{name}: {text}" for name, text in row.extra),
    "as_sent": lambda row: row.as_sent,
}


class ExportedConnections(Exported[Connection]):
    """The connections of an account, by the days of its server."""

    columns = ("day", *CONNECTION, "call_ids", "confidence", "billed_seconds")
    noun = "connections"
    section = "alpemix"

    @classmethod
    def zone(cls, settings: Settings) -> tzinfo:
        """That of the server's clock."""
        return zone_of(cls._section(settings).timezone)

    @staticmethod
    def _section(settings: Settings) -> AlpemixSettings:
        assert settings.alpemix is not None
        return settings.alpemix

    @property
    def states(self) -> dict[str, DayState | None]:
        """Each day that has come; None: the archive does not have it."""
        known = {day.day: day.state for day in self._days.values()}
        return {day: known.get(day) for day in calendar(self._span.since, self._span.passed)}

    @cached_property
    def _days(self) -> dict[str, Day]:
        known = self._read(self._store.days(self._section(self._settings).account))
        return {day.day: day for day in known if self._span.since <= day.day <= self._span.until}

    def rows(self) -> Iterator[list[Cell]]:
        """The connections of every day, the newest first, each with what is billed of it."""
        billing = Billing.by(self._settings.billing)
        for day, found in self.days_found():
            connections = list(found)
            for row, billed in zip(connections, billed_seconds(connections, billing), strict=True):
                yield [*self._cells(day, row), billed]

    def days_found(self) -> Iterator[tuple[str, Iterable[Connection]]]:
        """Each day that the archive has."""
        account, zone = self._section(self._settings).account, self.zone(self._settings)
        for day in reversed(self._days):
            yield day, self._read(self._store.connections_of(account, day, zone))

    def _cells(self, day: str, row: Connection) -> list[Cell]:
        calls = self._cases.of(row)
        told = (None, None) if calls is None else calls
        return [day, *(value(row) for value in CONNECTION.values()), *told]

    @cached_property
    def _cases(self) -> ExportedCases:
        return self._read(exported_cases(self._store, self._settings, self._span.since, self._span.passed))

    def proof(self) -> Iterator[str]:
        """Which of the days are closed, open, have gaps, or are not there at all."""
        closed = [day for day in self._days.values() if day.state is DayState.CLOSED]
        if closed:
            yield f"closed: {day_count(len(closed))}"
        zone = self._settings.ui.zone
        for day in self._days.values():
            if day.state is not DayState.CLOSED:
                yield f"{day.state}: {day.long_name}: {day.proof(zone, is_today=day.day == self._span.today)}"
        yield from self._not_there(self._days)
        yield from self.zone_line

    @property
    def lacks(self) -> bool:
        """Whether a day that was asked for, and is over, is not in the archive.

        Without ``--since`` what it has of the month was asked for.
        """
        since, until, today, is_begun_by_hand = self._span
        last = min(until, (date.fromisoformat(today) - timedelta(days=1)).isoformat())
        first = since if is_begun_by_hand else min(self._days, default=last)
        return any(day not in self._days for day in calendar(max(first, since), last))
