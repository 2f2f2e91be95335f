"""What the archive holds over some days, as an export writes it: of each kind a class, and what they share."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Container, Coroutine, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from tui.archive import Store, open_store
from tui.config import ArchiveSettings, Settings
from tui.models.cell import Cell
from tui.models.zones import zone_to_say

Row = TypeVar("Row")
Result = TypeVar("Result")


class Span(NamedTuple):
    """The days that are asked for, both of them among them, as ``2024-08-22``."""

    since: str
    until: str
    today: str
    is_begun_by_hand: bool
    """``--since`` was given."""

    @property
    def passed(self) -> str:
        """The last of them that has come."""
        return min(self.until, self.today)

    @property
    def why_not(self) -> str:
        """Why there can be nothing of them; empty where there can."""
        if self.since > self.until:
            return f"--since {self.since} lies after --until {self.until}"
        return f"--since {self.since} is still to come" if self.since > self.today else ""


@contextmanager
def snapshot(settings: ArchiveSettings) -> Iterator[tuple[asyncio.Runner, Store]]:
    """The archive as it is at this moment, whatever a dashboard stores meanwhile, and what runs its coroutines."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            store = runner.run(stack.enter_async_context(open_store(settings, to_read=True)))
            runner.run(stack.enter_async_context(store.snapshot()))
            yield runner, store
        finally:
            runner.run(stack.aclose())


class Exported(ABC, Generic[Row]):
    """Rows of one kind, and what they rest on."""

    columns: ClassVar[Sequence[str]]
    noun: ClassVar[str]
    section: ClassVar[str] = ""
    """Without this section of the config nothing is known of them; empty: none is needed."""
    begins_with_month: ClassVar[bool] = True
    """Whether the days begin with the first of the month where nobody says another; else with today."""

    def __init__(self, runner: asyncio.Runner, store: Store, settings: Settings, span: Span) -> None:
        self._runner = runner
        self._store = store
        self._settings = settings
        self._span = span

    @classmethod
    @abstractmethod
    def zone(cls, settings: Settings) -> tzinfo | None:
        """That of the days; None: this machine's."""

    def rows(self) -> Iterator[list[Cell]]:
        """The rows of every day, the newest first."""
        for day, found in self.days_found():
            for row in found:
                yield self._cells(day, row)

    @classmethod
    def span(cls, settings: Settings, since: str | None, until: str | None) -> Span:
        """The days that are meant; None: nobody says which."""
        today = datetime.now(UTC).astimezone(cls.zone(settings)).date()
        first = today.replace(day=1) if cls.begins_with_month else today
        begun, ended = since or first.isoformat(), until or today.isoformat()
        return Span(begun, ended, today.isoformat(), is_begun_by_hand=since is not None)

    @abstractmethod
    def days_found(self) -> Iterator[tuple[str, Iterable[Row]]]:
        """The days that there are, the newest first, each with its rows."""

    @abstractmethod
    def _cells(self, day: str, row: Row) -> list[Cell]:
        """A row as its columns have it."""

    @abstractmethod
    def proof(self) -> Iterator[str]:
        """What they rest on, in lines; asked for after the rows."""

    def _read(self, asked: Coroutine[Any, Any, Result]) -> Result:
        """What the archive answers."""
        return self._runner.run(asked)

    def _not_there(self, known: Container[str]) -> Iterator[str]:
        """Of which days that have come nothing is known, in a line."""
        missing = [day for day in calendar(self._span.since, self._span.passed) if day not in known]
        if missing:
            yield f"not in the archive: {day_count(len(missing))} ({in_spans(missing)})"

    @property
    def lacks(self) -> bool:
        """Whether something is missing that was asked for, and could be there."""
        return False

    @property
    def zone_line(self) -> Sequence[str]:
        """In which zone the times of the proof are, where that has to be said."""
        ui = self._settings.ui
        name = zone_to_say(datetime.now(UTC), ui.zone, ui.timezone, [self.zone(self._settings)])
        return [f"times in {name}"] if name else []


def day_count(days: int) -> str:
    """``1 day``, ``2 days``."""
    return "1 day" if days == 1 else f"{days} days"


def calendar(since: str, until: str) -> Iterator[str]:
    """Each day from the first to the last."""
    day, last = date.fromisoformat(since), date.fromisoformat(until)
    while day <= last:
        yield day.isoformat()
        day += timedelta(days=1)


def in_spans(days: Sequence[str]) -> str:
    """Some days in few words: ``2024-08-19, 2024-08-23 to 2024-08-25``."""
    return ", ".join(f"{first} to {last}" if first != last else first for first, last in _spans(days))


def _spans(days: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Days that follow each other as (first, last)."""
    first = last = days[0]
    for day in days[1:]:
        if date.fromisoformat(day) - date.fromisoformat(last) > timedelta(days=1):
            yield first, last
            first = day
        last = day
    yield first, last
