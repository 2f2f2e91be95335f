"""`helpdeck find`: what the archive holds of a number, a name, an address, a note, over all days. It asks no system."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo

from tui.archive import open_store
from tui.archive.errors import StoreError
from tui.commands.archive import refusal
from tui.commands.conversation import Say
from tui.commands.exported_calls import notes_of
from tui.commands.exported_connections import CONNECTION
from tui.config import ArchiveSettings, Settings
from tui.desk.finding import FOUND_MOST, find_all, wanted_by
from tui.exit_codes import FINE, WRONG_USAGE
from tui.models.cell import Cell, json_object
from tui.models.connections import Connection
from tui.models.exported_call import CALL
from tui.models.kept_calls import KeptCall
from tui.models.search import LEAST, Answer, Found
from tui.widgets.found import day, support_number, time, what, who


def find(settings: Settings, text: str, say: Say, complain: Say, *, as_json: bool, is_watched: bool) -> int:
    """Say what is found, the newest first; gives the exit code. ``is_watched``: somebody sees how far it is."""
    try:
        answer, notes = asyncio.run(_answer(settings, text, complain if is_watched else None))
    except StoreError as error:
        return refusal(error, complain)
    if answer is None:
        complain(f"helpdeck: a search takes {LEAST} letters or digits at least")
        return WRONG_USAGE
    zone = settings.ui.zone
    for found in answer.found:
        say(_json(found, zone, notes) if as_json else _line(found, zone))
    for remark in _remarks(answer):
        complain(remark)
    return FINE


async def _answer(settings: Settings, text: str, complain: Say | None) -> tuple[Answer | None, Mapping[str, str]]:
    """What is found, and what was noted on the calls of it."""
    wanted = wanted_by(text, settings)
    if wanted is None:
        return None, {}
    async with open_store(settings.archive, to_read=True) as store:
        answer = await find_all(store, wanted, settings, None, datetime.now(UTC))
        if answer.days_left:
            with suppress(StoreError):  # who may not write to it finds what is known already
                await _bring_on(settings.archive, complain)
            answer = await find_all(store, wanted, settings, None, datetime.now(UTC))
        calls = {(found.row.extension, found.day) for found in answer.found if isinstance(found.row, KeptCall)}
        return answer, await notes_of(store, calls, settings.ui.zone)


async def _bring_on(settings: ArchiveSettings, complain: Say | None) -> None:
    """Let the search know every day."""
    async with open_store(settings) as store:
        while left := await store.bring_on_searched():
            if store.degraded_by is not None:
                return
            if complain is not None:
                complain(f"\rreading {left:,} days …", end="")
        if complain is not None:
            complain("\r" + " " * 30 + "\r", end="")


def _remarks(answer: Answer) -> Iterator[str]:
    """What whoever reads the answer has to know of it."""
    if not answer.found:
        yield "nothing found"
    elif len(answer.found) >= FOUND_MOST:
        yield f"the newest {FOUND_MOST}: there may be more"
    if answer.users_left:
        yield f"{answer.users_left} more {'user' if answer.users_left == 1 else 'users'}: type more of the address"
    if answer.days_left:
        yield f"not looked through yet: {answer.days_left} {'day' if answer.days_left == 1 else 'days'}"
    if answer.why_slow:
        yield f"every text was looked through: {answer.why_slow}"


def _line(found: Found, zone: tzinfo | None) -> str:
    said = "  ".join(filter(None, (who(found), what(found), support_number(found))))
    return f"{day(found, zone):<10}  {time(found, zone):<8}  {found.kind.word:<10}  {said}"


def _json(found: Found, zone: tzinfo | None, notes: Mapping[str, str]) -> str:
    """One object: the kind, the day, the start, and what is told of a row of this kind."""
    start = None if found.at is None else found.at.astimezone(zone)
    told: dict[str, Cell] = {"kind": found.kind.word, "day": found.day or None, "start": found.at}
    match found.row:
        case _ if found.note is not None:
            note = found.note
            told |= {"start": start, "id": note.id, "author": note.author, "host": note.host, "text": note.text}
            told |= {"about": found.kind_of_row.word, **_name_of(found)}
        case KeptCall() as call:
            told["start"] = start
            told["id"] = call.id
            told.update({name: value(call) for name, value in CALL.items()})
            told["notes"] = notes.get(call.id)
        case Connection() as connection:
            told.update({name: value(connection) for name, value in CONNECTION.items()})
        case user:
            told["start"] = start
            told["email"] = user.username
    return json.dumps(json_object(list(told), list(told.values())), ensure_ascii=False)


def _name_of(found: Found) -> dict[str, Cell]:
    """What names the row that a note is about."""
    match found.row:
        case KeptCall() as call:
            return {"extension": call.extension, "call_id": call.id}
        case Connection() as connection:
            return {"uid": connection.uid}
        case user:
            return {"email": user.username}
