"""A report as people read it: the calls in one table, the connections in another, each with its total below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from tui.commands.exported import Span
from tui.config import BillingSettings, Settings
from tui.models.listening import Listened
from tui.models.report import Days, Report, Row, Split
from tui.models.text import clean
from tui.widgets.times import duration

NAME_CELLS: Final = 32
"""Cells of a name; of a longer one the end is cut off."""

_NOBODY: Final = {
    Split.TECHNICIAN: "nobody",
    Split.WORKGROUP: "no workgroup",
}


class Column(NamedTuple):
    """One figure of each row."""

    title: str
    """Two lines of it where there is a line break."""
    told: Callable[[Row], str]


CALLS: Final = (
    Column("calls", lambda row: f"{row.figures.calls}"),
    Column("answered", lambda row: f"{row.figures.answered}"),
    Column("missed", lambda row: f"{row.figures.missed}"),
    Column("called\nback", lambda row: f"{row.figures.called_back}"),
    Column("reached", lambda row: f"{row.figures.reached}"),
    Column("not\nreached", lambda row: f"{row.figures.not_reached}"),
    Column("ended\nunseen", lambda row: f"{row.figures.ended_unseen}"),
    Column("talk", lambda row: duration(row.figures.talk_seconds)),
)
CONNECTIONS: Final = (
    Column("connections", lambda row: f"{row.figures.connections}"),
    Column("length\nnot known", lambda row: f"{row.figures.unfinished}"),
    Column("without\nexplanation", lambda row: f"{row.figures.unexplained}"),
    Column("time", lambda row: duration(row.figures.connection_seconds)),
    Column("billed", lambda row: duration(row.figures.billed_seconds)),
)


def text_of(report: Report, settings: Settings, span: Span, within: int, technician: str = "") -> Iterator[str]:
    """Give the lines of both tables."""
    hours = "1 hour" if within == 1 else f"{within} hours"
    whose = f" of {clean(technician, NAME_CELLS)}" if technician else ""
    when = f"{whose} from {span.since} to {span.until} by {report.split}"
    zone = settings.ui.zone

    def heard(row: Row) -> str:
        return _heard(row.listened, zone, is_day=report.split is Split.DAY and row is not report.total)

    yield f"Calls{when}; called back within {hours}"
    yield from _table(report, CALLS, Column("listened", heard))
    if settings.alpemix is not None:
        yield ""
        yield f"Connections{when}"
        yield _rule(settings.billing)
        yield from _table(report, CONNECTIONS, Column("days", lambda row: _days(row.days)))


def _table(report: Report, columns: Sequence[Column], rests_on: Column) -> Iterator[str]:
    is_of_time = report.split in (Split.DAY, Split.HOUR)
    rows = [row for row in report.rows if is_of_time or any(_is_told(column.told(row)) for column in columns)]
    titles = [column.title.rpartition("\n") for column in columns]

    def line(name: str, row: Row) -> list[str]:
        is_told_below = row is not report.total and rests_on.told(row) == rests_on.told(report.total)
        return [name, *(column.told(row) for column in columns), "" if is_told_below else rests_on.told(row)]

    lines = [
        ["", *(above for above, _, _ in titles), ""],
        [str(report.split), *(below for _, _, below in titles), rests_on.title],
        *(line(_name(row, report.split), row) for row in rows),
        line("total", report.total),
    ]
    widths = [max(cell_len(line[place]) for line in lines) for place in range(len(columns) + 1)]
    for name, *told, last in lines:
        figures = (f"{each:>{width}}" for each, width in zip(told, widths[1:], strict=True))
        yield "  ".join((set_cell_size(name, widths[0]), *figures, last)).rstrip()


def _is_told(figure: str) -> bool:
    return figure not in ("0", duration(0))


def _name(row: Row, split: Split) -> str:
    name, line = row.key
    match split:
        case Split.HOUR if name:
            told = f"{name}:00"
        case Split.TECHNICIAN if line:
            told = f"extension {line}"
        case _:
            told = name or line or _NOBODY.get(split, "not known")
    return told if cell_len(told) <= NAME_CELLS else set_cell_size(told, NAME_CELLS - 1) + "…"


def _heard(listened: Listened, zone: tzinfo | None, *, is_day: bool) -> str:
    """``08:02 to 17:31, 2 gaps, 4 min; 5 of 7``; the last two are extensions."""
    who = f"; {listened.reporting} of {listened.of}"
    if listened.coverage is None:
        return f"nobody{who}"
    found = listened.coverage
    if is_day:
        return found.told(zone).removeprefix("listened ") + who
    begun, ended = (
        f"{datetime.fromtimestamp(at, UTC).astimezone(zone):%d %b %H:%M}"
        for at in (found.listened_from, found.listened_until)
    )
    return f"{begun} to {ended}{found.gaps_told}{who}"


def _days(days: Days) -> str:
    """``27 closed, 1 open``."""
    counts = ((days.closed, "closed"), (days.open, "open"), (days.missing, "not in the archive"))
    told = [f"{count} {word}" for count, word in counts if count]
    return ", ".join(told)


def _rule(billing: BillingSettings) -> str:
    """What of their time is billed, in words."""
    minimum, rounding, merging = billing.minimum_minutes, billing.round_minutes, billing.merge_minutes
    rules = (
        (minimum, f"at least {minimum} min each"),
        (rounding, f"in steps of {rounding} min"),
        (merging, f"with pauses under {merging} min as one"),
    )
    return f"Billed {', '.join(said for minutes, said in rules if minutes) or 'as long as they were'}"
