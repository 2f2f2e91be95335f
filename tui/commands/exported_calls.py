"""`helpdeck export calls`: the calls of all extensions, and when somebody listened: nobody can ask for the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from heapq import merge

from tui.archive import Store
from tui.commands.exported import Exported, calendar, day_count, in_spans
from tui.commands.exported_cases import ExportedCases, exported_cases
from tui.config import Settings
from tui.models.cell import Cell
from tui.models.contacts import Customers
from tui.models.exported_call import COLUMNS, exported_call
from tui.models.kept_calls import KeptCall
from tui.models.listening import Coverage, Spell, bounds_of, coverage_of
from tui.models.notes import Note, Page, SubjectKind


async def notes_of(store: Store, days: Iterable[tuple[str, str]], zone: tzinfo | None) -> dict[str, str]:
    """What was noted on the calls of some days, the newest last, by the id of the call.

    ``days``: each with its extension. The page of a note may be of the day before or after: whoever wrote it went by
    their own zone.
    """
    pages = {
        Page(SubjectKind.CALL, extension, (date.fromisoformat(day) + timedelta(days=by)).isoformat())
        for extension, day in days
        for by in (-1, 0, 1)
    }
    notes: dict[str, list[Note]] = {}
    for page in pages:
        for note in await store.notes_on(page):
            notes.setdefault(note.about.key, []).append(note)
    return {id: "\n".join(_told(note, zone) for note in sorted(of, key=_order)) for id, of in notes.items()}


def _order(note: Note) -> tuple[float, str]:
    return note.at, note.id


def _told(note: Note, zone: tzinfo | None) -> str:
    at = datetime.fromtimestamp(note.at, UTC).astimezone(zone)
    return f"{at.isoformat(timespec='seconds')} {note.author}: {note.text}"


class ExportedCalls(Exported[KeptCall]):
    """The calls of every extension that the archive knows."""

    columns = COLUMNS
    noun = "calls"
    _counts: Counter[tuple[str, str]]
    _notes: Mapping[str, str]
    """Of the day that is written, by the id of the call."""

    @classmethod
    def zone(cls, settings: Settings) -> tzinfo | None:
        """That of the times that people read."""
        return settings.ui.zone

    def rows(self) -> Iterator[list[Cell]]:
        """The calls of every day, the newest first, with their notes."""
        zone = self.zone(self._settings)
        for day, calls in self.days_found():
            self._notes = self._read(notes_of(self._store, {(each, day) for each in self._days[day]}, zone))
            for call in calls:
                yield self._cells(day, call)

    def days_found(self) -> Iterator[tuple[str, Iterable[KeptCall]]]:
        """Each day of which there are calls."""
        self._counts = Counter()
        for day in sorted(self._days, reverse=True):
            calls = [self._read(self._store.calls_of(extension, day)) for extension in self._days[day]]
            self._counts.update({(day, found[0].extension): len(found) for found in calls if found})
            yield day, merge(*calls, key=lambda call: call.start, reverse=True)

    @cached_property
    def _days(self) -> dict[str, list[str]]:
        """The extensions of which there are calls, by the day."""
        days: dict[str, list[str]] = {}
        for extension in self.extensions:
            for day in self._read(self._store.call_days(extension)):
                if self._span.since <= day <= self._span.until:
                    days.setdefault(day, []).append(extension)
        return days

    def spells(self, extension: str, since: str, until: str) -> list[Spell]:
        """When somebody listened to an extension, from the first moment of a day to the last one of another."""
        zone = self.zone(self._settings)
        return self._read(self._store.spells_of(extension, bounds_of(since, zone)[0], bounds_of(until, zone)[1]))

    def _cells(self, day: str, row: KeptCall) -> list[Cell]:
        customer = self.customers.of_line(row.line)
        uids = self._cases.uids.get(row.id)
        zone = self.zone(self._settings)
        return exported_call(row, zone, self._notes.get(row.id), customer=customer, connection_uids=uids)

    @cached_property
    def customers(self) -> Customers:
        """Whose each number is for certain."""
        return Customers(self._read(self._store.contacts()), self._read(self._store.tie_steps()))

    @cached_property
    def _cases(self) -> ExportedCases:
        """By the days of the connections' server, which may begin earlier and end later."""
        first, last = (date.fromisoformat(day) for day in (min(self._days), max(self._days)))
        since, until = (first - timedelta(days=1)).isoformat(), (last + timedelta(days=1)).isoformat()
        return self._read(exported_cases(self._store, self._settings, since, until))

    def proof(self) -> Iterator[str]:
        """How much of each day was listened to, on each extension where there are several."""
        zone = self.zone(self._settings)
        extensions = self.extensions
        quiet: list[str] = []
        for day in calendar(self._span.since, self._span.passed):
            told = False
            for extension in extensions:
                coverage, count = self._coverage(extension, day), self._counts[day, extension]
                if coverage is None and not count:
                    continue
                told = True
                which = f", {extension}" if len(extensions) > 1 else ""
                listened = "when somebody listened is not known" if coverage is None else coverage.told(zone)
                calls = "1 call" if count == 1 else f"{count} calls"
                yield f"{date.fromisoformat(day):%a %d %b %Y}{which}: {calls}, {listened}"
            if not told:
                quiet.append(day)
        if quiet:
            yield f"nobody listened: {day_count(len(quiet))} ({in_spans(quiet)})"
        yield from self.zone_line

    @cached_property
    def extensions(self) -> list[str]:
        """Those that somebody listened to, or of which there are calls."""
        return self._read(self._store.extensions())

    def _coverage(self, extension: str, day: str) -> Coverage | None:
        return coverage_of(self.spells(extension, day, day), *bounds_of(day, self.zone(self._settings)))
