"""How many users are invited: form, preview, what will be sent, progress, and a second run with what is left."""

from __future__ import annotations

import asyncio
import csv
import io
from functools import partial

from tui.desk import Desk
from tui.desk.remotepc import RemotePCCounter
from tui.modals.form import submit
from tui.modals.invite import InviteDraft, InviteUsers, invite_review
from tui.modals.invite_plan import InvitePlan
from tui.modals.invite_progress import COLUMNS, InviteProgress, exported
from tui.modals.invite_verdicts import Known
from tui.models.invite_run import SETTLED, InviteRun
from tui.models.users import Invitation
from tui.panes.conversation import Conversation
from tui.services.errors import Rejected


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
