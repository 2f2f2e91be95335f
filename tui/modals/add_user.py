"""The form to add a RemotePC user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.config import Secret
from tui.desk import Desk
from tui.modals.form import Field, Form, Refusal
from tui.models.invitations import COMPUTERS_MOST, is_address, read_computers
from tui.models.users import UserDraft


def check_email(text: str) -> str:
    """What is wrong with an e-mail address."""
    if not text.strip():
        return "an e-mail address is needed"
    return "" if is_address(text.strip()) else "this is not an e-mail address"


def check_computers(text: str) -> str:
    """What is wrong with a number of computers."""
    if not text.strip():
        return ""
    return "" if read_computers(text.strip()) is not None else f"a whole number from 0 to {COMPUTERS_MOST:,}"


def needed(what: str) -> str:
    """Said of an empty field that must not be."""
    return f"{what} is needed"


class AddUser(Form[UserDraft]):
    """Dismissed with the draft."""

    SEND = "Add"

    def __init__(self, desk: Desk, draft: UserDraft, refusal: Refusal | None = None) -> None:
        self._draft = draft
        super().__init__(desk, "Add a user", refusal)

    def fields(self) -> Sequence[Field]:
        """The fields of the API's "Add user", in its order."""
        draft = self._draft
        return [
            Field(
                "first_name",
                "First name",
                draft.first_name,
                lambda text: "" if text.strip() else needed("a first name"),
            ),
            Field(
                "last_name", "Last name", draft.last_name, lambda text: "" if text.strip() else needed("a last name")
            ),
            Field("email", "E-mail", draft.email, check_email),
            Field(
                "password",
                "Password",
                draft.password.reveal(),
                lambda text: "" if text else needed("a password"),
                hidden=True,
            ),
            Field("computers", "Computers", str(draft.computers), check_computers),
            Field(
                "send_email",
                "Send e-mail",
                "yes" if draft.send_email else "no",
                lambda text: "" if text.strip().casefold() in ("yes", "y", "no", "n") else "yes or no",
            ),
        ]

    def draft(self, values: Mapping[str, str]) -> UserDraft:
        """The draft of the values."""
        return UserDraft(
            first_name=values["first_name"].strip(),
            last_name=values["last_name"].strip(),
            email=values["email"].strip(),
            password=Secret(values["password"]),
            computers=read_computers(values["computers"].strip()) or 0,
            send_email=values["send_email"].strip().casefold().startswith("y"),
        )

    def preview(self, values: Mapping[str, str]) -> str:
        """What it costs: the computers that are allotted afterwards."""
        draft = self.draft(values)
        known = "this address is on the list already; " if self.desk.users.get(draft.email) else ""
        return f"{known}{self.desk.users.allotted + draft.computers} computers allotted afterwards"
