"""How a call reads: its state in a word, its times, the columns of it, and everything that is known about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from tui.models.call_board import CallBoard
from tui.models.call_doubts import Doubt
from tui.models.call_history import LineHistory
from tui.models.calls import Call, CallState
from tui.models.clock import Moment
from tui.models.filters import Kind
from tui.models.kept_calls import KeptCall
from tui.widgets.times import duration, local_date_time, local_time
from tui.widgets.view import Column

if TYPE_CHECKING:
    from tui.models.callers import Caller


def state_word(call: Call) -> str:
    """``ringing``, ``calling``, ``talking``, ``missed``, ``ended``, ``unseen`` (its end), or the word of the system."""
    if call.is_missed:
        return "missed"
    if call.state is CallState.OTHER:
        return call.event_type
    if call.note:
        return "unseen"
    return "talking" if call.state is CallState.CONNECTED else str(call.state)


def ring_seconds(call: Call, now: Moment) -> int | None:
    """How long it rang; None where no ring was seen."""
    return int(call.ring_seconds(now)) if call.rang else None


def talk_seconds(call: Call, now: Moment) -> int | None:
    """How long it has been connected; None where it never was."""
    seconds = call.talk_seconds(now)
    return None if seconds is None else int(seconds)


def recorded_seconds(call: Call, now: Moment) -> int | None:
    """How long it has been recorded; None where it is not."""
    return None if call.recording is None else int(now.seconds_since(call.recording.since))


def is_muted(call: Call) -> bool | None:
    """Whether its recording is muted, or paused; None where there is none."""
    return None if call.recording is None else call.recording.muted


def ring_time(call: Call, now: Moment) -> str:
    """How long it rang; nothing where no ring was seen."""
    return _length(ring_seconds(call, now), is_at_least=call.rang_at_least)


def ring_length(call: Call) -> float:
    """How long it rang in seconds, for sorting; what still rings has rung the longest."""
    end = call.connected or call.ended
    return float("inf") if end is None else end.seconds_since(call.seen)


def talk_length(call: Call) -> float:
    """How long it was connected in seconds, for sorting; what still goes on lasts the longest."""
    if call.connected is None:
        return -1.0
    return float("inf") if call.ended is None else call.ended.seconds_since(call.connected)


def talk_time(call: Call, now: Moment) -> str:
    """How long it has been connected; nothing where it never was."""
    return _length(talk_seconds(call, now), is_at_least=call.talked_at_least)


def _length(seconds: int | None, *, is_at_least: bool) -> str:
    return "" if seconds is None else f"{'≥' if is_at_least else ''}{duration(seconds)}"


def recording_time(call: Call, now: Moment, muted_word: str = "muted") -> str:
    """``● 02:10`` while it records, ``‖ muted 00:15`` while that is muted."""
    recording = call.recording
    if recording is None:
        return ""
    if recording.muted_since is not None:
        return f"‖ {muted_word} {duration(now.seconds_since(recording.muted_since))}"
    return f"● {duration(now.seconds_since(recording.since))}"


CALL_COLUMNS: Final[Sequence[Column[Call]]] = (
    Column("state", "State", lambda call, _: state_word(call), width=8),
    Column("dir", "Dir", lambda call, _: call.direction, width=3),
    Column(
        "name",
        "Name",
        lambda call, _: call.other_name,
        width=18,
        grow=3,
        written=lambda call, _: call.other_name,
    ),
    Column("number", "Number", lambda call, _: call.other_number, width=12, grow=1),
    Column("called", "Called", lambda call, _: call.called, width=8, grow=2, rank=3),
    Column(
        "rang",
        "Rang",
        ring_time,
        width=6,
        right=True,
        rank=2,
        sort=ring_length,
        moves=True,
        written=ring_seconds,
        kind=Kind.LENGTH,
    ),
    Column(
        "talk",
        "Talk",
        talk_time,
        width=8,
        right=True,
        sort=talk_length,
        moves=True,
        written=talk_seconds,
        kind=Kind.LENGTH,
    ),
    Column(
        "rec",
        "Rec",
        recording_time,
        width=14,
        has=lambda call: call.recording is not None,
        moves=True,
        written=recorded_seconds,
        kind=Kind.LENGTH,
    ),
)


def since_column(zone: Callable[[], tzinfo | None]) -> Column[Call]:
    """When a call was first heard of, in the zone that is set at that moment."""
    return Column(
        "at",
        "Since",
        lambda call, _: local_time(call.seen.at, zone()),
        width=8,
        rank=1,
        sort=lambda call: (call.seen.at, call.key),
        written=lambda call, _: call.seen.at.astimezone(zone()),
        kind=Kind.TIME,
    )


def customer_columns(of: Callable[[Call], Caller | None]) -> Sequence[Column[Call]]:
    """Whose number it is, in an export; empty where nobody has an idea, or it is of several."""

    def customer(call: Call) -> str:
        return "" if (caller := of(call)) is None else caller.customer

    def is_certain(call: Call) -> bool | None:
        caller = of(call)
        return None if caller is None or not caller.customer else caller.is_certain

    return (
        Column("customer", "", lambda call, _: customer(call), width=0),
        Column("customer_certain", "", lambda _, __: "", width=0, written=lambda call, _: is_certain(call)),
    )


WRITTEN_TOO: Final[Sequence[Column[Call]]] = (
    Column("at_least", "", ring_time, width=0, written=lambda call, _: call.is_at_least),
    Column("muted", "", recording_time, width=0, written=lambda call, _: is_muted(call)),
)
"""What an export has beyond them: what signs say on the screen."""


def facts(
    call: Call,
    now: Moment,
    zone: tzinfo | None,
    doubt: Doubt | None = None,
    before: Iterable[tuple[str, str]] = (),
) -> list[tuple[str, str]]:
    """Every field of the guide ("CallEvent"), and what we know beside them, as (name, text).

    ``before``: what came of its number before; it stands where it is seen without scrolling.
    """
    info = call.info

    def time(moment: Moment | None) -> str:
        return "" if moment is None else local_date_time(moment.at, zone)

    known = [
        ("State", state_word(call) + (f" ({call.note})" if call.note else "")),
        ("In doubt", f"{doubt.why}, since {time(doubt.since)}" if doubt else ""),
        ("Direction", call.direction),
        ("Caller", f"{info.caller_name} {info.caller_id}".strip()),
        ("Caller address", info.caller_ip),
        ("Callee", f"{info.callee_name} {info.callee_id}".strip()),
        ("Workgroup", info.workgroup),
        ("Outbound workgroup", info.outbound_workgroup),
        ("DNIS", f"{info.dnis_name} {info.dnis_number}".strip()),
        ("ANI", f"{info.ani_name} {info.ani_number}".strip()),
        ("First seen", time(call.seen) + (" (was going on already)" if call.in_snapshot else "")),
        ("Last heard of", time(call.heard) if call.is_live else ""),
        ("Last known", time(call.ended) if call.note else ""),
        ("Connected", time(call.connected)),
        ("Ended", "" if call.note else time(call.ended)),
        ("Rang", ring_time(call, now)),
        ("Talked", talk_time(call, now)),
        ("Recording", recording_time(call, now)),
        ("Recorded by", call.recording.record_type if call.recording else ""),
        *before,
        ("Priority", "" if info.priority is None else f"{info.priority} (1 is the most urgent, 9 the least)"),
        ("Skill needed", "" if info.skill is None else str(info.skill)),
        ("Call type", info.call_type),
        ("IVR data", info.ivr_data),
        *((f"User data {n}", part) for n, part in enumerate(info.user_data.split("@"), 1)),
        ("Original workgroup", info.original.workgroup),
        ("Original caller", f"{info.original.caller_name} {info.original.caller_id}".strip()),
        ("Recorded", duration(call.recorded) if call.recorded else ""),
        ("Handle", str(call.handle)),
        ("Last event", call.event_type),
        *info.extra,
        *call.extra,
    ]
    return [(name, text) for name, text in known if text]


def unreadable_facts(board: CallBoard) -> list[tuple[str, str]]:
    """The last messages that could not be understood; they belong to no call, so every card has them."""
    kept = board.unreadable_kept
    if not kept:
        return []
    heading = f"{board.unreadable} messages could not be read; the last of them:"
    return [("", ""), ("Unreadable", heading), *((each.reason, each.excerpt) for each in list(kept)[-5:])]


def earlier_facts(history: LineHistory, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    """What came of the number of a call before it, as (name, text)."""
    for done in history.done:
        yield "No call needed", f"{_at(done.at, zone)} {done.by}: {done.why}"
    for call in history.calls:
        yield "Earlier call", call_in_a_line(call, zone)
    if history.more:
        yield "", f"and {history.more:,} more"


def call_in_a_line(call: KeptCall, zone: tzinfo | None) -> str:
    """``2026-11-20 15:04 in, answered at 202, talked 01:20``."""
    at_least = "≥" if call.at_least else ""
    lengths = (("rang", call.ring_seconds if call.talk_seconds is None else None), ("talked", call.talk_seconds))
    long = [f"{did} {at_least}{duration(seconds)}" for did, seconds in lengths if seconds is not None]
    return ", ".join(
        [f"{_at(call.start, zone)} {call.direction}".strip(), f"{call.outcome} at {call.extension}", *long]
    )


def _at(seconds: float, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(zone):%Y-%m-%d %H:%M}"
