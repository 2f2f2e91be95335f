"""The steps a script is made of: what can happen at a desk, apart from how it is simulated."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from tui.demo.faults import Kind
from tui.demo.sloppiness import System


class Step(Struct, frozen=True):
    """Something that happens at a desk."""


class CallBegins(Step, frozen=True):
    """A call rings here (`in`) or there (`out`)."""

    call: int
    direction: Literal["in", "out"]
    info: Mapping[str, Any]


class CallAnswered(Step, frozen=True):
    """Somebody took it."""

    call: int


class CallEnds(Step, frozen=True):
    """It is over; a call that was never answered was missed."""

    call: int


class CallRecorded(Step, frozen=True):
    """The server records by itself."""

    call: int


class RemoteConnection(Step, frozen=True):
    """A technician connected to a machine, now or some seconds ago."""

    connection: int
    fields: Mapping[str, object]
    seconds_ago: float = 0.0


class ConnectionExplained(Step, frozen=True):
    """The technician closed the connection and perhaps wrote the report."""

    connection: int
    seconds: int
    explanation: str = ""
    support_number: str = ""


class AccountExists(Step, frozen=True):
    """A customer has an account, or uses more of it than before."""

    username: str
    fields: Mapping[str, Any]
    days_ago: int = 0


class RowListed(Step, frozen=True):
    """The user list holds something that is no proper user."""

    row: object


class ServerStatus(Step, frozen=True):
    """The phone system's proxy lost or found its server."""

    is_connected: bool


class ChannelsDropped(Step, frozen=True):
    """The event channels close with a code, or just break."""

    code: int | None


class FrameSent(Step, frozen=True):
    """Something arrives on the event channel as it is."""

    frame: str | bytes


class Broken(Step, frozen=True):
    """The next answers of a system go wrong, or it goes away, or comes back."""

    system: System
    kind: Kind | Literal["down", "up"]
    path: str | None = None
    status: int = 500
    body: dict[str, object] | None = None
    seconds: float = 0.0


class ReportRefused(Step, frozen=True):
    """Alpemix answers with an error number."""

    error_number: int


class AccountRefused(Step, frozen=True):
    """RemotePC answers with a description."""

    description: str
    status: int


class Event(Struct, frozen=True):
    """A step and its time, in seconds since the start; a step of the start is at 0."""

    at: float
    step: Step
