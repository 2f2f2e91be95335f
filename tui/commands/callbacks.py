"""`helpdeck callbacks`: who is to be called back, as the archive has it; asks no system."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, TextIO

from tui.archive import open_store
from tui.archive.errors import StoreError
from tui.commands.archive import refusal
from tui.commands.conversation import Say
from tui.commands.coverage import COVERAGE, coverage_cells
from tui.config import Settings
from tui.desk.listening import listened
from tui.exit_codes import FINE
from tui.export import write_json_lines
from tui.models.callbacks import LOOK_BACK_DAYS, Callback, Callbacks, Step
from tui.models.cell import Cell
from tui.models.contacts import Customers
from tui.models.listening import Listened

At = Callable[[float], datetime]
"""Seconds of the epoch in the zone of the person."""

COLUMNS: Final = (
    "e164",
    "number",
    "name",
    "customer",
    "times",
    "first",
    "last",
    "taken_by",
    "taken_until",
    "certain",
    "done_by",
    "done_at",
    "why",
    *COVERAGE,
)
"""What scripts rely on: more may come, and none is renamed."""


def callbacks(settings: Settings, out: TextIO, complain: Say, *, as_json: bool, is_done: bool) -> int:
    """Write the list, who has waited longest first, or what was done last without a call; returns the exit code."""
    now = time.time()
    zone = settings.ui.zone

    def at(seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone)

    async def read() -> tuple[Callbacks, Listened, Customers]:
        since = now - LOOK_BACK_DAYS * 86_400
        async with open_store(settings.archive, to_read=True) as store:
            customers = Customers(await store.contacts(), await store.tie_steps())
            return await store.callbacks(since), await listened(store, since, now), customers

    try:
        found, rests_on, customers = asyncio.run(read())
    except StoreError as error:
        return refusal(error, complain)
    if as_json:
        rows = (
            (_done_row(step, at) for step in found.done)
            if is_done
            else (_row(each, customers.of_line(each.line) or None, now, at) for each in found.open)
        )
        coverage = coverage_cells(rests_on, zone)
        write_json_lines(out, COLUMNS, ([*row, *coverage] for row in rows))
    else:
        lines = (
            (_done_line(step, at) for step in found.done) if is_done else (_line(each, now, at) for each in found.open)
        )
        out.writelines(f"{line}\n" for line in lines)
    out.flush()
    for line in _remarks_on_done(found) if is_done else _remarks(found):
        complain(line)
    complain(rests_on.told(zone))
    return FINE


def _row(callback: Callback, customer: str | None, now: float, at: At) -> list[Cell]:
    holder = callback.holder(now)
    return [
        callback.e164 or None,
        callback.number or callback.line,
        callback.name or None,
        customer,
        callback.times,
        at(callback.first),
        at(callback.last),
        None if holder is None else holder.by,
        None if holder is None else at(holder.until),
        callback.is_certain,
        *(None, None, None),
    ]


def _done_row(step: Step, at: At) -> list[Cell]:
    e164 = step.line if step.line.startswith("+") else None
    told: list[Cell] = [e164, step.line, *(None,) * 4, at(step.until), *(None,) * 3]
    return [*told, step.by, at(step.at), step.why]


def _done_line(step: Step, at: At) -> str:
    return f"{at(step.at):%Y-%m-%d %H:%M}  {step.line:<16}  {step.by}: {step.why}"


def _line(callback: Callback, now: float, at: At) -> str:
    holder = callback.holder(now)
    times = f"{callback.times}{'' if callback.is_certain else '?'}"
    taken = "" if holder is None else f"  taken by {holder.by} until {at(holder.until):%H:%M}"
    return (
        f"{times:>3}  {at(callback.first):%Y-%m-%d %H:%M}  {at(callback.last):%Y-%m-%d %H:%M}"
        f"  {callback.e164 or callback.line:<16}  {callback.name}{taken}".rstrip()
    )


def _remarks_on_done(found: Callbacks) -> Iterator[str]:
    if not found.done:
        yield f"Nothing was done without a call in the last {LOOK_BACK_DAYS} days."


def _remarks(found: Callbacks) -> Iterator[str]:
    if not found.open:
        yield f"Nobody waits to be called back who was missed in the last {LOOK_BACK_DAYS} days."
    if found.anonymous:
        calls = "1 missed call" if found.anonymous == 1 else f"{found.anonymous} missed calls"
        yield f"{calls} showed no number."
