"""How a call is placed: the form, what was typed in it, and a call that may go on already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tui.modals.choice import Choice
from tui.modals.confirm import Confirm
from tui.modals.place_call import PlaceCall

if TYPE_CHECKING:
    from tui.panes.pane import Pane


async def place_call(pane: Pane[Any]) -> None:
    """Until AltiGen has taken the call or the person closes the form."""
    numbers, remark = pane.numbers_to_call(), ""
    if len(numbers) > 1:
        chosen = await pane.app.push_screen_wait(Choice(pane.desk, "Call which number?", numbers))
        if chosen is None:
            return
        numbers = [numbers[chosen]]
    elif not numbers:
        remark = pane.why_no_number()
    placed = await pane.submit(
        numbers[0][1] if numbers else "",
        lambda draft, refusal: PlaceCall(pane.desk, draft, refusal, remark),
        lambda draft: f"calling {draft}",
        pane.desk.phone.place_call,
        again=partial(_call_again, pane),
    )
    if placed is not None:
        pane.notify(f"calling {placed[0]}: AltiGen has taken it")


async def _call_again(pane: Pane[Any], number: str) -> Callable[[str], Awaitable[None]] | str:
    """How to call while it is open what became of the last call: only by a decision of its own."""
    phone = pane.desk.phone
    if not (doubt := phone.doubt_before(pane.desk.dialled(number).sent)):
        return phone.place_call
    question = Confirm(pane.desk, "Call again?", f"{doubt} Call {number} all the same?", "Call again")
    if await pane.app.push_screen_wait(question):
        return partial(phone.place_call, again=True)
    return doubt
