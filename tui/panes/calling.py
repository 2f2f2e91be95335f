"""How a call is placed: the form, what was typed in it, and a call that may go on already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.modals.choice import Choice
from tui.modals.confirm import Confirm
from tui.modals.place_call import PlaceCall
from tui.panes.conversation import Conversation, submit
from tui.widgets.entries import Entries


async def place_call(person: Conversation, desk: Desk, numbers: Entries, remark: str = "") -> None:
    """Until AltiGen has taken the call or the person closes the form.

    ``numbers`` are those to begin with, as (where it stands, number); ``remark`` says why there is none.
    """
    if len(numbers) > 1:
        chosen = await person.ask(Choice(desk, "Call which number?", numbers))
        if chosen is None:
            return
        numbers = [numbers[chosen]]
    placed = await submit(
        person,
        numbers[0][1] if numbers else "",
        lambda draft, refusal: PlaceCall(desk, draft, refusal, "" if numbers else remark),
        lambda draft: f"calling {draft}",
        desk.counter(AltiGenCounter).phone.place_call,
        again=partial(_call_again, person, desk),
    )
    if placed is not None:
        person.notify(f"calling {placed[0]}: AltiGen has taken it")


async def _call_again(person: Conversation, desk: Desk, number: str) -> Callable[[str], Awaitable[None]] | str:
    """How to call while it is open what became of the last call: only by a decision of its own."""
    phone = desk.counter(AltiGenCounter).phone
    if not (doubt := phone.doubt_before(phone.target(number).sent)):
        return phone.place_call
    question = Confirm(desk, "Call again?", f"{doubt} Call {number} all the same?", "Call again")
    if await person.ask(question):
        return partial(phone.place_call, again=True)
    return doubt
