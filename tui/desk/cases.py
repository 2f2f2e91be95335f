"""Which connection belongs to which call, of the days that the archive holds: read there, and joined in a thread.

Each day is joined by what the days before it have shown. Nothing of it is kept: it is worked out again from the rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from tui.models.kept_calls import CLOCKS_DIFFER
from tui.models.listening import bounds_of
from tui.services.errors import Unreachable

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.config import Settings
    from tui.models.calls import Call
    from tui.models.case_knowledge import Knowledge
    from tui.models.cases import Cases, Suggestion
    from tui.models.connections import Connection
    from tui.models.contacts import Known
    from tui.models.kept_calls import KeptCall

LEARNT_DAYS: Final = 7
"""Days with connections before the one that is asked for, by which it is joined."""

ROWS_MOST: Final = 2_000
"""Connections of a day that are joined, the newest."""

CALLS_MOST: Final = 5_000
"""Calls around those, the newest."""

KNOWN_MOST: Final = 8
"""Days before which it is remembered what they have shown."""


class JoinedDay(NamedTuple):
    """What the archive holds of a day of connections."""

    day: str
    rows: list[Connection]
    calls: list[KeptCall]
    """Those around them: a call may be around those of two days."""
    suggestions: list[Suggestion]


class Days:
    """The calls and connections of the days of an archive, each read once while this exists."""

    def __init__(self, archive: Store, settings: Settings) -> None:
        self._archive = archive
        self._settings = settings
        self._zone = settings.zone_of_connections
        self._calls: dict[tuple[str, str], list[KeptCall]] = {}
        self._extensions: list[str] | None = None
        self._days: list[str] | None = None

    async def known(self) -> list[str]:
        """The days of which there are connections, the oldest first."""
        if self._days is None:
            account = self._settings.account_of_connections
            found = await self._archive.days(account) if account else []
            self._days = [day.day for day in found]
        return self._days

    async def connections(self, day: str) -> list[Connection]:
        """Those of a day, the newest ones."""
        account = self._settings.account_of_connections
        return (await self._archive.connections_of(account, day, self._zone))[:ROWS_MOST]

    async def calls(self, day: str) -> list[KeptCall]:
        """Those that may belong to the connections of a day, of every extension.

        The days of calls go by the zones of those who heard them, so they may lie in the days beside it.
        """
        from tui.models.case_weighing import AROUND

        if self._extensions is None:
            self._extensions = await self._archive.extensions()
        try:
            begin, end = bounds_of(day, self._zone)
            wanted = [(date.fromisoformat(day) + timedelta(days=by)).isoformat() for by in (-1, 0, 1)]
        except OverflowError:  # somebody's clock is in the year 1, or 9999
            return []
        self._calls = {key: calls for key, calls in self._calls.items() if key[1] in wanted}
        for extension in self._extensions:
            for each in wanted:
                if (extension, each) not in self._calls:
                    self._calls[extension, each] = await self._archive.calls_of(extension, each)
        found = [
            call
            for calls in self._calls.values()
            for call in calls
            if call.known_at >= begin - AROUND and call.start <= end + AROUND
        ]
        return sorted(found, key=lambda call: call.start)[-CALLS_MOST:]


async def joined(
    archive: Store, settings: Settings, since: str, until: str, known: Knowledge | None = None
) -> AsyncIterator[JoinedDay]:
    """Join each day from one to another that has connections, the oldest first.

    ``known``: what the days before have shown; None: some of them are joined first. Raises StoreError.
    """
    from tui.models.case_knowledge import Knowledge

    days = Days(archive, settings)
    all_days = await days.known()
    before = [day for day in all_days if day < since][-LEARNT_DAYS:] if known is None else []
    known = Knowledge() if known is None else known
    for day in [*before, *(day for day in all_days if since <= day <= until)]:
        rows, calls = await days.connections(day), await days.calls(day)
        said = await archive.known_of(list({call.line for call in calls}))
        found = await asyncio.to_thread(_suggestions, calls, rows, known, settings, said)
        if day >= since:
            yield JoinedDay(day, rows, calls, found)


def _suggestions(
    calls: list[KeptCall], rows: list[Connection], known: Knowledge, settings: Settings, said: Mapping[str, Known]
) -> list[Suggestion]:
    """Join a day by what was learnt and by what people have said."""
    from tui.models.case_knowledge import Given
    from tui.models.cases import suggestions_of

    customers = {line: customers_of_line(line, each) for line, each in said.items()}
    return suggestions_of(calls, rows, known, Given(technicians=settings.team.technicians, customers=customers))


def customers_of_line(line: str, said: Known) -> list[set[str]]:
    """Each customer that a number is of for certain, by its names and the numbers of its devices."""
    from tui.models.callers import caller_of
    from tui.models.contacts import TieKind, known_contacts, name_key

    customers: dict[str, set[str]] = {}
    for contact in known_contacts(said.contacts, said.steps):
        known_by = filter(None, (contact.name, contact.customer, contact.device))
        customers.setdefault(name_key(contact.name), set()).update(known_by)
    found = list(customers.values())
    # A device that was confirmed alone is a customer of its own, unless the number has no other.
    devices = [each for each in caller_of(line, said).certain(TieKind.DEVICE) if not any(each in own for own in found)]
    if len(found) == 1:
        found[0].update(devices)
        return found
    return [*found, *({device} for device in devices)]


class CaseBook:
    """Joins a day for who looks at a call or a connection of it; the days before it only once."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        """``settings``: those of now."""
        self._settings = settings
        self._archive: Store | None = None
        self._known: dict[tuple[str, str, str], Knowledge] = {}
        """What was known before a day, by the account, that day and the technicians of the config."""

    def open(self, archive: Store) -> None:
        """From now on the archive can be asked."""
        self._archive = archive

    async def of_call(self, call: Call, id: str) -> Sequence[Suggestion]:
        """Give the connections of a call, the likeliest first. Raises Unreachable.

        ``id``: that under which it was told to the archive; another who heard the call may have told of it first.
        """
        from tui.models.case_weighing import AROUND

        zone = self._settings().zone_of_connections
        began = call.seen.at.timestamp()
        ended = (call.ended or call.heard).at.timestamp()
        first, last = (datetime.fromtimestamp(at, zone).date().isoformat() for at in (began - AROUND, ended + AROUND))
        cases = await self.of_days(first, last)
        own = self._settings().own_extension
        if found := cases.of_call(id):
            return found
        same = (
            kept
            for kept in cases.calls
            if kept.handle == call.handle and abs(kept.start - began) <= CLOCKS_DIFFER and own in ("", kept.extension)
        )
        return next((cases.of_call(kept.id) for kept in same), ())

    async def of_connection(self, row: Connection) -> Sequence[Suggestion]:
        """Give the calls of a connection, the likeliest first. Raises Unreachable."""
        return (await self.of_days(row.day, row.day)).of_connection(row) if row.day else ()

    async def of_days(self, since: str, until: str) -> Cases:
        """Join the connections of these days with the calls. Raises Unreachable."""
        from tui.models.cases import Cases

        days, _ = await self.joined(since, until)
        return Cases(each for day in days for each in day.suggestions)

    async def joined(self, since: str, until: str) -> tuple[list[JoinedDay], Knowledge]:
        """Join them, and tell what is known with them. Raises Unreachable."""
        from tui.archive.errors import StoreError
        from tui.models.case_knowledge import Knowledge

        settings, archive = self._settings(), self._archive
        if archive is None:
            raise Unreachable("the archive is just being opened")
        if not settings.account_of_connections:
            return [], Knowledge()
        try:
            known = await self._before(archive, settings, since)
            return [day async for day in joined(archive, settings, since, until, known)], known
        except StoreError as error:
            raise Unreachable(error.sentence) from error

    async def _before(self, archive: Store, settings: Settings, day: str) -> Knowledge:
        """What the days before have shown; another copy each time."""
        from copy import deepcopy

        from tui.models.case_knowledge import Knowledge

        key = settings.account_of_connections, day, repr(sorted(settings.team.technicians.items()))
        if key not in self._known:
            known = Knowledge()
            days = [each for each in await Days(archive, settings).known() if each < day][-LEARNT_DAYS:]
            if days:
                async for _ in joined(archive, settings, days[0], days[-1], known):
                    pass
            self._known[key] = known
            while len(self._known) > KNOWN_MOST:
                del self._known[next(iter(self._known))]
        return await asyncio.to_thread(deepcopy, self._known[key])
