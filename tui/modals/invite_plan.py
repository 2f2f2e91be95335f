"""What was read of the pasted addresses, before any of it is sent: everything bad, doubled, known or done is marked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui.desk import Desk
from tui.desk.remotepc import RemotePCCounter
from tui.modals.dialog import MOVES, Dialog
from tui.models.headings import Columns
from tui.models.invitations import Pasted, Row
from tui.models.invite_run import SETTLED
from tui.models.user_board import UserBoard
from tui.models.users import (
    ALREADY_INVITED,
    EXISTS,
    INVITED,
    LISTED,
    UNKNOWN,
    EarlierInvitation,
    Invitation,
    account_of,
)
from tui.terminal.bindings import hidden
from tui.widgets.footer import Hint
from tui.widgets.table import RowTable
from tui.widgets.view import Column

UNUSED_SHOWN: Final = 5
"""Columns that are named though nothing is taken from them."""

SEND: Final = "will be sent"


class Planned(NamedTuple):
    """A row with what will become of it."""

    row: Row
    verdict: str

    @property
    def is_sent(self) -> bool:
        """Whether it goes."""
        return self.verdict == SEND


class Known(NamedTuple):
    """What is known of addresses beyond the list itself, and what the person wants all the same."""

    invited: Mapping[str, EarlierInvitation]
    """By the audit of this account; the addresses are folded."""
    trouble: str = ""
    """Why the audit could not be read; empty when it was."""
    again: frozenset[str] = frozenset()
    """What to send again: ``unknown`` (got no answer before), ``invited`` (was invited from here before)."""

    def told(self, row: Row) -> tuple[str, ...]:
        """What came of an address before, by the list and by the audit."""
        before = self.invited.get(account_of(row.address))
        return (row.earlier,) if before is None else (row.earlier, before.status)


def plan(users: UserBoard, pasted: Pasted, known: Known, zone: tzinfo | None) -> list[Planned]:
    """What will become of each row; what will not be sent first, so that nobody has to look for it."""
    planned = [Planned(row, row.complaint or _verdict(users, row, known, zone)) for row in pasted.rows]
    return sorted(planned, key=lambda each: each.is_sent)


def _verdict(users: UserBoard, row: Row, known: Known, zone: tzinfo | None) -> str:
    if users.get(row.address) is not None:
        return "is on the list already"
    before = known.invited.get(account_of(row.address))
    with_invited, with_unknown = "invited" in known.again, "unknown" in known.again
    if row.earlier in SETTLED and not with_invited:
        return f"done before: {row.earlier.lower().replace('_', ' ')}"
    if before is not None and before.status in SETTLED and not with_invited:
        return f"{_FATES[before.status]}{_when(before, zone)}: a sends again"
    if before is not None and before.status == UNKNOWN and not with_unknown:
        return f"no answer came{_when(before, zone)}: u sends again"
    if row.earlier == UNKNOWN and not with_unknown:
        return "no answer came before: u sends it again"
    return SEND


_FATES: Final = {
    INVITED: "invited",
    LISTED: "invited",
    ALREADY_INVITED: "was invited",
    EXISTS: "had an account",
}


def _when(before: EarlierInvitation, zone: tzinfo | None) -> str:
    return "" if before.at is None else f" {before.at.astimezone(zone):%d %b %Y %H:%M}"


class PlanTable(RowTable[Planned]):
    """Every row that was read."""

    COLUMNS: Sequence[Column[Planned]] = (
        Column(
            "line", "Line", lambda each, _: str(each.row.line), width=6, right=True, sort=lambda each: each.row.line
        ),
        Column("address", "Address", lambda each, _: each.row.shown, width=20, grow=1),
        Column(
            "computers",
            "Computers",
            lambda each, _: "" if each.row.problem else str(each.row.computers),
            width=9,
            right=True,
            sort=lambda each: each.row.computers,
        ),
        Column("verdict", "What becomes of it", lambda each, _: each.verdict, width=20, grow=2),
    )

    def _identity(self, row: Planned) -> Hashable:
        return row.row.line, row.row.shown

    def _row_style(self, row: Planned) -> str:
        return "plain" if row.is_sent else "bad" if row.row.problem else "warn"


class InvitePlan(Dialog[tuple[Invitation, ...] | None]):
    """Dismissed with what is to be sent."""

    DEFAULT_CLASSES = "-tall"
    BINDINGS = hidden(
        {"e": "column('address')", "n": "column('computers')", "u": "again('unknown')", "a": "again('invited')"}
        | {"enter": "go_on", "q": "close"}
    )

    def __init__(self, desk: Desk, read: Callable[[Columns | None], Pasted], pasted: Pasted, known: Known) -> None:
        """``read`` reads the list again by other columns."""
        super().__init__(desk, "What will be invited")
        self._users = desk.counter(RemotePCCounter).board
        self._read = read
        self._pasted = pasted
        self._columns = pasted.columns
        self._is_reading = False
        self._known = known
        self._rows = plan(self._users, pasted, known, desk.settings.ui.zone)
        self._changes = 0
        self._table = PlanTable(lambda: self._rows, self._said, lambda: self._changes, clock=desk.clock)

    def _body(self) -> ComposeResult:
        yield Static(Content(self._reading()), id="columns")
        yield self._table

    @property
    def skipped(self) -> int:
        """How many rows are left out."""
        return sum(not each.is_sent for each in self._rows)

    @property
    def unread(self) -> str:
        """What of the list was not read; empty when all was."""
        ended = self._pasted.ended
        return f"all after line {ended:,}: too much before it is no address" if ended else ""

    def _said(self) -> str:
        return f"{len(self._rows) - self.skipped} will be sent, {self.skipped} will not"

    def _reading(self) -> str:
        """Which columns are used, what is to be chosen, and where reading ended."""
        names = self._pasted.names
        sentences = [self._known.trouble] if self._known.trouble else []
        sentences += [f"Not read: {self.unread}."] if self.unread else []
        if self._pasted.question:
            sentences.append(f"Choose before anything is sent: {self._pasted.question}")
        if self._columns.address is None:
            sentences.append(f"Each line is read by itself{'; e reads by columns' if names else ''}.")
        else:
            used = {place: _named(names, place) for place in self._columns if place is not None}
            computers = self._columns.computers
            sentences.append(f"E-mail (e): {used[self._columns.address]}.")
            sentences.append(
                f"Computers (n): {used[computers] if computers is not None else 'no column, all get the same'}."
            )
            rest = [name for place, name in enumerate(names) if place not in used and name]
            more = f", {len(rest) - UNUSED_SHOWN} more" if len(rest) > UNUSED_SHOWN else ""
            sentences += [f"Not used: {', '.join(rest[:UNUSED_SHOWN])}{more}."] if rest else []
        return " ".join(sentences)

    def _hints(self) -> list[Hint]:
        nothing = "" if any(each.is_sent for each in self._rows) else "there is nothing to send"
        why_not = "" if self._pasted.names else "the list has no columns"
        no_number = why_not or ("" if self._columns.address is not None else "choose that of the addresses first")
        columns = [Hint("e", "e-mail column", why_not), Hint("n", "computers column", no_number)]
        told = {status for each in self._rows for status in self._known.told(each.row)}
        again = [Hint("u", "unknown too")] if UNKNOWN in told else []
        again += [Hint("a", "invited too")] if SETTLED & told else []
        return [Hint("enter", "go on", nothing), *columns, *again, *MOVES, Hint("esc", "back")]

    def action_again(self, what: str) -> None:
        """Send again what got no answer before, or was invited before; or do not."""
        self._known = self._known._replace(again=self._known.again ^ {what})
        self._plan_again()

    def action_column(self, what: str) -> None:
        """Take the next column for the addresses or the computers."""
        names, columns = self._pasted.names, self._columns
        if not names or (what == "computers" and columns.address is None):
            return
        is_first = columns.computers is None and what == "computers" and bool(self._pasted.question)
        taken = columns.address if what == "computers" else None
        choices: list[int | None] = [place for place, name in enumerate(names) if name and place != taken]
        choices.append(None)  # no column, or each line by itself
        place = -1 if is_first else choices.index(getattr(columns, what))
        chosen = columns._replace(**{what: choices[(place + 1) % len(choices)]})
        if chosen.address == chosen.computers:
            chosen = chosen._replace(computers=None)
        self._columns = chosen
        self._read_again()

    @work(group="read", exclusive=True, description="read the list by other columns")
    async def _read_again(self) -> None:
        self._is_reading = True
        self._say()
        self._pasted = await asyncio.to_thread(self._read, self._columns)
        self._is_reading = False
        self._plan_again()

    def _plan_again(self) -> None:
        self._rows = plan(self._users, self._pasted, self._known, self.desk.settings.ui.zone)
        self._changes += 1
        self._say()
        self.frame(self.desk.clock.now())

    def _say(self) -> None:
        self.query_one("#columns", Static).update(Content(self._reading()))

    def action_go_on(self) -> None:
        """Take what will be sent."""
        chosen = tuple(
            Invitation(email=each.row.address, computers=each.row.computers)
            for each in sorted(self._rows, key=lambda each: each.row.line)
            if each.is_sent
        )
        if self._is_reading:
            self.notify("the list is still being read", severity="warning")
        elif chosen:
            self.dismiss(chosen)
        else:
            self.notify("there is nothing to send: esc goes back to the addresses", severity="error")


def _named(names: Sequence[str], place: int) -> str:
    """A column, as it is called and where it is."""
    return f"{place + 1} {names[place]}" if place < len(names) and names[place] else str(place + 1)
