"""The form to add a RemotePC user, and the question before the account is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from textual.widgets import Input

from tui.config import Secret
from tui.desk import Desk
from tui.desk.remotepc import RemotePCCounter
from tui.modals.confirm import Confirm
from tui.modals.form import Field, Form
from tui.modals.secret_card import SecretCard
from tui.models.addresses import is_address
from tui.models.computers import COMPUTERS_MOST, read_computers
from tui.models.passwords import generate_password
from tui.models.users import UserDraft
from tui.services.errors import ServiceError
from tui.terminal.bindings import hidden
from tui.widgets.field import SwitchField
from tui.widgets.footer import Hint


def check_email(text: str) -> str:
    """What is wrong with an e-mail address."""
    text = text.strip()
    return needed("an e-mail address", text) or ("" if is_address(text) else "this is not an e-mail address")


def check_computers(text: str) -> str:
    """What is wrong with a number of computers."""
    if not text.strip():
        return ""
    return "" if read_computers(text.strip()) is not None else f"a whole number from 0 to {COMPUTERS_MOST:,}"


def needed(what: str, text: str) -> str:
    """What is wrong with a field that must not be empty."""
    return "" if text else f"{what} is needed"


class AddUser(Form[UserDraft]):
    """Dismissed with the draft. Checked is only what the API states; what a password must be, it does not."""

    HEADING = "Add a user"
    SEND = "Go on"
    IS_ORDER = False
    BINDINGS = hidden({"ctrl+g": "generate"})

    def __init__(self, desk: Desk, draft: UserDraft, refusal: ServiceError | None = None) -> None:
        super().__init__(desk, draft, refusal)
        self._generated = draft.password if draft.is_generated else Secret("")

    def _new_fields(self) -> Sequence[Field]:
        """The fields of the API's "Add user", in its order."""
        draft = self._draft
        password = draft.password.reveal()
        return [
            Field("first_name", "First name", draft.first_name, lambda text: needed("a first name", text.strip())),
            Field("last_name", "Last name", draft.last_name, lambda text: needed("a last name", text.strip())),
            Field("email", "E-mail", draft.email, check_email),
            Field(
                "password", "Password", password, partial(needed, "a password"), hidden=True, hint="ctrl+g makes one"
            ),
            Field("again", "Password again", password, hidden=True),
            Field("computers", "Computers", str(draft.computers), check_computers),
            Field("send_email", "Send e-mail", "yes" if draft.send_email else "no", is_switch=True),
        ]

    def _hints(self) -> list[Hint]:
        return [
            Hint("enter", "next"),
            *([Hint("space", "yes or no")] if isinstance(self.focused, SwitchField) else []),
            Hint("ctrl+g", "make password"),
            Hint("ctrl+t", "show it"),
            Hint("esc", "close without sending"),
        ]

    def _problems(self, values: Mapping[str, str]) -> dict[str, str]:
        found = super()._problems(values)
        if "password" not in found and values["password"] != values["again"]:
            found["again"] = "not the same as above"
        return found

    def _draft_of(self, values: Mapping[str, str]) -> UserDraft:
        password = Secret(values["password"])
        return UserDraft(
            first_name=values["first_name"].strip(),
            last_name=values["last_name"].strip(),
            email=values["email"].strip(),
            password=password,
            computers=read_computers(values["computers"].strip()) or 0,
            send_email=values["send_email"] == "yes",
            is_generated=password == self._generated,
        )

    def _preview(self, values: Mapping[str, str]) -> str:
        """What it costs: the computers that are allotted afterwards."""
        draft = self._draft_of(values)
        users = self.desk.counter(RemotePCCounter).board
        known = "this address is on the list already; " if users.get(draft.email) else ""
        return f"{known}{users.allotted + draft.computers} computers allotted afterwards"

    def action_generate(self) -> None:
        """Put a password that was made here into both fields; ctrl+t shows it, and so does a card in the end."""
        self._generated = generate_password()
        for name in ("password", "again"):
            self.query_one(f"#field-{name}", Input).value = self._generated.reveal()
        self.notify("a password was made: it can be copied once the account is there")


def add_review(desk: Desk, draft: UserDraft) -> Confirm:
    """Exactly what will be sent, and what it comes to."""
    users = desk.counter(RemotePCCounter).board
    allotted = users.allotted
    facts = [
        ("First name", draft.first_name),
        ("Last name", draft.last_name),
        ("E-mail", draft.email + ("  (on the list already)" if users.get(draft.email) else "")),
        ("Password", "made here, shown once it is set" if draft.is_generated else f"{draft.password} as you typed it"),
        ("Computers", str(draft.computers)),
        ("Send e-mail", "yes" if draft.send_email else "no"),
        ("", ""),
        ("Allotted in all", f"{allotted + draft.computers} computers, now {allotted}"),
    ]
    question = "RemotePC creates this account at once. It cannot be taken back from here, and computers may cost money."
    return Confirm(desk, "Add this user?", question, "Add", facts)


def password_card(desk: Desk, draft: UserDraft) -> SecretCard:
    """The card that holds a password that was made here: nobody else knows it."""
    warning = "This password was made here, and nobody knows it yet. It is kept nowhere: copy it now."
    return SecretCard(desk, f"{draft.email} was created: its password", warning, "password", draft.password)
