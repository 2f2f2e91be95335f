"""The day of a pane as a picture: its calls and connections, as they are known now or as the archive has them."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Final, NamedTuple, Protocol

from tui.desk import Desk
from tui.desk.alpemix import AlpemixCounter
from tui.desk.altigen import AltiGenCounter
from tui.modals.day_picture import DayShown
from tui.models.call_history import CallDay
from tui.models.calls import Call
from tui.models.clock import Moment
from tui.models.connections import Connection
from tui.models.day_picture import DayPicture
from tui.models.days import Day
from tui.models.listening import Spell, bounds_of, coverage_of
from tui.panes.call_sums import CallSums, listened
from tui.panes.call_sums import sums_of as sums_of_calls
from tui.panes.connection_facts import Sums
from tui.panes.connection_facts import sums_of as sums_of_connections
from tui.services.errors import ServiceError
from tui.widgets.times import duration

LOADING: Final = "looking it up"

CONNECTIONS: Final = "connections: "

MINUTE: Final = 60
"""Seconds after which a picture is made again although nothing has changed: time passes in it."""


class ShowsDay(Protocol):
    """Who shows the day that is to be drawn: a pane."""

    desk: Desk

    @property
    def shown_day(self) -> str:
        """The day, as ``2024-08-22``."""

    @property
    def day_zone(self) -> tzinfo | None:
        """That by which it goes."""

    @property
    def zone(self) -> tzinfo | None:
        """That of the times that people read."""

    def start(self, work: Coroutine[None, None, None], description: str) -> None:
        """Let something run on beside the screen."""


class Settled(NamedTuple):
    """What is known of a day but the calls of the board, which change from moment to moment."""

    picture: DayPicture
    calls: CallSums
    spells: list[Spell]
    why_no_calls: str
    """Why they are not known; empty where they are."""
    connections: Sums
    why_no_connections: str


class DaySource:
    """Gives what is to be drawn of the day that a pane shows; reads from the archive what is not known."""

    def __init__(self, pane: ShowsDay) -> None:
        self._pane = pane
        self._calls = pane.desk.counter(AltiGenCounter)
        self._connections = pane.desk.counter(AlpemixCounter)
        self._made_of: object = None
        self._shown: DayShown | None = None
        self._settled_of: object = None
        self._settled: Settled | None = None
        self._read: dict[tuple[str, str], CallDay | list[Connection] | str] = {}
        """Days of the archive by what they are of; of one that could not be read why."""
        self._read_of: object = None
        self._reads = 0

    def look(self, now: Moment) -> DayShown:
        """The same as before while nothing has changed."""
        calls, connections, pane = self._calls.board, self._connections.board, self._pane
        stored = pane.shown_day, pane.day_zone, pane.zone, calls.history.stored, connections.stored
        if stored != self._read_of:
            self._read_of = stored
            pane.start(self._load(stored), "read a day for its picture")
        settled_of = stored, self._reads, connections.version
        if self._settled is None or settled_of != self._settled_of:
            self._settled_of, self._settled = settled_of, self._settle()
        made_of = settled_of, calls.version, now.tick // MINUTE
        if self._shown is None or made_of != self._made_of:
            self._made_of, self._shown = made_of, self._make(self._settled, now)
        return self._shown

    def _settle(self) -> Settled:
        begin, end = self._bounds
        picture = DayPicture(begin, end, self._pane.zone)
        calls, spells, why_no_calls = self._earlier_calls()
        rows, why_no_connections = self._rows()
        return Settled(
            picture=picture,
            calls=sums_of_calls(picture.add_calls(calls)),
            spells=spells,
            why_no_calls=why_no_calls,
            connections=sums_of_connections(picture.add_connections(rows)),
            why_no_connections=why_no_connections,
        )

    def _make(self, settled: Settled, now: Moment) -> DayShown:
        day, zone, history = self._pane.shown_day, self._pane.zone, self._calls.board.history
        picture, spells = settled.picture.copy(), list(settled.spells)
        sums = settled.calls
        if history.day in self._days_of_calls:
            # What is on the board of a day before is in the archive, too.
            of_today = [call for call in self._calls.board if call.seen.at.timestamp() >= history.bounds[0]]
            sums = sums.beside(sums_of_calls(picture.add_calls(of_today)))
            spells += history.spells.values()
        why_none = settled.why_no_calls
        return DayShown(
            title=f"{Day(day=day).long_name}: calls and connections by the hour",
            picture=picture,
            heard=[] if why_none else picture.heard(spells, now.at.timestamp()),
            calls=[why_none] if why_none else _figures(sums, sum(picture.answered)),
            coverage="" if why_none else listened(coverage_of(spells, *self._bounds), zone),
            connections=partial(self._lines_of_connections, settled),
        )

    @property
    def _bounds(self) -> tuple[float, float]:
        return bounds_of(self._pane.shown_day, self._pane.day_zone)

    @property
    def _days_of_calls(self) -> list[str]:
        return list(_days(*self._bounds, self._pane.zone))

    @property
    def _days_of_connections(self) -> list[str]:
        return list(_days(*self._bounds, self._pane.desk.settings.zone_of_connections))

    def _lines_of_connections(self, settled: Settled, width: int) -> list[str]:
        """What the connections come to, and the proofs of their days, or why they are not known."""
        if settled.why_no_connections:
            return [settled.why_no_connections]
        board, settings = self._connections.board, self._pane.desk.settings
        server, name = settings.zone_of_connections, "" if settings.alpemix is None else settings.alpemix.timezone
        proofs = [
            board.days[day].proof_line(self._pane.zone, server, name, width, is_today=day == board.day)
            for day in self._days_of_connections
            if day in board.days
        ]
        return [f"{CONNECTIONS}{settled.connections.line(width - len(CONNECTIONS))}", *proofs]

    def _earlier_calls(self) -> tuple[list[Call], list[Spell], str]:
        """Those of the archive, and when somebody listened, or why that is not known."""
        if self._calls.section is None:
            return [], [], self._calls.why_off
        calls, spells = list[Call](), list[Spell]()
        for day in self._days_of_calls:
            if day == self._calls.board.history.day:
                calls += self._calls.board.history.earlier
                continue
            found = self._read.get(("calls", day), LOADING)
            if isinstance(found, str):
                return [], [], f"calls: {found}"
            assert isinstance(found, CallDay)
            calls += found.calls
            spells += found.spells
        return calls, spells, ""

    def _rows(self) -> tuple[list[Connection], str]:
        """The connections, or why they are not known."""
        if self._connections.section is None:
            return [], self._connections.why_off
        rows: list[Connection] = []
        for day in self._days_of_connections:
            if day == self._connections.board.day:
                rows += self._connections.board
                continue
            found = self._read.get(("connections", day), LOADING)
            if isinstance(found, str):
                return [], f"connections: {found}"
            assert isinstance(found, list)
            rows += found
        return rows, ""

    async def _load(self, wanted_of: object) -> None:
        """Read what the archive has of the day, and nothing that is on a board; ``wanted_of``: when that was wanted."""
        wanted = [("calls", day) for day in self._days_of_calls] if self._calls.section is not None else []
        if self._connections.section is not None:
            wanted += [("connections", day) for day in self._days_of_connections]
        on_boards = ("calls", self._calls.board.history.day), ("connections", self._connections.board.day)
        read = {each: await self._of_the_archive(*each) for each in wanted if each not in on_boards}
        if wanted_of == self._read_of:
            self._read = read
            self._reads += 1

    async def _of_the_archive(self, what: str, day: str) -> CallDay | list[Connection] | str:
        """What it has of a day, or why that cannot be read."""
        try:
            return await (self._calls.calls_of(day) if what == "calls" else self._connections.connections_of(day))
        except ServiceError as error:
            return error.sentence


def _figures(sums: CallSums, answered: int) -> list[str]:
    """``12 calls``, ``7 answered``, ``3 missed``, ``2 others``, ``1:02:10 talk``."""
    parts = [
        "1 call" if sums.calls == 1 else f"{sums.calls:,} calls",
        f"{answered:,} answered",
        f"{sums.missed:,} missed",
    ]
    if others := sums.calls - answered - sums.missed:
        parts.append("1 other" if others == 1 else f"{others:,} others")
    return [*parts, f"{'≥' if sums.talk_at_least else ''}{duration(sums.talk_seconds)} talk"]


def _days(begin: float, end: float, zone: tzinfo | None) -> Iterator[str]:
    """The days of a zone that some time is of."""
    day, last = (datetime.fromtimestamp(at, UTC).astimezone(zone).date() for at in (begin, max(begin, end - 1)))
    while day <= last:
        yield day.isoformat()
        day += timedelta(days=1)
