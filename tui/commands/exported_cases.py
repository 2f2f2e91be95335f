"""Which calls and connections of an export may belong together: those of which it is likelier than not."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, NamedTuple

from tui.archive import Store
from tui.config import Settings
from tui.desk.cases import joined
from tui.models.cases import LIKELY, SUREST, Cases
from tui.models.connections import Connection


class CallsOfConnection(NamedTuple):
    """The calls of a connection."""

    ids: tuple[str, ...]
    """The likeliest first."""
    confidence: float
    """That of the likeliest."""


class ExportedCases(NamedTuple):
    """What is likelier than not, in a few bytes each: an export may be of a year."""

    uids: dict[str, tuple[str, ...]]
    """Numbers of the connections of each call, by its id."""
    calls: dict[Hashable, CallsOfConnection]
    """By the identity of the connection."""

    def of(self, row: Connection) -> CallsOfConnection | None:
        """The calls of a connection; None where none is likely."""
        return self.calls.get(row.identity)


NO_CASES: Final = ExportedCases({}, {})


async def exported_cases(store: Store, settings: Settings, since: str, until: str) -> ExportedCases:
    """Join the connections of these days of their server with the calls. Raises StoreError."""
    uids: dict[str, tuple[str, ...]] = {}
    calls: dict[Hashable, CallsOfConnection] = {}
    if not (settings.account_of_connections and await store.extensions()):
        return NO_CASES
    async for day in joined(store, settings, since, until):
        cases = Cases(each for each in day.suggestions if each.confidence >= LIKELY)
        for call in cases.calls:
            of_it = (each.connection.uid for each in cases.of_call(call.id))
            uids[call.id] = tuple(dict.fromkeys([*uids.get(call.id, ()), *filter(None, of_it)]))
        for row in cases.connections:
            of_row = cases.of_connection(row)
            surest = round(min(of_row[0].confidence, SUREST), 2)
            calls[row.identity] = CallsOfConnection(tuple(each.call.id for each in of_row), surest)
    return ExportedCases(uids, calls)
