"""What people do with a call-back: call the number, take it, or say why nobody needs to."""

from __future__ import annotations

from functools import partial
from typing import Any

from tui.desk.altigen import AltiGenCounter
from tui.modals.callbacks import CallbackKey, CallbackListing, FinishCallback
from tui.modals.form import submit
from tui.models.callbacks import Callback
from tui.panes.calling import place_call
from tui.panes.pane import Pane
from tui.terminal.keymap import BY_ID
from tui.widgets.footer import Hint


async def call_back(pane: Pane[Any]) -> None:
    """Show who is to be called back, until the person closes the list."""
    callbacks = pane.desk.counter(AltiGenCounter).callbacks
    place = BY_ID["calls.place_call"]

    def call(callback: Callback) -> None:
        numbers = [("Number", callback.line)]
        pane.start(place_call(pane, pane.desk, numbers), "call back")

    def take(callback: Callback) -> None:
        order = pane.order(f"taking {_who(callback)}", lambda: callbacks.take(callback))
        pane.start(order, "take a call-back")

    def finish(callback: Callback) -> None:
        pane.start(_finish(pane, callback), "finish a call-back")

    keys = [
        CallbackKey(
            pane.key_map.textual_keys(place),
            lambda: Hint(pane.key_map.shown(place), "call", pane.why_not(place.id)),
            call,
        ),
        CallbackKey(["t"], lambda: Hint("t", "take", callbacks.why_not()), take),
        CallbackKey(["d"], lambda: Hint("d", "done without a call", callbacks.why_not()), finish),
    ]
    await pane.ask(CallbackListing(pane.desk, keys))


async def _finish(pane: Pane[Any], callback: Callback) -> None:
    callbacks = pane.desk.counter(AltiGenCounter).callbacks

    async def done(why: str) -> str:
        return await pane.send(f"finishing {_who(callback)}", lambda: callbacks.finish(callback, why))

    said = await submit(pane.ask, "", partial(FinishCallback, pane.desk, callback), done)
    if said is not None:
        pane.notify(f"{_who(callback)}: {said}")


def _who(callback: Callback) -> str:
    return callback.name or callback.number
