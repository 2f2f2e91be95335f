"""The form to invite many users at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tui.desk import Desk
from tui.modals.add_user import check_computers
from tui.modals.form import Field, Form, Refusal
from tui.models.invitations import read_computers, read_invitations
from tui.models.users import Invitation


class InviteDraft(NamedTuple):
    """What the form holds: the text as it was pasted, so that it can be shown again."""

    text: str = ""
    computers: str = "0"

    @property
    def invitations(self) -> tuple[Invitation, ...]:
        """The addresses in it."""
        return read_invitations(self.text, read_computers(self.computers.strip()) or 0).invitations


class InviteUsers(Form[InviteDraft]):
    """Dismissed with the draft."""

    SEND = "Invite"

    def __init__(self, desk: Desk, draft: InviteDraft, refusal: Refusal | None = None) -> None:
        self._draft = draft
        super().__init__(desk, "Invite users", refusal)

    def fields(self) -> Sequence[Field]:
        """The addresses and how many computers each one gets."""
        return [
            Field("addresses", "Addresses", self._draft.text, self._check, lines=9),
            Field("computers", "Computers each", self._draft.computers, check_computers),
        ]

    def draft(self, values: Mapping[str, str]) -> InviteDraft:
        """The draft of the values."""
        return InviteDraft(values["addresses"], values["computers"])

    def preview(self, values: Mapping[str, str]) -> str:
        """How many will be invited and what that allots."""
        invitations = self.draft(values).invitations
        known = sum(self.desk.users.get(invitation.email) is not None for invitation in invitations)
        computers = self.desk.users.allotted + sum(invitation.computers for invitation in invitations)
        already = f", {known} of them on the list already" if known else ""
        return f"{len(invitations)} addresses{already}; {computers} computers allotted afterwards"

    @staticmethod
    def _check(text: str) -> str:
        pasted = read_invitations(text)
        if pasted.problems:
            more = f"{len(pasted.problems)} cannot be sent: " if len(pasted.problems) > 1 else ""
            return f"{more}{pasted.problems[0]}"
        return "" if pasted.invitations else "paste addresses, one a line, or address,computers"
