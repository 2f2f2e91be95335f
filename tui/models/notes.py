"""What people write about a call, a connection or a user: for each other, and never sent to any system.

A note is changed only by adding another. What names its subject outlives the row on the screen.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from enum import StrEnum
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from tui.models.calls import Call
from tui.models.connections import Connection
from tui.models.namesakes import Fixed, fixed_of
from tui.models.text import clean
from tui.models.users import account_of

NOTE_MOST: Final = 4_000
"""Characters of a note: two pages. More belongs into a document of its own."""

_LINE_ENDS: Final = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_UNKNOWN: Final = Fixed("", "", "")


class SubjectKind(StrEnum):
    """What a note can be about."""

    CALL = "call"
    CONNECTION = "connection"
    USER = "user"


class Subject(Struct, frozen=True):
    """What a note is about."""

    kind: SubjectKind
    account: str
    """The extension, or what names the account in the archive."""
    day: str
    """As ``2024-08-22``; empty for a user, who is of no day."""
    key: str
    """The id of a kept call, the number of a connection, the folded name of a user."""
    fixed: Fixed = _UNKNOWN
    """What tells a connection from another with the same number."""

    @property
    def page(self) -> Page:
        """Where it stands."""
        return Page(self.kind, self.account, self.day)


class Page(NamedTuple):
    """Where subjects stand together: a day of calls or of connections, or the list of users."""

    kind: SubjectKind
    account: str
    day: str


class Note(Struct, frozen=True, kw_only=True):
    """One note."""

    id: str
    """Chosen before it is stored: who stores it twice has one."""
    about: Subject
    at: float
    """When it was written, in seconds of the epoch."""
    author: str
    """The Unix user."""
    host: str
    text: str
    """Lines, cleaned as all text is."""


def about_call(extension: str, call: Call, id: str, zone: tzinfo | None = None) -> Subject:
    """A call as a subject. ``id``: of the kept call, or of any sight of it. ``zone``: of its day."""
    return Subject(SubjectKind.CALL, extension, call.seen.at.astimezone(zone).date().isoformat(), id)


def about_connection(account: str, day: str, row: Connection, key: str) -> Subject:
    """A connection as a subject. ``key``: its number, or what stands for one."""
    return Subject(SubjectKind.CONNECTION, account, row.day or day, key, fixed_of(row) if row.uid else _UNKNOWN)


def about_user(account: str, username: str) -> Subject:
    """A user as a subject."""
    return Subject(SubjectKind.USER, account, "", account_of(username))


def note_text(written: str) -> str:
    """What was written as a note keeps it: clean lines without blank ones around them; empty where nothing was.

    It may be longer than a note can be (:data:`NOTE_MOST`); whoever asks says so.
    """
    lines = _LINE_ENDS.split(written[: 2 * NOTE_MOST].expandtabs(4))
    return "\n".join(clean(line.rstrip(), 2 * NOTE_MOST) for line in lines).strip("\n")


def recleaned(note: Note) -> Note:
    """A note that comes from a file as one that was written here."""
    about = replace(note.about, **{name: clean(getattr(note.about, name)) for name in ("account", "day", "key")})
    text = note_text(note.text)[:NOTE_MOST]
    return replace(note, id=clean(note.id), about=about, author=clean(note.author), host=clean(note.host), text=text)
