"""The index of the texts that are searched: of the extension ``pg_trgm``, where the database has it or may have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import psycopg

from tui.archive.sql.database import ABOVE_ALL, Database, Hit
from tui.archive.sql.search import HIT, conditions
from tui.models.search import Search

INDEX: Final = "searched_text"

NEWEST: Final = 20_000
"""Texts that are looked through without the index first: what is in many of them is found there at once, and of what
is in few the index gives few."""


def make_index(connection: psycopg.Connection[Any]) -> None:
    """Make the index, if it is not there and the database lets us."""
    try:
        with connection.transaction():
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            connection.execute(f"CREATE INDEX IF NOT EXISTS {INDEX} ON searched USING gin (text gin_trgm_ops)".encode())
    except psycopg.Error:
        if connection.closed:
            raise


class Trigrams:
    """A :class:`~tui.archive.sql.search.TextIndex` that the server keeps current by itself."""

    def __init__(self) -> None:
        self._has_index = False

    def why_slow(self, database: Database) -> str:
        """Why every text is looked through; empty where there is an index."""
        if not self._has_index:
            found = database.execute(f"SELECT to_regclass('helpdeck.{INDEX}') IS NOT NULL").fetchone()
            self._has_index = bool(found[0])
        return "" if self._has_index else "the database lacks the extension pg_trgm"

    def is_writable(self, database: Database) -> bool:
        """Tell that texts can be changed."""
        return True

    def put(self, database: Database, texts: Sequence[tuple[int, str]]) -> None:
        """Do nothing."""

    def drop(self, database: Database, texts: Sequence[tuple[int, str]]) -> None:
        """Do nothing."""

    def hits(self, database: Database, search: Search, most: int, below: int = ABOVE_ALL) -> list[Hit]:
        """Give the texts with the highest numbers ``below`` one in which something is found."""
        wanted, values = conditions(search)
        newest = database.execute(
            f"SELECT {HIT} FROM (SELECT * FROM searched WHERE id < ? ORDER BY id DESC LIMIT {NEWEST}) AS searched"
            f" WHERE {wanted} ORDER BY id DESC LIMIT {most:d}",
            [below, *values],
        ).fetchall()
        if len(newest) < most:
            # OFFSET 0: first what is found, by the index, and then the newest of that.
            newest = database.execute(
                f"SELECT {HIT} FROM (SELECT * FROM searched WHERE {wanted} OFFSET 0) AS searched"
                f" WHERE id < ? ORDER BY id DESC LIMIT {most:d}",
                [*values, below],
            ).fetchall()
        return [Hit(*values) for values in newest]
