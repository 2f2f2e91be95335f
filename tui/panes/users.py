"""The users pane: the customers' RemotePC accounts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Final

from textual import work

from tui.config import Secret
from tui.desk import Desk
from tui.desk.remotepc import RemotePCCounter
from tui.models.clock import Moment
from tui.models.filters import Kind
from tui.models.search import Found
from tui.models.user_board import Mark
from tui.models.users import User
from tui.panes.seats import Seats, seats_of
from tui.panes.system_pane import SystemPane
from tui.terminal.bindings import bindings
from tui.terminal.keymap import KeyMap
from tui.terminal.typeahead import came_by_hand
from tui.widgets.times import age
from tui.widgets.view import Column, Entries


def count(number: int | None) -> str:
    """A number, or a sign that none was readable."""
    return "?" if number is None else str(number)


def created(user: User) -> str:
    """The date of creation, as ``2023-01-13``; as it came where it cannot be read."""
    return user.created.isoformat() if user.created else user.created_text


def active(user: User) -> str:
    """Whether the account is active, and whether it uses any of its computers."""
    if user.active is None:
        return "?"
    if not user.active:
        return "no"
    return "idle" if user.used == 0 and user.allotted else "yes"


def standing(user: User) -> str:
    """The same, and whether it uses more computers than it was allotted."""
    word = active(user)
    if not user.over:
        return word
    return "over" if word == "yes" else f"{word} over"


SIGNS: Final = {Mark.NEW: "+", Mark.CHANGED: "~", Mark.GONE: "-"}
STYLES: Final = {Mark.NEW: "good", Mark.CHANGED: "busy", Mark.GONE: "dim"}


def _computers(name: str, title: str, number: Callable[[User], int | None], *, width: int) -> Column[User]:
    return Column(
        name,
        title,
        lambda user, _: count(number(user)),
        width=width,
        right=True,
        sort=lambda user: number(user) or 0,
        written=lambda user, _: number(user),
        kind=Kind.NUMBER,
    )


class UsersPane(SystemPane[User]):
    """In the order of the list."""

    NAME = "users"
    COUNTER = RemotePCCounter
    counter: RemotePCCounter
    TITLE = "3 Users"
    BINDINGS = bindings("users")
    COLUMNS: Sequence[Column[User]] = (
        Column("user", "User", lambda user, _: user.username, width=18, grow=1),
        _computers("used", "Used", lambda user: user.used, width=5),
        _computers("allotted", "Allotted", lambda user: user.allotted, width=9),
        Column(
            "active",
            "Active",
            lambda user, _: standing(user),
            width=7,
            style=lambda user: "warn" if user.over else "",
            written=lambda user, _: None if user.active is None else active(user),
        ),
        Column(
            "created",
            "Created",
            lambda user, _: created(user),
            width=10,
            rank=1,
            sort=lambda user: user.created or date.min,
            written=lambda user, _: user.created,
        ),
    )

    WRITTEN_TOO = (
        Column("problem", "", lambda user, _: user.problem, width=0),
        Column("as_sent", "", lambda user, _: user.as_sent, width=0),
        _computers("free", "", lambda user: user.free, width=0),
        _computers("over", "", lambda user: user.over, width=0),
    )

    def __init__(self, desk: Desk, key_map: KeyMap) -> None:
        mark = Column[User](
            "mark",
            "+-",
            lambda user, _: SIGNS.get(self.counter.board.mark(user), ""),
            width=2,
            written=lambda user, _: self.counter.board.mark(user).value,
        )
        self.COLUMNS = (*self.COLUMNS, mark)
        super().__init__(desk, key_map)
        self._summed: tuple[list[User], Seats] | None = None
        self.left_over = ""
        """What the last invitations left, as CSV: the next form begins with it."""
        self.added = ""
        """An account that was just added here: the cursor goes to it once the list has it."""

    def frame(self, now: Moment) -> None:
        """Go to an account that was added from here, once it is there."""
        super().frame(now)
        if self.added and not self.is_paused and (user := self.counter.board.get(self.added)) is not None:
            self.added = ""
            self.go_to(user.username)

    def _identity(self, row: User) -> Hashable:
        return row.username

    def _source(self) -> Iterable[User]:
        """What is gone since it was last seen, then the list as it is."""
        return self.counter.board.rows()

    def _summary(self, now: Moment) -> str:
        users = self.counter.board
        if users.fetched is None:
            return ""  # no figure is known yet
        marks = [f"{count} {mark.value}" for mark in STYLES if (count := users.count(mark))]
        parts = [
            f"{len(users)} {'user' if len(users) == 1 else 'users'}" + (f" ({', '.join(marks)})" if marks else ""),
            f"{users.used} of {users.allotted} computers used",
            f"{users.idle} {'account' if users.idle == 1 else 'accounts'} idle",
        ]
        return ", ".join(parts)

    def _foot(self, now: Moment) -> Sequence[str]:
        """What the computers of the accounts that are shown come to."""
        rows = self.view.rows
        if not self.view.total:
            return ()
        if self._summed is None or self._summed[0] is not rows:
            board = self.counter.board
            listed = [user for user in rows if board.mark(user) is not Mark.GONE] if board.marks else rows
            self._summed = rows, seats_of(listed)
        return (self._summed[1].line,)

    def _state(self, now: Moment) -> str:
        if self._sending:
            return f"{self._sending} …"
        fetched = self.counter.board.fetched
        if fetched is None or not self.counter.link.is_live or self.counter.why_not_asked:
            return super()._state(now)
        seconds = now.seconds_since(fetched)
        return "" if seconds < 60 else f"{age(seconds)} old"

    def _row_style(self, row: User) -> str:
        """Accounts that could not be read, are new, changed, gone or not active stand out."""
        if row.problem:
            return "bad"
        return STYLES.get(self.counter.board.mark(row), "dim" if row.active is False else "plain")

    def why_not(self, action: str) -> str:
        """Why an action on the user under the cursor is not possible now."""
        if action == "users.seen":
            return "" if self.counter.board.marks else "nothing is marked"
        return super().why_not(action) or (self._why_no_link() if action == "users.sign_in" else "")

    def _why_no_link(self) -> str:
        user = self.current
        if user is None:
            return "there is no user here"
        return "this account is not on the list any more" if self.counter.board.mark(user) is Mark.GONE else ""

    def _entries(self, row: User, now: Moment) -> Entries:
        """Everything the list says, and what of it is new."""
        mark = self.counter.board.mark(row)
        before = self.counter.board.seen(row.username) if mark is Mark.CHANGED else None

        def fact(name: str, text: Callable[[User], str]) -> tuple[str, str]:
            now, then = text(row), text(before or row)
            return name, now if now == then else f"{now} (was {then or 'nothing'})"

        facts = [
            ("User", row.username),
            ("Since last seen", mark.value),
            fact("Computers allotted", lambda user: count(user.allotted)),
            fact("Computers used", lambda user: count(user.used)),
            fact("Computers free", lambda user: count(user.free)),
            ("Over", f"{row.over} more than it was allotted" if row.over else ""),
            fact("Active", active),
            fact("Created", created),
            ("Could not be read", row.problem),
            *row.extra,
        ]
        return [(name, text) for name, text in facts if text]

    def _named(self, row: User) -> str:
        return row.username

    def _copies(self, row: User) -> Entries:
        return [("User", row.username)]

    def show_found(self, found: Found) -> None:
        """Go to the account; one that is not on the list any more is shown as it was."""
        user = found.row
        if not isinstance(user, User):
            return
        listed = self.counter.board.get(user.username) or user  # a note names it in small letters
        if not self.reveal(listed.username):
            self.show_facts(lambda now: self._entries(listed, now))

    async def action_seen(self) -> None:
        """Take the list as seen."""
        if await came_by_hand(self.app, "seen") and not self.refuse("users.seen"):
            self.counter.board.mark_seen()
            self.frame(self.clock.now())

    @work(group="command", description="add a user")
    async def action_add(self) -> None:
        """Ask for a new account, show what will be sent, create it; a refused form opens again as it was."""
        from tui.modals.add_user import password_card
        from tui.panes.accounts import add_user

        if not self.refuse("users.add"):
            draft = await add_user(self, self.desk)
            if draft is None:
                return
            self.added = draft.email
            if draft.is_generated:
                await self.ask(password_card(self.desk, draft))

    @work(group="command", description="invite users")
    async def action_invite(self) -> None:
        """Ask for many addresses, invite them, and show what became of each."""
        from tui.panes.accounts import invite_users

        if not self.refuse("users.invite"):
            self.left_over = await invite_users(self, self.desk, self.left_over)

    @work(group="command", description="get a sign-in link")
    async def action_sign_in(self) -> None:
        """Ask for the account's password and get the link."""
        from tui.modals.form import submit
        from tui.modals.sign_in import SignIn, SignInDraft, link_card

        user = self.current
        if self.refuse("users.sign_in") or user is None:
            return
        name = user.username

        async def get(draft: SignInDraft) -> Secret:
            command = partial(self.counter.accounts.sign_in_link, name, draft.password)
            return await self.send(f"asking for the link of {name}", command)

        link = await submit(self.ask, SignInDraft(name, Secret("")), partial(SignIn, self.desk), get)
        if link is not None:
            self.notify(f"the link of {name} is here")
            await self.ask(link_card(self.desk, name, link))
