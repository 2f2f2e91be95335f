"""Today's and yesterday's work without a paper trail, of all who use the archive: read when somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from tui.models.clock import Clock
from tui.models.days import DayState
from tui.models.listening import Spell, bounds_of
from tui.services.errors import Unreachable

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.config import Settings
    from tui.desk.cases import CaseBook, JoinedDay
    from tui.models.paperwork import LooseEnd
    from tui.models.seats import Seat, Seats

DAYS: Final = 2
"""Today and yesterday: of those Alpemix still tells what was written later."""


class Unwritten(NamedTuple):
    """What is not written yet, and what that rests on."""

    ends: list[LooseEnd]
    """The newest first."""
    own: Seat | None
    """Who has the extension of this Helpdeck; None where it has none."""
    rests_on: Sequence[str]
    """How much was listened to, and which days may have more connections, in lines."""


class Paperwork:
    """Looks through the days of the archive."""

    def __init__(self, settings: Callable[[], Settings], cases: CaseBook, clock: Clock) -> None:
        """``settings``: those of now."""
        self._settings = settings
        self._cases = cases
        self._clock = clock
        self._archive: Store | None = None

    def open(self, archive: Store) -> None:
        """From now on the archive can be asked."""
        self._archive = archive

    async def read(self, spells: Iterable[Spell] = ()) -> Unwritten:
        """Look through today and yesterday by the clock of the connections' server. Raises Unreachable.

        ``spells``: when this Helpdeck has listened, which may not be stored yet.
        """
        from tui.archive.errors import StoreError
        from tui.models.cases import Cases
        from tui.models.paperwork import HEARD_BEFORE, Work, loose_ends

        settings, archive, now = self._settings(), self._archive, self._clock.now().at
        if archive is None:
            raise Unreachable("the archive is just being opened")
        today = now.astimezone(settings.zone_of_connections).date()
        first = (today - timedelta(days=DAYS - 1)).isoformat()
        since, _ = bounds_of(first, settings.zone_of_connections)
        days, seats = await self._joined(archive, settings, first, today)
        calls = {call.id: call for day in days for call in day.calls if call.start >= since}
        try:
            heard: dict[str, list[Spell]] = {}
            for spell in spells:
                heard.setdefault(spell.extension, []).append(spell)
            for extension in seats.extensions:
                stored = await archive.spells_of(extension, since - HEARD_BEFORE, now.timestamp())
                heard[extension] = [*heard.get(extension, ()), *stored]
            noted = await self._noted(archive, {call.extension for call in calls.values()}, first, today)
            rests_on = await self._rests_on(archive, first, since, now.timestamp(), heard)
        except StoreError as error:
            raise Unreachable(error.sentence) from error
        work = Work(
            rows=[row for day in days for row in day.rows],
            calls=list(calls.values()),
            cases=Cases(each for day in days for each in day.suggestions),
            seats=seats,
            noted=noted,
            spells=heard,
        )
        own = seats.of(settings.own_extension) if settings.own_extension else None
        return Unwritten(loose_ends(work), own, rests_on)

    async def _joined(
        self, archive: Store, settings: Settings, first: str, today: date
    ) -> tuple[list[JoinedDay], Seats]:
        from tui.archive.errors import StoreError
        from tui.models.seats import Seats

        days, known = await self._cases.joined(first, today.isoformat())
        try:
            extensions = await archive.extensions()
        except StoreError as error:
            raise Unreachable(error.sentence) from error
        return days, Seats(settings.team.technicians, known, extensions)

    @staticmethod
    async def _noted(archive: Store, extensions: Iterable[str], first: str, today: date) -> set[str]:
        """The calls that have notes: their pages go by the days of who wrote them."""
        from tui.models.notes import Page, SubjectKind

        begin = date.fromisoformat(first) - timedelta(days=1)
        days = [(begin + timedelta(days=by)).isoformat() for by in range((today - begin).days + 2)]
        pages = [Page(SubjectKind.CALL, extension, day) for extension in extensions for day in days]
        return {subject.key for subject in await archive.noted(pages)}

    async def _rests_on(
        self, archive: Store, first: str, since: float, now: float, heard: dict[str, list[Spell]]
    ) -> list[str]:
        from tui.desk.listening import listened

        settings = self._settings()
        known = [spell for spells in heard.values() for spell in spells]
        calls = (await listened(archive, since, now, known)).told(settings.ui.zone)
        account = settings.account_of_connections
        days = await archive.days(account) if account else []
        gaps = [day.name for day in days if day.day >= first and day.state is DayState.GAP]
        return [calls, *(f"{name}: GAP, there may be more connections" for name in gaps)]
