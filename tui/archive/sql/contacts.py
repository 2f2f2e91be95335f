"""Whose a number is, and what people have said of that. All that write belong into a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec.structs import astuple, replace

from tui.archive.records import SAID_READ
from tui.archive.sql.columns import CONTACT_COLUMNS, TIE_COLUMNS
from tui.archive.sql.database import Database
from tui.models.contacts import Contact, Did, Known, TieKind, TieStep, name_key

_CONTACT_FIELDS: Final = Contact.__struct_fields__

_READ: Final = f"SELECT {', '.join(_CONTACT_FIELDS)} FROM contacts"
_STEPS: Final = f"SELECT {', '.join(TIE_COLUMNS)} FROM tie_steps"

_PUT: Final = f"""
INSERT INTO contacts ({", ".join(CONTACT_COLUMNS)}) VALUES ({", ".join("?" * len(CONTACT_COLUMNS))})
ON CONFLICT (id) DO NOTHING
"""

_PUT_STEP: Final = f"""
INSERT INTO tie_steps ({", ".join(TIE_COLUMNS)}) VALUES ({", ".join("?" * len(TIE_COLUMNS))})
ON CONFLICT (id) DO NOTHING
"""

_LOOKED_UP: Final = 500
"""Ids that are looked for at once: SQLite 3.26 takes 999 values."""

_JUST_AFTER: Final = 0.001
"""Seconds by which a step comes after what was said of the same before, however far ahead that clock was."""


def add(database: Database, contacts: Sequence[Contact]) -> int:
    """Keep these; gives how many were not there before."""
    news = not_held(database, contacts)
    database.executemany(_PUT, map(_values, news))
    return len(news)


def not_held(database: Database, contacts: Sequence[Contact]) -> list[Contact]:
    """Those of these contacts that are not there yet, each once."""
    wanted = {contact.id: contact for contact in reversed(contacts)}
    ids = list(reversed(wanted))
    for start in range(0, len(ids), _LOOKED_UP):
        some = ids[start : start + _LOOKED_UP]
        for (id,) in database.execute(f"SELECT id FROM contacts WHERE id IN ({', '.join('?' * len(some))})", some):
            wanted.pop(id)
    return [wanted[id] for id in ids if id in wanted]


def after(database: Database, id: str, most: int) -> list[Contact]:
    """The contacts in the order of their ids, from behind this one on."""
    found = database.execute(f"{_READ} WHERE id > ? ORDER BY id LIMIT {most:d}", (id,))
    return [Contact(**_fields(values)) for values in found]


def every(database: Database) -> list[Contact]:
    """All of them, in the order of their ids."""
    return [Contact(**_fields(values)) for values in database.execute(f"{_READ} ORDER BY id")]


def named(database: Database, name: str, most: int) -> list[Contact]:
    """Contacts of a customer of this name."""
    found = database.execute(f"{_READ} WHERE name_key = ? ORDER BY at DESC, id LIMIT {most:d}", (name_key(name),))
    return [Contact(**_fields(values)) for values in found]


def known_of(database: Database, lines: Sequence[str]) -> dict[str, Known]:
    """All that people have said of some numbers; those of which nothing was said are left out."""
    wanted = [line for line in dict.fromkeys(lines) if line]
    contacts: dict[str, list[Contact]] = {}
    steps: dict[str, list[TieStep]] = {}
    same: dict[str, TieStep] = {}
    for start in range(0, len(wanted), _LOOKED_UP):
        some = wanted[start : start + _LOOKED_UP]
        marks = ", ".join("?" * len(some))
        for values in database.execute(f"{_READ} WHERE line IN ({marks}) ORDER BY at, id LIMIT {SAID_READ}", some):
            contact = Contact(**_fields(values))
            contacts.setdefault(contact.line, []).append(contact)
        for values in database.execute(
            f"{_STEPS} WHERE one IN ({marks}) OR kind = '{TieKind.SAME.value}' ORDER BY at DESC, id LIMIT {SAID_READ}",
            some,
        ):
            step = _step(values)
            if step.kind is TieKind.SAME:
                same[step.id] = step
            else:
                steps.setdefault(step.one, []).append(step)
    return {
        line: Known(contacts=tuple(contacts.get(line, ())), steps=(*steps.get(line, ()), *same.values()))
        for line in wanted
        if line in contacts or line in steps
    }


def say(database: Database, steps: Iterable[TieStep]) -> None:
    """Keep what was said. Each is the last word on its tie: whoever says it has seen what was said before."""
    for step in steps:
        (last,) = database.execute(
            "SELECT max(at) FROM tie_steps WHERE one = ? AND kind = ? AND id <> ?", (step.one, step.kind.value, step.id)
        ).fetchone()
        put_steps(database, [step if last is None or last < step.at else replace(step, at=last + _JUST_AFTER)])


def forget(database: Database, line: str) -> int:
    """Drop all that people have said of a number; gives how much that was."""
    contacts = database.execute("DELETE FROM contacts WHERE line = ?", (line,)).rowcount
    return (
        contacts
        + database.execute(f"DELETE FROM tie_steps WHERE one = ? AND kind <> '{TieKind.SAME.value}'", (line,)).rowcount
    )


def put_steps(database: Database, steps: Iterable[TieStep]) -> None:
    """Keep what was said, just as it is."""
    database.executemany(_PUT_STEP, (_plain(astuple(step)) for step in steps))


def every_step(database: Database) -> list[TieStep]:
    """Everything that was said, in the order of the ids."""
    return [_step(values) for values in database.execute(f"{_STEPS} ORDER BY id")]


def steps_after(database: Database, id: str, most: int) -> list[TieStep]:
    """What was said of any tie in the order of the ids, from behind this one on."""
    return [_step(values) for values in database.execute(f"{_STEPS} WHERE id > ? ORDER BY id LIMIT {most:d}", (id,))]


def _values(contact: Contact) -> tuple[Any, ...]:
    return (*astuple(contact)[:3], name_key(contact.name), *astuple(contact)[3:])


def _fields(values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(_CONTACT_FIELDS, values, strict=True))


def _plain(values: Sequence[Any]) -> Sequence[Any]:
    return [str(value) if isinstance(value, TieKind | Did) else value for value in values]


def _step(values: Sequence[Any]) -> TieStep:
    fields = dict(zip(TIE_COLUMNS, values, strict=True))
    return TieStep(**{**fields, "kind": TieKind(fields["kind"]), "did": Did(fields["did"])})
