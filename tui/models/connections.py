"""Remote-support connections, as Alpemix reports them ("Explanation of Keys" of its page)."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
"""Where a start that cannot be read stands among those that can."""


class ConnectionMode(StrEnum):
    """``dir``: what the connection was for."""

    SUPPORT = "support"
    PRESENTATION = "presentation"
    UNKNOWN = "unknown"


class ReportKind(StrEnum):
    """What Alpemix can be asked for ("Getting the Connection Report"); nothing older than yesterday."""

    LAST = "last"
    """The newest few of today."""
    TODAY = "today"
    YESTERDAY = "yesterday"


class Report(Struct, frozen=True, kw_only=True):
    """The connections of a report, newest first, as the server ordered them."""

    rows: tuple[Connection, ...]
    repaired: bool = False
    """The answer was no JSON as it came: a backslash in it may have been meant otherwise."""
    unreadable: int = 0
    """How many of the rows have a problem."""


class Earlier(Struct, frozen=True, kw_only=True):
    """What was said of a connection before it was changed."""

    until: float
    """When it was replaced, in seconds of the epoch."""
    row: Connection


class Connection(Struct, frozen=True, gc=False):
    """One connection of a technician to a customer's device."""

    uid: str
    """Unique number of the connection (``uid``)."""
    started: datetime | None
    """``dt``, aware in the server's zone; None where it could not be read."""
    started_text: str
    """``dt`` as it came."""
    seconds: int | None
    """``dur``: how long it lasted; None where nothing readable came."""
    mode: ConnectionMode = ConnectionMode.SUPPORT
    explanation: str = ""
    """``exp``: what the technician wrote about it."""
    support_number: str = ""
    """``supnum``: the ticket number that the technician wrote."""
    technician: str = ""
    """``uname``."""
    ip: str = ""
    local_ip: str = ""
    device: str = ""
    """``unum``: stable number of the technician's device."""
    alpemix_id: str = ""
    """``aid``: changes from run to run."""
    customer: str = ""
    """``tuname``: free text, may be empty."""
    customer_ip: str = ""
    customer_local_ip: str = ""
    customer_device: str = ""
    """``tunum``: stable number of the customer's device."""
    customer_alpemix_id: str = ""
    problem: str = ""
    """What of this row could not be read; empty when all was."""
    extra: tuple[tuple[str, str], ...] = ()
    """Keys the page does not know, as (name, text)."""

    @property
    def identity(self) -> Hashable:
        """What stays the same while the rest of it is written; all that it says where it has no number."""
        return (self.uid, self.started, self.device, self.customer_device) if self.uid else self

    @property
    def seconds_text(self) -> str:
        """``dur`` as it came where it could not be read."""
        return "" if self.seconds is not None else next((text for name, text in self.extra if name == "dur"), "")

    @property
    def as_sent(self) -> str:
        """What could not be read of its times, as it came: ``dt: soon; dur: 12.5``."""
        parts = (("dt", "" if self.started else self.started_text), ("dur", self.seconds_text))
        return "; ".join(f"{name}: {text}" for name, text in parts if text)

    @property
    def day(self) -> str:
        """The day on which it began by the server's calendar, as ``2024-08-22``; empty where that cannot be read."""
        return "" if self.started is None else self.started.date().isoformat()
