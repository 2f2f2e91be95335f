"""The calls pane: the technician's phone calls as they happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import Final

from textual import work

from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.models.calls import Call, CallState
from tui.models.clock import Moment
from tui.models.days import Day
from tui.models.kept_calls import CLOCKS_DIFFER, KeptCall, call_of
from tui.models.listening import Coverage
from tui.models.search import Found
from tui.panes.call_facts import (
    CALL_COLUMNS,
    WRITTEN_TOO,
    customer_columns,
    facts,
    recording_time,
    since_column,
    state_word,
    unreadable_facts,
)
from tui.panes.call_sums import CallSums, listened, sums_of
from tui.panes.case_facts import connections_of_call
from tui.panes.day_browser import Calendar
from tui.panes.days_pane import DaysPane
from tui.panes.hooks import hook_entries, hooks_of_call
from tui.terminal.bindings import bindings
from tui.terminal.keymap import BY_ID, KeyMap
from tui.terminal.typeahead import came_by_hand
from tui.widgets.footer import Hint
from tui.widgets.times import duration, local_date_time
from tui.widgets.view import Entries, saying

_STYLES: Final = {
    CallState.RINGING: "warn",
    CallState.CALLING: "busy",
    CallState.CONNECTED: "good",
    CallState.OTHER: "plain",
    CallState.ENDED: "dim",
}


class CallsPane(DaysPane[Call]):
    """Live calls on top, newest first; then what has ended."""

    NAME = "calls"
    COUNTER = AltiGenCounter
    counter: AltiGenCounter
    TITLE = "1 Calls"
    BINDINGS = bindings("calls")
    COLUMNS = CALL_COLUMNS
    WRITTEN_TOO = WRITTEN_TOO

    def __init__(self, desk: Desk, key_map: KeyMap) -> None:
        columns = saying(self.COLUMNS, {"state": self._word, "name": self._called, "rec": self._recording})
        self.COLUMNS = (*columns, since_column(lambda: self.zone))
        self.WRITTEN_TOO = (*WRITTEN_TOO, *customer_columns(lambda row: self.counter.callers.of(row.key)))
        super().__init__(desk, key_map)
        self._placed: int | None = None
        self._missed = 0
        """Calls of today that were missed, those that were known before the start included."""
        self._coverage: Coverage | None = None
        """How much of the earlier day that is shown was listened to."""
        self._known: tuple[int, Entries, Entries] = (0, (), ())
        """Key of the call whose card was opened last, who that is, and what came of the number before."""
        self._summed: tuple[list[Call], CallSums] | None = None

    def _word(self, row: Call, now: Moment) -> str:
        """``talking?`` where it is not certain that it still does."""
        return state_word(row) + ("?" if self.counter.board.doubts.of(row, now) else "")

    def _called(self, row: Call, now: Moment) -> str:
        """Who it is as the team knows them, else as the exchange calls them."""
        return self.counter.callers.shown(row) or row.other_name

    def _recording(self, row: Call, now: Moment) -> str:
        """In the words of the system."""
        return recording_time(row, now, muted_word=f"{self._mute}d")

    @property
    def _mute(self) -> str:
        """What the system does with a recording; the config may name another system while the program runs."""
        return "mute" if self.counter.section is None else self.counter.section.mute

    def frame(self, now: Moment) -> None:
        """Go to a call that was placed from here, once it is there."""
        super().frame(now)
        placed = self.counter.board.placed
        if placed is not None and placed != self._placed and not self.is_paused:
            self._placed = placed
            self.go_to(placed)
        if news := self.counter.hooks.runs.news():
            self.notify(f"{news} ({self.key_map.shown(BY_ID['calls.hooks'])} shows more)", severity="warning")

    def hints(self) -> list[Hint]:
        """The keys, in the words of the system: MaxACD pauses a recording."""
        return [
            hint._replace(label=f"{self._mute} rec") if self._mute != "mute" and hint.label == "mute" else hint
            for hint in super().hints()
        ]

    def _identity(self, row: Call) -> Hashable:
        """Our own number of the call: handles are used again."""
        return row.key

    @property
    def _calendar(self) -> Calendar:
        return self.counter.board.history

    async def _rows_of(self, day: str) -> list[Call]:
        found = await self.counter.calls_of(day)
        self._coverage = found.coverage
        await self.counter.callers.know(found.calls)
        return found.calls

    def _source(self) -> Iterable[Call]:
        """What rings first, then what goes on, then what has ended today; the newest on top of each."""
        if self._browser.past is not None:
            return self._browser.rows
        ringing: list[Call] = []
        going: list[Call] = []
        ended: list[Call] = []
        begin, _ = self.counter.board.history.bounds
        for call in self.counter.board.newest_first():
            if call.ended is None:
                (ringing if call.state is CallState.RINGING else going).append(call)
            elif call.seen.at.timestamp() >= begin:
                ended.append(call)
        ended += self.counter.board.history.earlier
        self._missed = sum(call.is_missed for call in ended)
        return ringing + going + ended

    def _summary(self, now: Moment) -> str:
        board = self.counter.board
        link = self.counter.link
        if (day := self._browser.past) is not None:
            return f"{Day(day=day).name}: {len(self._browser.rows)}"
        waiting = len(board.history.callbacks.open)
        if not link.is_live and link.fresh is None and not (self.view.total or waiting):
            return ""  # no call is known of yet
        live = "live when last heard" if link.is_trouble else "live"
        parts = [f"{len(board.live())} {live}", f"{self._missed} missed"]
        if waiting:
            parts.append(f"{waiting} to call back")
        if board.unreadable:
            parts.append(f"{board.unreadable} unreadable")
        in_doubt = sum(board.doubts.of(call, now) is not None for call in board.live())
        if in_doubt and board.doubts.lost is None:
            parts.append(f"{in_doubt} in doubt")
        if in_doubt or board.doubts.lost is not None:
            parts[-1] += f": {self.key_map.shown(BY_ID['pane.refresh'])} reads all anew"
        return ", ".join(parts)

    def _trouble(self, now: Moment) -> str:
        """Why rows may be old, or are not kept."""
        board = self.counter.board
        kept = f"{board.dropped} calls came faster than they could be kept." if board.dropped else ""
        return " ".join(filter(None, (super()._trouble(now), board.history.trouble, kept)))

    def _foot(self, now: Moment) -> Sequence[str]:
        """The figures of what is shown, and how much of the day they rest on."""
        history = self.counter.board.history
        if not history.day or not self.view.total:
            return ()
        if self._summed is None or self._summed[0] is not self.view.rows:
            self._summed = self.view.rows, sums_of(self.view.rows)
        coverage = history.coverage if self._browser.past is None else self._coverage
        return (self._summed[1].line, f"{Day(day=self._browser.shown).long_name}: {listened(coverage, self.zone)}")

    def _empty(self, now: Moment) -> str:
        link = self.counter.link
        if self._browser.past is not None:
            return "looking it up" if self._browser.is_loading else "no calls on that day"
        if not link.is_live:
            return super()._empty(now)
        sentence = "no calls yet: they show here as they come in"
        return f"{sentence}; {link.reason}" if link.reason else sentence  # the status line has not always room for it

    def _row_style(self, row: Call) -> str:
        """By what the call is doing; what is not known to go on any more stands back."""
        if row.is_missed:
            return "bad"
        is_doubtful = self.counter.link.is_trouble or self.counter.board.doubts.of(row, self._polled)
        return "dim" if is_doubtful else _STYLES[row.state]

    def _row_time(self, now: Moment) -> Moment:
        """While the link is down, times stand still where it was lost."""
        link = self.counter.link
        return link.fresh if link.is_trouble and link.fresh is not None else now

    def _entries(self, row: Call, now: Moment) -> Entries:
        """Everything known about it and its number, and the messages that could not be read."""
        doubt = self.counter.board.doubts.of(row, now)
        key, caller, before = self._known
        if key != row.key:
            caller, before = (), ()
        hooks = hooks_of_call(self.counter.hooks.runs, row.key, self.zone)
        told = facts(row, now, self.zone, doubt, before)
        return [*self._case.entries(row.key), *caller, *told, *hooks, *unreadable_facts(self.counter.board)]

    async def _case_of(self, row: Call) -> Entries:
        about = self.counter.about(row)
        found = await self.desk.cases.of_call(row, "" if about is None else about.key)
        return list(connections_of_call(found, self.zone))

    def action_details(self) -> None:
        """Show everything known about the call; what came of its number before follows."""
        row = self.current
        if row is not None:
            self._look_up(row)
        super().action_details()

    @work(group="facts", exclusive=True, description="look up the earlier calls of a number")
    async def _look_up(self, row: Call) -> None:
        from tui.panes.line_facts import line_facts

        self._known = row.key, (), ()
        self._known = row.key, *(await line_facts(self.counter, row, self.clock.now().at, self.zone))

    def _why_no_note(self) -> str:
        is_told = self.desk.settings.archive.calls or self.current is None or self._about(self.current) is not None
        return super()._why_no_note() if is_told else "calls are not kept (archive.calls)"

    async def _line_of(self, row: Call) -> str:
        return await self.counter.line_of(row)

    def _named(self, row: Call) -> str:
        return f"call of {local_date_time(row.seen.at, self.zone)}, {row.who}"

    def _copies(self, row: Call) -> Entries:
        return [
            ("Number", row.other_number),
            ("Name", row.other_name),
            ("DNIS", row.info.dnis_number),
            ("Workgroup", row.info.workgroup),
            ("User data", row.info.user_data),
        ]

    def show_found(self, found: Found) -> None:
        """Open the day of a call and go to it; one of another extension is shown by itself."""
        kept = found.row
        if not isinstance(kept, KeptCall):
            return
        call = call_of(kept, self.zone)
        is_ours = self.counter.section is not None and kept.extension == self.counter.section.extension
        here = (each.key for each in self.counter.board if _is_of(each, kept))
        self.seek(found.day if is_ours else "", next(here, call.key), lambda now: facts(call, now, self.zone))

    def goes_on(self, now: Moment) -> Entries:
        """Recordings that stay muted, and calls that were placed from here."""
        board = self.counter.board
        muted = [
            (f"Recording {self._mute}d", f"{call.who}, for {duration(now.seconds_since(call.recording.muted_since))}")
            for call in board.live()
            if call.recording is not None and call.recording.muted_since is not None
        ]
        own = [("Your call", f"{call.who}, {state_word(call)}") for call in board.own()]
        dialling = [("Your call", f"{self.counter.phone.dialling}, dialling")] if self.counter.phone.dialling else []
        return muted + own + dialling

    @work(group="command", description="place a call")
    async def action_place_call(self) -> None:
        """Begin with who called; of a call that goes on, nobody needs to be called."""
        from tui.panes.calling import place_call

        row = self.current
        if not self.refuse("calls.place_call"):
            number = "" if row is None or row.is_live else row.other_number
            await place_call(self, self.desk, [("Number", number)] if number else [])

    @work(group="callbacks", exclusive=True, description="call-backs")
    async def action_callbacks(self) -> None:
        """Show who is to be called back, until the person closes it."""
        from tui.panes.callbacks import call_back

        await call_back(self)

    def action_hooks(self) -> None:
        """Show what came of the programs that calls start."""
        from tui.modals.card import Card

        hooks = self.counter.hooks
        title = "Programs that calls start"
        self.app.push_screen(Card(self.desk, title, lambda _: hook_entries(hooks.runs, hooks.why_none, self.zone)))

    @work(group="links", exclusive=True, description="link a number")
    async def action_link(self) -> None:
        """Show what the number is linked to, until the person closes it."""
        from tui.panes.linking import link

        row = self.current
        if row is None:
            self.notify("there is no row here", severity="warning")
            return
        await link(self, row)
        self._look_up(row)

    @work(group="command", description="hang up")
    async def action_hang_up(self) -> None:
        """Ask, then end the call."""
        from tui.panes.switching import hang_up

        call = self.current
        if not self.refuse("calls.hang_up") and call is not None:
            await hang_up(self, call)

    @work(group="command", description="start or stop a recording")
    async def action_record(self) -> None:
        """Start or stop the recording."""
        if await came_by_hand(self.app, "record"):
            await self._switch("calls.record", partial(self.counter.phone.toggle_recording, again=True))

    @work(group="command", description="mute or unmute a recording")
    async def action_mute(self) -> None:
        """Mute or unmute the recording."""
        if await came_by_hand(self.app, "mute"):
            await self._switch("calls.mute", partial(self.counter.phone.toggle_mute, again=True))

    async def _switch(self, action: str, sent: Callable[[int], Awaitable[str]]) -> None:
        from tui.panes.switching import switch

        call = self.current
        if not self.refuse(action) and call is not None:
            await switch(self, call, action, sent)


def _is_of(call: Call, kept: KeptCall) -> bool:
    """Whether a call of the board is the one that is remembered."""
    is_near = abs(call.seen.at.timestamp() - kept.start) <= CLOCKS_DIFFER
    return is_near and (call.handle, call.direction) == (kept.handle, kept.direction)
