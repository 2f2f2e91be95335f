"""How a row that was found reads, whatever it is of: on the screen and on the command line."""

from __future__ import annotations

from datetime import tzinfo

from tui.models.connections import Connection
from tui.models.kept_calls import KeptCall
from tui.models.search import Found
from tui.widgets.times import local_time


def who(found: Found) -> str:
    """The name of whom it is about, or the number where there is none."""
    match found.row:
        case KeptCall() as call:
            return call.name or call.number
        case Connection() as connection:
            return connection.customer or connection.customer_device
        case user:
            return user.username


def what(found: Found) -> str:
    """What else is known of it."""
    if found.note is not None:
        return " ".join(found.note.text.split())
    match found.row:
        case KeptCall() as call:
            number = call.number if call.name else ""
            return " ".join(filter(None, (number, call.outcome.value, call.called and f"({call.called})")))
        case Connection() as connection:
            return connection.explanation
        case _:
            return ""


def support_number(found: Found) -> str:
    """The ticket number that the technician wrote."""
    return found.row.support_number if found.note is None and isinstance(found.row, Connection) else ""


def day(found: Found, zone: tzinfo | None) -> str:
    """The day on which it began, or was written, in the zone of the person as its time is: its server's may be another.

    The one that it is kept under where nobody knows when it began.
    """
    return found.day if found.at is None else found.at.astimezone(zone).date().isoformat()


def time(found: Found, zone: tzinfo | None) -> str:
    """When it began, in the zone of the person."""
    return "" if found.at is None else local_time(found.at, zone)
