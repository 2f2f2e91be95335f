"""The clock of the server, which all machines of a team count by, and this machine's beside it."""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast

from msgspec.structs import replace

from tui.archive.budget import Slot
from tui.archive.records import Claim, FetchState, Keeper, RequestedReport
from tui.models.budget import Budget
from tui.models.clock import Uptime

Value = TypeVar("Value")

SERVER: Final = "server"
"""What stands for the start of a machine in stored times: the server's clock never begins anew."""

BEGIN_TO_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
LOOK: Final = "SELECT version, greatest(clock_at, server_clock()) + clock_shift FROM state"
LOCK: Final = "SELECT 1 FROM state FOR UPDATE"
GO_ON: Final = """
UPDATE state SET clock_at = now, clock_shift = clock_shift + greatest(clock_at - now, 0)
FROM (SELECT server_clock() AS now) AS clock
RETURNING version, clock_at + clock_shift
"""
"""The clock goes on from where it was, however far the server's was set back."""


class ServerTime:
    """The server's clock and this machine's uptime at one moment.

    The uptime is read after the answer came, so a time of the server is told a little late and never early: a slot is
    free a few milliseconds later than it could be.
    """

    def __init__(self, server_seconds: float, uptime: Uptime) -> None:
        self.now = Uptime(SERVER, server_seconds)
        self._boot = uptime.boot
        self._ahead = server_seconds - uptime.seconds

    def told(self, value: Value) -> Value:
        """Give what was read with times of this machine's uptime."""
        return cast(Value, _moved(value, -self._ahead, self._boot))

    def stored(self, value: Value) -> Value:
        """Give what is to be stored with times of the server's clock."""
        return cast(Value, _moved(value, self._ahead, SERVER))


def _moved(value: Any, by: float, boot: str) -> Any:
    """The same with all of its times moved by this many seconds."""
    match value:
        case Uptime():
            return Uptime(boot, value.seconds + by)
        case Slot():
            return value._replace(reserved=_moved(value.reserved, by, boot))
        case RequestedReport():
            return value._replace(began=_moved(value.began, by, boot))
        case Budget():
            blocked_until = value.blocked_until + by if value.blocked_until else 0.0
            return replace(value, frees_at=tuple(each + by for each in value.frees_at), blocked_until=blocked_until)
        case FetchState():
            fetched = {kind: last._replace(began=last.began + by) for kind, last in value.fetched.items()}
            failed = {kind: at + by for kind, at in value.failed.items()}
            return value._replace(fetched=fetched, failed=failed, keeper=_moved(value.keeper, by, boot))
        case Keeper():
            return value._replace(at=value.at + by)
        case Claim():
            return Claim(*(_moved(each, by, boot) for each in value))
        case _:
            return value
