"""How a case reads in the cards of its call and of its connection: as what it is, a suggestion with its reason."""

from __future__ import annotations

from collections.abc import Awaitable, Hashable, Iterator, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from tui.services.errors import ServiceError
from tui.widgets.view import Entries

if TYPE_CHECKING:
    from tui.models.cases import Suggestion

SHOWN_MOST: Final = 3
"""Suggestions of a row that are shown, the likeliest."""

SHOWN_LEAST: Final = 0.2
"""Less likely ones are not."""


class ShownCase:
    """What may belong to the row of a card; looked for when the card opens."""

    def __init__(self) -> None:
        self._of: Hashable = None
        self._entries: Entries = ()

    def entries(self, of: Hashable) -> Entries:
        """What was found for a row."""
        return self._entries if of == self._of else ()

    async def read(self, of: Hashable, asked: Awaitable[Entries]) -> None:
        """Wait for what may belong to a row."""
        self._of, self._entries = of, ()
        try:
            self._entries = await asked
        except ServiceError as error:
            self._entries = [("Case", f"not read: {error.sentence}")]


def connections_of_call(found: Sequence[Suggestion], zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    """The connections that may belong to a call, as (name, text)."""
    from tui.panes.connection_facts import in_a_line

    for each in _shown(found):
        yield "Connection", f"{maybe(each.confidence)}: {in_a_line(each.connection, zone)}"
        yield "", each.reason


def calls_of_connection(found: Sequence[Suggestion], zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    """The calls that may belong to a connection, as (name, text)."""
    from tui.panes.call_facts import call_in_a_line

    for each in _shown(found):
        call = each.call
        yield "Call", f"{maybe(each.confidence)}: {call_in_a_line(call, zone)}, {call.name or call.number}".rstrip(", ")
        yield "", each.reason


def maybe(confidence: float) -> str:
    """``maybe (92 %)``."""
    from tui.models.cases import SUREST  # the first frame shows no case

    return f"maybe ({int(100 * min(confidence, SUREST) + 0.5)} %)"


def _shown(found: Sequence[Suggestion]) -> Sequence[Suggestion]:
    return [each for each in found[:SHOWN_MOST] if each.confidence >= SHOWN_LEAST]
