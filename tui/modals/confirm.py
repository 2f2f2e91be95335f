"""A question before something that cannot be taken back."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from tui.desk import Desk
from tui.modals.dialog import Dialog
from tui.terminal.bindings import hidden
from tui.terminal.typeahead import came_by_hand
from tui.widgets.footer import Hint
from tui.widgets.view import Entries

HELD_SECONDS: Final = 0.7
"""A key that follows another one, or the opening, by less is held down: it repeats after 0.25 to 0.66
seconds and then every 0.03. Terminals do not tell when a key is let go, so this much quiet is what tells."""


class Confirm(Dialog[bool]):
    """Dismissed with True when the person said yes.

    The focus rests on the safe answer. A held Enter is none, and a yes that comes together with other keys is none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *hidden({"y": "yes", "n": "no", "left,right,h,l": "app.focus_next"}),
        Binding("q", "app.quit", show=False, id="app.quit"),  # whichever key it is in the config
        Binding("enter", "press", show=False, priority=True),
    ]

    def __init__(
        self, desk: Desk, title: str, question: str, yes: str, facts: Entries = (), *, no: str = "Cancel"
    ) -> None:
        """``facts``: exactly what will be done, as (name, text)."""
        super().__init__(desk, title)
        self._question = question
        self._yes = yes
        self._no = no
        self._facts = facts
        self._pressed = desk.clock.tick()

    def _body(self) -> ComposeResult:
        yield Static(Content(self._question), id="question")
        if self._facts:
            with VerticalScroll(id="facts", can_focus=False):
                for name, text in self._facts:
                    with Horizontal(classes="field"):
                        yield Static(Content(name), classes="label")
                        yield Static(Content(text), classes="fact")
        with Horizontal(id="buttons"):
            yield Button(Content(self._no), id="cancel", compact=True, action="screen.no")
            yield Button(Content(self._yes), id="send", compact=True, action="screen.yes")

    def _hints(self) -> list[Hint]:
        return [Hint("y", self._yes.lower()), Hint("n", self._no.lower()), Hint("esc", self._no.lower())]

    def on_mount(self) -> None:
        """Rest on the safe answer."""
        super().on_mount()
        self._pressed = self.desk.clock.tick()
        self.set_focus(self.query_one("#cancel"))

    def action_press(self) -> None:
        """Take Enter on a button, unless it is the repeat of a held key."""
        if not self.is_repeat() and isinstance(self.focused, Button):
            self.focused.press()

    def is_repeat(self) -> bool:
        """Whether a key that was just pressed follows another one, or the opening, so soon that it is held down."""
        now = self.desk.clock.tick()
        since, self._pressed = now - self._pressed, now
        return since < HELD_SECONDS

    async def action_yes(self) -> None:
        """Take the yes."""
        if await came_by_hand(self.app, self._yes):
            self.dismiss(True)

    def action_no(self) -> None:
        """Take the no."""
        self.dismiss(False)


class Leave(Confirm):
    """Before leaving while something goes on that would be out of sight then. The key that asked, held, is no yes."""

    def __init__(self, desk: Desk, facts: Entries) -> None:
        """``facts``: what goes on, as (name, text)."""
        super().__init__(desk, "Quit", "This goes on without Helpdeck. Quit all the same?", "Quit", facts, no="Stay")

    def quit_pressed(self) -> None:
        """Stay; but a key that is held down since it opened the question would close and open it in turn."""
        if not self.is_repeat():
            self.action_close()
