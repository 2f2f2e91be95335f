"""`helpdeck callbacks`: who is to be called back, as the archive has it; asks no system."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, TextIO

from tui.archive import open_store
from tui.archive.errors import Cause, StoreError
from tui.commands.archive import exit_code
from tui.commands.conversation import Say
from tui.config import Settings
from tui.exit_codes import FAILED, FINE
from tui.export import write_json_lines
from tui.models.callbacks import LOOK_BACK_DAYS, Callback, Callbacks
from tui.models.cell import Cell

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
)
"""What scripts rely on: more may come, and none is renamed."""


def callbacks(settings: Settings, out: TextIO, complain: Say, *, as_json: bool) -> int:
    """Write the list, who has waited longest first; returns the exit code."""
    now = time.time()
    zone = settings.ui.zone

    def at(seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone)

    async def read() -> Callbacks:
        async with open_store(settings.archive, to_read=True) as store:
            return await store.callbacks(now - LOOK_BACK_DAYS * 86_400)

    try:
        found = asyncio.run(read())
    except StoreError as error:
        if error.cause is Cause.MISSING:
            complain(f"helpdeck: there is no archive yet ({error.place}): the dashboard makes it")
            return FAILED
        complain(f"helpdeck: {error.sentence}")
        return exit_code(error)
    if as_json:
        write_json_lines(out, COLUMNS, (_row(each, now, at) for each in found.open))
    else:
        for each in found.open:
            out.write(f"{_line(each, now, at)}\n")
    out.flush()
    for line in _remarks(found):
        complain(line)
    return FINE


def _row(callback: Callback, now: float, at: At) -> list[Cell]:
    holder = callback.holder(now)
    return [
        callback.e164 or None,
        callback.number or callback.line,
        callback.name or None,
        None,
        callback.times,
        at(callback.first),
        at(callback.last),
        None if holder is None else holder.by,
        None if holder is None else at(holder.until),
        callback.is_certain,
    ]


def _line(callback: Callback, now: float, at: At) -> str:
    holder = callback.holder(now)
    times = f"{callback.times}{'' if callback.is_certain else '?'}"
    taken = "" if holder is None else f"  taken by {holder.by} until {at(holder.until):%H:%M}"
    return (
        f"{times:>3}  {at(callback.first):%Y-%m-%d %H:%M}  {at(callback.last):%Y-%m-%d %H:%M}"
        f"  {callback.e164 or callback.line:<16}  {callback.name}{taken}".rstrip()
    )


def _remarks(found: Callbacks) -> Iterator[str]:
    if not found.open:
        yield f"Nobody waits to be called back who was missed in the last {LOOK_BACK_DAYS} days."
    if found.anonymous:
        calls = "1 missed call" if found.anonymous == 1 else f"{found.anonymous} missed calls"
        yield f"{calls} showed no number."
