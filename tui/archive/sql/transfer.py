"""Brings all that one archive remembers into another, and makes sure that it is there."""

from __future__ import annotations

from collections.abc import Callable

from tui.archive.errors import Cause, StoreError
from tui.archive.merging import KeptDay, merged
from tui.archive.sql.call_transfer import bring_callbacks, bring_calls
from tui.archive.sql.contact_transfer import bring_contacts
from tui.archive.sql.contents import Contents, Span, days_of, digest_of, put_days, spans_of
from tui.archive.sql.note_transfer import bring_notes
from tui.archive.sql.requests import bring_requests
from tui.archive.sql.user_lists import bring_user_lists
from tui.archive.upkeep import Brought, Progress

Key = tuple[str, str]
"""Account and day."""


def transfer(source: Contents, target: Contents, place: str, progress: Progress) -> Brought:
    """Bring all of it over, and compare day by day. ``place``: where the target is.

    What the target has of the same accounts already is merged with it (:mod:`tui.archive.merging`). To do it once more
    changes nothing.

    Raises:
        StoreError: the target does not hold what was brought, so its transaction must not be committed.
    """
    spans = spans_of(source)
    total = 2 * sum(span.rows for span in spans)  # written, then read
    there = {(span.account, day) for span in spans_of(target) for day in span.days}
    expected: dict[Key, bytes] = {}
    counted = _Count()
    written = 0
    for span in spans:
        days = days_of(source, span)
        counted.add(days)
        written += _bring(target, span, days, there, expected)
        progress(counted.rows, total)
    bring_requests(source, target)
    lists = bring_user_lists(source, target, place)
    calls = bring_calls(source, target, place)
    notes = bring_notes(source, target, place)
    bring_callbacks(source, target)
    contacts = bring_contacts(source, target, place)
    counted_there = _compare(target, spans, expected, place, lambda rows: progress(counted.rows + rows, total))
    return Brought(*counted.all, *counted_there.all, written, *lists, *calls, *notes, *contacts)


class _Count:
    """How much was seen."""

    def __init__(self) -> None:
        self.days = self.rows = self.earlier = 0

    def add(self, days: dict[str, KeptDay]) -> None:
        """Count these days, too."""
        self.days += len(days)
        self.rows += sum(len(day.rows) for day in days.values())
        self.earlier += sum(len(kept.earlier) for day in days.values() for kept in day.rows.values())

    @property
    def all(self) -> tuple[int, int, int]:
        """Days, rows, earlier values."""
        return self.days, self.rows, self.earlier


def _bring(
    target: Contents, span: Span, theirs: dict[str, KeptDay], there: set[Key], expected: dict[Key, bytes]
) -> int:
    """Bring over the days of a span; gives how many had to be written."""
    is_known = any((span.account, day) in there for day in theirs)
    ours = days_of(target, span) if is_known else {}
    days = {day: merged(ours[day], kept) if day in ours else kept for day, kept in theirs.items()}
    expected.update({(span.account, day): digest_of(kept) for day, kept in days.items()})
    changed = {day: kept for day, kept in days.items() if kept != ours.get(day)}
    if changed:
        put_days(target, span.account, changed, [day for day in changed if day in ours])
    return len(changed)


def _compare(
    target: Contents, spans: list[Span], expected: dict[Key, bytes], place: str, progress: Callable[[int], None]
) -> _Count:
    """Read what is there now; gives how much it is."""
    count = _Count()
    found: dict[Key, bytes] = {}
    for span in spans:
        days = {day: kept for day, kept in days_of(target, span).items() if (span.account, day) in expected}
        count.add(days)
        found.update({(span.account, day): digest_of(kept) for day, kept in days.items()})
        progress(count.rows)
    if found != expected:
        raise StoreError(Cause.UNEQUAL, place)
    return count
