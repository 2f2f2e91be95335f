"""A question before something that cannot be taken back."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from tui.desk import Desk
from tui.modals.dialog import Dialog
from tui.widgets.footer import Hint


class Confirm(Dialog[bool]):
    """Dismissed with True when the person said yes. The focus rests on the safe answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n,q", "answer(False)", "no", show=False),
        Binding("left,right,h,l", "app.focus_next", show=False),
    ]

    def __init__(self, desk: Desk, title: str, question: str, yes: str) -> None:
        super().__init__(desk, title)
        self._question = question
        self._yes = yes

    def body(self) -> ComposeResult:
        """The question and the two answers."""
        yield Static(Content(self._question), id="question")
        with Horizontal(id="buttons"):
            yield Button(Content("Cancel"), id="cancel", compact=True)
            yield Button(Content(self._yes), id="send", compact=True)

    def hints(self) -> list[Hint]:
        """The keys that work in it."""
        return [Hint("y", self._yes.lower()), Hint("n", "cancel"), Hint("esc", "cancel")]

    def on_mount(self) -> None:
        """Rest on the safe answer."""
        super().on_mount()
        self.set_focus(self.query_one("#cancel"))

    def action_answer(self, yes: bool) -> None:
        """Take the answer."""
        self.dismiss(yes)

    @on(Button.Pressed, "#send")
    def _on_yes(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#cancel")
    def _on_no(self) -> None:
        self.dismiss(False)
