"""The support desk without a screen: a counter for each system, with boards to read and commands to give."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tui.audit import AUDIT_FILE, Audit
from tui.config import ArchiveSettings, Settings
from tui.desk.cases import CaseBook
from tui.desk.counter import Counter
from tui.desk.finding import Finder
from tui.desk.notes import Notebook
from tui.desk.paperwork import Paperwork
from tui.desk.rereading import Reread, Rereading
from tui.desk.systems import SYSTEMS, System
from tui.desk.team import TeamWatch
from tui.models.clock import Clock

if TYPE_CHECKING:
    from tui.archive.records import UserList

SomeCounter = TypeVar("SomeCounter", bound=Counter[Any, Any, Any])


class Desk:
    """The whole program but its screen.

    The counters are there from the start, with empty boards; :meth:`run` fills them. Commands raise
    :class:`~tui.services.errors.ServiceError` with a sentence for the person.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        state_folder: Path | None = None,
        archive: ArchiveSettings | None = None,
        reread: Reread | None = None,
        crash_folder: Path | None = None,
        systems: Iterable[System] = SYSTEMS,
        keeper: str = "",
    ) -> None:
        """``state_folder``: for the audit, AltiGen's session id and Alpemix's token; None keeps them nowhere.

        ``archive``: what remembers connections and counts requests for all processes; None is one in memory.
        ``reread``: reads the config again; None where there is none to read.
        ``crash_folder``: for the reports of faults of Helpdeck itself; None keeps none.
        ``systems``: those that there is a counter for.
        ``keeper``: as whom it keeps what is to be remembered, for all who use the archive; empty where it only looks.
        """
        self.settings = settings
        self._archive = archive
        self._crash_folder = crash_folder
        self.clock = clock or Clock()
        self.audit = Audit(None if state_folder is None else state_folder / AUDIT_FILE, self.clock)
        self.notes = Notebook(state_folder, archive, self.audit, self.clock)
        self.counters: dict[str, Counter[Any, Any, Any]] = {
            system.name: system.counter(settings, self.audit, self.clock, state_folder, keeper) for system in systems
        }
        for counter in self.counters.values():
            counter.known_users = self._listed
        self.finder = Finder(lambda: self.settings, self._listed, self.clock)
        self.team = TeamWatch(lambda: self.settings, archive, self.counters, self.clock)
        self.cases = CaseBook(lambda: self.settings)
        self.paperwork = Paperwork(lambda: self.settings, self.cases, self.clock)
        self.rereading = Rereading(self.counters, settings, self.adopt, reread)

    def counter(self, kind: type[SomeCounter]) -> SomeCounter:
        """The counter of this class, for who needs what only this system has."""
        counter = self.counters[kind.name]
        assert isinstance(counter, kind)
        return counter

    def _listed(self) -> UserList | None:
        """The users that are known now."""
        lists = (counter.listed() for counter in self.counters.values())
        return next((found for found in lists if found is not None), None)

    def watch(self, on_change: Callable[[], None], at_once: Callable[[], None]) -> None:
        """Call one after every change of a board, a link or the notes; whoever is told looks at them later.

        ``at_once``: called where somebody waits for just this change.
        """
        for counter in self.counters.values():
            counter.watch(on_change, at_once)
        self.notes.on_change = self.team.on_change = on_change

    def adopt(self, settings: Settings) -> None:
        """Go by other settings from now on; no feed begins anew by it."""
        self.settings = settings
        for counter in self.counters.values():
            counter.settings = settings
        self.team.adopt()

    async def run(self) -> None:
        """Keep the boards current until cancelled; then log off, so that the licence is free."""
        # With the rest of what takes longer than the first frame to paint.
        from tui.archive import open_store
        from tui.crash import FaultReports

        faults = FaultReports(self._crash_folder)
        async with open_store(self._archive, self.clock) as archive, asyncio.TaskGroup() as group:
            for counter in self.counters.values():
                counter.open(group, archive, faults)
            self.cases.open(archive)
            self.paperwork.open(archive)
            group.create_task(self.notes.run(archive, faults))
            group.create_task(self.finder.run(archive), name="search")
            group.create_task(self.team.run(archive, faults), name="team")
            # The group stands open where no feed runs, too: one may be suspended, or be switched on later.
            await asyncio.Event().wait()

    async def release_licence(self) -> None:
        """Give back what others may need until :meth:`resume`: the program is suspended, perhaps for hours."""
        for counter in self.counters.values():
            await counter.release()

    def resume(self) -> None:
        """Take again what :meth:`release_licence` gave back."""
        for counter in self.counters.values():
            counter.resume()
