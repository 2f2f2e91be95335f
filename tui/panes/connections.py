"""The connections pane: the team's remote-support connections of today."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import BindingType

from tui.models.clock import Moment
from tui.models.connections import Connection, ConnectionMode
from tui.panes.pane import Pane
from tui.terminal.bindings import bindings
from tui.widgets.times import duration, time_of_day
from tui.widgets.view import Column

if TYPE_CHECKING:
    from tui.widgets.entries import Entries

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

_PHONE_NUMBER: Final = re.compile(r"\+?[0-9][0-9 ()./-]{5,18}[0-9]")

MISSING: Final = "-missing-"
"""Stands where the technician wrote nothing: the note and the number are what a connection is billed by."""


def start(row: Connection) -> str:
    """When it started, by the server's clock; as it came where that cannot be read."""
    return time_of_day(row.started) if row.started else row.started_text


class ConnectionsPane(Pane[Connection]):
    """Newest first."""

    NAME = "connections"
    SYSTEM = "alpemix"
    TITLE = "2 Connections"
    BINDINGS: ClassVar[list[BindingType]] = bindings("connections")
    COLUMNS: Sequence[Column[Connection]] = (
        Column("start", "Start", lambda row, _: start(row), width=8, sort=lambda row: row.started or _LONG_AGO),
        Column(
            "duration",
            "Lasted",
            lambda row, _: "" if row.seconds is None else duration(row.seconds),
            width=7,
            right=True,
            sort=lambda row: -1 if row.seconds is None else row.seconds,
        ),
        Column("technician", "Technician", lambda row, _: row.technician, width=10, grow=1),
        Column("customer", "Customer", lambda row, _: row.customer, width=14, grow=2),
        Column(
            "number",
            "Support no",
            lambda row, _: row.support_number or MISSING,
            width=10,
            rank=1,
            style=lambda row: "" if row.support_number else "warn",
        ),
        Column(
            "explanation",
            "Explanation",
            lambda row, _: row.explanation or MISSING,
            width=12,
            grow=3,
            rank=2,
            style=lambda row: "" if row.explanation else "warn",
        ),
        Column(
            "mode",
            "Mode",
            lambda row, _: "" if row.mode is ConnectionMode.SUPPORT else str(row.mode),
            width=12,
            rank=4,
        ),
    )

    def number_to_call(self) -> str:
        """A phone number that the technician or the customer wrote somewhere in the row."""
        row = self.view.current
        texts = (row.support_number, row.explanation, row.customer) if row is not None else ()
        return next((found[0] for text in texts if (found := _PHONE_NUMBER.search(text))), "")

    def identity(self, row: Connection) -> Hashable:
        """Its unique number; a row without one is known by all that it says."""
        return row.uid or row

    def source(self) -> Iterable[Connection]:
        """The board is newest first already."""
        return self.desk.connections

    def version(self) -> int:
        """Grows when a row changes."""
        return self.desk.connections.version

    def summary(self, now: Moment) -> str:
        """How many, and what of them could not be read."""
        board = self.desk.connections
        parts = [f"{len(board)} today"]
        if board.unreadable:
            parts.append(f"{board.unreadable} unreadable")
        return ", ".join(parts)

    def state(self, now: Moment) -> str:
        """What is left of the requests, and when the next one goes."""
        budget = self.desk.report_budget
        if budget is None or not self.desk.links["alpemix"].is_live:
            return super().state(now)
        left, limit = budget
        seconds = max(0, math.ceil(self.desk.connections.next_request - now.tick))
        return f"{left} of {limit}, next in {seconds} s"

    def empty(self, now: Moment) -> str:
        """Why there is nothing to see."""
        if self.desk.links["alpemix"].is_live:
            return "no connections yet today"
        return super().empty(now)

    def row_style(self, row: Connection) -> str:
        """A row of which something could not be read stands out."""
        return "bad" if row.problem else "row"

    def entries(self, row: Connection, now: Moment) -> Entries:
        """Every key of the page."""
        zone = self.desk.settings.alpemix.timezone if self.desk.settings.alpemix else ""
        facts = [
            ("Started", f"{row.started:%Y-%m-%d %H:%M:%S} ({zone})" if row.started else row.started_text),
            ("Lasted", "" if row.seconds is None else f"{duration(row.seconds)} ({row.seconds} s)"),
            ("Mode", str(row.mode)),
            ("Explanation", row.explanation or MISSING),
            ("Support number", row.support_number or MISSING),
            ("Technician", row.technician),
            ("Technician's IP", f"{row.ip} (local {row.local_ip})" if row.local_ip else row.ip),
            ("Technician's device", row.device),
            ("Technician's id", row.alpemix_id),
            ("Customer", row.customer),
            (
                "Customer's IP",
                f"{row.customer_ip} (local {row.customer_local_ip})" if row.customer_local_ip else row.customer_ip,
            ),
            ("Customer's device", row.customer_device),
            ("Customer's id", row.customer_alpemix_id),
            ("Unique number", row.uid),
            ("Could not be read", row.problem),
            *row.extra,
        ]
        return [(name, text) for name, text in facts if text]

    def copies(self, row: Connection, now: Moment) -> Entries:
        """The customer first."""
        return [
            ("Customer", row.customer),
            ("Customer's IP", row.customer_ip),
            ("Customer's id", row.customer_alpemix_id),
            ("Customer's device", row.customer_device),
            ("Support number", row.support_number),
            ("Explanation", row.explanation),
            ("Row", "\t".join(column.text(row, now) for column in self.COLUMNS)),
        ]
