"""The connections pane: the team's remote-support connections, day by day."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from textual import work

from tui.desk import Desk
from tui.desk.alpemix import AlpemixCounter
from tui.desk.altigen import AltiGenCounter
from tui.models.clock import Moment
from tui.models.connection_board import ConnectionBoard
from tui.models.connections import LONG_AGO, Connection, ConnectionMode, Earlier
from tui.models.days import Day, DayState
from tui.models.filters import Kind
from tui.models.notes import Subject
from tui.models.search import Found
from tui.models.text import clean
from tui.panes.case_facts import calls_of_connection
from tui.panes.connection_facts import (
    MISSING,
    Sums,
    changed,
    connection_facts,
    in_a_line,
    numbers_in,
    start,
    sums_of,
    why_no_number,
)
from tui.panes.day_browser import Calendar
from tui.panes.days_pane import DaysPane
from tui.services.errors import ServiceError
from tui.terminal.bindings import bindings
from tui.terminal.keymap import KeyMap
from tui.widgets.times import age, duration, local_time
from tui.widgets.view import Column, Entries


def _to_bill(
    name: str, title: str, value: Callable[[Connection], str], *, width: int, rank: int, grow: int = 0
) -> Column[Connection]:
    """A column that no bill can do without: it is marked where it is missing."""
    return Column(
        name,
        title,
        lambda row, _: value(row) or MISSING,
        width=width,
        grow=grow,
        rank=rank,
        style=lambda row: "" if value(row) else "warn",
        written=lambda row, _: value(row),
    )


class ConnectionsPane(DaysPane[Connection]):
    """Newest first."""

    NAME = "connections"
    COUNTER = AlpemixCounter
    counter: AlpemixCounter
    TITLE = "2 Connections"
    BINDINGS = bindings("connections")
    COLUMNS: Sequence[Column[Connection]] = (
        Column(
            "duration",
            "Lasted",
            lambda row, _: row.seconds_text if row.seconds is None else duration(row.seconds),
            width=7,
            right=True,
            sort=lambda row: -1 if row.seconds is None else row.seconds,
            written=lambda row, _: row.seconds,
            kind=Kind.LENGTH,
        ),
        Column("technician", "Technician", lambda row, _: row.technician, width=10, grow=1),
        Column("customer", "Customer", lambda row, _: row.customer, width=14, grow=2),
        Column("device", "Device", lambda row, _: row.customer_device, width=12, rank=3),
        _to_bill("explanation", "Explanation", lambda row: row.explanation, width=15, grow=3, rank=1),
        _to_bill("number", "Support no", lambda row: row.support_number, width=10, rank=2),
        Column(
            "mode",
            "Mode",
            lambda row, _: "" if row.mode is ConnectionMode.SUPPORT else str(row.mode),
            width=12,
            rank=4,
            written=lambda row, _: str(row.mode),
        ),
    )

    WRITTEN_TOO = (
        Column("problem", "", lambda row, _: row.problem, width=0),
        Column("as_sent", "", lambda row, _: row.as_sent, width=0),
    )

    def __init__(self, desk: Desk, key_map: KeyMap) -> None:
        begun = Column[Connection](
            "start",
            "Start",
            lambda row, _: start(row, self.zone),
            width=8,
            sort=lambda row: row.started or LONG_AGO,
            written=lambda row, _: row.started,
            kind=Kind.TIME,
        )
        self.COLUMNS = (begun, *self.COLUMNS)
        super().__init__(desk, key_map)
        self._summed: tuple[list[Connection], Sums] | None = None
        """The rows that were added up last, and what came of it: there may be thousands, and they are polled four
        times a second."""
        self._facts: dict[Hashable, tuple[list[Earlier], list[Connection]]] = {}

    @property
    def _calendar(self) -> Calendar:
        return self.counter.board

    async def _rows_of(self, day: str) -> list[Connection]:
        return await self.counter.connections_of(day)

    @work(group="command", description="place a call")
    async def action_place_call(self) -> None:
        """Begin with the phone numbers that somebody wrote into the row; never with the support number."""
        from tui.panes.calling import place_call

        row, settings = self.current, self.desk.counter(AltiGenCounter).section
        region = "" if settings is None else settings.region
        if self.refuse("connections.place_call"):
            return
        numbers = [] if row is None else numbers_in(row, region)
        await place_call(self, self.desk, numbers, "" if row is None else why_no_number(region))

    def action_details(self) -> None:
        """Show everything known about the row; what the archive remembers of it follows."""
        row = self.current
        if row is not None:
            self._remember(self._browser.shown, row)
        super().action_details()

    @work(group="facts", exclusive=True, description="look up a connection in the archive")
    async def _remember(self, day: str, row: Connection) -> None:
        self._facts = {}
        try:
            self._facts[row.identity] = await self.counter.earlier_connections(day, row)
        except ServiceError as error:
            self.notify(error.sentence, severity="warning")

    def _identity(self, row: Connection) -> Hashable:
        """Its number and what cannot change: a number may be given twice. A row without one is known by all it says."""
        return row.identity

    def _source(self) -> Iterable[Connection]:
        """Today's as they are known now, or those of an earlier day as the archive has them."""
        return self._of_the_day

    @property
    def _of_the_day(self) -> ConnectionBoard | list[Connection]:
        return self.counter.board if self._browser.past is None else self._browser.rows

    @property
    def day(self) -> Day:
        """The day that is shown."""
        name = self._browser.shown
        return self.counter.board.days.get(name, Day(day=name, rows=len(self._of_the_day)))

    def _summary(self, now: Moment) -> str:
        board = self.counter.board
        if not board.day:
            return ""
        name = self.day.name
        if self._browser.past is not None:
            parts = [f"{name}: {len(self._browser.rows)}"]
        else:
            is_known = len(board) or self.day.until is not None
            parts = [f"{len(board)} today, {name}" if is_known else f"{name}, not read yet"]
        if self._browser.past is None and board.unreadable:
            parts.append(f"{board.unreadable} unreadable")
        if self.day.state is DayState.GAP:
            parts.append("GAP")
        elif self._browser.past is not None and self.day.state is DayState.OPEN:
            parts.append("NOT CLOSED")
        return ", ".join(parts)

    def _state(self, now: Moment) -> str:
        """What is left of the requests, and when the next one goes."""
        board = self.counter.board
        budget = self.counter.report_budget
        if budget is None or board.next_at is None or not self.counter.link.is_live:
            return super()._state(now)
        left, limit = budget
        return f"{left} of {limit} left, next {local_time(board.next_at, self.zone)}"

    def _trouble(self, now: Moment) -> str:
        """Why rows may be old or missing: the link, the archive, or clocks that differ."""
        board = self.counter.board
        sentences = [super()._trouble(now), self._archive_trouble, *(f"{remark}." for remark in board.remarks)]
        return " ".join(each[0].upper() + each[1:] for each in sentences if each)

    def _foot(self, now: Moment) -> Sequence[str]:
        """The sums of what is shown, the day's proof, and who keeps the days."""
        if not self.counter.board.day:
            return ()
        if self._summed is None or self._summed[0] is not self.view.rows:
            self._summed = self.view.rows, sums_of(self.view.rows)
        width = self.size.width - 1
        proof = self.day.proof_line(
            self.zone, self.day_zone, self._server_zone_name, width, is_today=self._browser.past is None
        )
        return (self._summed[1].line(width), proof, *self._kept_by(now, width))

    def _kept_by(self, now: Moment, width: int) -> Sequence[str]:
        keeper = self.counter.kept_by(now)
        if keeper is None:
            return ()
        host, seconds = keeper
        begin, end = "kept by collect on ", f", {age(seconds)} ago"
        return (f"{begin}{clean(host, max(1, width - len(begin) - len(end)))}{end}",)

    @property
    def day_zone(self) -> tzinfo:
        """That of the server's clock, by which its days go."""
        from tui.config.zones import zone_of  # a configuration without one need not load it

        return zone_of(self._server_zone_name) if self._server_zone_name else UTC

    @property
    def _server_zone_name(self) -> str:
        return "" if self.counter.section is None else self.counter.section.timezone

    def _empty(self, now: Moment) -> str:
        if self._browser.past is not None:
            return "no connections on that day" if not self._browser.is_loading else "looking it up"
        if self.counter.link.is_live:
            return "no connections yet today"
        return " ".join(each for each in (super()._empty(now), self._archive_trouble) if each)

    @property
    def _archive_trouble(self) -> str:
        """What is the matter with the archive, beyond what the link says of it already."""
        link = self.counter.link
        trouble = self.counter.board.trouble
        return trouble.removeprefix(link.reason).lstrip() if link.is_trouble else trouble

    def why_not(self, action: str) -> str:
        """A number of a row is called by AltiGen."""
        if action == "connections.place_call":
            return self.desk.counter(AltiGenCounter).why_not(action)
        return super().why_not(action)

    def show_found(self, found: Found) -> None:
        """Open the day of a connection and go to it; one of another account is shown by itself."""
        row = found.row
        if isinstance(row, Connection):
            day = found.day if found.account == self.counter.account else ""
            self.seek(day, row.identity, lambda _: connection_facts(row, self.zone))

    def _row_style(self, row: Connection) -> str:
        """A row of which something could not be read stands out."""
        return "bad" if row.problem else "plain"

    def _entries(self, row: Connection, now: Moment) -> Entries:
        """Every key of the page, what was said before, and the other connections with the customer's device."""
        return [*self._case.entries(row.identity), *connection_facts(row, self.zone), *self._remembered(row)]

    async def _case_of(self, row: Connection) -> Entries:
        return list(calls_of_connection(await self.desk.cases.of_connection(row), self.zone))

    def _remembered(self, row: Connection) -> Entries:
        earlier, others = self._facts.get(row.identity, ((), ()))
        found: list[tuple[str, str]] = []
        later = row
        for before in earlier:
            at = datetime.fromtimestamp(before.until, UTC).astimezone(self.zone)
            found.append((f"Until {at:%d %b %H:%M}", ", ".join(changed(before.row, later, self.zone)) or "the same"))
            later = before.row
        found += [("Same device", in_a_line(other, self.zone)) for other in others]
        return found

    def _about(self, row: Connection) -> Subject | None:
        return self.counter.about(row, self._browser.shown)

    def _named(self, row: Connection) -> str:
        parts = (row.technician, row.customer, row.uid)
        return (
            f"connection of {self._browser.shown} {start(row, self.zone)}, {', '.join(part for part in parts if part)}"
        )

    def _copies(self, row: Connection) -> Entries:
        return [
            ("Customer", row.customer),
            ("Customer's IP", row.customer_ip),
            ("Customer's id", row.customer_alpemix_id),
            ("Customer's device", row.customer_device),
            ("Support number", row.support_number),
            ("Explanation", row.explanation),
        ]
