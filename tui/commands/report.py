"""`helpdeck report`: what came of the calls and connections of some days, in figures, as the archive has them.

It asks no system. Of calls it says how much of the time somebody listened, of connections which of the days are closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Final, NamedTuple, TextIO

from tui.archive import Store
from tui.archive.errors import StoreError
from tui.commands.archive import refusal
from tui.commands.conversation import Say
from tui.commands.coverage import COVERAGE, coverage_cells
from tui.commands.exported import Span, snapshot
from tui.commands.exported_calls import ExportedCalls
from tui.commands.exported_connections import ExportedConnections
from tui.commands.report_text import text_of
from tui.config import Settings
from tui.config.problems import nearest
from tui.config.settings import TECHNICIAN_LIMIT
from tui.exit_codes import FAILED, FINE, WRONG_USAGE
from tui.export import write_csv, write_json_lines
from tui.models.billing import Billing
from tui.models.cell import Cell
from tui.models.figures import NONE, OF_CONNECTIONS, Figures, Talks
from tui.models.kept_calls import KeptCall
from tui.models.report import Key, Known, Report, Row, Split, Staff, Tally
from tui.models.text import clean

EARLIEST: Final = "2000-01-01"
"""No archive has older days."""

STRANGERS_TOLD: Final = 5
"""Names of the config that no connection has: of more the rest is counted."""

_KEYS: Final[Mapping[Split, Sequence[str]]] = {
    Split.DAY: ("day",),
    Split.HOUR: ("hour",),
    Split.TECHNICIAN: ("technician", "extension"),
    Split.CUSTOMER: ("customer", "number"),
    Split.WORKGROUP: ("workgroup",),
}

_DAYS: Final = ("closed_days", "open_days", "missing_days")


class Wanted(NamedTuple):
    """What was asked for on the command line."""

    by: Split
    since: str | None
    until: str | None
    within: int
    """Hours after which nobody is called back any more."""
    format: str
    technician: str = ""
    """An extension or the name of whom to tell alone; empty: of all."""


def report(settings: Settings, wanted: Wanted, out: TextIO, complain: Say) -> int:
    """Write the figures, and say what they rest on; gives the exit code."""
    spans = _spans(settings, wanted)
    if said := spans.calls._replace(today=max(spans.calls.today, spans.connections.today)).why_not:
        complain(f"helpdeck: {said}")
        return WRONG_USAGE
    try:
        with snapshot(settings.archive) as (runner, store):
            made = _Reading(runner, store, settings, spans, wanted)
            found = made.report()
            write(found, settings, wanted, spans.calls, out)
            out.flush()
            for line in (*_remarks(found, made.technicians, settings, wanted), *made.proof()):
                complain(line)
            return FAILED if made.lacks else FINE
    except StoreError as error:
        return refusal(error, complain)


def write(found: Report, settings: Settings, wanted: Wanted, span: Span, out: TextIO) -> None:
    """Write a report as it was asked for."""
    if wanted.format == "text":
        out.writelines(f"{line}\n" for line in text_of(found, settings, span, wanted.within, wanted.technician))
        return
    columns = (*_KEYS[found.split], *Figures.__struct_fields__, *COVERAGE, *_DAYS)
    write_rows = write_json_lines if wanted.format == "json" else write_csv
    write_rows(out, columns, (_cells(row, found.split, settings) for row in found.rows))


def _cells(row: Row, split: Split, settings: Settings) -> list[Cell]:
    unknown = OF_CONNECTIONS if settings.alpemix is None else ()
    figures: list[Cell] = [
        None if name in unknown else getattr(row.figures, name) for name in Figures.__struct_fields__
    ]
    days: list[Cell] = [None] * 3 if unknown else [row.days.closed, row.days.open, row.days.missing]
    return [*_key(row.key, split, settings), *figures, *coverage_cells(row.listened, settings.ui.zone), *days]


def _key(key: Key, split: Split, settings: Settings) -> list[Cell]:
    name = key.name or None
    match split:
        case Split.HOUR:
            return [None if name is None else int(name)]
        case Split.TECHNICIAN:
            return [name, ", ".join(Staff(settings.team.technicians).extensions_of(key)) or None]
        case Split.CUSTOMER:
            return [name, key.line or None]
        case _:
            return [name]


def _remarks(found: Report, technicians: Set[str], settings: Settings, wanted: Wanted) -> Iterator[str]:
    """What is said of names that nobody has. ``technicians``: those of the connections of these days."""
    if wanted.technician and found.total.figures == NONE:
        yield f"nothing of {clean(wanted.technician, TECHNICIAN_LIMIT)} in these days"
    if not technicians or (wanted.by is not Split.TECHNICIAN and not wanted.technician):
        return
    strangers = sorted({*settings.team.technicians.values()} - technicians)
    for name in strangers[:STRANGERS_TOLD]:
        likely = nearest(name, technicians)
        meant = f" (did you mean {likely}?)" if likely else ""
        yield f"[team.technicians] names {name}, who has none of these connections{meant}"
    if more := len(strangers[STRANGERS_TOLD:]):
        yield f"and {more} more {'name' if more == 1 else 'names'} that none of these connections has"


class _Spans(NamedTuple):
    """The days that are asked for: those of calls go by another calendar than those of connections."""

    calls: Span
    connections: Span


def _spans(settings: Settings, wanted: Wanted) -> _Spans:
    """The same days of both. The last one, where nobody names it, is today where the clock is further on."""
    calls = ExportedCalls.span(settings, wanted.since, wanted.until)
    connections = calls
    if settings.alpemix is not None:
        today = ExportedConnections.span(settings, None, None).today
        calls = calls._replace(until=wanted.until or max(calls.today, today))
        connections = calls._replace(today=today)
    return _Spans(*(span._replace(since=max(span.since, EARLIEST)) for span in (calls, connections)))


class _Reading:
    """What the archive holds of the days of a report."""

    def __init__(self, runner: asyncio.Runner, store: Store, settings: Settings, spans: _Spans, wanted: Wanted) -> None:
        self._settings = settings
        self._span = spans.calls
        self._wanted = wanted
        self.technicians: set[str] = set()
        """Those of the connections that were read."""
        # Who was missed on one of the days may have been called back on a later one, or, as another saw it who lives in
        # another zone, on the day before.
        first, last = map(date.fromisoformat, (self._span.since, self._span.passed))
        around = self._span._replace(
            since=(first - timedelta(days=1)).isoformat(),
            until=(last + timedelta(days=wanted.within // 24 + 1)).isoformat(),
        )
        self._calls = ExportedCalls(runner, store, settings, around)
        self._connections = (
            None if settings.alpemix is None else ExportedConnections(runner, store, settings, spans.connections)
        )

    def report(self) -> Report:
        """The figures of those days."""
        settings, span = self._settings, self._span
        staff = Staff(settings.team.technicians, self._wanted.technician)
        tally = Tally(
            self._wanted.by,
            settings.ui.zone,
            staff,
            Billing.by(settings.billing),
            self._wanted.within * 3600.0,
            self._calls.customers,
        )
        talks = Talks()
        heard = set(settings.team.technicians)
        for day, calls in self._days_of_calls(talks):
            if span.since <= day <= span.until:
                tally.add_calls(day, calls, talks)
                heard.update(call.extension for call in calls)
        days = {}
        if self._connections is not None:
            for day, found in self._connections.days_found():
                rows = list(found)
                tally.add_connections(day, rows)
                self.technicians.update(row.technician.strip() for row in rows)
            days = self._connections.states
        spells = {
            extension: spells
            for extension in sorted({*heard, *self._calls.extensions})
            if staff.tells_of(staff.of_extension(extension))
            if (spells := self._calls.spells(extension, span.since, span.passed)) or extension in heard
        }
        return tally.report(Known(since=span.since, until=span.passed, spells=spells, days=days))

    def _days_of_calls(self, talks: Talks) -> Iterator[tuple[str, Sequence[KeptCall]]]:
        """Each day, the newest first, when the talks of the days beside it are known, too."""
        held: list[tuple[str, Sequence[KeptCall]]] = []
        for day, found in self._calls.days_found():
            calls = list(found)
            talks.add(calls)
            yield from held
            held = [(day, calls)]
        yield from held

    def proof(self) -> Iterator[str]:
        """What the connections rest on, and in which zone times are; how much was listened to stands in the rows."""
        if self._connections is not None:
            yield from self._connections.proof()
            return
        yield "there is no section [alpemix], so there are no connections"
        yield from self._calls.zone_line

    @property
    def lacks(self) -> bool:
        """Whether a day of connections is missing that was asked for, and could be there."""
        return self._connections is not None and self._connections.lacks
