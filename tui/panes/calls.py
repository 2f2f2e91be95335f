"""The calls pane: the technician's phone calls as they happen."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.binding import BindingType

from tui.models.calls import Call, CallState
from tui.models.clock import Moment
from tui.panes.pane import Pane
from tui.terminal.bindings import bindings
from tui.widgets.times import duration, local_date_time, local_time
from tui.widgets.view import Column

if TYPE_CHECKING:
    from tui.widgets.entries import Entries

_STYLES: Final = {
    CallState.RINGING: "warn",
    CallState.CALLING: "busy",
    CallState.CONNECTED: "good",
    CallState.OTHER: "row",
    CallState.ENDED: "dim",
}


def state_word(call: Call) -> str:
    """``ringing``, ``calling``, ``talking``, ``missed``, ``ended``, or what the system said."""
    if call.is_missed:
        return "missed"
    if call.state is CallState.OTHER:
        return call.event_type
    return "talking" if call.state is CallState.CONNECTED else str(call.state)


def ring_time(call: Call, now: Moment) -> str:
    """How long it rang; nothing where no ring was seen."""
    if not call.rang:
        return ""
    return ("≥" if call.in_snapshot else "") + duration(call.ring_seconds(now))


def talk_time(call: Call, now: Moment) -> str:
    """How long it has been connected; nothing where it never was."""
    seconds = call.talk_seconds(now)
    if seconds is None:
        return ""
    return ("≥" if call.connected_unseen else "") + duration(seconds)


def recording_time(call: Call, now: Moment) -> str:
    """``● 02:10`` while it records, ``‖ 00:15`` while that is muted."""
    recording = call.recording
    if recording is None:
        return ""
    if recording.muted_since is not None:
        return f"‖ muted {duration(now.seconds_since(recording.muted_since))}"
    return f"● {duration(now.seconds_since(recording.since))}"


def called(call: Call) -> str:
    """What the caller called: the workgroup, the dialled number's name or the number itself."""
    info = call.info
    return info.workgroup or info.outbound_workgroup or info.dnis_name or info.dnis_number or info.callee_id


