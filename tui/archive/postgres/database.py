"""A connection to the server: how it is opened, and how it reads the statements of both engines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

import psycopg

from tui.archive.sql.database import Rows, Values
from tui.config import Secret

CONNECT_SECONDS: Final = 5

ROWS_AT_ONCE: Final = 500
"""Rows that are sent before an answer is waited for: on a slow line it comes within a few seconds."""

CHANNEL: Final = "helpdeck"
"""Where those who store something say so."""

_DEFAULTS: Final[Mapping[str, Any]] = {
    "application_name": "helpdeck",
    "client_encoding": "utf8",
    "connect_timeout": CONNECT_SECONDS,
    # Who is gone without a word, as behind a VPN or after a suspend, is noticed within 20 s.
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
}

_OPTIONS: Final = (
    "-c search_path=helpdeck,public -c statement_timeout=12s -c lock_timeout=10s"
    " -c idle_in_transaction_session_timeout=10s -c plan_cache_mode=force_custom_plan"
)
"""A plan is made for what the tables hold now: one of the time when they were empty reads through all of them.

A process that stands still in the middle of a transaction, as by ctrl+z, holds up the others no longer than this."""

_PLACEHOLDER: Final = re.compile(r"\?|:(\w+)")
_PLAIN_INSERT: Final = re.compile(r"INSERT INTO (\w+ \([\w, ]+\)) VALUES \([?, ]+\)")


class Changed(NamedTuple):
    """What a statement changed."""

    rowcount: int


class PostgresDatabase:
    """A :class:`~tui.archive.sql.database.Database` at a moment of the server's clock."""

    def __init__(self, connection: psycopg.Connection[Any], now: float, answered: Callable[[], None]) -> None:
        """``answered``: called whenever the server has answered."""
        self._connection = connection
        self._answered = answered
        self.now = now
        """Seconds of the server's clock when the transaction began, and no other writer had to be waited for."""
        self.has_written = False
        """Whether anything was changed that others can see."""

    def execute(self, statement: str, values: Values = (), /) -> Rows:
        """Run one statement."""
        rows = self._connection.execute(_translated(statement), values)
        self._answered()
        self.has_written = self.has_written or (rows.rowcount > 0 and not statement.startswith("SELECT"))
        return rows

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> Changed:
        """Run one statement for each of many rows, many of them on their way at once."""
        self.has_written = True
        changed = 0
        rows = iter(values)
        copied = _copied(statement)
        with self._connection.cursor() as cursor:
            while some := list(islice(rows, ROWS_AT_ONCE)):
                if copied is None:
                    cursor.executemany(_translated(statement), some)
                else:
                    with cursor.copy(copied) as copy:
                        for row in some:
                            copy.write_row(row)
                changed += max(0, cursor.rowcount)
                self._answered()
        return Changed(changed)


def connect(parameters: Mapping[str, str], password: Secret) -> psycopg.Connection[Any]:
    """Connect to the server. ``password``: empty, where libpq is to find it by itself. Raises psycopg.Error."""
    secret = {"password": password.reveal()} if password else {}
    options = f"{parameters.get('options', '')} {_OPTIONS}"
    return psycopg.connect(**{**_DEFAULTS, **parameters, **secret, "options": options}, autocommit=True)


def place_of(parameters: Mapping[str, str]) -> str:
    """Where the archive is, as a person names it; never with a password."""
    host = parameters.get("host") or parameters.get("hostaddr") or "this machine"
    return f"{parameters.get('dbname') or parameters.get('service') or 'helpdeck'} on {host}"


@lru_cache(maxsize=256)
def _translated(statement: str) -> bytes:
    """The statement with psycopg's placeholders."""
    return _PLACEHOLDER.sub(lambda found: f"%({found[1]})s" if found[1] else "%s", statement).encode()


@lru_cache(maxsize=256)
def _copied(statement: str) -> bytes | None:
    """The COPY that does what an INSERT does for many rows, many times as fast; None where the statement does more."""
    plain = _PLAIN_INSERT.fullmatch(statement)
    return None if plain is None else f"COPY {plain[1]} FROM STDIN".encode()
