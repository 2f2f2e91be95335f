"""What the panes have in common: a table over what the desk knows, and the keys that work in each.

What a key opens is imported when the key is pressed: the first frame does not wait for forms that nobody sees yet.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import work
from textual.message import Message

from tui.desk import Desk
from tui.models.action import Action
from tui.models.cell import Cell
from tui.models.clock import Moment
from tui.models.filters import Kind
from tui.models.search import Found
from tui.panes.orders import Orders
from tui.terminal.bindings import bindings
from tui.terminal.clipboard import copy
from tui.terminal.keymap import BY_ID, KeyMap, actions
from tui.widgets.footer import Hint
from tui.widgets.table import Table
from tui.widgets.view import Column, Entries, Row

if TYPE_CHECKING:
    from tui.models.notes import Subject
    from tui.panes.noting import ShownNotes

Result = TypeVar("Result")


class Pane(Table[Row], Orders):
    """A table over something that the desk knows."""

    NAME: ClassVar[str] = ""
    """Scope of its own actions and the id of its widget: ``calls``."""
    WRITTEN_TOO: Sequence[Column[Any]] = ()
    """What an export has beyond the columns: what signs say on the screen, and what could not be read."""

    BINDINGS = bindings("pane")

    class Escaped(Message):
        """Escape was pressed and this pane had nothing to clear."""

    def __init__(self, desk: Desk, key_map: KeyMap) -> None:
        super().__init__(clock=desk.clock, id=self.NAME)
        self.desk = desk
        self.key_map = key_map
        self._timezone = desk.settings.ui.timezone
        self._in_card: Row | None = None
        """The row of the card that is open, as it was known last."""
        self._notes: ShownNotes | None = None
        """The notes in that card."""

    @property
    def current(self) -> Row | None:
        """The row that the keys work on: that of the open card as it is known now, else the one under the cursor."""
        if self._in_card is None:
            return self.view.current
        identity = self._identity(self._in_card)
        self._in_card = next((row for row in self._source() if self._identity(row) == identity), self._in_card)
        return self._in_card

    @property
    def zone(self) -> tzinfo | None:
        """That of the times that people read; None: this machine's."""
        return self.desk.settings.ui.zone

    def frame(self, now: Moment) -> None:
        """Read the rows anew where another zone is set: a filter knows their times by the old one."""
        if self._timezone != self.desk.settings.ui.timezone:
            self._timezone, self._seen = self.desk.settings.ui.timezone, None
        super().frame(now)

    # What a pane says about its rows, beyond what the table asks.

    def _about(self, row: Row) -> Subject | None:
        """What names a row for a note on it; None where nothing of it is kept."""
        return None

    async def _line_of(self, row: Row) -> str:
        """The number of a call, for the notes on others with it; empty for anything else."""
        return ""

    def _named(self, row: Row) -> str:
        """Which row it is, in words."""
        raise NotImplementedError

    def _entries(self, row: Row, now: Moment) -> Entries:
        """Everything known about a row, as (name, text)."""
        raise NotImplementedError

    def _copies(self, row: Row) -> Entries:
        """What may be copied from a row, beside the whole of it; the most wanted first."""
        raise NotImplementedError

    def why_not(self, action: str) -> str:
        """Why an action on the current row is not possible now; empty when it is."""
        if action == "pane.note":
            return self._why_no_note()
        return self.desk.team.why_none if action == "app.focus_team" else ""

    def _why_no_note(self) -> str:
        row = self.current
        if row is None:
            return "there is no row here"
        return "" if self._about(row) is not None else "nothing of this row is kept"

    def goes_on(self, now: Moment) -> Entries:
        """What would be out of sight if the person left now, as (name, text)."""
        return []

    def hints(self) -> list[Hint]:
        """The keys of this pane for the footer."""
        return [self._hint(action) for action in actions(self.NAME, "pane", "app") if action.footer]

    def _hint(self, action: Action) -> Hint:
        return Hint(self.key_map.shown(action), action.label, self.why_not(action.id))

    def show_found(self, found: Found) -> None:
        """Go to a row that was found, on its day; where the pane cannot have it, show what is known of it."""
        raise NotImplementedError

    def reveal(self, identity: Hashable) -> bool:
        """Put the cursor on a row, whatever hides it; False where the pane does not have it."""
        if self.is_paused:
            self.action_pause()
        self.frame(self.clock.now())
        if self.view.filter and not self.view.go_to(identity):
            self.set_filter("")
        self.go_to(identity)
        return self.view.current is not None and self._identity(self.view.current) == identity

    def show_facts(self, entries: Callable[[Moment], Entries]) -> None:
        """Show what is known of a row that the pane does not have."""
        from tui.modals.card import Card

        self.app.push_screen(Card(self.desk, f"{self.TITLE[2:]}: details", entries))

    # What the keys of every pane do.

    async def action_filter(self) -> None:
        """Open the filter line."""
        from tui.widgets.filter_bar import open_filter

        await open_filter(self, self._show_fields)

    def _show_fields(self) -> None:
        from tui.modals.card import Card

        asked = {Kind.TEXT: ":", Kind.TIME: ":", Kind.NUMBER: ": > <", Kind.LENGTH: ": > < as 90, 5m, 1:30"}
        entries = [(column.id, f"{column.title}  {asked[column.kind]}") for column in self.COLUMNS]
        self.app.push_screen(Card(self.desk, f"{self.TITLE[2:]}: fields of a filter", lambda _: entries))

    def action_clear(self) -> None:
        """Clear the filter; when there is none, end the pause; when there is none, the zoom."""
        if self.view.filter:
            self.set_filter("")
        elif self.is_paused:
            self.action_pause()
        else:
            self.post_message(self.Escaped())

    def action_refresh(self) -> object:
        """Ask again for what is shown."""
        raise NotImplementedError

    def action_details(self) -> None:
        """Show everything known about the row, as it changes; the keys of the row work in its card."""
        from tui.modals.card import Card, CardKey

        row = self._in_card = self.view.current
        if row is None:
            self.notify("there is no row here", severity="warning")
            return

        def closed(_: None) -> None:
            self._in_card = None
            self._notes = None

        from tui.panes.noting import ShownNotes

        self._notes = ShownNotes(self.desk.notes, lambda: self.zone)

        keys = [
            CardKey(
                self.key_map.textual_keys(action), partial(self._hint, action), partial(self.run_action, action.call)
            )
            for action in actions(self.NAME, "pane")
            if action.of_row
        ]
        title = f"{self.TITLE[2:]}: details"
        self.app.push_screen(
            Card(self.desk, title, lambda now: self._all_entries(self.current or row, now), keys), closed
        )

    def _all_entries(self, row: Row, now: Moment) -> Entries:
        """The notes on a row, and everything known about it."""
        about = self._about(row)
        if self._notes is None or about is None:
            return self._entries(row, now)
        if self._notes.is_outdated(about):
            reading = self._notes.read(partial(self._line_of, row))
            self.run_worker(reading, group="notes", exclusive=True, description="read the notes on a row")
        return [*self._notes.entries, *self._entries(row, now)]

    @work(group="note", description="write a note")
    async def action_note(self) -> None:
        """Ask for a note on the row, and keep it."""
        from tui.panes.noting import add_note

        row = self.current
        about = None if row is None else self._about(row)
        if row is None or about is None:
            self.notify(f"{BY_ID['pane.note'].label}: {self.why_not('pane.note')}", severity="warning")
        else:
            await add_note(self, self.desk, about, self._named(row))

    def action_trace(self) -> None:
        """Show what went over the wire lately."""
        raise NotImplementedError

    @work(group="copy", exclusive=True, description="copy from the row")
    async def action_copy(self) -> None:
        """Choose what to copy from the row, and copy it."""
        from tui.modals.card import Choice

        row = self.current
        if row is None:
            self.notify("there is no row here", severity="warning")
            return
        now = self.shown_at(self.clock.now())
        whole = "\t".join(column.text(row, now) for column in self.COLUMNS)
        entries = [(name, text) for name, text in (*self._copies(row), ("Row", whole)) if text]
        chosen = await self.ask(Choice(self.desk, "Copy", entries))
        if chosen is not None:
            name, text = entries[chosen]
            self.notify(f"{name} {await copy(self.app, text)}")

    @work(group="export", exclusive=True, description="export the pane")
    async def action_export(self) -> None:
        """Write exactly what the pane shows into a file."""
        from tui.modals.export import export_rows

        now = self.shown_at(self.clock.now())
        columns = [*self.COLUMNS, *self.WRITTEN_TOO]
        rows = [[_written(column, row, now) for column in columns] for row in self.view.rows]
        await export_rows(self, self.desk, self.NAME, [column.id for column in columns], rows)


def _written(column: Column[Row], row: Row, now: Moment) -> Cell:
    """A cell as an export has it."""
    return column.text(row, now) if column.written is None else column.written(row, now)
