"""What every form and card has: a title, its keys and notices below, and escape to close it.

It takes as many lines from below as it needs, and the panes go on above it: what rings is seen while a form is filled
in, and when it closes, only its own lines have to go over the line again.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.desk import Desk
from tui.models.clock import Moment
from tui.terminal.bindings import hidden
from tui.widgets.footer import Footer, Hint
from tui.widgets.table import Table

Result = TypeVar("Result")

MOVES: Final = (Hint("j", "down"), Hint("k", "up"))
"""The keys of a table that are named in a dialog."""

CLOSE: Final = Hint("esc", "close")


class Dialog(ModalScreen[Result], Generic[Result]):
    """A screen over the panes; dismissed with its result, or with None when it was closed."""

    # Not with the rest: the first frame need not wait for what styles a dialog.
    DEFAULT_CSS = """
    Dialog {
        align-vertical: bottom;
        Footer { dock: bottom; }
        #dialog { height: auto; max-height: 100%; width: 100%; margin: 1 0 0 0; background: $background; }
        #heading { text-style: bold reverse; height: 1; width: 100%; padding: 0 1; }
        #body { height: auto; max-width: 120; padding: 0 2; }
        #question { height: auto; margin: 0 0 1 0; }
        #facts { height: auto; max-height: 100%; }
        .fact { height: auto; width: 1fr; }
        #progress { height: 1; }
        &.-tall #dialog, &.-tall #body { height: 1fr; }
        RowTable { height: 1fr; width: 100%; }
        #refusal { height: auto; max-height: 3; color: $error; text-style: bold; }
        #fields { height: auto; max-height: 100%; }
        .field { height: auto; }
        .label { width: 18; height: 1; }
        .field:focus-within .label { text-style: bold reverse; }
        SwitchField { width: auto; }
        SwitchField:focus { text-style: reverse; }
        .problem { height: 1; padding: 0 0 0 18; color: $error; }
        #preview { height: 1; color: $secondary; }
        #buttons { height: 1; margin: 1 0 0 0; }
        #buttons Button { margin: 0 2 0 0; }
        EntryTable { height: auto; width: 100%; }
    }
    """
    BINDINGS = hidden({"escape": "close"})

    def __init__(self, desk: Desk, title: str) -> None:
        super().__init__()
        self.desk = desk
        self.heading = title
        self.is_ready = False
        """Whether it has been laid out and has its focus, so that keys go where the person means them to."""

    def compose(self) -> ComposeResult:
        """The frame around :meth:`_body`."""
        with Vertical(id="dialog"):
            yield Static(Content(self.heading), id="heading")
            with Vertical(id="body"):
                yield from self._body()
        yield Footer(self._hints, self.desk.clock)

    def _body(self) -> ComposeResult:
        """What the dialog is about."""
        raise NotImplementedError

    def _hints(self) -> list[Hint]:
        """The keys that work in it."""
        return [CLOSE]

    def frame(self, now: Moment) -> None:
        """Poll the data."""
        for footer in self.query(Footer):
            footer.frame(now)
        for table in self.query(Table):
            table.frame(now)

    def on_mount(self) -> None:
        """Say everything with the first paint."""
        self.frame(self.desk.clock.now())
        self.call_after_refresh(self._become_ready)

    def _become_ready(self) -> None:
        self.is_ready = True

    def action_close(self) -> None:
        """Close it without a result."""
        self.dismiss(None)

    def quit_pressed(self) -> None:
        """Close the dialog: a key that quits the program closes what is open first."""
        self.action_close()
