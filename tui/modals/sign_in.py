"""The sign-in link: asked for with the account's password, shown only when the person wants to see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.config import Secret
from tui.desk import Desk
from tui.modals.add_user import needed
from tui.modals.dialog import Dialog
from tui.modals.form import Field, Form, Refusal
from tui.models.text import clean
from tui.terminal.clipboard import copy
from tui.widgets.footer import Hint


class SignInDraft(NamedTuple):
    """What the form holds."""

    username: str
    password: Secret


class SignIn(Form[SignInDraft]):
    """Asks for the account's password."""

    SEND = "Get the link"

    def __init__(self, desk: Desk, draft: SignInDraft, refusal: Refusal | None = None) -> None:
        self._draft = draft
        super().__init__(desk, "Sign-in link", refusal)

    def fields(self) -> Sequence[Field]:
        """The account and its password."""
        password = self._draft.password.reveal()
        return [
            Field("username", "User", self._draft.username, lambda text: "" if text.strip() else needed("a user")),
            Field("password", "Password", password, lambda text: "" if text else needed("the password"), hidden=True),
        ]

    def draft(self, values: Mapping[str, str]) -> SignInDraft:
        """The draft of the values."""
        return SignInDraft(values["username"].strip(), Secret(values["password"]))

    def preview(self, values: Mapping[str, str]) -> str:
        """What the link is."""
        return "the link opens this account for whoever has it"


class LinkCard(Dialog[None]):
    """Holds the link while it is open; closing it forgets the link."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy", show=False),
        Binding("v", "show", "show", show=False),
        Binding("q,enter", "close", "close", show=False),
    ]

    def __init__(self, desk: Desk, username: str, link: Secret) -> None:
        super().__init__(desk, f"Sign-in link of {username}")
        self._link = link

    def body(self) -> ComposeResult:
        """The link, masked."""
        yield Static(Content("The link opens this account for whoever has it. It is kept nowhere."), id="question")
        yield Static(Content(f"{self._link} (v shows it, y copies it)"), id="link")

    def hints(self) -> list[Hint]:
        """The keys that work in it."""
        return [Hint("y", "copy"), Hint("v", "show"), Hint("esc", "close and forget")]

    @work(group="copy", exclusive=True, description="copy the sign-in link")
    async def action_copy(self) -> None:
        """Copy the link."""
        self.notify(f"link {await copy(self.app, self._link.reveal())}")
        self.app._clipboard = ""  # the toolkit keeps what was copied, for pasting into fields of its own

    def action_show(self) -> None:
        """Show the link, for a terminal that cannot copy."""
        self.query_one("#link", Static).update(Content(clean(self._link.reveal(), limit=4_000)))
