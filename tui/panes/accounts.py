"""How an account is added, and how many users are invited: form, what will be sent, what became of it, what is left.

Nothing is sent twice without a yes.
"""

from __future__ import annotations

import asyncio
import csv
import io
from functools import partial

from tui.desk import Desk
from tui.desk.remotepc import RemotePCCounter
from tui.modals.add_user import AddUser, add_review
from tui.modals.confirm import Confirm
from tui.modals.form import submit
from tui.modals.invite import InviteDraft, InviteUsers, invite_review
from tui.modals.invite_plan import InvitePlan, Known
from tui.modals.invite_progress import COLUMNS, InviteProgress, exported
from tui.models.invite_run import SETTLED, InviteRun
from tui.models.users import Added, Fate, Invitation, UserDraft
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


async def invite_users(person: Conversation, desk: Desk, left_over: str) -> str:
    """Until the person closes it; gives what is left of the last run, as CSV that the next form begins with."""

    async def invite(draft: InviteDraft) -> str | None:
        try:
            read = await asyncio.to_thread(draft.load)
            # In a thread: the screen does not stop for a long list.
            pasted = await asyncio.to_thread(read, None)
        except OSError as error:
            raise Rejected(f"cannot read it: {error.strerror or error}", field="file") from error
        if not pasted.rows:
            raise Rejected("there is no address in it", field="file" if draft.file.strip() else "addresses")
        plan = InvitePlan(desk, read, pasted, await _invited_before(desk))
        chosen = await person.ask(plan)
        if chosen is None or not await person.ask(invite_review(desk, chosen, plan.skipped, plan.unread)):
            return None
        return await _run(person, desk, chosen)

    left = await submit(person.ask, InviteDraft(left_over), partial(InviteUsers, desk), invite)
    return left_over if left is None else left


async def _invited_before(desk: Desk) -> Known:
    try:
        return Known(await desk.counter(RemotePCCounter).accounts.invited_before())
    except OSError as error:
        return Known({}, trouble=f"Who was invited from here before is not known: {error.strerror or error}.")


async def _run(person: Conversation, desk: Desk, invitations: tuple[Invitation, ...]) -> str:
    """Send them, and then what is left as often as the person says so."""
    counter = desk.counter(RemotePCCounter)
    settings = counter.section
    assert settings is not None  # why_not() has refused that
    while True:
        run = InviteRun(invitations, settings.invite_batch)
        person.start(counter.accounts.invite(run), "invite users")
        again = await person.ask(InviteProgress(desk, run))
        if again is None:
            return _left_over(run)
        if not await person.ask(invite_review(desk, again, 0)):
            return _left_over(run)
        invitations = again


def _left_over(run: InviteRun) -> str:
    """What is not settled, as CSV in the columns of the export; empty when all is."""
    rows = [row for row in exported(run) if row[2] not in SETTLED]
    if not rows:
        return ""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([COLUMNS, *rows])
    return buffer.getvalue()
