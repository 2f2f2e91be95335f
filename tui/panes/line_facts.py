"""What the card of a call tells of its number: whose it is, and what came of it before."""

from __future__ import annotations

from datetime import datetime, tzinfo

from tui.desk.altigen import AltiGenCounter
from tui.models.calls import Call
from tui.panes.call_facts import earlier_facts
from tui.panes.caller_facts import caller_facts
from tui.services.errors import ServiceError
from tui.widgets.view import Entries


async def line_facts(
    counter: AltiGenCounter, call: Call, now: datetime, zone: tzinfo | None
) -> tuple[Entries, Entries]:
    """Who the caller is, and the earlier calls of the number, as far as the archive tells."""
    callers = counter.callers
    try:
        history = await counter.line_history(call)
        caller = await callers.caller(call)
        last = await callers.last_connection(caller)
    except ServiceError as error:
        return (), [("Earlier calls", f"not read: {error.sentence}")]
    return list(caller_facts(caller, last, callers.users, history, now, zone)), list(earlier_facts(history, zone))
