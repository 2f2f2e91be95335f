"""The truth of an AltiGen server: which calls exist, what state they are in, and the event each change makes."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.demo.system import Clock

CALLS_MOST = 5_000
MUTE_SPACING_SECONDS = 0.5

Event = dict[str, Any]
CallState = Literal["ring", "ringback", "connect"]
Direction = Literal["in", "out"]
RecordType = Literal["Agent", "Supervisor", "System"]

WRONG_STATE = 3005
ALREADY_RECORDING = 3101
NOT_SUPPORTED = 3108
NOT_STARTED = 3109


class Refused(Exception):
    """What the system does not do, with AltiLink's number for it."""

    def __init__(self, code: int, message: str, status: int = 500) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class Recording(Struct, frozen=True):
    """A recording that runs, perhaps muted."""

    record_type: RecordType
    filename: str
    is_muted: bool = False
    switched_at: float | None = None
    """When it was last muted or unmuted."""


class Call(Struct, frozen=True):
    """A call as the server knows it."""

    serial: int
    """Unique for the life of the server, while handles are reused."""
    handle: int
    state: CallState
    direction: Direction
    info: Mapping[str, Any]
    recording: Recording | None = None

    def event(self, call_event_type: str) -> Event:
        """A CallEvent in the guide's spelling."""
        return {
            "eventType": "CallEvent",
            "callHandle": self.handle,
            "callEventType": call_event_type,
            "direction": self.direction,
            "callInfo": dict(self.info),
        }

    def record_event(self, state: str, record_type: RecordType) -> Event:
        """A RecordEvent in the guide's spelling, which differs from the other one's."""
        return {
            "eventType": "RecordEvent",
            "CallHandle": self.handle,
            "recordingState": state,
            "recordType": record_type,
        }


def call_info(**known: Any) -> dict[str, Any]:
    """Every field of the guide's callInfo, with what is known filled in."""
    return {
        "callerID": "",
        "callerName": "",
        "callerIPAddress": "",
        "calleeID": "",
        "calleeName": "",
        "ivrData": "",
        "userData": "",
        "workgroupName": "",
        "outboundworkgroupName": "",
        "dnisName": "",
        "dnisNumber": "",
        "aniName": "",
        "aniNumber": "",
        "callPriority": 5,
        "callSklr": 0,
        "callType": "",
        "originalData": {"originalworkgroupName": "", "originalCallerId": "", "originalCallername": ""},
    } | known


class Switchboard:
    """The calls; every method changes the truth and gives the events that tell of it."""

    def __init__(self, clock: Clock, *, is_maxacd: bool = False) -> None:
        self._clock = clock
        self._is_maxacd = is_maxacd
        self._serial = 0
        self.calls: dict[int, Call] = {}

    def start(self, direction: Direction, info: Mapping[str, Any]) -> tuple[int, list[Event]]:
        """A new call under the lowest free handle, which rings here or there."""
        if len(self.calls) >= CALLS_MOST:
            raise OverflowError(f"{CALLS_MOST} calls exist already")
        handle = next(number for number in range(1, CALLS_MOST + 1) if number not in self.calls)
        self._serial += 1
        call = Call(self._serial, handle, "ring" if direction == "in" else "ringback", direction, info)
        self.calls[handle] = call
        return handle, [call.event(call.state)]

    def connect(self, handle: int, info: Mapping[str, Any] | None = None) -> list[Event]:
        """The call was answered."""
        call = self.calls[handle]
        call = replace(call, state="connect", info={**call.info, **(info or {})})
        self.calls[handle] = call
        return [call.event("connect")]

    def disconnect(self, handle: int) -> list[Event]:
        """The call ended; its recording ends first, and its handle is free."""
        call = self.calls.pop(handle)
        stopped = [call.record_event("Stop", call.recording.record_type)] if call.recording else []
        return [*stopped, call.event("disconnect")]

    def record(self, handle: int, operation: str, filename: str = "", record_type: RecordType = "Agent") -> list[Event]:
        """Start, mute, unmute or stop; MaxACD says pause and resume."""
        call = self.calls[handle]
        if call.state != "connect":
            raise Refused(WRONG_STATE, "The call is not connected")
        switches = {"Pause": True, "Resume": False} if self._is_maxacd else {"Mute": True, "Unmute": False}
        if operation == "Start":
            if call.recording is not None:
                raise Refused(ALREADY_RECORDING, "The call is already being recorded")
            return self._recorded(replace(call, recording=Recording(record_type, filename)), "Start")
        if operation == "Stop":
            recording = self._running(call)
            self.calls[handle] = replace(call, recording=None)
            return [call.record_event("Stop", recording.record_type)]
        if operation in switches:
            return self._switch(call, to_muted=switches[operation])
        raise Refused(NOT_SUPPORTED, f"Operation '{operation}' is not supported")

    def snapshot(self) -> Iterator[Event]:
        """What a channel is told of the calls that exist when it is bound."""
        for call in self.calls.values():
            yield call.event(call.state)
            if call.recording is not None:
                state = "Mute" if call.recording.is_muted else "Start"
                yield call.record_event(state, call.recording.record_type)

    def _switch(self, call: Call, *, to_muted: bool) -> list[Event]:
        recording = self._running(call)
        at = self._clock()
        if recording.switched_at is not None and at - recording.switched_at < MUTE_SPACING_SECONDS:
            raise Refused(WRONG_STATE, "Mute and unmute need to be at least 500ms apart")
        if recording.is_muted == to_muted:
            raise Refused(WRONG_STATE, "The recording is already " + ("muted" if to_muted else "unmuted"))
        recording = replace(recording, is_muted=to_muted, switched_at=at)
        # The guide lists no state for unmuted: the recording runs again, so it is told as a start.
        return self._recorded(replace(call, recording=recording), "Mute" if to_muted else "Start")

    def _recorded(self, call: Call, state: str) -> list[Event]:
        self.calls[call.handle] = call
        return [call.record_event(state, self._running(call).record_type)]

    @staticmethod
    def _running(call: Call) -> Recording:
        if call.recording is None:
            raise Refused(NOT_STARTED, "The recording was not started")
        return call.recording
