"""A call as scripts are told of it, by exports, `--json` and hooks alike: names that they rely on, and typed values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from tui.models.cell import Cell
from tui.models.kept_calls import KeptCall

CALL: Final[Mapping[str, Callable[[KeptCall], Cell]]] = {
    "direction": lambda call: call.direction or None,
    "number": lambda call: call.number or None,
    "e164": lambda call: call.e164 or None,
    "name": lambda call: call.name or None,
    "called": lambda call: call.called or None,
    "outcome": lambda call: str(call.outcome),
    "ring_seconds": lambda call: call.ring_seconds,
    "talk_seconds": lambda call: call.talk_seconds,
    "at_least": lambda call: call.at_least,
    "recorded_seconds": lambda call: call.recorded_seconds,
    "extension": lambda call: call.extension,
    "host": lambda call: call.hosts,
    # A call alone tells neither whose its number is, nor which connections belong to it.
    "customer": lambda _: None,
    "customer_certain": lambda _: None,
    "connection_uids": lambda _: None,  # known where the connections are read, too
}
"""What is told of a call but its day, its start and its notes."""

COLUMNS: Final = ("id", "day", "start", *CALL, "notes")


def exported_call(
    call: KeptCall,
    zone: tzinfo | None,
    notes: str | None = None,
    *,
    customer: str = "",
    is_certain: bool = True,
    connection_uids: tuple[str, ...] | None = None,
) -> list[Cell]:
    """Give its values in the order of :data:`COLUMNS`. ``zone``: of its start; ``notes``: None where there are none.

    ``customer``: whose its number is; empty where that is not known, or it is of several. ``connection_uids``: of its
    connections; None where there are none, or none are read.
    """
    start = datetime.fromtimestamp(call.start, UTC).astimezone(zone)
    told = {name: value(call) for name, value in CALL.items()} | {"connection_uids": connection_uids or None}
    if customer:
        told |= {"customer": customer, "customer_certain": is_certain}
    return [call.id, call.day, start, *told.values(), notes]
