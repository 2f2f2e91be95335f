"""How an account is added: form, what will be sent, what became of it. Nothing is sent twice without a yes."""

from __future__ import annotations

from functools import partial

from tui.desk import Desk
from tui.desk.remotepc import RemotePCCounter
from tui.modals.add_user import AddUser, add_review
from tui.modals.confirm import Confirm
from tui.modals.form import submit
from tui.models.users import Added, Fate, UserDraft
from tui.panes.conversation import Conversation
from tui.services.errors import Rejected


async def add_user(person: Conversation, desk: Desk) -> UserDraft | None:
    """Until the account is there, of this draft, or the person closes the form."""

    async def add(draft: UserDraft) -> UserDraft | None:
        if not await person.ask(add_review(desk, draft)):
            return None
        added = await _added(person, desk, draft)
        if not added.is_there:
            raise Rejected(added.sentence)
        person.notify(added.sentence)
        return draft

    return await submit(person.ask, UserDraft(), partial(AddUser, desk), add)


async def _added(person: Conversation, desk: Desk, draft: UserDraft) -> Added:
    """Ask for the account; while it is not there, let the person decide what to do."""
    accounts = desk.counter(RemotePCCounter).accounts
    added = await person.send(f"adding {draft.email}", partial(accounts.add, draft))
    while not added.is_there and await person.ask(_question(desk, added)):
        if added.fate is Fate.UNKNOWN:
            added = await person.send(f"looking for {draft.email}", partial(accounts.look_up, added))
        else:
            added = await person.send(f"adding {draft.email} again", partial(accounts.add, draft))
    return added


def _question(desk: Desk, added: Added) -> Confirm:
    if added.fate is Fate.UNKNOWN:
        return Confirm(desk, f"Unknown: {added.email}", added.sentence, "Look again")
    return Confirm(desk, f"Not created: {added.email}", f"{added.sentence} Send it again?", "Send again")
