"""Who is to be called back: a list that refreshes itself, and the reason why nobody needs to call."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from textual import events, work
from textual.app import ComposeResult

from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.modals.dialog import CLOSE, MOVES, Dialog
from tui.modals.form import Field, Form
from tui.models.callbacks import LOOK_BACK_DAYS, WHY_MOST, Callback
from tui.models.clock import Moment
from tui.services.errors import ServiceError
from tui.terminal.bindings import hidden
from tui.widgets.footer import Hint
from tui.widgets.table import RowTable
from tui.widgets.times import age, short_time
from tui.widgets.view import Column, saying

HEADING: Final = f"Call-backs: missed in the last {LOOK_BACK_DAYS} days, and not spoken with since"

DONE_SHOWN: Final = 3
"""Call-backs that were done without a call and are told below the list, the last ones."""

TAKEN_ROOM: Final = 11
"""Cells for who has taken one, and for how long they hold it yet."""


class CallbackKey(NamedTuple):
    """A key that works on the call-back under the cursor."""

    keys: Sequence[str]
    """By the toolkit's names."""
    hint: Callable[[], Hint]
    run: Callable[[Callback], None]


def _time(at: float, now: Moment, zone: tzinfo | None) -> str:
    return short_time(datetime.fromtimestamp(at, UTC), now.at, zone)


def _ago(row: Callback, now: Moment) -> str:
    return age(max(0.0, now.at.timestamp() - row.last))


def _taken(row: Callback, now: Moment) -> str:
    """Who calls back, and for how long others leave it to them."""
    holder = row.holder(seconds := now.at.timestamp())
    return "" if holder is None else f"{holder.by} {age(holder.until - seconds)}"


class CallbackTable(RowTable[Callback]):
    """Every number once; who has waited longest comes first."""

    COLUMNS: Sequence[Column[Callback]] = (
        Column("name", "Who", lambda each, _: each.name, width=15, grow=2),
        Column("number", "Number", lambda each, _: each.e164 or each.line, width=13, grow=1),
        Column(
            "times",
            "Times",
            lambda each, _: f"{each.times}{'' if each.is_certain else '?'}",
            width=5,
            right=True,
            sort=lambda each: each.times,
        ),
        Column("first", "First", lambda each, now: _time(each.first, now, None), width=9, sort=lambda each: each.first),
        Column("last", "Last", lambda each, now: _time(each.last, now, None), width=9, sort=lambda each: each.last),
        Column(
            "ago",
            "Ago",
            _ago,
            width=6,
            right=True,
            sort=lambda each: -each.last,
            moves=True,
        ),
        Column("taken", "Taken by", _taken, width=TAKEN_ROOM, grow=1, moves=True),
        Column("called", "Called", lambda each, _: each.called, width=12, grow=1, rank=1),
    )

    def __init__(
        self, desk: Desk, rows: Callable[[], Iterable[Callback]], said: Callable[[], str], version: Callable[[], int]
    ) -> None:
        in_zone = {
            "first": lambda each, now: _time(each.first, now, desk.settings.ui.zone),
            "last": lambda each, now: _time(each.last, now, desk.settings.ui.zone),
        }
        self.COLUMNS = saying(self.COLUMNS, in_zone)
        super().__init__(rows, said, version, clock=desk.clock)
        self.foot: Callable[[Moment], Sequence[str]] = lambda _: ()
        """What stands below the list."""

    def _foot(self, now: Moment) -> Sequence[str]:
        return self.foot(now)

    def _identity(self, row: Callback) -> Hashable:
        return row.line

    def _row_style(self, row: Callback) -> str:
        """What somebody does already stands back."""
        return "dim" if row.holder(self._polled.at.timestamp()) is not None else "plain"

    def _empty(self, now: Moment) -> str:
        return "nobody waits to be called back"


class CallbackListing(Dialog[None]):
    """The list, until it is closed; what its keys do is the pane's."""

    DEFAULT_CLASSES = "-tall"
    BINDINGS = hidden({"q": "close"})

    def __init__(self, desk: Desk, keys: Sequence[CallbackKey]) -> None:
        super().__init__(desk, HEADING)
        self._counter = desk.counter(AltiGenCounter)
        self._keys = keys
        board = self._counter.board
        self._table = CallbackTable(desk, lambda: board.history.callbacks.open, self._said, lambda: board.version)

        self._listened = ""
        """How much was listened to in that time."""
        self._table.foot = self._below

    def _body(self) -> ComposeResult:
        yield self._table

    def on_mount(self) -> None:
        """Show the list at once, and what it rests on when that was read."""
        super().on_mount()
        self._look()

    @work(group="listened", description="read how much was listened to")
    async def _look(self) -> None:
        self._listened = await self._counter.callbacks.listened()
        self._table.repaint()

    def _below(self, now: Moment) -> Sequence[str]:
        """What was done last without a call, and on how much listening all of it rests."""
        zone = self.desk.settings.ui.zone
        done = [
            f"done {_time(step.at, now, zone)} by {step.by}: {step.line}: {step.why}"
            for step in self._counter.board.history.callbacks.done[:DONE_SHOWN]
        ]
        return [*done, *filter(None, [self._listened])]

    def _said(self) -> str:
        if why_none := self._counter.callbacks.why_none:
            return why_none
        board, minutes = self._counter.board, self.desk.settings.calls.callback_minutes
        parts = [f"{len(board.history.callbacks.open)} open"]
        if overdue := len(self._counter.callbacks.overdue()):
            parts.append(f"{overdue} for longer than {minutes} min")
        if board.history.callbacks.anonymous:
            parts.append(f"{board.history.callbacks.anonymous} without a number")
        if board.history.callbacks_trouble:
            parts.append(f"not read anew: {board.history.callbacks_trouble}")
        return ", ".join(parts)

    def _hints(self) -> list[Hint]:
        nobody = "" if self._table.view.current is not None else "there is nobody here"
        hints = [key.hint() for key in self._keys]
        return [*(hint._replace(why_not=hint.why_not or nobody) for hint in hints), *MOVES, CLOSE]

    async def on_key(self, event: events.Key) -> None:
        """Do what a key does with the call-back under the cursor."""
        for key in self._keys:
            if event.key in key.keys or event.character in key.keys:
                event.stop()
                hint, row = key.hint(), self._table.view.current
                if hint.why_not or row is None:
                    self.notify(f"{hint.label}: {hint.why_not or 'there is nobody here'}", severity="error")
                else:
                    key.run(row)


class FinishCallback(Form[str]):
    """Dismissed with why nobody needs to call."""

    HEADING = "Done without a call"
    SEND = "Done"

    def __init__(self, desk: Desk, callback: Callback, draft: str, refusal: ServiceError | None = None) -> None:
        self._callback = callback
        super().__init__(desk, draft, refusal)

    def _new_fields(self) -> Sequence[Field]:
        who = " ".join(filter(None, (self._callback.name, self._callback.e164 or self._callback.line)))
        hint = "as: wrote an e-mail"
        return [Field("who", "Who", who, fixed=True), Field("why", "Why", self._draft, _complaint, hint=hint)]

    def _draft_of(self, values: Mapping[str, str]) -> str:
        return values["why"].strip()


def _complaint(why: str) -> str:
    if not why.strip():
        return "say why nobody needs to call: the others will read it"
    return f"at most {WHY_MOST} characters" if len(why.strip()) > WHY_MOST else ""
