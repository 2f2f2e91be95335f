"""Why the archive cannot be used now, as one sentence for the person."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final


class Cause(StrEnum):
    """Why the archive cannot be used now."""

    LOCKED = "locked"
    FULL = "full"
    READ_ONLY = "read-only"
    NOT_OURS = "not ours"
    """It is another user's file."""
    DAMAGED = "damaged"
    FOREIGN = "foreign"
    """It is a database of another program."""
    NEWER = "newer"
    """A newer Helpdeck has written it."""
    MISSING = "missing"
    """There is none yet, and it was only to be read."""
    OLDER = "older"
    """An older Helpdeck has made its tables, which a newer one may change only when it is told to."""
    UNSAVED = "unsaved"
    """An older Helpdeck has made it, and no copy can be made of it before it is changed."""
    AWAY = "away"
    """Its server does not answer."""
    CROWDED = "crowded"
    """Its server has no room for one more connection."""
    EXHAUSTED = "exhausted"
    """Its server is short of something else than disk: memory, locks, what it may use of either."""
    NOT_LET_IN = "not let in"
    UNPROVEN = "unproven"
    """Its server does not prove who it is, by a certificate that is trusted here."""
    STANDBY = "standby"
    """Its server is a copy that cannot be written."""
    UNEQUAL = "unequal"
    """It does not hold what was just written into it."""
    CLOSED = "closed"
    """It cannot be opened at all."""


class StoreError(Exception):
    """The archive cannot be used now; nothing of what was asked of it has been done."""

    def __init__(self, cause: Cause, place: Path | str, words: str = "") -> None:
        self.cause = cause
        self.place = place
        self.sentence = f"The archive {_SENTENCES[cause]} ({place}{f': {words}' if words else ''})."
        super().__init__(self.sentence)

    @property
    def may_pass(self) -> bool:
        """Whether it can be over without anybody mending it."""
        return self.cause in _MAY_PASS


_MAY_PASS: Final = frozenset({Cause.LOCKED, Cause.FULL, Cause.UNSAVED, Cause.AWAY, Cause.CROWDED, Cause.EXHAUSTED})

_SENTENCES: Final = {
    Cause.LOCKED: "is locked by another program: it is tried again",
    Cause.FULL: "cannot grow: the disk is full",
    Cause.READ_ONLY: "cannot be written: check who owns it and its folder, and their rights",
    Cause.NOT_OURS: "is another user's file, and a file is one user's alone: name one of your own in archive.path, or"
    " share a database by archive.url",
    Cause.DAMAGED: "is damaged: move it away, and a new one is begun",
    Cause.FOREIGN: "is a database of another program: name another file in archive.path",
    Cause.NEWER: "was written by a newer Helpdeck: use that one",
    Cause.MISSING: "does not exist yet: the dashboard makes it",
    Cause.OLDER: "was made by an older Helpdeck: run helpdeck archive upgrade when nobody needs that one any more",
    Cause.UNSAVED: "was made by an older Helpdeck, and no copy of it can be made before it is brought up to date: until"
    " then the older one can use it",
    Cause.AWAY: "cannot be reached: it is tried again",
    Cause.CROWDED: "has no room for one more connection: it is tried again",
    Cause.EXHAUSTED: "is on a server that has run short: it is tried again",
    Cause.NOT_LET_IN: "does not let us in: check archive.url, archive.password and the rights of that user",
    Cause.UNPROVEN: "is on a server that does not prove who it is: check its certificate, its name in archive.url, and"
    " the authority in sslrootcert",
    Cause.STANDBY: "is a copy that cannot be written: name the primary server in archive.url",
    Cause.UNEQUAL: "does not hold what was brought into it: nothing was changed",
    Cause.CLOSED: "cannot be opened",
}
