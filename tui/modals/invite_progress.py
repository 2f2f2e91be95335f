"""Invitations on their way: how far they are, what became of each, and a stop between two requests."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui.desk import Desk
from tui.modals.dialog import CLOSE, MOVES, Dialog
from tui.models.clock import Moment
from tui.models.invite_run import InviteRun
from tui.models.users import INVITED, LISTED, NOT_INVITED, NOT_SENT, SENDING, UNKNOWN, Invitation, InviteResult
from tui.terminal.bindings import hidden
from tui.widgets.footer import Hint
from tui.widgets.table import RowTable
from tui.widgets.view import Column

Line = tuple[Invitation, InviteResult]

BAR: Final = 30
"""Cells of the bar; it moves once a request, so it costs a few bytes on the line."""

_STYLES: Final = {
    INVITED: "good",
    LISTED: "good",
    UNKNOWN: "bad",
    NOT_INVITED: "bad",
    NOT_SENT: "dim",
    SENDING: "busy",
}

COLUMNS: Final = ("email", "computers", "status", "result")
"""Of the export, which the next run can be made from."""


def exported(run: InviteRun) -> list[tuple[str, int, str, str]]:
    """Every address with what became of it, in the order of :data:`COLUMNS`."""
    return [(each.email, each.computers, result.status, result.sentence) for each, result in run.rows()]


class ProgressTable(RowTable[Line]):
    """Every address with what became of it."""

    COLUMNS: Sequence[Column[Line]] = (
        Column("address", "Address", lambda line, _: line[0].email, width=20, grow=2),
        Column("status", "Status", lambda line, _: line[1].status.lower().replace("_", " "), width=15),
        Column("result", "What became of it", lambda line, _: line[1].sentence, width=16, grow=3),
    )

    def _identity(self, row: Line) -> Hashable:
        return row[0].email

    def _row_style(self, row: Line) -> str:
        return _STYLES.get(row[1].status, "warn")


class InviteProgress(Dialog[tuple[Invitation, ...] | None]):
    """Dismissed with what is to be sent in a second run, or with None. It stays open while a request is under way."""

    DEFAULT_CLASSES = "-tall"
    BINDINGS = hidden({"s": "stop_or_send", "u": "send_unknown", "E": "export", "q": "close"})

    def __init__(self, desk: Desk, run: InviteRun) -> None:
        super().__init__(desk, f"Inviting {len(run.invitations)} addresses")
        self._run = run
        self._shown = ""
        self._table = ProgressTable(self._lines, self._counted, lambda: run.version, clock=desk.clock)

    def _body(self) -> ComposeResult:
        yield Static("", id="progress")
        yield Static("", id="refusal")
        yield self._table

    def _lines(self) -> list[Line]:
        """First what needs attention, then what is under way, what went well, and what was not sent."""
        ranks = {"bad": 0, "warn": 1, "busy": 2, "good": 3, "dim": 4}
        return sorted(self._run.rows(), key=lambda line: ranks[_STYLES.get(line[1].status, "warn")])

    def _counted(self) -> str:
        run = self._run
        counts = [f"{run.invited} of {len(run.invitations)} invited, {run.computers} computers with them"]
        if unknown := len(run.unknown):
            counts.append(f"{unknown} unknown")
        if left := len(run.left) - len(run.sending):
            counts.append(f"{left} {'not sent' if run.is_over else 'to come'}")
        return ", ".join(counts)

    def frame(self, now: Moment) -> None:
        """Poll the run."""
        progress = self._progress()
        if progress != self._shown and self.is_mounted:
            self._shown = progress
            self.query_one("#progress", Static).update(Content(progress), layout=False)
            if self._run.reason:
                self.query_one("#refusal", Static).update(Content(f"Ended: {self._run.reason}"))
        super().frame(now)

    def _progress(self) -> str:
        run = self._run
        total = len(run.invitations)
        full = min(BAR, BAR * run.done // total) if total else BAR
        bar = f"[{'#' * full}{'.' * (BAR - full)}] {run.done} of {total}"
        if run.is_over:
            return f"{bar}  {'stopped' if run.left else 'done'}"
        first = run.done + 1
        return f"{bar}  sending {first} to {run.done + len(run.sending)}{', then it stops' if run.is_stopping else ''}"

    def _hints(self) -> list[Hint]:
        run = self._run
        if not run.is_over:
            return [Hint("s", "stop after this request"), *MOVES]
        left, unknown = len(run.left), len(run.unknown)
        more = [Hint("s", f"send the {left} left")] if left else []
        more += [Hint("u", f"send them and the {unknown} unknown")] if unknown else []
        return [*more, Hint("E", "export"), *MOVES, CLOSE]

    def action_close(self) -> None:
        """Stop while it runs; close it afterwards."""
        if self._run.is_over:
            self.dismiss(None)
        else:
            self._stop()

    def action_stop_or_send(self) -> None:
        """Stop after the request that is under way; afterwards, send what is left."""
        if not self._run.is_over:
            self._stop()
        elif left := self._run.left:
            self.dismiss(left)

    def action_send_unknown(self) -> None:
        """Send what is left and what nobody knows of."""
        if self._run.is_over and (unknown := set(self._run.unknown)):
            left = {*self._run.left, *unknown}
            self.dismiss(tuple(each for each in self._run.invitations if each in left))

    def _stop(self) -> None:
        self._run.stop()
        self.frame(self.desk.clock.now())

    @work(group="export", exclusive=True, description="export the results")
    async def action_export(self) -> None:
        """Write what became of each address into a file."""
        from tui.modals.export import export_rows

        if self._run.is_over:
            await export_rows(self, self.desk, "invitations", COLUMNS, exported(self._run))
