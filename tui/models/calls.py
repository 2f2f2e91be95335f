"""Phone calls: what AltiGen says of them, and a call as it is known now.

Fields follow "Web API Events" of the AltiGen Web API Guide. The events carry no time, so every moment here is
our own clock at receipt. The events are declared with the guide's spelling of their fields, so that a frame in
that spelling is decoded straight into them; ``tui.services.altigen.events`` reads every other spelling.

``gc=False``: made of what can hold no reference back to them, these values need no garbage collection, and tens of
thousands of them a second would keep it busy.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Protocol

from msgspec import Meta, Struct, field
from msgspec.structs import asdict, replace

from tui.models.clock import Moment
from tui.models.text import LIMIT

Text = Annotated[str, Meta(max_length=LIMIT)]
"""Remote text; a longer one is not decoded straight but cut by ``clean``."""

Handle = Annotated[int, Meta(ge=-(2**31), lt=2**32)]
"""int32 "call pad" of the server; used again for later calls. A server that writes it unsigned is read too."""

Number = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]

EXTRA: Final = "\N{WORD JOINER}extra"
"""Wire name of our own ``extra`` fields: nothing that a server sends, so that none can fill them unseen."""


UNSEEN_END: Final = "its end was not seen"
"""Why a call has ended that nobody listened to any more: it may have been taken."""

NOBODY: Final = "unknown caller"
"""A party of which nothing is known."""


class CallState(StrEnum):
    """What a call is doing, from the last event about it."""

    RINGING = "ringing"
    """``ring``: somebody calls this extension."""
    CALLING = "calling"
    """``ringback``: this extension calls somebody, and it rings there."""
    CONNECTED = "connected"
    ENDED = "ended"
    OTHER = "other"
    """A ``callEventType`` that the guide does not know; :attr:`Call.event_type` has it as it came."""


STATES: Final = {
    "ring": CallState.RINGING,
    "ringback": CallState.CALLING,
    "connect": CallState.CONNECTED,
    "disconnect": CallState.ENDED,
}
"""``callEventType`` -> what the call is doing then."""


class Outcome(StrEnum):
    """What has come of a call."""

    LIVE = "live"
    ANSWERED = "answered"
    MISSED = "missed"
    """It rang here, and nobody took it."""
    REACHED = "reached"
    NOT_REACHED = "not reached"
    ENDED_UNSEEN = "ended unseen"
    """Nobody listened when it ended."""


class Sent(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What the server sends; of what is no field here, nothing is decoded straight."""


class OriginalData(Sent, frozen=True):
    """The first call behind a workgroup callback (guide: ``originalData``)."""

    workgroup: Text = field(default="", name="originalworkgroupName")
    caller_id: Text = field(default="", name="originalCallerId")
    caller_name: Text = field(default="", name="originalCallername")


class CallInfo(Sent, frozen=True, kw_only=True):
    """Everything the guide's ``callInfo`` says about the parties; empty where nothing was sent."""

    caller_id: Text = field(default="", name="callerID")
    caller_name: Text = field(default="", name="callerName")
    caller_ip: Text = field(default="", name="callerIPAddress")
    callee_id: Text = field(default="", name="calleeID")
    callee_name: Text = field(default="", name="calleeName")
    ivr_data: Text = field(default="", name="ivrData")
    user_data: Text = field(default="", name="userData")
    workgroup: Text = field(default="", name="workgroupName")
    outbound_workgroup: Text = field(default="", name="outboundworkgroupName")
    dnis_name: Text = field(default="", name="dnisName")
    dnis_number: Text = field(default="", name="dnisNumber")
    ani_name: Text = field(default="", name="aniName")
    ani_number: Text = field(default="", name="aniNumber")
    priority: Number | None = field(default=None, name="callPriority")
    """1 to 9, 1 the most urgent."""
    skill: Number | None = field(default=None, name="callSklr")
    """Skill level that the caller needs."""
    call_type: Text = field(default="", name="callType")
    original: OriginalData = field(default=OriginalData(), name="originalData")
    extra: tuple[tuple[str, str], ...] = field(default=(), name=EXTRA)
    """Fields the guide does not know, as (name, text)."""


_NOTHING: Final = CallInfo()


def merged(known: CallInfo, news: CallInfo) -> CallInfo:
    """What is known with the news laid over it; an empty field is no news."""
    if known == _NOTHING:
        return news
    empty = asdict(_NOTHING)
    fresh = {name: value for name, value in asdict(news).items() if value != empty[name]}
    return replace(known, **fresh) if fresh else known


class CallEvent(Sent, frozen=True, kw_only=True, tag_field="eventType"):
    """``CallEvent``: a call rings, connects or ends."""

    handle: Handle = field(name="callHandle")
    event_type: Text = field(name="callEventType")
    """``ring``, ``ringback``, ``connect``, ``disconnect``, in lower case, or whatever else came."""
    direction: Text = ""
    """``in`` or ``out``."""
    info: CallInfo = field(default=CallInfo(), name="callInfo")
    extra: tuple[tuple[str, str], ...] = field(default=(), name=EXTRA)


class RecordEvent(Sent, frozen=True, kw_only=True, tag_field="eventType"):
    """``RecordEvent``: a recording starts, stops or is muted, by whomever."""

    handle: Handle = field(name="CallHandle")
    state: Text = field(name="recordingState")
    """``start``, ``stop``, ``mute``, in lower case, or whatever else came."""
    record_type: Text = field(default="", name="recordType")
    """``Agent``, ``Supervisor`` or ``System``."""


