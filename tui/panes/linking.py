"""How a number is linked to a customer, a device and an account: shown with the evidence, confirmed, taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from tui.desk.altigen import AltiGenCounter
from tui.modals.card import Choice
from tui.modals.form import submit
from tui.modals.links import AddLink, LinkDraft, LinkKey, Links
from tui.models.callers import Caller, Tie
from tui.models.calls import Call
from tui.models.contacts import Did, TieKind
from tui.panes.caller_facts import said_of
from tui.panes.pane import Pane
from tui.services.errors import ServiceError, describe_error
from tui.widgets.footer import Hint


async def link(pane: Pane[Any], call: Call) -> None:
    """Show what the number of a call is linked to, until the person closes the list."""
    callers = pane.desk.counter(AltiGenCounter).callers
    try:
        caller = await callers.caller(call)
    except ServiceError as error:
        pane.notify(f"link: {describe_error(error)}", severity="error")
        return
    if not caller.line:
        pane.notify("link: this call shows no number", severity="error")
        return

    def is_possible(tie: Tie | None, unwanted: Callable[[Tie], str] = lambda _: "") -> str:
        return callers.why_not() or ("there is nothing here" if tie is None else unwanted(tie))

    def say(did: Did, tie: Tie | None) -> None:
        if tie is not None:
            work = _ordered(
                pane, dialog, f"{tie.other}", f"{did}", lambda: callers.say(dialog.caller, did, [_said(tie)])
            )
            pane.start(work, "link a number")

    def add(_: Tie | None) -> None:
        pane.start(_add(pane, dialog), "link a number")

    def merge(tie: Tie | None) -> None:
        if tie is not None:
            pane.start(_merge(pane, dialog, tie), "merge two names")

    keys = [
        LinkKey(
            ["enter", "c"],
            lambda tie: Hint("enter", "confirm", is_possible(tie, _why_not_confirmed)),
            partial(say, Did.CONFIRMED),
        ),
        LinkKey(
            ["t"],
            lambda tie: Hint("t", "take back", is_possible(tie, _why_not_taken_back)),
            partial(say, Did.TAKEN_BACK),
        ),
        LinkKey(["a"], lambda _: Hint("a", "add", callers.why_not()), add),
        LinkKey(
            ["m"],
            lambda tie: Hint("m", "same customer as", is_possible(tie, lambda tie: _why_alone(dialog, tie))),
            merge,
        ),
    ]
    dialog = Links(pane.desk, caller, call.who, lambda tie: said_of(tie, pane.zone), keys)
    await pane.ask(dialog)


async def _ordered(
    pane: Pane[Any], dialog: Links, what: str, did: str, command: Callable[[], Awaitable[Caller]]
) -> None:
    async def run() -> str:
        dialog.show(await command())
        return f"{what}: {did}"

    await pane.order(what, run)


async def _add(pane: Pane[Any], dialog: Links) -> None:
    callers = pane.desk.counter(AltiGenCounter).callers

    async def add(draft: LinkDraft) -> str:
        named = ", ".join(other for _, other in draft.ties)
        caller = await pane.send(f"linking {named}", lambda: callers.say(dialog.caller, Did.CONFIRMED, draft.ties))
        dialog.show(caller)
        return f"{named}: {Did.CONFIRMED}"

    said = await submit(pane.ask, LinkDraft(), partial(AddLink, pane.desk), add)
    if said is not None:
        pane.notify(said)


async def _merge(pane: Pane[Any], dialog: Links, tie: Tie) -> None:
    """Ask which of the other names is that of both."""
    callers = pane.desk.counter(AltiGenCounter).callers
    others = [each.other for each in _others(dialog, tie)]
    chosen = await pane.ask(
        Choice(pane.desk, f"{tie.other} is the same customer as", [("Customer", name) for name in others])
    )
    if chosen is not None:
        into = others[chosen]
        await _ordered(
            pane, dialog, f"{tie.other}", f"is {into}", lambda: callers.merge(dialog.caller, tie.other, into)
        )


def _others(dialog: Links, tie: Tie) -> list[Tie]:
    """The other customers of the number."""
    return [each for each in dialog.caller.ties if each.kind is TieKind.CUSTOMER and each.other != tie.other]


def _why_alone(dialog: Links, tie: Tie) -> str:
    if tie.kind is not TieKind.CUSTOMER:
        return "this is no customer"
    return "" if _others(dialog, tie) else "there is no other customer here"


def _why_not_confirmed(tie: Tie) -> str:
    return "it is confirmed already" if tie.step is not None and tie.step.did is Did.CONFIRMED else ""


def _why_not_taken_back(tie: Tie) -> str:
    if tie.is_taken_back:
        return "it is taken back already"
    return ""


def _said(tie: Tie) -> tuple[TieKind, str]:
    return tie.kind, tie.other
