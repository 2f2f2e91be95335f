"""The notes of the desk: written here, shared by all who use the archive, and never sent to any system.

A note waits in a file of this machine from the moment that it is accepted. So it is neither lost where the archive is
away or the program is killed, nor stored twice: the archive knows it by its id.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from tui.audit import Audit
from tui.identity import host_name, unix_user
from tui.models.clock import Clock
from tui.models.notes import NOTE_MOST, Note, Page, Subject, note_text, recleaned
from tui.services.errors import Rejected
from tui.spool import Spool, spool_name

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.config import ArchiveSettings
    from tui.crash import FaultReports

PAGES_MOST: Final = 60
"""Days, and lists of users, of which it is known what has notes."""

AGAIN_SECONDS: Final = 15.0
"""How often what waits is tried again while the archive is away."""

TOGETHER_SECONDS: Final = 1.0
"""What others store within this time is looked at once."""

LISTEN_SECONDS: Final = 3_600.0

AT_ONCE: Final = 100
"""Notes that are stored in one transaction."""


class Found(NamedTuple):
    """The notes on a subject, the newest last."""

    notes: Sequence[Note]
    earlier: Sequence[Note] = ()
    """Those on other calls with the same number."""
    trouble: str = ""
    """Why those of the archive are not among them; empty where they are."""


class Notebook:
    """What was noted, and what has notes. Nothing of it is asked for while nobody looks and nobody writes."""

    def __init__(self, folder: Path | None, archive: ArchiveSettings | None, audit: Audit, clock: Clock) -> None:
        """``folder``: where notes wait; None keeps none there. ``archive``: where they belong."""
        self._spool = Spool(folder, spool_name("notes", archive))
        self._audit = audit
        self._clock = clock
        self.host = host_name()
        self._archive: Store | None = None
        self._due = asyncio.Event()
        self._has_looked = asyncio.Event()
        """Whether anybody has looked: until then the archive is not opened to listen."""
        self._delivering = asyncio.Lock()
        self._noted: dict[Page, set[Subject]] = {}
        self._stale: set[Page] = set()
        """Pages that are to be read, for the first time or anew."""
        self._looked_at: set[Page] = set()
        """Pages that somebody has looked at since the archive last changed."""
        self._waiting: list[Note] = []
        self.version = 0
        """Grows with every note that may be new."""
        self.on_change: Callable[[], None] = lambda: None

    # What the screen asks.

    def has_notes(self, about: Subject) -> bool:
        """Whether a subject has notes, as far as it is known yet: what is not is looked up, and told by a change."""
        page = about.page
        noted = self._noted.get(page)
        self._looked_at.add(page)
        if noted is None:
            self._begin(page)
        return about in (noted or ()) or any(note.about == about for note in self._waiting)

    def is_waiting(self, note: Note) -> bool:
        """Whether it is not in the archive yet."""
        return any(note.id == other.id for other in self._waiting)

    async def notes_of(self, about: Subject, line: str = "") -> Found:
        """The notes on a subject, with those that wait. ``line``: the number of a call, for its earlier notes."""
        from tui.archive.errors import StoreError  # the first frame shows nothing of the archive

        waiting = [note for note in self._waiting if note.about == about]
        archive = self._archive  # the desk may end meanwhile
        if archive is None:
            return Found(waiting)
        try:
            kept = await archive.notes_of(about)
            earlier = await archive.notes_of_line(line, about) if line else ()
        except StoreError as error:
            return Found(waiting, trouble=error.sentence)
        return Found([*kept, *(note for note in waiting if note.id not in {other.id for other in kept})], earlier)

    async def add(self, about: Subject, written: str, said: str) -> str:
        """Accept a note; tells what became of it. ``said``: what it is about, in words for the audit.

        Raises:
            Rejected: it is empty, too long, or could be kept nowhere.
        """
        from tui.archive.errors import StoreError

        text = note_text(written)
        if wrong := what_is_wrong(text):
            raise Rejected(wrong, field="note")
        note = Note(
            id=os.urandom(8).hex(),
            about=about,
            at=self._clock.now().at.timestamp(),
            author=unix_user(),
            host=self.host,
            text=text,
        )
        async with self._audit.change("write note", said, can_wait=False) as change:
            try:
                await asyncio.to_thread(self._spool.append, msgspec.json.encode(note))
            except OSError as error:
                await self._store_at_once(note, error)
                return "the note is kept"
            self._remember_waiting()
            try:
                await self._deliver()
            except StoreError as error:
                change.result = "waits for the archive"
                self._due.set()
                return f"the note waits on this machine until it can be stored: {error.sentence}"
        return "the note is kept" if not self.is_waiting(note) else "the note is stored as soon as the archive is open"

    async def _store_at_once(self, note: Note, why: OSError) -> None:
        """Store what cannot wait."""
        from tui.archive.errors import StoreError

        cannot_wait = f"it cannot wait on this machine either ({why.strerror or why})"
        if self._archive is None:
            raise Rejected(f"The note is not kept: the archive is not open yet, and {cannot_wait}.") from why
        try:
            await self._archive.add_notes([note])
        except StoreError as error:
            raise Rejected(f"The note is not kept: {cannot_wait}. {error.sentence}") from error
        self._stored([note])

    # What goes on beside it.

    async def run(self, archive: Store, faults: FaultReports) -> None:
        """Deliver what waits, also what the dead have left, and keep known what has notes, until cancelled."""
        self._archive = archive
        self._due.set()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_up(archive, faults))
                if archive.is_shared:
                    group.create_task(self._listen(archive))
        finally:
            self._archive = None
            self._spool.close()

    async def _keep_up(self, archive: Store, faults: FaultReports) -> None:
        from tui.archive.errors import StoreError

        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self._deliver()
                await self._look(archive)
            except StoreError:  # whoever writes or reads a note is told
                await self._clock.sleep(AGAIN_SECONDS)
                self._due.set()
            except Exception as error:  # noqa: BLE001 - a fault of ours here must not take the systems along
                faults.write(error)
                await self._clock.sleep(AGAIN_SECONDS)

    async def _listen(self, archive: Store) -> None:
        """Look anew at what is shown whenever another has stored something."""
        from tui.archive.errors import StoreError

        await self._has_looked.wait()
        changed = archive.listener()
        while True:
            try:
                has_changed = await changed(LISTEN_SECONDS)
            except StoreError:
                has_changed = True  # nobody knows
                await self._clock.sleep(AGAIN_SECONDS)
            if has_changed:
                for page in self._noted.keys() - self._looked_at:
                    del self._noted[page]
                self._looked_at.clear()
                self._stale = set(self._noted)
                self.version += 1
                self._due.set()
                await self._clock.sleep(TOGETHER_SECONDS)

    async def _deliver(self) -> None:
        """Store what waits, in its order, and what the dead have left before that. Raises StoreError."""
        archive = self._archive
        if archive is None:
            return
        async with self._delivering:
            if await asyncio.to_thread(self._spool.take_over):
                self._remember_waiting()
            while lines := self._spool.waiting[:AT_ONCE]:
                notes = _notes(lines)
                await archive.add_notes(notes)
                await asyncio.to_thread(self._spool.delivered, len(lines))
                self._remember_waiting()
                self._stored(notes)

    async def _look(self, archive: Store) -> None:
        """Read what has notes on the pages that are stale. Raises StoreError."""
        pages, self._stale = self._stale, set()
        if not pages:
            return
        try:
            found = await archive.noted(pages)
        except BaseException:
            self._stale |= pages
            raise
        for page in pages & self._noted.keys():
            self._noted[page] = {about for about in found if about.page == page}
        self._tell()

    def _begin(self, page: Page) -> None:
        while len(self._noted) >= PAGES_MOST:
            del self._noted[next(iter(self._noted))]
        self._has_looked.set()
        self._noted[page] = set()
        self._stale.add(page)
        self._due.set()

    def _stored(self, notes: Iterable[Note]) -> None:
        for note in notes:
            if (noted := self._noted.get(note.about.page)) is not None:
                noted.add(note.about)
        self._tell()

    def _remember_waiting(self) -> None:
        self._waiting = _notes(self._spool.waiting)
        self._tell()

    def _tell(self) -> None:
        self.version += 1
        self.on_change()


def what_is_wrong(text: str) -> str:
    """Why this text can be no note; empty where it can."""
    if not text:
        return "nothing is written yet"
    return f"a note has at most {NOTE_MOST:,} characters" if len(text) > NOTE_MOST else ""


def _notes(lines: Iterable[bytes]) -> list[Note]:
    """The notes in these lines; what is none was not written by us."""
    found: list[Note] = []
    for line in lines:
        try:
            found.append(recleaned(msgspec.json.decode(line, type=Note)))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
    return found