class ServerStatusEvent(Sent, frozen=True, kw_only=True, tag_field="eventType"):
    """``ServerStatusEvent``: whether the WebProxy still reaches AltiServ."""

    connected: bool = field(name="Connected")


class Unreadable(Struct, frozen=True, kw_only=True, gc=False):
    """A message that could not be understood; counted and kept for the details card."""

    reason: str
    excerpt: str
    """The first characters of it, cleaned."""
    may_be_of_call: bool = True
    """Whether it may have told of a call; not where it names itself as something else."""


AltiGenEvent = CallEvent | RecordEvent | ServerStatusEvent | Unreadable


def number_of_other(direction: str, info: CallInfo) -> str:
    """The number of the party who is not us."""
    return info.callee_id if direction == "out" else info.caller_id or info.ani_number


class Recording(Struct, frozen=True, kw_only=True, gc=False):
    """The recording of a call that is under way."""

    muted: bool
    """Muted, or paused on MaxACD."""
    since: Moment
    """Start of the recording."""
    muted_since: Moment | None = None
    record_type: str = ""


class Call(Struct, frozen=True, kw_only=True, gc=False):
    """A call as it is known now."""

    key: int
    """Our own number of this call: handles are used again, keys never."""
    handle: int
    direction: str
    state: CallState
    event_type: str
    info: CallInfo
    extra: tuple[tuple[str, str], ...] = ()
    """Fields of its last event that the guide does not know, as (name, text)."""
    seen: Moment
    """When we first heard of it."""
    heard: Moment
    """When we last heard of it."""
    connected: Moment | None = None
    ended: Moment | None = None
    rang: bool = False
    """A ring or ringback was seen, and its end, if it was taken: how long it rang is known."""
    in_snapshot: bool = False
    """It was going on before we listened, so its first time is a lower bound (shown as ``≥``)."""
    connected_unseen: bool = False
    """It was connected while we did not listen, so its talk time is a lower bound."""
    recording: Recording | None = None
    recorded: float = 0.0
    """Seconds of the recordings of it that have ended."""
    note: str = ""
    """Why its end was not seen ("ended while away"): then it ended when it was last known to go on, or later."""

    @property
    def is_live(self) -> bool:
        """Whether it is still going on, as far as we know."""
        return self.ended is None

    @property
    def is_missed(self) -> bool:
        """An incoming call that rang, and of which it was seen that it ended without being connected."""
        is_untaken = self.ended is not None and self.rang and self.connected is None and self.direction == "in"
        return is_untaken and not self.note

    @property
    def other_number(self) -> str:
        """The number of the party who is not us."""
        return number_of_other(self.direction, self.info)

    @property
    def other_name(self) -> str:
        """The name of the party who is not us; may be empty."""
        if self.direction == "out":
            return self.info.callee_name
        return self.info.caller_name or self.info.ani_name

    @property
    def called(self) -> str:
        """What the caller called: the workgroup, the dialled number's name or the number itself."""
        info = self.info
        return info.workgroup or info.outbound_workgroup or info.dnis_name or info.dnis_number or info.callee_id

    @property
    def is_at_least(self) -> bool:
        """Whether it rang or talked for longer than is known: not all of it was seen."""
        return (
            bool(self.note)
            or (self.rang and self.in_snapshot)
            or (self.connected is not None and self.connected_unseen)
        )

    @property
    def rang_at_least(self) -> bool:
        """Whether a ring of it lasted longer than is known."""
        return self.in_snapshot or (self.connected is None and bool(self.note))

    @property
    def talked_at_least(self) -> bool:
        """Whether a talk of it lasted longer than is known."""
        return self.connected_unseen or bool(self.note)

    @property
    def outcome(self) -> Outcome:
        """What has come of it."""
        if self.is_live:
            return Outcome.LIVE
        if self.is_missed:
            return Outcome.MISSED
        if self.note:
            return Outcome.ENDED_UNSEEN
        if self.direction == "out":
            return Outcome.NOT_REACHED if self.connected is None else Outcome.REACHED
        return Outcome.ENDED_UNSEEN if self.connected is None else Outcome.ANSWERED

    # How the other party is named: in full, in short, and by what can be called again.

    @property
    def who(self) -> str:
        """The name and the number."""
        return " ".join(filter(None, (self.other_name, self.other_number))) or NOBODY

    @property
    def name_or_number(self) -> str:
        """The name, else the number."""
        return self.other_name or self.other_number or NOBODY

    @property
    def number_or_name(self) -> str:
        """The number, else the name, else which call it is: the audit names it so."""
        return self.other_number or self.other_name or f"call {self.handle}"

    def ring_seconds(self, now: Moment) -> float:
        """Seconds from first seen to the connection, the end, or now."""
        return (self.connected or self.ended or now).seconds_since(self.seen)

    def talk_seconds(self, now: Moment) -> float | None:
        """Seconds from the connection to the end or now; None while it only rings."""
        return None if self.connected is None else (self.ended or now).seconds_since(self.connected)

    def recorded_seconds(self, now: Moment) -> float:
        """Seconds of all its recordings up to now, what was muted of them included."""
        return self.recorded + (0.0 if self.recording is None else now.seconds_since(self.recording.since))


class CallWatcher(Protocol):
    """Who is told of each call at the moment in which it rings or is over."""

    def rang(self, call: Call) -> None:
        """It rings at this extension, and nobody here knew of it."""

    def ended(self, call: Call) -> None:
        """It is over, seen or unseen."""
