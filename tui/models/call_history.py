"""The calls of an extension that are remembered beside those of now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from tui.models.callbacks import Callbacks, Step
from tui.models.calls import Call
from tui.models.kept_calls import KeptCall
from tui.models.listening import Coverage, Spell, coverage_of

IDS_KEPT: Final = 6_000
"""Calls whose id is known: more than a board has."""


class CallDay(NamedTuple):
    """The calls of one day as the archive has them."""

    day: str
    """As ``2024-08-22``."""
    calls: list[Call]
    """The newest first."""
    coverage: Coverage | None
    """How much of it was listened to; None where that is not known."""
    spells: Sequence[Spell] = ()
    """When it was."""


class LineHistory(Struct, frozen=True, kw_only=True):
    """What came of a number before a call."""

    calls: tuple[KeptCall, ...] = ()
    """The last of its earlier calls, of any extension, the newest first."""
    more: int = 0
    """How many calls were before those."""
    done: tuple[Step, ...] = ()
    """Its last call-backs that were done without a call, the newest first."""


class CallHistory:
    """Plain data: which days there are, and what is known of today from before this Helpdeck was started."""

    def __init__(self) -> None:
        self.day = ""
        """Today, as ``2024-08-22``; empty while nothing is remembered."""
        self.days: frozenset[str] = frozenset()
        """Those of which the archive has calls."""
        self.stored = 0
        """Grows when something of any day may have changed in the archive."""
        self.earlier: list[Call] = []
        """Today's that are not on the board, the newest first."""
        self.spells: dict[str, Spell] = {}
        """When somebody listened today, by id; that of now is among them, and grows."""
        self.bounds = 0.0, 0.0
        """The first moment of today, and that of tomorrow, in seconds of the epoch."""
        self.ids: dict[int, str] = {}
        """Under which id a call on the board is kept, by its key."""
        self.callbacks = Callbacks()
        """Who is to be called back, whichever extension missed them."""
        self.callbacks_trouble = ""
        """Why that could not be read when it may have changed; empty while it could."""
        self.trouble = ""
        """Why calls are not kept as they should be; empty while they are."""

    def remember_id(self, key: int, id: str) -> None:
        """A call on the board is kept under this id."""
        self.ids[key] = id
        while len(self.ids) > IDS_KEPT:
            del self.ids[next(iter(self.ids))]

    @property
    def coverage(self) -> Coverage | None:
        """How much of today was listened to up to now; None where it was not yet."""
        return coverage_of(self.spells.values(), *self.bounds)
