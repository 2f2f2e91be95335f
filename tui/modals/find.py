"""The search over all days: a field, and what is found as one types."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input

from tui.desk import Desk
from tui.desk.finding import FOUND_MOST
from tui.modals.dialog import CLOSE, Dialog
from tui.models.clock import Moment
from tui.models.kept_calls import KeptCall
from tui.models.search import LEAST, SEARCH_MOST, Answer, Found
from tui.services.errors import ServiceError
from tui.terminal.bindings import hidden
from tui.widgets.field import LineField
from tui.widgets.footer import Hint
from tui.widgets.found import day, support_number, time, what, who
from tui.widgets.table import RowTable
from tui.widgets.view import Column, saying

AGAIN_SECONDS: Final = 2.0
"""How often the same is looked for again while some days are not known to the search yet."""


class FoundTable(RowTable[Found]):
    """What was found, the newest first."""

    COLUMNS: Sequence[Column[Found]] = (
        Column("day", "Day", lambda found, _: day(found, None), width=10),
        Column("time", "Time", lambda found, _: time(found, None), width=8),
        Column("kind", "Kind", lambda found, _: found.kind.word, width=10),
        Column("who", "Who", lambda found, _: who(found), width=16, grow=2),
        Column("what", "What", lambda found, _: what(found), width=18, grow=3),
        Column("number", "Support no", lambda found, _: support_number(found), width=10, rank=1),
    )
    why_empty = ""

    def __init__(
        self, desk: Desk, rows: Callable[[], Iterable[Found]], said: Callable[[], str], version: Callable[[], int]
    ) -> None:
        in_zone = {
            "day": lambda found, _: day(found, desk.settings.ui.zone),
            "time": lambda found, _: time(found, desk.settings.ui.zone),
        }
        self.COLUMNS = saying(self.COLUMNS, in_zone)
        super().__init__(rows, said, version, clock=desk.clock)

    def _identity(self, row: Found) -> Hashable:
        known = row.row
        if row.note is not None:
            return row.note.id
        return row.kind, row.account, row.day, known.id if isinstance(known, KeptCall) else known

    def _empty(self, now: Moment) -> str:
        return self.why_empty


class Find(Dialog[Found | None]):
    """Dismissed with the row that was chosen."""

    DEFAULT_CLASSES = "-tall"
    BINDINGS = hidden(
        {
            "enter": "choose",
            "down": "move('down')",
            "up": "move('up')",
            "pagedown": "move('page_down')",
            "pageup": "move('page_up')",
        }
    )

    def __init__(self, desk: Desk, typed: str = "") -> None:
        super().__init__(desk, "Find in all days: calls, connections, users, notes")
        self._typed = typed
        self._answered: str | None = None
        """What the shown answer is to."""
        self._answer: Answer | None = None
        self._asked_at = desk.clock.now()
        self._refused = ""
        self._is_looking = False
        self._changes = 0
        self._table = FoundTable(desk, self._rows, self._said, lambda: self._changes)
        self._table.why_empty = self._why_empty()

    def _body(self) -> ComposeResult:
        yield LineField(
            self._typed,
            id="sought",
            most=SEARCH_MOST,
            placeholder="a number in any spelling, a name, an explanation, an e-mail address, a note",
        )
        yield self._table

    def _hints(self) -> list[Hint]:
        return [Hint("enter", "go to it"), Hint("down", "next"), Hint("up", "before"), CLOSE]

    def on_mount(self) -> None:
        """Begin in the field."""
        super().on_mount()
        self.set_focus(self.query_one(LineField))

    @property
    def typed(self) -> str:
        """What is looked for."""
        return self._typed

    def frame(self, now: Moment) -> None:
        """Look again while some days were not known yet."""
        is_behind = self._answer is not None and self._answer.days_left > 0
        if is_behind and now.seconds_since(self._asked_at) >= AGAIN_SECONDS:
            self._answered = None
            self._look()
        super().frame(now)

    @on(Input.Changed)
    def _on_typed(self, event: Input.Changed) -> None:
        self._typed = event.value
        self._look()

    def _look(self) -> None:
        if not self._is_looking and self._answered != self._typed:
            self._is_looking = True
            self._find()

    @work(group="find", description="look for something in the archive")
    async def _find(self) -> None:
        """Look for what is typed now, and once more where that has changed meanwhile: what lies between is dropped."""
        try:
            while self._answered != (typed := self._typed):
                self._asked_at = self.desk.clock.now()
                try:
                    answer, refused = await self.desk.finder.find(typed), ""
                except ServiceError as error:
                    answer, refused = None, error.sentence
                self._answered = typed
                if typed == self._typed:
                    self._take(answer, refused)
        finally:
            self._is_looking = False

    def _take(self, answer: Answer | None, refused: str) -> None:
        self._answer, self._refused = answer, refused
        self._changes += 1
        self._table.why_empty = self._why_empty()
        self._table.view.move(0)
        self._table.frame(self.desk.clock.now())

    def _rows(self) -> Sequence[Found]:
        return () if self._answer is None else self._answer.found

    def _said(self) -> str:
        answer = self._answer
        if answer is None:
            return ""
        count = len(answer.found)
        said = [f"the newest {count}" if count >= FOUND_MOST else f"{count} found"]
        if answer.users_left:
            said.append(f"{answer.users_left} more {'user' if answer.users_left == 1 else 'users'}")
        if answer.days_left:
            said.append(f"{answer.days_left} {'day' if answer.days_left == 1 else 'days'} to come")
        if answer.why_slow:
            said.append(f"slow: {answer.why_slow}")
        return ", ".join(said)

    def _why_empty(self) -> str:
        if self._refused:
            return self._refused
        return "nothing found" if self._answer is not None else f"from {LEAST} letters or digits on"

    async def action_move(self, how: str) -> None:
        """Move in what was found, while the field keeps the keys."""
        await self._table.run_action(how)

    @on(Input.Submitted)
    def action_choose(self) -> None:
        """Go to the row under the cursor."""
        row = self._table.view.current
        if row is not None and self._answered == self._typed:
            self.dismiss(row)
