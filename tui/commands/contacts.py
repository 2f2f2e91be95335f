"""`helpdeck contacts`: whose a number is, read from a list that the team has already, and written into one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from tui.archive import open_store
from tui.archive.errors import StoreError
from tui.commands.archive import refusal
from tui.commands.conversation import Say
from tui.commands.exported import snapshot
from tui.config import Settings
from tui.exit_codes import FAILED, FINE, WRONG_USAGE
from tui.export import Rows, write_csv, write_export
from tui.identity import unix_user
from tui.list_file import read_list
from tui.models.cell import Cell
from tui.models.contact_lists import ContactList, read_contacts
from tui.models.contacts import known_contacts
from tui.models.numbers import one_number
from tui.models.vcards import written_card

COLUMNS: Final = ("number", "name", "customer", "device", "account")
"""What scripts rely on: more may come, and none is renamed."""

READ_ONLY: Final = "helpdeck: read-only: nothing is changed from here"

AT_ONCE: Final = 2_000
"""Contacts that are added in one transaction: others who write need not wait long."""


class Wanted(NamedTuple):
    """What was asked for on the command line."""

    file: str
    force: bool = False
    """A file of this name may go."""

    @property
    def is_vcard(self) -> bool:
        """Whether cards are to be written."""
        return Path(self.file).suffix.lower() in (".vcf", ".vcard")


def import_contacts(settings: Settings, file: str, say: Say, complain: Say, *, is_watched: bool) -> int:
    """Add what a file has, and tell each line that is no contact; returns the exit code."""
    if settings.ui.readonly:
        complain(READ_ONLY)
        return FAILED
    region = _region(settings)
    try:
        text = read_list(file, "contacts")
    except OSError as error:
        complain(f"helpdeck: {file} cannot be read: {error.strerror or error}")
        return FAILED
    read = read_contacts(text, lambda number: one_number(number, region), Path(file).name, time.time(), unix_user())
    for problem in (*read.problems, *read.remarks):
        complain(problem)
    if read.ended:
        complain(f"Reading ended at line {read.ended}: is it a list of contacts? Nothing was added.")
        return FAILED
    if not region and any(not contact.line.startswith("+") for contact in read.contacts):
        complain("altigen.region is not set: numbers without a country code are known only as they are written here")
    added = 0

    def tell(done: int) -> None:
        if is_watched:
            complain(f"\r{100 * done // max(1, len(read.contacts))} %", end="")

    async def add() -> None:
        nonlocal added
        async with open_store(settings.archive) as store:
            for start in range(0, len(read.contacts), AT_ONCE):
                added += await store.add_contacts(read.contacts[start : start + AT_ONCE])
                tell(start)

    try:
        asyncio.run(add())
    except StoreError as error:
        code = refusal(error, complain)
        complain(f"{_counted(added, 'contact')} added before that; run it once more.")
        return code
    finally:
        if is_watched:
            complain("\r     \r", end="")
    say(_summary(read, added))
    return FAILED if read.problems and not read.contacts else FINE


def forget_number(settings: Settings, number: str, say: Say, complain: Say) -> int:
    """Drop all that people have said of a number; returns the exit code."""
    if settings.ui.readonly:
        complain(READ_ONLY)
        return FAILED
    line = one_number(number, _region(settings))
    if not line:
        complain(f"helpdeck: {number!r} is no phone number")
        return WRONG_USAGE

    async def forget() -> int:
        async with open_store(settings.archive) as store:
            return await store.forget_line(line)

    try:
        dropped = asyncio.run(forget())
    except StoreError as error:
        return refusal(error, complain)
    said = f"forgotten: {dropped:,} {'entry' if dropped == 1 else 'entries'}" if dropped else "nothing was known"
    say(f"{line}: {said}; its calls stay")
    return FINE


def export_contacts(settings: Settings, wanted: Wanted, out: TextIO, say: Say, complain: Say) -> int:
    """Write all that is known for certain, into a file or to ``out``; returns the exit code."""
    try:
        with snapshot(settings.archive) as (runner, store):
            found = known_contacts(runner.run(store.contacts()), runner.run(store.tie_steps()))
    except StoreError as error:
        return refusal(error, complain)
    rows = ([each.line, each.name, each.customer, each.device, each.account] for each in found)
    if wanted.file == "-":
        write_csv(out, COLUMNS, rows)
        out.flush()
        return FINE
    try:
        path = write_export(
            wanted.file, COLUMNS, rows, write=write_cards if wanted.is_vcard else write_csv, replaces=wanted.force
        )
    except FileExistsError:
        complain(f"helpdeck: {wanted.file} is there already: --force replaces it")
        return FAILED
    except OSError as error:
        complain(f"helpdeck: {wanted.file} cannot be written: {error.strerror or error}")
        return FAILED
    say(f"{_counted(len(found), 'contact')} in {path}")
    return FINE


def write_cards(file: TextIO, _columns: Sequence[str], rows: Rows) -> None:
    """Write rows as cards."""
    for number, name, customer, device, account in rows:
        file.write(written_card(_text(name), _text(number), _text(customer), _text(device), _text(account)))


def _region(settings: Settings) -> str:
    """That of numbers without a country code."""
    return "" if settings.altigen is None else settings.altigen.region


def _text(cell: Cell) -> str:
    return str(cell or "")


def _summary(read: ContactList, added: int) -> str:
    """``12 contacts added, 3 were there already, 2 lines could not be read``."""
    known = len(read.contacts) - added + read.doubled
    parts = [f"{_counted(added, 'contact')} added"]
    if known:
        parts.append(f"{known:,} {'was' if known == 1 else 'were'} there already")
    if read.problems:
        parts.append(f"{_counted(len(read.problems), 'line')} could not be read")
    return ", ".join(parts)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
