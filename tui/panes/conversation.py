"""What a flow of dialogs needs of whoever shows them, and how a form is asked until its draft is accepted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Protocol, TypeVar

from tui.modals.dialog import Dialog
from tui.modals.form import Form, Refusal
from tui.services.errors import ServiceError

Draft = TypeVar("Draft")
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


async def submit(
    person: Conversation,
    draft: Draft,
    form: Callable[[Draft, Refusal | None], Form[Draft]],
    what: Callable[[Draft], str],
    command: Callable[[Draft], Awaitable[Result]],
    again: Callable[[Draft], Awaitable[Callable[[Draft], Awaitable[Result]] | str]] | None = None,
) -> tuple[Draft, Result] | None:
    """Show a form until its draft was accepted; None when the person closed it.

    A form that was refused opens again with the draft and the reason. ``again`` gives the command instead of
    ``command`` where that may need a decision first, or why it is not to be sent.
    """
    refusal: Refusal | None = None
    while True:
        answer = await person.ask(form(draft, refusal))
        if answer is None:
            return None
        draft = answer
        chosen = command if again is None else await again(draft)
        if isinstance(chosen, str):
            refusal = Refusal(chosen)
            continue
        try:
            return draft, await person.send(what(draft), partial(chosen, draft))
        except ServiceError as error:
            refusal = Refusal.of(error)
