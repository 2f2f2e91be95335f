"""A report as people read it: the calls, the connections, and when somebody listened; each with its total below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from tui.commands.exported import Span
from tui.config import BillingSettings, Settings
from tui.models.listening import length_told
from tui.models.report import Report, Row, Split
from tui.models.text import clean
from tui.widgets.times import duration

NAME_CELLS: Final = 32
"""Cells of a name; of a longer one the end is cut off."""

_NOBODY: Final = {
    Split.TECHNICIAN: "nobody",
    Split.WORKGROUP: "no workgroup",
}


class Column(NamedTuple):
    """A figure that is told of each row."""

    title: str
    """Two lines of it where there is a line break."""
    told: Callable[[Row], str]


CALLS: Final = (
    Column("in all", lambda row: f"{row.figures.calls}"),
    Column("answered", lambda row: f"{row.figures.answered}"),
    Column("missed", lambda row: f"{row.figures.missed}"),
    Column("called\nback", lambda row: f"{row.figures.called_back}"),
    Column("reached", lambda row: f"{row.figures.reached}"),
    Column("not\nreached", lambda row: f"{row.figures.not_reached}"),
    Column("ended\nunseen", lambda row: f"{row.figures.ended_unseen}"),
    Column("talk", lambda row: duration(row.figures.talk_seconds)),
)
CONNECTIONS: Final = (
    Column("in all", lambda row: f"{row.figures.connections}"),
    Column("length\nnot known", lambda row: f"{row.figures.unfinished}"),
    Column("not\nexplained", lambda row: f"{row.figures.unexplained}"),
    Column("time", lambda row: duration(row.figures.connection_seconds)),
    Column("billed", lambda row: duration(row.figures.billed_seconds)),
)
DAYS: Final = ("days\nclosed", "\nopen", "\nmissing")
LISTENED: Final = ("from", "until", "gaps", "in gaps", "extensions")


def text_of(report: Report, settings: Settings, span: Span, within: int, technician: str = "") -> Iterator[str]:
    """Give the lines of the tables."""
    whose = f" of {clean(technician, NAME_CELLS)}" if technician else ""
    which = f"{whose} from {span.since} to {span.until} by {report.split}"
    hours = "1 hour" if within == 1 else f"{within} hours"
    yield f"Calls{which}"
    yield f"Called back, or got through, within {hours}"
    yield from _table(report, CALLS, (), lambda _: ())
    if settings.alpemix is not None:
        yield ""
        yield f"Connections{which}"
        yield _rule(settings.billing)
        yield from _table(report, CONNECTIONS, DAYS, _days)
    yield ""
    yield "When somebody listened"
    yield from _table(report, (), LISTENED, lambda row: _listened(row, report, settings.ui.zone))


def _table(
    report: Report, columns: Sequence[Column], titles: Sequence[str], rests_on: Callable[[Row], Sequence[str]]
) -> Iterator[str]:
    """``titles``: of what the figures rest on, which is left out of a row where it is that of the total."""
    is_of_days = report.split is Split.DAY
    # Whoever looks for somebody in the last table is to find them.
    is_each_told = is_of_days or (report.split is Split.TECHNICIAN and not columns)
    below = rests_on(report.total)

    def texts(row: Row) -> list[str]:
        own = rests_on(row)
        return [*(column.told(row) for column in columns), *(own if is_each_told or own != below else [""] * len(own))]

    rows = [(_name(row, report.split), texts(row)) for row in report.rows]
    nothing = ("", "0", duration(0))
    is_whole = is_of_days or (report.split is Split.HOUR and bool(columns))  # that nothing came in one is news
    told = [(name, own) for name, own in rows if is_whole or any(text not in nothing for text in own)]
    heads = [title.rpartition("\n") for title in (*(column.title for column in columns), *titles)]
    lines = [
        ("", [above for above, _, _ in heads]),
        (str(report.split), [below for _, _, below in heads]),
        *told,
        ("total", [*(column.told(report.total) for column in columns), *below]),
    ]
    first = max(cell_len(name) for name, _ in lines)
    widths = [max(map(cell_len, column)) for column in zip(*(own for _, own in lines), strict=True)]
    for name, own in lines if any(lines[0][1]) else lines[1:]:
        figures = (f"{text:>{width}}" for text, width in zip(own, widths, strict=True))
        yield " ".join((set_cell_size(name, first), "", *figures)).rstrip()


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


def _days(row: Row) -> Sequence[str]:
    """How many days of its connections are closed, open and missing."""
    return f"{row.days.closed}", f"{row.days.open}", f"{row.days.missing}"


def _listened(row: Row, report: Report, zone: tzinfo | None) -> Sequence[str]:
    """From when until when somebody listened, the gaps, and to how many extensions; of a day without its date."""
    found = row.listened.coverage
    extensions = f"{row.listened.reporting} of {row.listened.of}" if row.listened.of else "none"
    if found is None:
        return "never" if row.listened.of else "", "", "", "", extensions
    begun, ended = (
        datetime.fromtimestamp(at, UTC).astimezone(zone) for at in (found.listened_from, found.listened_until)
    )
    if report.split is Split.DAY and row is not report.total:
        times = f"{begun:%H:%M}", f"{ended:%H:%M}" if ended.date() == begun.date() else "24:00"
    else:
        times = f"{begun:%d %b %H:%M}", f"{ended:%d %b %H:%M}"
    return *times, f"{found.gaps}", length_told(found.gap_seconds) if found.gaps else "", extensions


def _rule(billing: BillingSettings) -> str:
    """What of their time is billed, in words."""
    minimum, rounding, merging = billing.minimum_minutes, billing.round_minutes, billing.merge_minutes
    rules = (
        (minimum, f"at least {minimum} min each"),
        (rounding, f"in steps of {rounding} min"),
        (merging, f"with pauses under {merging} min as one"),
    )
    return f"Billed {', '.join(said for minutes, said in rules if minutes) or 'as long as they were'}"
