"""What the statements need of a database, whichever it is, and the time that holds in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from enum import IntEnum
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from tui.archive.budget import Limit
from tui.archive.errors import StoreError
from tui.models.clock import Uptime
from tui.models.search import Search

Result = TypeVar("Result")

Values = Sequence[Any] | Mapping[str, Any]
"""What a statement's ``?`` stand for, in their order, or its ``:names``."""


class Counted(Protocol):
    """What a statement changed."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""


class Rows(Counted, Protocol):
    """What a statement found."""

    def fetchone(self) -> Any:
        """Give the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Give the rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """One connection. Statements are written so that SQLite 3.26 and PostgreSQL 14 read them alike."""

    def execute(self, statement: str, values: Values = (), /) -> Rows:
        """Run one statement."""

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> Counted:
        """Run one statement for each of many rows."""


ABOVE_ALL: Final = 2**63 - 1
"""No text has a number as high as this."""


class Hit(NamedTuple):
    """A text that was found."""

    id: int
    kind: int
    account: int
    """Number of the account; 0 for a call."""
    day: str
    """Empty for a call, which its key names alone."""
    key: str


class TextIndex(Protocol):
    """What an engine keeps beside the texts to find some in them. Texts are changed in a transaction that writes."""

    def why_slow(self, database: Database) -> str:
        """Why every text is looked through, in a few words; empty where there is an index."""

    def is_writable(self, database: Database) -> bool:
        """Whether texts can be changed from here; makes the index where there is none yet."""

    def put(self, database: Database, texts: Sequence[tuple[int, str]]) -> None:
        """Take these texts in, by their numbers, the lowest first."""

    def drop(self, database: Database, texts: Sequence[tuple[int, str]]) -> None:
        """Leave these texts out from now on, which it has."""

    def hits(self, database: Database, search: Search, most: int, below: int = ABOVE_ALL) -> list[Hit]:
        """Give the texts with the highest numbers ``below`` one in which something is found."""


class Told(IntEnum):
    """What the others are told of something that was written."""

    NOTHING = 0
    REQUESTS = 1
    """That a system was asked, or what it answered: whoever follows the calls need not look."""
    ANYTHING = 2


class Reading(Protocol):
    """The time that a database counts in, read once."""

    @property
    def now(self) -> Uptime:
        """This instant, as it is stored."""

    def told(self, value: Result) -> Result:
        """Give what was read, its stored times as times of this machine's uptime."""

    def stored(self, value: Result) -> Result:
        """Give what is to be stored, its times of this machine's uptime as stored times."""


class Engine(Protocol):
    """A database that is opened at its first use, and works in a thread of its own."""

    @property
    def is_shared(self) -> bool: ...

    @property
    def degraded_by(self) -> StoreError | None: ...

    @property
    def index(self) -> TextIndex:
        """What finds texts among those that are searched."""

    @property
    def is_to_read(self) -> bool:
        """Whether nothing is written to it from here."""

    async def read(self, work: Callable[[Database], Result]) -> Result:
        """Run what only reads, everything as at its beginning. Raises StoreError."""

    async def write(self, work: Callable[[Database], Result], *, tells: Told = Told.ANYTHING) -> Result:
        """Run it as one transaction with no other writer in between; perhaps once more, where its end was not told.

        ``tells``: for what the others are to look at once.

        Raises:
            StoreError: nothing of it was done.
        """

    def reading(self, database: Database) -> Reading:
        """Read the clock, within what is read or written."""

    async def changed(self, within: float = 0.0) -> Told:
        """Tell what others have stored since this was last told, as far as it is known; waits for it."""

    def snapshot(self) -> AbstractAsyncContextManager[None]: ...

    def guard(self, limit: Limit) -> None: ...

    def close(self) -> None:
        """Close it once what is under way is done; nobody waits for it."""
