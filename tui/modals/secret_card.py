"""A card that holds a secret while it is open: masked, shown or copied when asked, forgotten when it closes."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui.config import Secret
from tui.desk import Desk
from tui.modals.dialog import Dialog
from tui.models.text import clean
from tui.terminal.bindings import hidden
from tui.terminal.clipboard import copy
from tui.terminal.toolkit import forget_copied
from tui.terminal.typeahead import came_by_hand
from tui.widgets.footer import Hint


class SecretCard(Dialog[None]):
    """Closing it forgets the secret: nothing else holds it."""

    # Not enter: one that is held down would take the secret away unseen.
    BINDINGS = hidden({"y": "copy", "v": "show", "q": "forget"})

    def __init__(self, desk: Desk, title: str, warning: str, name: str, secret: Secret) -> None:
        """``name``: what the secret is, in a word, as ``link``."""
        super().__init__(desk, title)
        self._warning = warning
        self._word = name
        self._secret = secret
        self._is_shown = False

    def _body(self) -> ComposeResult:
        yield Static(Content(self._warning), id="question")
        yield Static(Content(self._masked), id="secret")

    @property
    def _masked(self) -> str:
        return f"{self._secret}  (v shows it, y copies it)"

    def _hints(self) -> list[Hint]:
        return [Hint("y", "copy"), Hint("v", "hide" if self._is_shown else "show"), Hint("esc", "close and forget")]

    @work(group="copy", exclusive=True, description="copy the secret")
    async def action_copy(self) -> None:
        """Copy the secret."""
        self.notify(f"{self._word} {await copy(self.app, self._secret.reveal())}")
        forget_copied(self.app)

    def action_show(self) -> None:
        """Show the secret, for a terminal that cannot copy, or hide it again."""
        self._is_shown = not self._is_shown
        text = clean(self._secret.reveal(), limit=8_192) if self._is_shown else self._masked
        self.query_one("#secret", Static).update(Content(text))
        self.frame(self.desk.clock.now())

    async def action_forget(self) -> None:
        """Close it, unless the key is part of a text: what is forgotten does not come again."""
        if await came_by_hand(self.app, "close"):
            self.action_close()

    def action_close(self) -> None:
        """Close it and forget the secret."""
        self._secret = Secret("")
        super().action_close()
