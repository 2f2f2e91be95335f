"""Brings the contacts into another archive, and what people have said of ties."""

from __future__ import annotations

from typing import Final

from tui.archive.errors import Cause, StoreError
from tui.archive.sql import contacts
from tui.archive.sql.database import Database

AT_ONCE: Final = 1_000
"""Contacts that are held in memory."""


def bring_contacts(source: Database, target: Database, place: str) -> tuple[int, int]:
    """Bring over what is not there yet, and look for it; gives how many contacts there are, and were written.

    Raises:
        StoreError: the target does not hold what was brought.
    """
    known = written = 0
    last = ""
    while some := contacts.after(source, last, AT_ONCE):
        last = some[-1].id
        known += len(some)
        written += contacts.add(target, some)
        if contacts.not_held(target, some):
            raise StoreError(Cause.UNEQUAL, place)
    last = ""
    while steps := contacts.steps_after(source, last, AT_ONCE):
        last = steps[-1].id
        contacts.put_steps(target, steps)
    return known, written
