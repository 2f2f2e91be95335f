"""Ending a call, and switching its recording: asked first where that is due, and sent once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tui.desk.altigen import AltiGenCounter
from tui.modals.confirm import Confirm
from tui.models.calls import Call
from tui.panes.call_facts import state_word
from tui.panes.pane import Pane
from tui.widgets.times import local_time


async def hang_up(pane: Pane[Any], call: Call) -> None:
    """Ask, then end the call."""
    phone = pane.desk.counter(AltiGenCounter).phone
    doubt = phone.doubt("calls.hang_up", call.key)
    since = local_time((call.connected or call.seen).at, pane.zone)
    question = f"End the call with {call.who} ({state_word(call)} since {since})?"
    if await pane.ask(Confirm(pane.desk, "Hang up", f"{doubt} {question}".strip(), "Hang up")):
        await pane.order(f"hanging up on {call.who}", lambda: phone.hang_up(call.key, again=True))


async def switch(pane: Pane[Any], call: Call, action: str, switch: Callable[[int], Awaitable[str]]) -> None:
    """Switch the recording of a call; asks first where the same was sent before and its answer was lost."""
    if doubt := pane.desk.counter(AltiGenCounter).phone.doubt(action, call.key):
        question = f"{doubt} Send it again for {call.who}?"
        if not await pane.ask(Confirm(pane.desk, "Send it again?", question, "Send again")):
            return

    async def switched() -> str:
        # Of which call, since rows move while a key is pressed.
        return f"{call.who}: {await switch(call.key)}"

    await pane.order("recording", switched)
