"""What an error of PostgreSQL means for the archive."""

from __future__ import annotations

from typing import Final

import psycopg

from tui.archive.errors import Cause, StoreError
from tui.models.text import clean

_CAUSES: Final = {
    "25006": Cause.STANDBY,
    "28000": Cause.NOT_LET_IN,
    "28P01": Cause.NOT_LET_IN,
    "3D000": Cause.NOT_LET_IN,
    "3F000": Cause.NOT_LET_IN,
    "42501": Cause.NOT_LET_IN,
    "40001": Cause.LOCKED,
    "40P01": Cause.LOCKED,
    "55P03": Cause.LOCKED,
    "57014": Cause.LOCKED,
    "53100": Cause.FULL,
    "53300": Cause.CROWDED,
    "25P03": Cause.AWAY,
    "57P01": Cause.AWAY,
    "57P02": Cause.AWAY,
    "57P03": Cause.AWAY,
    "57P05": Cause.AWAY,
}
"""By SQLSTATE (PostgreSQL 18, appendix A)."""

_CLASSES: Final = {"08": Cause.AWAY, "53": Cause.EXHAUSTED}
"""By the class of a SQLSTATE that has no cause of its own."""

_SAID: Final = {
    "server certificate for": Cause.UNPROVEN,
    "certificate verify failed": Cause.UNPROVEN,
    "root certificate": Cause.UNPROVEN,
    "does not support SSL": Cause.UNPROVEN,
    "too many clients": Cause.CROWDED,
    "too many connections": Cause.CROWDED,
    "remaining connection slots": Cause.CROWDED,
    "authentication failed": Cause.NOT_LET_IN,
    "no password supplied": Cause.NOT_LET_IN,
    "pg_hba.conf": Cause.NOT_LET_IN,
    "does not exist": Cause.NOT_LET_IN,
    "not permitted to log in": Cause.NOT_LET_IN,
    "certificate": Cause.NOT_LET_IN,  # one of ours
    "private key": Cause.NOT_LET_IN,
}
"""By its words: libpq gives no SQLSTATE where no connection was made. A server that speaks another language is AWAY,
which is right in all but the word: its own words follow."""


def store_error(error: psycopg.Error | OSError, place: str) -> StoreError:
    """Give an error of the driver the archive's words."""
    text = str(error).strip()
    state = getattr(error, "sqlstate", None)
    if state is not None:
        cause = _CAUSES.get(state) or _CLASSES.get(state[:2], Cause.CLOSED)
    elif isinstance(error, psycopg.OperationalError | OSError):
        cause, text = _heard(text)
    else:
        cause = Cause.CLOSED
    return StoreError(cause, place, _words(text) or type(error).__name__)


def _heard(text: str) -> tuple[Cause, str]:
    """What it means that no connection was made, and the line that says so: there is one for each address."""
    lines = text.splitlines()
    found = ((cause, line) for said, cause in _SAID.items() for line in lines if said in line)
    return next(found, (Cause.AWAY, text))


def _words(text: str) -> str:
    """What went wrong, of a text that says first where, and at its end what one could look at."""
    first = text.partition("\n")[0]
    return clean(first.rpartition(" failed: ")[2].removeprefix("FATAL:").strip())
