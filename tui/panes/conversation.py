"""What a flow of dialogs needs of whoever shows them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Protocol, TypeVar

from tui.modals.dialog import Dialog

Result = TypeVar("Result")


class Conversation(Protocol):
    """A person who answers dialogs and reads notices: through a pane, or played by a test."""

    async def ask(self, dialog: Dialog[Result]) -> Result:
        """Show a dialog and give what it was dismissed with."""

    async def send(self, what: str, command: Callable[[], Awaitable[Result]]) -> Result:
        """Run a command of the desk, one at a time. Raises ServiceError, which was not shown yet."""

    def start(self, work: Coroutine[None, None, None], description: str) -> None:
        """Let something run on beside the dialogs."""

    def notify(self, message: str) -> None:
        """Show a notice."""
