"""The team pane: what each technician does now, and what has come of their calls and connections today."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from tui.desk import Desk
from tui.models.clock import Moment
from tui.models.days import Day
from tui.models.figures import Figures
from tui.models.filters import Kind
from tui.models.kept_calls import KeptCall
from tui.models.team import Team, Technician
from tui.panes.pane import Pane
from tui.panes.team_facts import connections_known, heard, is_known, reports, sums, team_facts, whom
from tui.terminal.keymap import KeyMap
from tui.widgets.times import age, duration
from tui.widgets.view import Column, Entries


def _seconds(now: Moment) -> float:
    return now.at.timestamp()


class TeamPane(Pane[Technician]):
    """By name: the order says nothing of how much anybody does."""

    NAME = "team"
    TITLE = "4 Team"

    def __init__(self, desk: Desk, key_map: KeyMap) -> None:
        def figure(
            name: str, title: str, of: Callable[[Figures], int], width: int, is_told: Callable[[Technician], bool]
        ) -> Column[Technician]:
            """A count; nothing where it is not known."""
            return Column(
                name,
                title,
                lambda row, _: str(of(row.figures)) if is_told(row) else "",
                width=width,
                right=True,
                sort=lambda row: of(row.figures) if is_told(row) else -1,
                written=lambda row, _: of(row.figures) if is_told(row) else None,
                kind=Kind.NUMBER,
            )

        self.COLUMNS = (
            Column("technician", "Technician", lambda row, _: row.label, width=10, grow=2),
            Column("with", "With", lambda row, _: self._with(row), width=12, grow=3),
            Column(
                "for",
                "For",
                self._for,
                width=7,
                sort=self._call_length,
                moves=True,
                written=_call_seconds,
                kind=Kind.LENGTH,
            ),
            figure("calls", "Calls", lambda figures: figures.calls, 5, is_known),
            figure("missed", "Missed", lambda figures: figures.missed, 6, is_known),
            Column(
                "talk",
                "Talk",
                lambda row, now: _length(row.talk_seconds(_seconds(now))),
                width=7,
                right=True,
                sort=lambda row: row.figures.talk_seconds,
                moves=True,
                written=lambda row, now: row.talk_seconds(_seconds(now)),
                kind=Kind.LENGTH,
            ),
            figure("connections", "Conn", lambda figures: figures.connections, 4, self._has_connections),
            Column(
                "time",
                "Time",
                lambda row, _: self._connected(row),
                width=8,
                right=True,
                sort=lambda row: row.figures.connection_seconds,
                written=lambda row, _: row.figures.connection_seconds if self._has_connections(row) else None,
                kind=Kind.LENGTH,
            ),
            Column("reports", "Listened", lambda row, now: reports(row, now, self.zone), width=11, sort=heard),
        )
        super().__init__(desk, key_map)
        self._watch = desk.team
        self._team = Team()

    # What the table asks.

    def frame(self, now: Moment) -> None:
        """Let the archive be read while this is seen."""
        if not self._watch.why_none:
            self._watch.look()
        super().frame(now)

    def _version(self) -> int:
        counter = self._watch.connections
        return self._watch.version + (0 if counter is None else int(counter.board.version))

    def _source(self) -> Iterable[Technician]:
        self._team = Team() if self._watch.why_none else self._watch.team()
        return self._team.technicians

    def _identity(self, row: Technician) -> Hashable:
        return row.name, row.extensions

    def _row_style(self, row: Technician) -> str:
        """By what they do; whose Helpdeck does not report stands back."""
        if row.call is None or not row.reports:
            return "plain" if row.reports or not row.extensions else "dim"
        return "warn" if row.call.talk_at is None else "good"

    def _row_time(self, now: Moment) -> Moment:
        """While the archive cannot be read, times stand still where it last could."""
        return self._watch.read_at if self._watch.trouble and self._watch.read_at is not None else now

    def _summary(self, now: Moment) -> str:
        return self._team.told(self.zone) if self._team.day else ""

    def _state(self, now: Moment) -> str:
        if not self._watch.trouble or self._watch.read_at is None:
            return ""
        return f"data {age(now.seconds_since(self._watch.read_at))} old"

    def _trouble(self, now: Moment) -> str:
        return self._watch.trouble

    def _empty(self, now: Moment) -> str:
        if self._watch.why_none:
            return self._watch.why_none
        if self._watch.read_at is None:
            return self._watch.trouble or "reading the archive"
        return "nobody has listened here in the last week, and no connection of today is known"

    def _foot(self, now: Moment) -> Sequence[str]:
        """The sums of all, and what they rest on."""
        if not self._team.day:
            return ()
        connections = self._day_of_connections
        talk = self._team.talk_seconds(_seconds(self.shown_at(now)))
        lines = [sums(self._team.figures, talk, has_connections=connections is not None)]
        if calls := self._team.nobodys.calls:
            lines.append(f"{calls} of the calls rang at several extensions, were not taken, and count for nobody")
        lines.append(f"{Day(day=self._team.day).long_name}: {self._team.told(self.zone)}")
        return [*lines, connections_known(connections, self._team.day, self.zone)]

    # What the pane says about its rows.

    def who(self, call: KeptCall) -> str:
        """Whom a call is with."""
        return whom(call, has_names=self.desk.settings.team.names)

    def _with(self, row: Technician) -> str:
        if row.call is None:
            return ""
        return self.who(row.call) + (f" +{len(row.on) - 1}" if len(row.on) > 1 else "")

    def _for(self, row: Technician, now: Moment) -> str:
        """``03:10``, with ``?`` where it is not certain that the call still goes on; ``rings``, ``calls``."""
        call = row.call
        if call is None:
            return ""
        seconds = row.call_seconds(_seconds(now))
        word = ("calls" if call.direction == "out" else "rings") if seconds is None else duration(seconds)
        return f"{'≥' if call.at_least and seconds is not None else ''}{word}{'' if row.reports else '?'}"

    def _call_length(self, row: Technician) -> float:
        return -1 if row.call is None else _call_seconds(row, self.clock.now()) or 0

    def _connected(self, row: Technician) -> str:
        if not self._has_connections(row):
            return ""
        return f"{'≥' if row.figures.unfinished else ''}{duration(row.figures.connection_seconds)}"

    def _has_connections(self, row: Technician) -> bool:
        """Whether anything is known of connections; of an extension that nobody has named nobody can tell whose."""
        return bool(row.name) and self._day_of_connections is not None

    @property
    def _day_of_connections(self) -> Day | None:
        """Today by the clock of Alpemix, as far as it is known; None where its connections are not known here."""
        counter = self._watch.connections
        if counter is None or not counter.link.is_on or not counter.board.day:
            return None
        days: dict[str, Day] = counter.board.days
        return days.get(counter.board.day) or Day(day=counter.board.day)

    def _named(self, row: Technician) -> str:
        return row.label

    def _entries(self, row: Technician, now: Moment) -> Entries:
        own = self.desk.settings.altigen
        is_own = own is not None and own.extension in row.extensions
        return team_facts(
            row,
            now,
            self.zone,
            self.who,
            has_connections=self._has_connections(row),
            is_own=is_own,
        )

    def _copies(self, row: Technician) -> Entries:
        call = row.call
        return [
            ("Technician", row.name),
            ("Extension", ", ".join(row.extensions)),
            ("Number", "" if call is None else call.number),
            ("Name", call.name if call is not None and self.desk.settings.team.names else ""),
        ]

    def why_not(self, action: str) -> str:
        """Nothing here is of one system."""
        return "this is of no single system" if action == "pane.trace" else super().why_not(action)

    def action_refresh(self) -> None:
        """Read the archive again."""
        self._watch.ask()
        self.notify("reading the archive again")

    def action_trace(self) -> None:
        """Say that there is nothing to show."""
        self.refuse("pane.trace")


def _call_seconds(row: Technician, now: Moment) -> int | None:
    return row.call_seconds(_seconds(now))


def _length(seconds: int | None) -> str:
    return "" if seconds is None else duration(seconds)
