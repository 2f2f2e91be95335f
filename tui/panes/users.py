"""The users pane: the customers' RemotePC accounts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType

from tui.config import Secret
from tui.models.clock import Moment
from tui.models.users import User, UserDraft
from tui.panes.pane import Pane
from tui.terminal.bindings import bindings
from tui.widgets.times import age
from tui.widgets.view import Column

if TYPE_CHECKING:
    from tui.widgets.entries import Entries


def count(number: int | None) -> str:
    """A number, or a sign that none was readable."""
    return "?" if number is None else str(number)


def created(user: User) -> str:
    """The date of creation, as ``2023-01-13``; as it came where it cannot be read."""
    return user.created.isoformat() if user.created else user.created_text


def active(user: User) -> str:
    """Whether the account is active."""
    return "?" if user.active is None else "yes" if user.active else "no"


class UsersPane(Pane[User]):
    """In the order of the list."""

    NAME = "users"
    SYSTEM = "remotepc"
    TITLE = "3 Users"
    BINDINGS: ClassVar[list[BindingType]] = bindings("users")
    COLUMNS: Sequence[Column[User]] = (
        Column("user", "User", lambda user, _: user.username, width=18, grow=1),
        Column("used", "Used", lambda user, _: count(user.used), width=5, right=True, sort=lambda user: user.used or 0),
        Column(
            "allotted",
            "Allotted",
            lambda user, _: count(user.allotted),
            width=9,
            right=True,
            sort=lambda user: user.allotted or 0,
        ),
        Column("active", "Active", lambda user, _: active(user), width=7),
        Column(
            "created",
            "Created",
            lambda user, _: created(user),
            width=10,
            rank=1,
            sort=lambda user: user.created or date.min,
        ),
    )

    def identity(self, row: User) -> Hashable:
        """Its address."""
        return row.username

    def source(self) -> Iterable[User]:
        """As the list has them."""
        return self.desk.users

    def version(self) -> int:
        """Grows when an account changes."""
        return self.desk.users.version

    def summary(self, now: Moment) -> str:
        """How many accounts, and how many computers of those allotted are used."""
        users = self.desk.users
        return f"{len(users)} {'user' if len(users) == 1 else 'users'}, {users.used} of {users.allotted} computers used"

    def state(self, now: Moment) -> str:
        """How old the list is."""
        fetched = self.desk.users.fetched
        if fetched is None or not self.desk.links["remotepc"].is_live:
            return super().state(now)
        seconds = now.seconds_since(fetched)
        return "" if seconds < 60 else f"{age(seconds)} old"

    def row_style(self, row: User) -> str:
        """Accounts that are not active, or could not be read, stand out."""
        return "bad" if row.problem else "dim" if row.active is False else "row"

    def why_not(self, action: str) -> str:
        """Why an action on the user under the cursor is not possible now."""
        nobody = "there is no user here" if action == "users.sign_in" and self.view.current is None else ""
        return super().why_not(action) or nobody

    def entries(self, row: User, now: Moment) -> Entries:
        """Everything the list says."""
        facts = [
            ("User", row.username),
            ("Computers allotted", count(row.allotted)),
            ("Computers used", count(row.used)),
            ("Active", active(row)),
            ("Created", created(row)),
            ("Could not be read", row.problem),
            *row.extra,
        ]
        return [(name, text) for name, text in facts if text]

    def copies(self, row: User, now: Moment) -> Entries:
        """The address first."""
        return [
            ("User", row.username),
            ("Row", "\t".join(column.text(row, now) for column in self.COLUMNS)),
        ]

    @work(group="command", description="add a user")
    async def action_add(self) -> None:
        """Ask for a new account and create it; a refused form opens again as it was."""
        from tui.modals.add_user import AddUser

        if self.refuse("users.add"):
            return
        added = await self.submit(
            UserDraft(),
            lambda draft, refusal: AddUser(self.desk, draft, refusal),
            lambda draft: f"adding {draft.email}",
            self.desk.add_user,
        )
        if added is not None:
            self.notify(added[1])

    @work(group="command", description="invite users")
    async def action_invite(self) -> None:
        """Ask for many addresses, invite them, and show what became of each."""
        from tui.modals.card import Card
        from tui.modals.invite import InviteDraft, InviteUsers

        if self.refuse("users.invite"):
            return
        invited = await self.submit(
            InviteDraft(),
            lambda draft, refusal: InviteUsers(self.desk, draft, refusal),
            lambda draft: f"inviting {len(draft.invitations)} addresses",
            lambda draft: self.desk.invite(draft.invitations),
        )
        if invited is not None:
            results = invited[1]
            title = f"{sum(result.is_invited for result in results)} of {len(results)} addresses invited"
            self.notify(title)
            entries = [
                (result.status.lower().replace("_", " "), f"{result.email}: {result.sentence}") for result in results
            ]
            await self.app.push_screen_wait(Card(self.desk, title, lambda _: entries))

    @work(group="command", description="get a sign-in link")
    async def action_sign_in(self) -> None:
        """Ask for the account's password and get the link."""
        from tui.modals.sign_in import LinkCard, SignIn, SignInDraft

        user = self.view.current
        if self.refuse("users.sign_in") or user is None:
            return
        got = await self.submit(
            SignInDraft(user.username, Secret("")),
            lambda draft, refusal: SignIn(self.desk, draft, refusal),
            lambda draft: f"asking for the link of {draft.username}",
            lambda draft: self.desk.sign_in_link(draft.username, draft.password),
        )
        if got is not None:
            self.notify(f"the link of {got[0].username} is here")
            await self.app.push_screen_wait(LinkCard(self.desk, got[0].username, got[1]))
