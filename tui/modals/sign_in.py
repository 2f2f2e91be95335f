"""The form that asks for the password of an account, to get its sign-in link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from tui.config import Secret
from tui.desk import Desk
from tui.modals.add_user import needed
from tui.modals.form import Field, Form
from tui.modals.secret_card import SecretCard


class SignInDraft(NamedTuple):
    """What the form holds."""

    username: str
    password: Secret


class SignIn(Form[SignInDraft]):
    """Asks for the account's password. The account is not typed: a password that lands in its field would be seen."""

    HEADING = "Sign-in link"
    SEND = "Get the link"

    def _new_fields(self) -> Sequence[Field]:
        password = self._draft.password.reveal()
        return [
            Field("username", "User", self._draft.username, fixed=True),
            Field("password", "Password", password, partial(needed, "the password"), hidden=True),
        ]

    def _draft_of(self, values: Mapping[str, str]) -> SignInDraft:
        return SignInDraft(self._draft.username, Secret(values["password"]))

    def _preview(self, values: Mapping[str, str]) -> str:
        return "the link opens this account for whoever has it"


def link_card(desk: Desk, username: str, link: Secret) -> SecretCard:
    """The card that holds a link."""
    warning = "The link opens this account for whoever has it. It is kept nowhere."
    return SecretCard(desk, f"Sign-in link of {username}", warning, "link", link)
