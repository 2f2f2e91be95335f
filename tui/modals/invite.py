"""The form to invite many users at once, and the question before they are invited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from tui.desk import Desk
from tui.desk.remotepc import RemotePCCounter
from tui.list_file import read_list
from tui.modals.add_user import check_computers
from tui.modals.confirm import Confirm
from tui.modals.form import Field, Form
from tui.models.computers import read_computers
from tui.models.headings import Columns
from tui.models.invitations import Pasted, read_invitations
from tui.models.users import Invitation

FILE_LIMIT: Final = 4 * 1024 * 1024
"""Bytes of a file of addresses: a hundred thousand of them."""


class InviteDraft(NamedTuple):
    """What the form holds: the text as it was pasted, so that it can be shown again, or the name of a file."""

    text: str = ""
    file: str = ""
    computers: str = "0"

    def load(self) -> Callable[[Columns | None], Pasted]:
        """What reads it, by its heading or by other columns. Raises OSError where the file cannot be read."""
        text = read_list(self.file.strip(), "addresses", FILE_LIMIT) if self.file.strip() else self.text
        return partial(read_invitations, text, read_computers(self.computers.strip()) or 0)


class InviteUsers(Form[InviteDraft]):
    """Dismissed with the draft. What is bad in it is shown in the preview, and does not keep the rest from going."""

    HEADING = "Invite users"
    SEND = "Preview"
    IS_ORDER = False

    def _new_fields(self) -> Sequence[Field]:
        return [
            Field("addresses", "Paste addresses", self._draft.text, lines=8, hint="one a line, or address,computers"),
            Field("file", "or a CSV file", self._draft.file, hint="its name, as ~/new-users.csv"),
            Field("computers", "Computers each", self._draft.computers, check_computers),
        ]

    def _draft_of(self, values: Mapping[str, str]) -> InviteDraft:
        return InviteDraft(values["addresses"], values["file"], values["computers"])

    def _problems(self, values: Mapping[str, str]) -> dict[str, str]:
        found = super()._problems(values)
        pasted, named = bool(values["addresses"].strip()), bool(values["file"].strip())
        if not pasted and not named:
            found["addresses"] = "paste addresses, one a line, or address,computers"
        elif pasted and named:
            found["file"] = "either a file or what is pasted above"
        return found

    def _preview(self, values: Mapping[str, str]) -> str:
        draft = self._draft_of(values)
        if draft.file.strip():
            return "the next page shows what is in the file"
        lines = sum(not line.isspace() for line in draft.text.split("\n") if line)  # reading them takes too long here
        return f"{lines:,} {'line' if lines == 1 else 'lines'}; the next page shows what becomes of each address"


def invite_review(desk: Desk, invitations: Sequence[Invitation], skipped: int, unread: str = "") -> Confirm:
    """Exactly how many will be invited, and what it comes to. ``unread``: what of the list was not read at all."""
    counter = desk.counter(RemotePCCounter)
    settings = counter.section
    batch = settings.invite_batch if settings is not None else len(invitations)
    requests = -(-len(invitations) // batch)
    computers = sum(each.computers for each in invitations)
    allotted = counter.board.allotted
    some = ", ".join(each.email for each in invitations[:3])
    facts = [
        ("Addresses", f"{len(invitations)}: {some}{', …' if len(invitations) > 3 else ''}"),
        ("Left out", f"{skipped} that are bad, doubled, known or done" if skipped else ""),
        ("Not read", unread),
        ("Requests", f"{requests}, of at most {batch} addresses; s stops between two"),
        ("Computers", f"{computers} with these invitations"),
        ("", ""),
        ("Allotted in all", f"{allotted + computers} computers, now {allotted}"),
    ]
    question = "RemotePC invites them at once. It cannot be taken back from here, and computers may cost money."
    title = f"Invite {len(invitations)} {'address' if len(invitations) == 1 else 'addresses'}?"
    return Confirm(desk, title, question, "Invite", [fact for fact in facts if fact[1] or not fact[0]])
