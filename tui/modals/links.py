"""What a number is linked to: the evidence, line by line, and the keys that confirm it or take it back."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final, NamedTuple

from textual import events
from textual.app import ComposeResult

from tui.desk import Desk
from tui.modals.dialog import CLOSE, MOVES, Dialog
from tui.modals.form import Field, Form
from tui.models.callers import Caller, Tie
from tui.models.clock import Moment
from tui.models.contacts import NAME_MOST, TieKind, tie_key
from tui.terminal.bindings import hidden
from tui.widgets.footer import Hint
from tui.widgets.table import RowTable
from tui.widgets.view import Column

WHYS_SHOWN: Final = 4
"""Reasons of the line under the cursor that are told below the list."""


class LinkKey(NamedTuple):
    """A key that works on the line under the cursor."""

    keys: Sequence[str]
    """By the toolkit's names."""
    hint: Callable[[Tie | None], Hint]
    run: Callable[[Tie | None], None]


def sure(tie: Tie) -> str:
    """``yes``, ``taken back``, or how likely it is."""
    return "taken back" if tie.is_taken_back else "yes" if tie.is_certain else f"maybe {tie.confidence:.0%}"


class LinkTable(RowTable[Tie]):
    """The certain ones first, then the likeliest."""

    COLUMNS: Sequence[Column[Tie]] = (
        Column("sure", "Sure", lambda tie, _: sure(tie), width=10),
        Column("what", "What", lambda tie, _: str(tie.kind), width=8),
        Column("other", "Linked to", lambda tie, _: tie.other, width=18, grow=1),
        Column("why", "Why", lambda tie, _: "; ".join(tie.whys), width=30, grow=2),
    )

    def __init__(self, desk: Desk, rows: Callable[[], Sequence[Tie]], said: str, version: Callable[[], int]) -> None:
        super().__init__(rows, lambda: said, version, clock=desk.clock)
        self.foot: Callable[[], Sequence[str]] = tuple
        """What is told of the line under the cursor."""

    def _foot(self, now: Moment) -> Sequence[str]:
        return self.foot()

    def _identity(self, row: Tie) -> Hashable:
        return tie_key(row.kind, row.other)

    def _row_style(self, row: Tie) -> str:
        return "dim" if row.is_taken_back else "good" if row.is_certain else "plain"

    def _empty(self, now: Moment) -> str:
        return "nothing is known of this number, and nothing is likely"


class Links(Dialog[None]):
    """Open until it is closed; what its keys do is the pane's."""

    DEFAULT_CLASSES = "-tall"
    BINDINGS = hidden({"q": "close"})

    def __init__(
        self, desk: Desk, caller: Caller, named: str, said_of: Callable[[Tie], str], keys: Sequence[LinkKey]
    ) -> None:
        """``named``: whose call it is, in words. ``said_of``: who has said it of a line last, and when."""
        super().__init__(desk, f"Links of {caller.line}, {named}")
        self.caller = caller
        self._keys = keys
        self._said_of = said_of
        self._version = 0
        said = "confirmed by a person, or maybe: nothing is certain until somebody confirms it"
        self._table = LinkTable(desk, lambda: self.caller.ties, said, lambda: self._version)
        self._table.foot = self._below

    def show(self, caller: Caller) -> None:
        """Show what is known now."""
        self.caller = caller
        self._version += 1
        self._table.frame(self.desk.clock.now())

    def _body(self) -> ComposeResult:
        yield self._table

    def _below(self) -> Sequence[str]:
        tie = self._table.view.current
        if tie is None:
            return ()
        said = self._said_of(tie)
        return [f"{tie.kind} {tie.other}{f', {said}' if said else ''}", *(f"- {why}" for why in tie.whys[:WHYS_SHOWN])]

    def _hints(self) -> list[Hint]:
        tie = self._table.view.current
        return [*(key.hint(tie) for key in self._keys), *MOVES, CLOSE]

    async def on_key(self, event: events.Key) -> None:
        """Do what a key does with the line under the cursor."""
        for key in self._keys:
            if event.key in key.keys or event.character in key.keys:
                event.stop()
                tie = self._table.view.current
                hint = key.hint(tie)
                if hint.why_not:
                    self.notify(f"{hint.label}: {hint.why_not}", severity="error")
                else:
                    key.run(tie)


class LinkDraft(NamedTuple):
    """What the form holds."""

    name: str = ""
    device: str = ""
    account: str = ""

    @property
    def ties(self) -> list[tuple[TieKind, str]]:
        """What is to be linked."""
        named = ((TieKind.CUSTOMER, self.name), (TieKind.DEVICE, self.device), (TieKind.ACCOUNT, self.account))
        return [(kind, other) for kind, other in named if other]


class AddLink(Form[LinkDraft]):
    """Dismissed with what somebody knows."""

    HEADING = "Link the number"
    SEND = "Link"

    def _new_fields(self) -> Sequence[Field]:
        return [
            Field("name", "Customer", self._draft.name, _complaint, hint="as the team calls them"),
            Field("device", "Device", self._draft.device, _complaint, hint="its number in Alpemix"),
            Field("account", "Account", self._draft.account, _complaint, hint="e-mail address in RemotePC"),
        ]

    def _draft_of(self, values: Mapping[str, str]) -> LinkDraft:
        return LinkDraft(*(" ".join(values[name].split()) for name in LinkDraft._fields))

    def _problems(self, values: Mapping[str, str]) -> dict[str, str]:
        found = super()._problems(values)
        if not self._draft_of(values).ties:
            found["name"] = "say at least one of the three"
        return found


def _complaint(text: str) -> str:
    return f"at most {NAME_MOST} characters" if len(text.strip()) > NAME_MOST else ""
