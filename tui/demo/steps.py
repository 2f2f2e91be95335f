"""The steps a script is made of: what can happen at a desk, apart from how it is simulated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tui.demo.faults import Kind
from tui.demo.sloppiness import System


@dataclass(frozen=True, slots=True)
class CallBegins:
    """A call rings here (`in`) or there (`out`)."""

    call: int
    direction: Literal["in", "out"]
    info: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Somebody took it."""

    call: int


@dataclass(frozen=True, slots=True)
class CallEnds:
    """It is over; a call that was never answered was missed."""

    call: int


@dataclass(frozen=True, slots=True)
class CallRecorded:
    """The server records by itself, mutes or stops."""

    call: int
    operation: str


@dataclass(frozen=True, slots=True)
class RemoteConnection:
    """A technician connected to a machine, now or some seconds ago."""

    connection: int
    fields: Mapping[str, object]
    seconds_ago: float = 0.0


@dataclass(frozen=True, slots=True)
class ConnectionExplained:
    """The technician closed the connection and perhaps wrote the report."""

    connection: int
    seconds: int
    explanation: str = ""
    support_number: str = ""


@dataclass(frozen=True, slots=True)
class AccountExists:
    """A customer has an account, or uses more of it than before."""

    username: str
    fields: Mapping[str, Any]
    days_ago: int = 0


@dataclass(frozen=True, slots=True)
class RowListed:
    """The user list holds something that is no proper user."""

    row: object


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """The phone system's proxy lost or found its server."""

    is_connected: bool


@dataclass(frozen=True, slots=True)
class ChannelsDropped:
    """The event channels close with a code, or just break."""

    code: int | None


@dataclass(frozen=True, slots=True)
class FrameSent:
    """Something arrives on the event channel as it is."""

    frame: str | bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """The next answers of a system go wrong, or it goes away, or comes back."""

    system: System
    kind: Kind | Literal["down", "up"]
    path: str | None = None
    status: int = 500
    body: Mapping[str, object] | None = None
    seconds: float = 0.0
    times: int = 1


@dataclass(frozen=True, slots=True)
class ReportRefused:
    """Alpemix answers with an error number."""

    error_number: int


@dataclass(frozen=True, slots=True)
class AccountRefused:
    """RemotePC answers with a description."""

    description: str
    status: int


Step = (
    CallBegins
    | CallAnswered
    | CallEnds
    | CallRecorded
    | RemoteConnection
    | ConnectionExplained
    | AccountExists
    | RowListed
    | ServerStatus
    | ChannelsDropped
    | FrameSent
    | Broken
    | ReportRefused
    | AccountRefused
)


@dataclass(frozen=True, slots=True)
class Event:
    """A step and its time, in seconds since the start; a step of the start is at 0."""

    at: float
    step: Step
