"""Phone calls: what AltiGen says of them, and a call as it is known now.

Fields follow "Web API Events" of the AltiGen Web API Guide. The events carry no time, so every moment here is
our own clock at receipt.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from tui.models.clock import Moment


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


class OriginalData(Struct, frozen=True):
    """The first call behind a workgroup callback (guide: ``originalData``)."""

    workgroup: str = ""
    caller_id: str = ""
    caller_name: str = ""


class CallInfo(Struct, frozen=True, kw_only=True):
    """Everything the guide's ``callInfo`` says about the parties; empty where nothing was sent."""

    caller_id: str = ""
    caller_name: str = ""
    caller_ip: str = ""
    callee_id: str = ""
    callee_name: str = ""
    ivr_data: str = ""
    user_data: str = ""
    workgroup: str = ""
    outbound_workgroup: str = ""
    dnis_name: str = ""
    dnis_number: str = ""
    ani_name: str = ""
    ani_number: str = ""
    priority: int | None = None
    """1 to 9, 1 the most urgent."""
    skill: int | None = None
    """Skill level that the caller needs (``callSklr``)."""
    call_type: str = ""
    original: OriginalData = OriginalData()
    extra: tuple[tuple[str, str], ...] = ()
    """Fields the guide does not know, as (name, text)."""


class CallEvent(Struct, frozen=True, kw_only=True):
    """``CallEvent``: a call rings, connects or ends."""

    handle: int
    """int32 "call pad" of the server; used again for later calls."""
    event_type: str
    """``ring``, ``ringback``, ``connect``, ``disconnect``, in lower case, or whatever else came."""
    direction: str = ""
    """``in`` or ``out``."""
    info: CallInfo = CallInfo()
    extra: tuple[tuple[str, str], ...] = ()


class RecordEvent(Struct, frozen=True, kw_only=True):
    """``RecordEvent``: a recording starts, stops or is muted, by whomever."""

    handle: int
    state: str
    """``start``, ``stop``, ``mute``, in lower case, or whatever else came."""
    record_type: str = ""
    """``Agent``, ``Supervisor`` or ``System``."""


class ServerStatusEvent(Struct, frozen=True, kw_only=True):
    """``ServerStatusEvent``: whether the WebProxy still reaches AltiServ."""

    connected: bool


class Unreadable(Struct, frozen=True, kw_only=True):
    """A message that could not be understood; counted and kept for the details card."""

    reason: str
    excerpt: str
    """The first characters of it, cleaned."""


AltiGenEvent = CallEvent | RecordEvent | ServerStatusEvent | Unreadable


class Recording(Struct, frozen=True, kw_only=True):
    """The recording of a call that is under way."""

    muted: bool
    """Muted, or paused on MaxACD."""
    since: Moment
    """Start of the recording."""
    muted_since: Moment | None = None
    record_type: str = ""


class Call(Struct, frozen=True, kw_only=True):
    """A call as it is known now."""

    key: int
    """Our own number of this call: handles are used again, keys never."""
    handle: int
    direction: str
    state: CallState
    event_type: str
    info: CallInfo
    seen: Moment
    """When we first heard of it."""
    connected: Moment | None = None
    ended: Moment | None = None
    rang: bool = False
    """A ring or ringback was seen: a call that connects without one was first seen in the middle."""
    in_snapshot: bool = False
    """It was going on before we listened, so its times are lower bounds (shown as ``≥``)."""
    recording: Recording | None = None
    note: str = ""
    """Why it ended, where the system did not say so itself ("ended while away")."""

    @property
    def is_live(self) -> bool:
        """Whether it is still going on, as far as we know."""
        return self.ended is None

    @property
    def is_missed(self) -> bool:
        """An incoming call that rang and ended without being connected."""
        return self.ended is not None and self.connected is None and self.direction == "in"

    @property
    def other_number(self) -> str:
        """The number of the party who is not us."""
        if self.direction == "out":
            return self.info.callee_id
        return self.info.caller_id or self.info.ani_number

    @property
    def other_name(self) -> str:
        """The name of the party who is not us; may be empty."""
        if self.direction == "out":
            return self.info.callee_name
        return self.info.caller_name or self.info.ani_name

    def ring_seconds(self, now: Moment) -> float:
        """Seconds from first seen to the connection, the end, or now."""
        return (self.connected or self.ended or now).seconds_since(self.seen)

    def talk_seconds(self, now: Moment) -> float | None:
        """Seconds from the connection to the end or now; None while it only rings."""
        return None if self.connected is None else (self.ended or now).seconds_since(self.connected)
