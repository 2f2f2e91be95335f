"""Work without a paper trail: a list that shrinks as it is written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from textual import work
from textual.app import ComposeResult

from tui.desk import Desk
from tui.desk.alpemix import AlpemixCounter
from tui.desk.altigen import AltiGenCounter
from tui.desk.paperwork import Unwritten
from tui.modals.dialog import CLOSE, MOVES, Dialog
from tui.models.clock import Moment
from tui.models.kept_calls import KeptCall
from tui.models.paperwork import LooseEnd, is_whose
from tui.models.search import Found, Kind
from tui.services.errors import ServiceError
from tui.terminal.bindings import hidden
from tui.widgets.footer import Hint
from tui.widgets.table import RowTable
from tui.widgets.times import short_time
from tui.widgets.view import Column, saying

READ_SECONDS: Final = 5.0
"""The archive is read no more often than this while the list is open, and only when something has changed."""

REST: Final = 10
"""How many times as long as it took to wait before that is done again."""


def _when(end: LooseEnd, now: Moment, zone: tzinfo | None) -> str:
    return "" if end.at is None else short_time(datetime.fromtimestamp(end.at, UTC), now.at, zone)


def _whose(end: LooseEnd) -> str:
    """``ayse``, ``201, maybe ayse``."""
    if isinstance(end.row, KeptCall):
        return ", ".join(filter(None, (end.row.extension, end.seat.said)))
    return end.seat.said


def _who(end: LooseEnd) -> str:
    if isinstance(end.row, KeptCall):
        return end.row.name or end.row.e164 or end.row.number
    return end.row.customer or end.row.customer_device


def _lacks(end: LooseEnd) -> str:
    """``no explanation, support no, call``."""
    return f"no {', '.join(end.lacks)}"


class EndTable(RowTable[LooseEnd]):
    """What something is missing of, the newest first."""

    COLUMNS: Sequence[Column[LooseEnd]] = (
        Column("at", "Began", lambda end, now: _when(end, now, None), width=9, sort=lambda end: end.at or 0.0),
        Column(
            "kind", "Kind", lambda end, _: "call" if isinstance(end.row, KeptCall) else "connection", width=10, rank=1
        ),
        Column("whose", "Whose", lambda end, _: _whose(end), width=15, grow=1),
        Column("who", "Customer", lambda end, _: _who(end), width=15, grow=2),
        Column("lacks", "Missing", lambda end, _: _lacks(end), width=32),
    )
    why_empty = ""
    rests_on: Sequence[str] = ()

    def __init__(
        self, desk: Desk, rows: Callable[[], Iterable[LooseEnd]], said: Callable[[], str], version: Callable[[], int]
    ) -> None:
        self.COLUMNS = saying(self.COLUMNS, {"at": lambda end, now: _when(end, now, desk.settings.ui.zone)})
        super().__init__(rows, said, version, clock=desk.clock)

    def _identity(self, row: LooseEnd) -> Hashable:
        return row.row.id if isinstance(row.row, KeptCall) else row.row.identity

    def _foot(self, now: Moment) -> Sequence[str]:
        """How much of these days was listened to, and which of them may have more connections."""
        return self.rests_on

    def _empty(self, now: Moment) -> str:
        return self.why_empty


class PaperworkListing(Dialog[Found | None]):
    """Dismissed with the row that was chosen."""

    DEFAULT_CLASSES = "-tall"
    BINDINGS = hidden({"q": "close", "enter": "choose", "a": "toggle_all"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Work without a paper trail, of today and yesterday")
        self._altigen = desk.counter(AltiGenCounter)
        self._found: Unwritten | None = None
        self._refused = ""
        self._is_of_all = False
        self._next_at = desk.clock.tick()
        """Until then the archive is not read again."""
        self._read: Sequence[int] = ()
        """The versions of what it was read by."""
        self._is_reading = False
        self._changes = 0
        self._table = EndTable(desk, self._rows, self._said, lambda: self._changes)
        self._show()

    def _body(self) -> ComposeResult:
        yield self._table

    def _hints(self) -> list[Hint]:
        nobody = "" if self._table.view.current is not None else "there is no row here"
        other = "mine only" if self._shows_all else "of all"
        return [Hint("enter", "go to it", nobody), Hint("a", other, self._why_all), *MOVES, CLOSE]

    def frame(self, now: Moment) -> None:
        """Read anew what may have been written."""
        versions = [self.desk.notes.version, *(counter.board.version for counter in self.desk.counters.values())]
        is_due = self.desk.clock.tick() >= self._next_at
        if is_due and versions != self._read and not self._is_reading:
            self._is_reading = True
            self._read = versions
            self._look()
        super().frame(now)

    @work(group="paperwork", description="look for work without a paper trail")
    async def _look(self) -> None:
        began = self.desk.clock.tick()
        try:
            self._found = await self.desk.paperwork.read(self._altigen.board.history.spells.values())
            self._refused = ""
        except ServiceError as error:
            self._refused = error.sentence
        finally:
            self._is_reading = False
            ended = self.desk.clock.tick()
            self._next_at = ended + max(READ_SECONDS, REST * (ended - began))
        self._show()
        self._table.frame(self.desk.clock.now())

    def _show(self) -> None:
        self._changes += 1
        self._table.rests_on = () if self._found is None else self._found.rests_on
        nothing = "looking it up" if self._found is None else "nothing is missing"
        self._table.why_empty = self._refused or nothing

    @property
    def _why_all(self) -> str:
        """Why nobody can tell which of it is one's own; empty where that is known."""
        return "" if self._found is None or self._found.own is not None else "there is no extension in the config"

    @property
    def _shows_all(self) -> bool:
        return self._is_of_all or bool(self._why_all)

    def _rows(self) -> Iterable[LooseEnd]:
        found, section = self._found, self._altigen.section
        if found is None:
            return ()
        if self._shows_all or section is None or found.own is None:
            return found.ends
        return [end for end in found.ends if is_whose(end, section.extension, found.own.technicians)]

    def _said(self) -> str:
        if self._found is None:
            return ""
        count = len(list(self._rows()))
        said = [f"{count} of all" if self._shows_all else f"{count} of {self._own}"]
        if self._refused:
            said.append(f"not read anew: {self._refused}")
        return ", ".join(said)

    @property
    def _own(self) -> str:
        """``201, maybe ayse``; says so where nobody knows which connections those are."""
        section, own = self._altigen.section, None if self._found is None else self._found.own
        extension = "" if section is None else section.extension
        return f"{extension}, {own.said}" if own is not None and own.said else f"{extension}, whose is not known"

    def action_toggle_all(self) -> None:
        """Show that of all, or only one's own."""
        if self._why_all:
            self.notify(f"mine only: {self._why_all}", severity="warning")
            return
        self._is_of_all = not self._is_of_all
        self._changes += 1
        self._table.frame(self.desk.clock.now())

    def action_choose(self) -> None:
        """Go to the row under the cursor."""
        end = self._table.view.current
        if end is None:
            return
        row, at = end.row, None if end.at is None else datetime.fromtimestamp(end.at, UTC)
        if isinstance(row, KeptCall):
            self.dismiss(Found(kind=Kind.CALL, account="", day=row.day, at=at, row=row))
        else:
            account = self.desk.counter(AlpemixCounter).account
            self.dismiss(Found(kind=Kind.CONNECTION, account=account, day=row.day, at=at, row=row))
