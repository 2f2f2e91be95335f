"""The index of the texts that are searched: FTS5 with its trigram tokenizer, where the SQLite of this Python has it.

It keeps of each text its parts of three letters, and not the text: that stands in ``searched``. Where it is missing,
every text is looked through. A file whose index another Python has made is left to that one to write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from tui.archive.sql.database import ABOVE_ALL, Database, Hit
from tui.archive.sql.search import HIT, MARK_ALL, MARK_NOTES, conditions
from tui.models.search import LEAST, Search

TABLE: Final = "trigrams"

_FIRST: Final = (3, 34, 0)
"""Version of SQLite that has the tokenizer."""

_MAKE: Final = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5("
    "text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1')"
)
"""The texts are folded already. Where in a text the letters stand is not kept: it would be two thirds of the index."""

_IS_THERE: Final = f"SELECT 1 FROM sqlite_master WHERE name = '{TABLE}'"


def can_trigrams() -> bool:
    """Whether the SQLite of this Python has what the index needs."""
    if sqlite3.sqlite_version_info < _FIRST:
        return False
    database = sqlite3.connect(":memory:")
    try:
        database.execute(_MAKE)
    except sqlite3.OperationalError:  # it was built without FTS5
        return False
    finally:
        database.close()
    return True


class Trigrams:
    """A :class:`~tui.archive.sql.search.TextIndex` in the file."""

    def __init__(self) -> None:
        self._is_possible: bool | None = None

    @property
    def is_possible(self) -> bool:
        """Whether there can be one."""
        if self._is_possible is None:
            self._is_possible = can_trigrams()
        return self._is_possible

    def why_slow(self, database: Database) -> str:
        """Why every text is looked through; empty where there is an index, or will be with the first text."""
        return "" if self.is_possible else f"the SQLite of this Python ({sqlite3.sqlite_version}) has no trigrams"

    def is_writable(self, database: Database) -> bool:
        """Whether texts can be changed from here; makes the index where there is none yet."""
        if _is_there(database):
            return self.is_possible
        if self.is_possible:
            database.execute(_MAKE)
            database.execute("DELETE FROM searched")  # those that were kept without it
            for statement in (*MARK_ALL, MARK_NOTES):
                database.execute(statement)
        return True

    def put(self, database: Database, texts: Sequence[tuple[int, str]]) -> None:
        """Take these texts in, the lowest number first: it writes them in one go then."""
        if self.is_possible:
            database.executemany(f"INSERT INTO {TABLE} (rowid, text) VALUES (?, ?)", texts)

    def drop(self, database: Database, texts: Sequence[tuple[int, str]]) -> None:
        """Leave these out, which it has: it is told what they were, as it does not keep them."""
        if texts and self.is_possible and _is_there(database):
            database.executemany(f"INSERT INTO {TABLE} ({TABLE}, rowid, text) VALUES ('delete', ?, ?)", texts)

    def hits(self, database: Database, search: Search, most: int, below: int = ABOVE_ALL) -> list[Hit]:
        """Give the texts with the highest numbers ``below`` one in which something is found."""
        wanted, values = conditions(search)
        if self.is_possible and _is_there(database):
            # CROSS: the texts are looked up for what the index gives, and never the other way round.
            statement = (
                f"SELECT {HIT} FROM {TABLE} CROSS JOIN searched ON searched.id = {TABLE}.rowid"
                f" WHERE {TABLE} MATCH ? AND {TABLE}.rowid < ? AND {wanted} ORDER BY {TABLE}.rowid DESC LIMIT {most:d}"
            )
            return [Hit(*found) for found in database.execute(statement, [_match(search), below, *values])]
        statement = f"SELECT {HIT} FROM searched WHERE id < ? AND {wanted} ORDER BY searched.id DESC LIMIT {most:d}"
        return [Hit(*found) for found in database.execute(statement, [below, *values])]


def _is_there(database: Database) -> bool:
    return database.execute(_IS_THERE).fetchone() is not None


def _match(search: Search) -> str:
    """What the index is asked: as few parts of three letters as the words consist of."""
    ways = [" AND ".join(_quoted(part) for word in way for part in _parts(word)) for way in search.ways]
    return " OR ".join(f"({way})" for way in ways)


def _parts(word: str) -> list[str]:
    last = len(word) - LEAST
    return [word[place : place + LEAST] for place in sorted({*range(0, last, LEAST), last})] if last >= 0 else []


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'
