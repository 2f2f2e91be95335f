"""How the commands of a pane run: one at a time, with what became of each said in the footer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, TypeVar

from textual.widget import Widget

from tui.services.errors import ServiceError, describe_error
from tui.terminal.keymap import BY_ID

if TYPE_CHECKING:
    from tui.modals.dialog import Dialog

Result = TypeVar("Result")


class Orders(Widget):
    """What gives orders to the desk."""

    _sending = ""
    """What is under way."""

    def why_not(self, action: str) -> str:
        """Why an action is not possible now; empty when it is."""
        raise NotImplementedError

    def refuse(self, action: str) -> bool:
        """Say why an action is not possible now. False when it is."""
        reason = self.why_not(action) or (f"still busy: {self._sending}" if self._sending else "")
        if reason:
            self.notify(f"{BY_ID[action].label}: {reason}", severity="error")
        return bool(reason)

    async def ask(self, dialog: Dialog[Result]) -> Result:
        """Show a dialog and give what it was dismissed with."""
        return await self.app.push_screen_wait(dialog)

    def start(self, work: Coroutine[None, None, None], description: str) -> None:
        """Let something run on beside the dialogs."""
        self.run_worker(work, description=description)

    async def send(self, what: str, command: Callable[[], Awaitable[Result]]) -> Result:
        """Run a command of the desk, one at a time. Raises ServiceError, which was not shown yet."""
        self._sending = what
        self.notify(f"{what} …")
        try:
            return await command()
        finally:
            self._sending = ""

    async def order(self, what: str, command: Callable[[], Awaitable[str | None]]) -> None:
        """Run a command that needs no form, and say what became of it."""
        try:
            said = await self.send(what, command)
        except ServiceError as error:
            self.notify(f"{what}: {describe_error(error)}", severity="error")
        else:
            self.notify(said or f"{what}: done")
