"""How a call is placed: the form, what was typed in it, and a call that may go on already."""

from __future__ import annotations

from functools import partial

from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.modals.card import Choice
from tui.modals.confirm import Confirm
from tui.modals.form import submit
from tui.modals.place_call import PlaceCall
from tui.panes.conversation import Conversation
from tui.services.errors import Rejected
from tui.widgets.view import Entries


async def place_call(person: Conversation, desk: Desk, numbers: Entries, remark: str = "") -> None:
    """Until AltiGen has taken the call or the person closes the form.

    ``numbers`` are those to begin with, as (where it stands, number); ``remark`` says why there is none.
    """
    if len(numbers) > 1:
        chosen = await person.ask(Choice(desk, "Call which number?", numbers))
        if chosen is None:
            return
        numbers = [numbers[chosen]]
    phone = desk.counter(AltiGenCounter).phone

    async def call(number: str) -> str:
        # While it is open what became of the last call: only by a decision of its own.
        doubt = phone.doubt_before(phone.target(number).sent)
        question = Confirm(desk, "Call again?", f"{doubt} Call {number} all the same?", "Call again")
        if doubt and not await person.ask(question):
            raise Rejected(doubt)
        await person.send(f"calling {number}", partial(phone.place_call, number, again=bool(doubt)))
        return number

    form = partial(PlaceCall, desk, remark="" if numbers else remark)
    placed = await submit(person.ask, numbers[0][1] if numbers else "", form, call)
    if placed is not None:
        person.notify(f"calling {placed}: AltiGen has taken it")