class CallsPane(Pane[Call]):
    """Live calls on top, newest first; then what has ended."""

    NAME = "calls"
    SYSTEM = "altigen"
    TITLE = "1 Calls"
    BINDINGS: ClassVar[list[BindingType]] = bindings("calls")
    COLUMNS: ClassVar[Sequence[Column[Call]]] = (
        Column("state", "State", lambda call, _: state_word(call), width=8),
        Column("dir", "Dir", lambda call, _: call.direction, width=3),
        Column("name", "Name", lambda call, _: call.other_name, width=14, grow=3),
        Column("number", "Number", lambda call, _: call.other_number, width=12, grow=1),
        Column("called", "Called", lambda call, _: called(call), width=12, grow=2, rank=3),
        Column("rang", "Rang", ring_time, width=6, right=True, rank=1, sort=lambda call: call.seen.tick),
        Column("talk", "Talk", talk_time, width=8, right=True, sort=lambda call: call.connected or call.seen),
        Column("rec", "Rec", recording_time, width=13, rank=0),
        Column("at", "Since", lambda call, _: local_time(call.seen.at), width=8, sort=lambda call: call.key),
    )

    def identity(self, row: Call) -> Hashable:
        """Our own number of the call: handles are used again."""
        return row.key

    def source(self) -> Iterable[Call]:
        """What rings first, then what goes on, then what has ended; the newest on top of each."""
        return sorted(
            self.desk.calls, key=lambda call: (not call.is_live, call.state is not CallState.RINGING, -call.key)
        )

    def version(self) -> int:
        """Grows with every event."""
        return self.desk.calls.version

    def summary(self, now: Moment) -> str:
        """How many there are of each kind."""
        board = self.desk.calls
        parts = [f"{len(board.live())} live", f"{board.missed} missed"]
        if board.unreadable:
            parts.append(f"{board.unreadable} unreadable")
        return ", ".join(parts)

    def empty(self, now: Moment) -> str:
        """Why there is nothing to see."""
        return (
            "no calls yet: they show here as they come in" if self.desk.links["altigen"].is_live else super().empty(now)
        )

    def row_style(self, row: Call) -> str:
        """By what the call is doing."""
        return "bad" if row.is_missed else _STYLES[row.state]

    def why_not(self, action: str) -> str:
        """Why an action on the call under the cursor is not possible now."""
        return self.desk.why_not(action, self.view.current)

    def entries(self, row: Call, now: Moment) -> Entries:
        """Every field of the guide, and what we know beside them."""
        info = row.info
        facts = [
            ("State", state_word(row) + (f" ({row.note})" if row.note else "")),
            ("Direction", row.direction),
            ("Caller", f"{info.caller_name} {info.caller_id}".strip()),
            ("Caller address", info.caller_ip),
            ("Callee", f"{info.callee_name} {info.callee_id}".strip()),
            ("Workgroup", info.workgroup),
            ("Outbound workgroup", info.outbound_workgroup),
            ("DNIS", f"{info.dnis_name} {info.dnis_number}".strip()),
            ("ANI", f"{info.ani_name} {info.ani_number}".strip()),
            ("First seen", local_date_time(row.seen.at) + (" (was going on already)" if row.in_snapshot else "")),
            ("Connected", local_date_time(row.connected.at) if row.connected else ""),
            ("Ended", local_date_time(row.ended.at) if row.ended else ""),
            ("Rang", ring_time(row, now)),
            ("Talked", talk_time(row, now)),
            ("Recording", self._recording(row, now)),
            ("Priority", "" if info.priority is None else str(info.priority)),
            ("Skill needed", "" if info.skill is None else str(info.skill)),
            ("Call type", info.call_type),
            ("IVR data", info.ivr_data),
            *((f"User data {n}", part) for n, part in enumerate(info.user_data.split("@"), 1)),
            ("Original workgroup", info.original.workgroup),
            ("Original caller", f"{info.original.caller_name} {info.original.caller_id}".strip()),
            ("Handle", str(row.handle)),
            *info.extra,
        ]
        shown = [(name, text) for name, text in facts if text]
        return shown + self._unreadable()

    def _recording(self, call: Call, now: Moment) -> str:
        if call.recording is None:
            return ""
        by = f" ({call.recording.record_type})" if call.recording.record_type else ""
        return recording_time(call, now) + by

    def _unreadable(self) -> list[tuple[str, str]]:
        """The last messages that could not be understood; they belong to no call, so every card has them."""
        kept = self.desk.calls.unreadable_kept
        if not kept:
            return []
        heading = (
            ("", ""),
            ("Unreadable", f"{self.desk.calls.unreadable} messages could not be read; the last of them:"),
        )
        return [*heading, *((message.reason, message.excerpt) for message in list(kept)[-5:])]

    def copies(self, row: Call, now: Moment) -> Entries:
        """The number first."""
        return [
            ("Number", row.other_number),
            ("Name", row.other_name),
            ("DNIS", row.info.dnis_number),
            ("Workgroup", row.info.workgroup),
            ("User data", row.info.user_data),
            ("Row", "\t".join(column.text(row, now) for column in self.COLUMNS)),
        ]

    @work(group="command", description="place a call")
    async def action_place_call(self) -> None:
        """Ask for the number, call it; a refused one is asked for again."""
        from tui.modals.place_call import PlaceCall

        if self.refuse("calls.place_call"):
            return
        row = self.view.current
        target = row.other_number if row is not None and not row.is_live else ""
        placed = await self.submit(
            target,
            lambda draft, refusal: PlaceCall(self.desk, draft, refusal),
            lambda draft: f"calling {draft}",
            self.desk.place_call,
        )
        if placed is not None:
            self.notify(f"calling {placed[0]}: the system has taken it")

    @work(group="command", description="hang up")
    async def action_hang_up(self) -> None:
        """Ask, then end the call."""
        from tui.modals.confirm import Confirm

        call = self.view.current
        if self.refuse("calls.hang_up") or call is None:
            return
        who = " ".join(part for part in (call.other_name, call.other_number) if part) or "unknown caller"
        question = f"End the call with {who} ({state_word(call)} since {local_time((call.connected or call.seen).at)})?"
        if await self.app.push_screen_wait(Confirm(self.desk, "Hang up", question, "Hang up")):
            await self.order(f"hanging up on {who}", lambda: self.desk.hang_up(call.key))

    @work(group="command", description="start or stop a recording")
    async def action_record(self) -> None:
        """Start or stop the recording."""
        call = self.view.current
        if not self.refuse("calls.record") and call is not None:
            await self.order("recording", lambda: self.desk.toggle_recording(call.key))

    @work(group="command", description="mute or unmute a recording")
    async def action_mute(self) -> None:
        """Mute or unmute the recording."""
        call = self.view.current
        if not self.refuse("calls.mute") and call is not None:
            await self.order("recording", lambda: self.desk.toggle_mute(call.key))
