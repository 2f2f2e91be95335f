"""What was read of the pasted addresses, before any of it is sent: everything bad, doubled, known or done is marked."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar, Final, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.desk import Desk
from tui.modals.dialog import Dialog
from tui.modals.row_table import RowTable
from tui.models.invitations import Pasted, Row
from tui.models.invite_run import SETTLED
from tui.models.users import UNKNOWN, Invitation
from tui.widgets.footer import Hint
from tui.widgets.view import Column

SEND: Final = "will be sent"


class Planned(NamedTuple):
    """A row with what will become of it."""

    row: Row
    verdict: str

    @property
    def is_sent(self) -> bool:
        """Whether it goes."""
        return self.verdict == SEND


def plan(desk: Desk, pasted: Pasted, *, with_unknown: bool) -> list[Planned]:
    """What will become of each row; what will not be sent first, so that nobody has to look for it."""
    planned = [Planned(row, _verdict(desk, row, with_unknown=with_unknown)) for row in pasted.rows]
    return sorted(planned, key=lambda each: each.is_sent)


def _verdict(desk: Desk, row: Row, *, with_unknown: bool) -> str:
    if row.problem:
        return row.problem
    if desk.users.get(row.address) is not None:
        return "is on the list already"
    if row.earlier in SETTLED:
        return f"done before: {row.earlier.lower().replace('_', ' ')}"
    if row.earlier == UNKNOWN and not with_unknown:
        return "no answer came before: u sends it again"
    return SEND


class PlanTable(RowTable[Planned]):
    """Every row that was read."""

    COLUMNS: Sequence[Column[Planned]] = (
        Column(
            "line", "Line", lambda each, _: str(each.row.line), width=6, right=True, sort=lambda each: each.row.line
        ),
        Column("address", "Address", lambda each, _: each.row.address, width=20, grow=2),
        Column(
            "computers",
            "Computers",
            lambda each, _: "" if each.row.problem else str(each.row.computers),
            width=9,
            right=True,
            sort=lambda each: each.row.computers,
        ),
        Column("verdict", "What becomes of it", lambda each, _: each.verdict, width=20, grow=1),
    )

    def identity(self, row: Planned) -> Hashable:
        """Its line and what stands there."""
        return row.row.line, row.row.address

    def row_style(self, row: Planned) -> str:
        """What is not sent stands out."""
        return "plain" if row.is_sent else "bad" if row.row.problem else "warn"


class InvitePlan(Dialog[tuple[Invitation, ...] | None]):
    """Dismissed with what is to be sent."""

    DEFAULT_CLASSES = "-tall"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", show=False),
        Binding("u", "unknown", show=False),
        Binding("q", "close", show=False),
    ]

    def __init__(self, desk: Desk, pasted: Pasted) -> None:
        super().__init__(desk, "What will be invited")
        self._pasted = pasted
        self._with_unknown = False
        self._rows = plan(desk, pasted, with_unknown=False)
        self._table = PlanTable(lambda: self._rows, self._said, clock=desk.clock, ascii_only=desk.settings.ui.ascii)

    def body(self) -> ComposeResult:
        """The table."""
        yield self._table

    @property
    def skipped(self) -> int:
        """How many rows are left out."""
        return sum(not each.is_sent for each in self._rows)

    def _said(self) -> str:
        return f"{len(self._rows) - self.skipped} will be sent, {self.skipped} will not"

    def hints(self) -> list[Hint]:
        """The keys that work in it."""
        nothing = "" if any(each.is_sent for each in self._rows) else "there is nothing to send"
        unknown = [Hint("u", "unknown too")] if any(each.row.earlier == UNKNOWN for each in self._rows) else []
        return [Hint("enter", "go on", nothing), *unknown, Hint("j", "down"), Hint("k", "up"), Hint("esc", "back")]

    def action_unknown(self) -> None:
        """Send what got no answer in an earlier run, or do not."""
        self._with_unknown = not self._with_unknown
        self._rows = plan(self.desk, self._pasted, with_unknown=self._with_unknown)
        self._table.renew()

    def action_go_on(self) -> None:
        """Take what will be sent."""
        chosen = tuple(
            Invitation(email=each.row.address, computers=each.row.computers)
            for each in sorted(self._rows, key=lambda each: each.row.line)
            if each.is_sent
        )
        if chosen:
            self.dismiss(chosen)
        else:
            self.notify("there is nothing to send: esc goes back to the addresses", severity="error")
