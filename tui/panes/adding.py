"""How an account is added: form, what will be sent, what became of it. Nothing is sent twice without a yes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui.modals.add_user import AddUser, add_review, password_card
from tui.modals.confirm import Confirm
from tui.modals.form import Refusal
from tui.models.users import Added, Fate, UserDraft
from tui.panes.said import refusal_of
from tui.services.errors import ServiceError

if TYPE_CHECKING:
    from tui.panes.users import UsersPane


async def add_user(pane: UsersPane) -> None:
    """Until the account is there or the person closes the form."""
    draft, refusal = UserDraft(), None
    while (answer := await pane.app.push_screen_wait(AddUser(pane.desk, draft, refusal))) is not None:
        draft, refusal = answer, None
        if not await pane.app.push_screen_wait(add_review(pane.desk, draft)):
            continue
        try:
            added = await _added(pane, draft)
        except ServiceError as error:
            refusal = refusal_of(error)
            continue
        if not added.is_there:
            refusal = Refusal(added.sentence)
            continue
        pane.added = draft.email
        pane.notify(added.sentence)
        if draft.is_generated:
            await pane.app.push_screen_wait(password_card(pane.desk, draft))
        return


async def _added(pane: UsersPane, draft: UserDraft) -> Added:
    """Ask for the account; while it is not there, let the person decide what to do."""
    accounts = pane.desk.accounts
    added = await pane.send(f"adding {draft.email}", partial(accounts.add, draft))
    while not added.is_there and await pane.app.push_screen_wait(_question(pane, added)):
        if added.fate is Fate.UNKNOWN:
            added = await pane.send(f"looking for {draft.email}", partial(accounts.look_up, added))
        else:
            added = await pane.send(f"adding {draft.email} again", partial(accounts.add, draft))
    return added


def _question(pane: UsersPane, added: Added) -> Confirm:
    if added.fate is Fate.UNKNOWN:
        return Confirm(pane.desk, f"Unknown: {added.email}", added.sentence, "Look again")
    return Confirm(pane.desk, f"Not created: {added.email}", f"{added.sentence} Send it again?", "Send again")
